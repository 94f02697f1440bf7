"""The command line's arguments. A wrong argument is reported in one line, with exit code 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from carlendar import __version__
from carlendar.errors import one_line
from carlendar.wiring.log_output import LEVELS

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

HERE = "carlendar.commands"
DESCRIPTION = "Microsoft 365 meetings on the car's infotainment screen."
ELSEWHERE = {"acceptance": "devtools", "audit": "devtools", "emulator": "devtools", "fleet": "fleet"}
"""Commands of other distributions, with the extra that installs each."""
IN_THE_CAR, CALENDAR, DIAGNOSIS = "In the car", "Calendar and accounts", "Diagnosis"
DEVELOPERS = "For developers"
GROUPS = (IN_THE_CAR, CALENDAR, DIAGNOSIS, DEVELOPERS)
"""Groups of commands, in the order of `carlendar --help`."""
TRACE = (
    'JSON lines {"t": SECONDS, "signal": VSS-NAME, "value": …}, where it is not the usual one with a "unit"; '
    "t never falls, a line with t alone lets time pass; - for standard input"
)


class AddCommand(Protocol):
    """Adds a command."""

    def __call__(self, name: str, text: str, module: str, group: str = DEVELOPERS, /) -> Parser:
        """Add a command: name, help, module with its `run`, and group; return its parser."""


Rule = Callable[[frozenset[str], argparse.Namespace], str]
"""Returns why options cannot be combined, given the options used and all arguments; empty if they can."""


class Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line, and rejects options that would be ignored."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)  # an abbreviation can become ambiguous in a later version
        self.rules: list[Rule] = []

    def belong_to(self, owner: str, *options: str) -> None:
        """Reject these options without `owner`, which they refine."""
        named = f"{', '.join(options[:-1])} and {options[-1]} belong" if len(options) > 1 else f"{options[0]} belongs"
        self.rules.append(lambda given, _: f"{named} to {owner}" if owner not in given and given & set(options) else "")

    def exclude(self, option: str, *others: str) -> None:
        """Reject any of `others` together with `option`, which would have no effect."""
        self.rules.append(lambda given, _: refusal(option, given & set(others)) if option in given else "")

    def parse_known_args(  # type: ignore[override]  # the overloads of the base differ in their namespace alone
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """See `ArgumentParser`; exits if a rule is broken, or an option has an empty value."""
        words = list(sys.argv[1:] if args is None else args)
        found, rest = super().parse_known_args(words, namespace)
        given = frozenset(option for word in words if (option := word.partition("=")[0]) in self._option_string_actions)
        for option in sorted(given):
            if getattr(found, self._option_string_actions[option].dest, None) == "":
                self.error(f"{option} needs a value that is not empty")
        for rule in self.rules:
            if why := rule(given, found):
                self.error(why)
        return found, rest

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Write help. Raises OSError if that fails, which argparse would ignore."""
        if message and file is not None:
            file.write(message)

    def error(self, message: str) -> NoReturn:
        """Exit with 2 after one line on standard error."""
        with suppress(OSError):  # the exit code is enough
            self.exit(2, f"carlendar: {one_line(message)} (see {self.prog} --help)\n")
        raise SystemExit(2)


def refusal(option: str, others: Iterable[str]) -> str:
    """Return the message for options that cannot be combined; empty if they can."""
    named = sorted(others)
    return f"{named[0]} has no effect with {option}: give one of the two" if named else ""


def parse(given: Sequence[str]) -> tuple[str, dict[str, object]]:
    """Return the command's module, which has a `run`, and its options; exits on a wrong argument."""
    parser, commands = build()
    if given and (extra := ELSEWHERE.get(given[0])) and given[0] not in commands:
        parser.error(f"{given[0]} is in carlendar-{extra}, which is not installed: pip install 'carlendar[{extra}]'")
    arguments = vars(parser.parse_args(given))
    return arguments.pop("module"), {name: value for name, value in arguments.items() if name != "command"}


def build() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser, and that of each command by name."""
    parser = Parser(
        prog="carlendar", usage="carlendar [-h] [--version] [COMMAND] …", description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"carlendar {__version__}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=Parser, help=argparse.SUPPRESS, prog=parser.prog
    )
    listed: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}

    def command(name: str, text: str, module: str, group: str = DEVELOPERS, /) -> Parser:
        made: Parser = commands.add_parser(name, description=text)
        made.set_defaults(module=module)
        listed[group].append((name, text))
        return made

    for name, text in (("drive", "The application on the head unit."), ("service", "The background process alone.")):
        add_logging(command(name, text, f"{HERE}.{name}", IN_THE_CAR))
    _telemetry(command)
    _accounts(command)
    _readers(command)
    _diagnosis(command)
    for entry in entry_points(group="carlendar.commands"):
        with suppress(ModuleNotFoundError):  # a distribution whose files are missing counts as not installed
            entry.load()(command)
    completion = command("completion", "Print the completion script of a shell.", f"{HERE}.completion")
    completion.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell that reads it")
    parser.epilog = _overview(listed)
    return parser, dict(commands.choices)


def _overview(listed: dict[str, list[tuple[str, str]]]) -> str:
    """The commands by group, for the help."""
    width = max(len(name) for commands in listed.values() for name, _ in commands)
    groups = (
        "\n".join([f"{group}:", *(f"  {name:<{width}}  {text}" for name, text in commands)])
        for group, commands in listed.items()
        if commands
    )
    return "\n\n".join([*groups, "carlendar COMMAND --help describes a command; without one, it is drive."])


def _telemetry(command: AddCommand) -> None:
    telemetry = command("telemetry", "The car's connection to its fleet.", f"{HERE}.telemetry", IN_THE_CAR)
    telemetry.add_argument(
        "what", choices=["status", "request", "install", "module"],
        help="what waits and what it cost; print a certificate request; install the certificate; run the module",
    )  # fmt: skip
    telemetry.add_argument("file", nargs="?", default="", metavar="FILE", help="the certificate to install (PEM)")
    telemetry.add_argument("--local", default="", metavar="HOST:PORT", help="of the module: the broker in the car")
    telemetry.add_argument("--ca-file", default="", metavar="FILE", help="its certificate authority")
    telemetry.add_argument("--certificate", default="", metavar="FILE", help="the module's certificate with its key")
    telemetry.add_argument("--folder", default="", metavar="DIR", help="where the module keeps events")
    telemetry.belong_to("--local", "--ca-file", "--certificate", "--folder")
    add_json(telemetry)
    add_logging(telemetry)


def _accounts(command: AddCommand) -> None:
    sign_in = command("sign-in", "Sign in from a terminal.", f"{HERE}.sign_in", CALENDAR)
    sign_in.add_argument("--browser", action="store_true", help="in the browser of this machine, not by a code")
    sign_in.add_argument("--profile", default="", metavar="NAME", help="the driver whose account it becomes")
    accounts = command("accounts", "Who is signed in, by driver.", f"{HERE}.accounts", CALENDAR)
    accounts.add_argument("--sign-out", default="", metavar="ADDRESS", help="forget this account and its data")
    accounts.add_argument(
        "--add-feed", default="", metavar="SOURCE",
        help="subscribe to a calendar: its address, its file or its folder; - reads it from standard input",
    )  # fmt: skip
    accounts.add_argument("--name", default="", metavar="NAME", help="what the new calendar is called")
    accounts.add_argument("--profile", default="", metavar="NAME", help="the driver whose calendar it becomes")
    accounts.add_argument(
        "--owner", action="append", default=[], metavar="ADDRESS",
        help="a mail address of the new calendar's owner, whose answers to invitations count; may be repeated",
    )  # fmt: skip
    accounts.add_argument(
        "--offline", action="store_true", help="subscribe also if the new calendar cannot be reached now"
    )
    accounts.add_argument("--remove-feed", default="", metavar="NAME", help="forget this calendar and its data")
    accounts.belong_to("--add-feed", "--name", "--profile", "--owner", "--offline")
    accounts.exclude("--add-feed", "--remove-feed", "--sign-out")
    accounts.exclude("--remove-feed", "--sign-out")
    sync = command("sync", "Bring every calendar up to date now.", f"{HERE}.sync", CALENDAR)
    erase = command("erase", "Delete everything that Carlendar stores.", f"{HERE}.erase", CALENDAR)
    erase.add_argument("--yes", action="store_true", help="do not ask")
    for made in (accounts, sync):
        add_json(made)
    add_logging(sync)


def _readers(command: AddCommand) -> None:
    agenda = command(
        "agenda", "The agenda as text or JSON, from the store or from calendars.", f"{HERE}.agenda", CALENDAR
    )
    agenda.add_argument("--ics", action="append", default=[], metavar="FILE_OR_URL", help="read this calendar instead")
    agenda.add_argument("--at", default="", metavar="ISO", help="the moment to look from; now, if not given")
    agenda.add_argument("--zone", default="", metavar="IANA", help="the zone to look from, as Europe/Berlin")
    agenda.add_argument("--profile", default="", metavar="NAME", help="the driver, where this car has several")
    agenda.exclude("--ics", "--profile")
    agenda.add_argument("--days", type=int, default=1, metavar="N", help="days from that day's midnight (1)")
    agenda.add_argument("--all", action="store_true", dest="everything", help="with what is over before the moment")
    invitation = command(
        "invitation", "How a meeting of this invitation would be joined.", f"{HERE}.invitation", CALENDAR
    )
    invitation.add_argument(
        "file", metavar="FILE", help="text, HTML, mail, ICS or JSON of Graph or Google; - for the standard input"
    )
    invitation.add_argument("--region", default="", metavar="DE", help="the phone's country")
    invitation.add_argument(
        "--phone", default="", choices=["", "none"], metavar="none", help="as if there were no phone"
    )
    invitation.add_argument("--data", default="", choices=["", "none"], metavar="none", help="as without data")
    for made in (agenda, invitation):
        add_json(made)


def _diagnosis(command: AddCommand) -> None:
    safety = command("safety", "Replay recorded signals and print every driving state.", f"{HERE}.safety", DIAGNOSIS)
    safety.add_argument("trace", metavar="TRACE", help=TRACE)
    record = command(
        "record", "Record the car's signals as a trace for `safety` and the emulator.", f"{HERE}.record", DIAGNOSIS
    )
    record.add_argument("file", metavar="FILE", help="a new file for JSON lines; - for standard output")
    record.add_argument("--position", action="store_true", help="include the car's position")
    add_databroker(record, "record from this databroker and not from the car's")
    record.add_argument("--seconds", type=_seconds, default=0.0, metavar="N", help="stop after N seconds")
    doctor = command(
        "doctor", "What works on this machine, with the fix for what does not.", f"{HERE}.doctor", DIAGNOSIS
    )
    brand = command("brand", "Check a brand, or import its design tokens.", f"{HERE}.brand")
    brand.add_argument("what", choices=["check", "import"], help="what to do")
    brand.add_argument("path", metavar="PATH", help="a brand's folder or brand.toml; a file of W3C design tokens")
    config = command("config", "The effective settings and where each came from.", f"{HERE}.config", DIAGNOSIS)
    for made in (safety, doctor, config):
        add_json(made)
    add_logging(record)


def add_databroker(parser: Parser, text: str) -> None:
    """Add the options of a databroker for developers."""
    parser.add_argument("--databroker", default="", metavar="ADDRESS", help=text)
    parser.add_argument("--ca-file", default="", metavar="FILE", help="its certificate authority, if not of here")
    parser.add_argument("--token-file", default="", metavar="FILE", help="its access token (JWT)")
    parser.add_argument("--server-name", default="", metavar="NAME", help="the name in its certificate")
    parser.belong_to("--databroker", "--ca-file", "--token-file", "--server-name")


def _seconds(text: str) -> float:
    """Parse a positive duration in seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above zero")
    return value


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", dest="as_json", help="as JSON")


def add_logging(parser: argparse.ArgumentParser) -> None:
    """Add the options of a long-running command."""
    levels = parser.add_mutually_exclusive_group()
    levels.add_argument(
        "-v",
        "--verbose",
        action="store_const",
        const="info",
        default="",
        dest="log_level",
        help="the same as --log-level info",
    )
    levels.add_argument(
        "--log-level", choices=LEVELS, default="", help="write log records to standard error, from this level on"
    )
