"""The command line's grammar. A wrong argument is one line and exit code 2."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from carlendar import __version__
from carlendar.errors import one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

TRACE = (
    'JSON lines {"t": SECONDS, "signal": VSS-NAME, "value": …}, where it is not the usual one with a "unit"; '
    "t never falls, a line with t alone lets time pass; - for standard input"
)


class _Parser(argparse.ArgumentParser):
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
    arguments = _parser().parse_args(given)
    module = "carlendar_devtools.commands.cloud" if getattr(arguments, "what", None) == "cloud" else arguments.module
    return module, {name: value for name, value in vars(arguments).items() if name not in ("module", "command", "what")}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="carlendar", description="Microsoft 365 meetings on the car's infotainment screen.")
    parser.add_argument("--version", action="version", version=f"carlendar {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, text: str, module: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(module=f"carlendar.wiring.{module}")
        return made

    command("drive", "The application on the head unit.", "drive")
    command("service", "The background process alone.", "service")
    _emulator(command("emulator", "The application with an emulated car, phone and Microsoft cloud.", "emulator"))
    _accounts(command)
    _readers(command)
    _audit(command("audit", "Measure every screen against the rules of driver safety.", "audit"))
    return parser


def _accounts(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    sign_in = command("sign-in", "Sign in from a terminal.", "sign_in")
    sign_in.add_argument("--browser", action="store_true", help="in the browser of this machine, not by a code")
    sign_in.add_argument("--profile", default="", metavar="NAME", help="the driver whose account it becomes")
    accounts = command("accounts", "Who is signed in, by driver.", "accounts")
    accounts.add_argument("--sign-out", default="", metavar="ADDRESS", help="forget this account and its data")
    accounts.add_argument(
        "--add-feed", default="", metavar="SOURCE",
        help="subscribe to a calendar: its address, its file or its folder; - reads it from standard input",
    )  # fmt: skip
    accounts.add_argument("--name", default="", metavar="NAME", help="what the new calendar is called")
    accounts.add_argument("--profile", default="", metavar="NAME", help="the driver whose calendar it becomes")
    accounts.add_argument("--remove-feed", default="", metavar="NAME", help="forget this calendar and its data")
    sync = command("sync", "Bring every calendar up to date now.", "synchronise")
    erase = command("erase", "Delete everything that Carlendar keeps about anybody.", "erase")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    for made in (accounts, sync):
        _json(made)


def _readers(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    agenda = command("agenda", "The agenda as text or JSON, from the store or from given calendars.", "agenda")
    agenda.add_argument("--ics", action="append", default=[], metavar="FILE_OR_URL", help="read this calendar instead")
    agenda.add_argument("--at", default="", metavar="ISO", help="the moment to look from; now, if not given")
    agenda.add_argument("--zone", default="", metavar="IANA", help="the zone to look from, as Europe/Berlin")
    agenda.add_argument("--days", type=int, default=1, metavar="N", help="days from that day's midnight (1)")
    agenda.add_argument("--all", action="store_true", dest="everything", help="with what is over before the moment")
    invitation = command("invitation", "How a meeting of this invitation would be joined.", "invitation")
    invitation.add_argument(
        "file", metavar="FILE", help="text, HTML, mail, ICS or JSON of Graph or Google; - for the standard input"
    )
    invitation.add_argument("--region", default="", metavar="DE", help="the phone's country")
    invitation.add_argument(
        "--phone", default="", choices=["", "none"], metavar="none", help="as if there were no phone"
    )
    invitation.add_argument("--data", default="", choices=["", "none"], metavar="none", help="as without data")
    safety = command("safety", "Replay recorded signals and print every driving state.", "safety")
    safety.add_argument("trace", metavar="TRACE", help=TRACE)
    record = command("record", "Write down what the car says, as a trace for `safety` and the emulator.", "record")
    record.add_argument("file", metavar="FILE", help="a new file for JSON lines; - for standard output")
    record.add_argument("--position", action="store_true", help="with where the car was")
    _databroker(record, "of this databroker, not of the car that root's settings name")
    record.add_argument("--seconds", type=_seconds, default=0.0, metavar="N", help="end by itself after so long")
    doctor = command("doctor", "What works on this machine, with the mend for what does not.", "doctor")
    config = command("config", "The effective settings and where each came from.", "config")
    for made in (agenda, invitation, safety, doctor, config):
        _json(made)


def _databroker(parser: argparse.ArgumentParser, text: str) -> None:
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


def _port(text: str) -> int:
    """A port of TCP; 0 for any."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"port {text} cannot be used: it lies between 0 and 65535")
    return int(text)


def _audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", default="", dest="json_file", metavar="FILE", help="write what was found as JSON")
    parser.add_argument("--screens", default="", metavar="DIR", help="write a picture of each violation")
    parser.add_argument("--html", default="", dest="page", metavar="FILE", help="write one page with all pictures")
    parser.add_argument("--evidence", default="", metavar="DIR", help="write each rule with its tests and last results")
    parser.add_argument("--results", default="", metavar="FILE", help="of the tests (JUnit XML), if not the last ones")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", dest="as_json", help="as JSON")


def _emulator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=["cloud"], help="only the emulated Microsoft cloud")
    parser.add_argument("--scenario", default="commute", metavar="NAME", help="a name in assets/scenarios, or a file")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the port to serve on; any, if not given")
    parser.add_argument("--at", default="", metavar="ISO", help="the emulated time to begin at")
    parser.add_argument("--browser", action="store_true", help="show the display in the browser page")
    parser.add_argument("--headless", default="", metavar="DIR", help="render every screen into DIR and exit")
    parser.add_argument(
        "--trace", default="", metavar="NAME", help="replay this drive: a name in scenarios/traces, or a file"
    )
    _databroker(parser, "listen to this databroker, not to the emulated car")
    parser.add_argument("--real-account", action="store_true", help="the real Microsoft cloud, with your settings")
    parser.add_argument(
        "--approve", default="", metavar="ADDRESS", help="cloud: grant every device code as this person"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="cloud: one JSON line when ready")
