"""The command line's grammar. A wrong argument is one line and exit code 2."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, NoReturn

from carlendar import __version__
from carlendar.errors import one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

HERE = "carlendar.commands"
ELSEWHERE = {"emulator": "devtools", "audit": "devtools", "fleet": "fleet"}
"""Commands of other distributions, by the extra that installs them."""
AddCommand = Callable[[str, str, str], argparse.ArgumentParser]
"""Adds a command by its name, its help, and the module whose `run` carries it out; returns its parser."""
TRACE = (
    'JSON lines {"t": SECONDS, "signal": VSS-NAME, "value": …}, where it is not the usual one with a "unit"; '
    "t never falls, a line with t alone lets time pass; - for standard input"
)


class Parser(argparse.ArgumentParser):
    """Tells a wrong argument in one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)  # what is shortened today may mean two things tomorrow

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """argparse would keep it to itself that help had nowhere to go; OSError here."""
        if message and file is not None:
            file.write(message)

    def error(self, message: str) -> NoReturn:
        with suppress(OSError):  # the code says it, too
            self.exit(2, f"carlendar: {one_line(message)} (see {self.prog} --help)\n")
        raise SystemExit(2)


def parse(given: Sequence[str]) -> tuple[str, dict[str, object]]:
    """The module of the command, which has a `run`, and the options to run it with; exits on a wrong argument."""
    parser, names = _parser()
    if given and (extra := ELSEWHERE.get(given[0])) and given[0] not in names:
        parser.error(f"{given[0]} is in carlendar-{extra}, which is not installed: pip install 'carlendar[{extra}]'")
    arguments = vars(parser.parse_args(given))
    return arguments.pop("module"), {name: value for name, value in arguments.items() if name != "command"}


def _parser() -> tuple[argparse.ArgumentParser, frozenset[str]]:
    """The parser, and the names of the commands that it knows."""
    parser = Parser(prog="carlendar", description="Microsoft 365 meetings on the car's infotainment screen.")
    parser.add_argument("--version", action="version", version=f"carlendar {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)

    def command(name: str, text: str, module: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(module=module)
        return made

    command("drive", "The application on the head unit.", f"{HERE}.drive")
    command("service", "The background process alone.", f"{HERE}.service")
    _accounts(command)
    _readers(command)
    for entry in entry_points(group="carlendar.commands"):
        with suppress(ModuleNotFoundError):  # a distribution whose files are gone counts as not installed
            entry.load()(command)
    return parser, frozenset(commands.choices)


def _accounts(command: AddCommand) -> None:
    sign_in = command("sign-in", "Sign in from a terminal.", f"{HERE}.sign_in")
    sign_in.add_argument("--browser", action="store_true", help="in the browser of this machine, not by a code")
    sign_in.add_argument("--profile", default="", metavar="NAME", help="the driver whose account it becomes")
    accounts = command("accounts", "Who is signed in, by driver.", f"{HERE}.accounts")
    accounts.add_argument("--sign-out", default="", metavar="ADDRESS", help="forget this account and its data")
    accounts.add_argument(
        "--add-feed", default="", metavar="SOURCE",
        help="subscribe to a calendar: its address, its file or its folder; - reads it from standard input",
    )  # fmt: skip
    accounts.add_argument("--name", default="", metavar="NAME", help="what the new calendar is called")
    accounts.add_argument("--profile", default="", metavar="NAME", help="the driver whose calendar it becomes")
    accounts.add_argument("--remove-feed", default="", metavar="NAME", help="forget this calendar and its data")
    sync = command("sync", "Bring every calendar up to date now.", f"{HERE}.sync")
    erase = command("erase", "Delete everything that Carlendar keeps about anybody.", f"{HERE}.erase")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    for made in (accounts, sync):
        add_json(made)


def _readers(command: AddCommand) -> None:
    agenda = command("agenda", "The agenda as text or JSON, from the store or from given calendars.", f"{HERE}.agenda")
    agenda.add_argument("--ics", action="append", default=[], metavar="FILE_OR_URL", help="read this calendar instead")
    agenda.add_argument("--at", default="", metavar="ISO", help="the moment to look from; now, if not given")
    agenda.add_argument("--zone", default="", metavar="IANA", help="the zone to look from, as Europe/Berlin")
    agenda.add_argument("--days", type=int, default=1, metavar="N", help="days from that day's midnight (1)")
    agenda.add_argument("--all", action="store_true", dest="everything", help="with what is over before the moment")
    invitation = command("invitation", "How a meeting of this invitation would be joined.", f"{HERE}.invitation")
    invitation.add_argument(
        "file", metavar="FILE", help="text, HTML, mail, ICS or JSON of Graph or Google; - for the standard input"
    )
    invitation.add_argument("--region", default="", metavar="DE", help="the phone's country")
    invitation.add_argument(
        "--phone", default="", choices=["", "none"], metavar="none", help="as if there were no phone"
    )
    invitation.add_argument("--data", default="", choices=["", "none"], metavar="none", help="as without data")
    safety = command("safety", "Replay recorded signals and print every driving state.", f"{HERE}.safety")
    safety.add_argument("trace", metavar="TRACE", help=TRACE)
    record = command(
        "record", "Write down what the car says, as a trace for `safety` and the emulator.", f"{HERE}.record"
    )
    record.add_argument("file", metavar="FILE", help="a new file for JSON lines; - for standard output")
    record.add_argument("--position", action="store_true", help="with where the car was")
    add_databroker(record, "of this databroker, not of the car that root's settings name")
    record.add_argument("--seconds", type=_seconds, default=0.0, metavar="N", help="end by itself after so long")
    doctor = command("doctor", "What works on this machine, with the mend for what does not.", f"{HERE}.doctor")
    config = command("config", "The effective settings and where each came from.", f"{HERE}.config")
    for made in (agenda, invitation, safety, doctor, config):
        add_json(made)


def add_databroker(parser: argparse.ArgumentParser, text: str) -> None:
    """A databroker for developers."""
    parser.add_argument("--databroker", default="", metavar="ADDRESS", help=text)
    parser.add_argument("--ca-file", default="", metavar="FILE", help="its certificate authority, if not of here")
    parser.add_argument("--token-file", default="", metavar="FILE", help="its access token (JWT)")
    parser.add_argument("--server-name", default="", metavar="NAME", help="the name in its certificate")


def _seconds(text: str) -> float:
    """A length of time above zero."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above zero")
    return value


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", dest="as_json", help="as JSON")
