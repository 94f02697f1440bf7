"""The arguments of the developers' commands, which `carlendar` finds through the entry points `carlendar.commands`."""

from __future__ import annotations

import argparse

from carlendar.commands.arguments import DIAGNOSIS, AddCommand, Parser, add_databroker, add_json, add_logging, refusal

HERE = "carlendar_devtools.commands"
CLOUD_ALONE = frozenset({"--approve", "--json", "--fault", "--refuse", "--token-seconds", "--control"})
"""Options of `emulator cloud` that the whole emulator has no use for."""
_VEHICLE = frozenset({"--trace", "--databroker", "--ca-file", "--token-file", "--server-name"})
NOT_FOR_THE_CLOUD = _VEHICLE | {
    "--brand",
    "--browser",
    "--display",
    "--headless",
    "--few",
    "--only",
    "--reload",
    "--host",
    "--signed-in",
    "--real-account",
}
NOT_FOR_PICTURES = _VEHICLE | {
    "--browser", "--display", "--host", "--signed-in", "--real-account", "--scenario", "--port", "--at",
    "--reload",
}  # fmt: skip
NOT_FOR_A_REAL_ACCOUNT = frozenset({"--scenario", "--at", "--signed-in"})


def register(command: AddCommand) -> None:
    """Add `emulator`, `audit` and `acceptance`."""
    emulator = command(
        "emulator", "The application with an emulated car, phone and Microsoft cloud.", f"{HERE}.emulator"
    )
    _emulator(emulator)
    audit = command("audit", "Measure every screen against the rules of driver safety.", f"{HERE}.audit")
    _audit(audit)
    acceptance = command(
        "acceptance", "Try Microsoft's service with your own account.", f"{HERE}.acceptance", DIAGNOSIS
    )
    acceptance.add_argument("--only", action="append", default=[], metavar="CHECK", help="this check; may be repeated")
    acceptance.add_argument("--read-only", action="store_true", help="write nothing to the account")
    acceptance.add_argument("--yes", action="store_true", help="do not ask before writing")
    acceptance.add_argument(
        "--report", default=".", dest="folder", metavar="DIR", help="where the report's two files go (this folder)"
    )
    add_json(acceptance)
    for made in (emulator, audit):
        add_logging(made)


class _Part(argparse.Action):
    """Takes the command's module by the part of the emulator that is named."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        _option: str | None = None,
    ) -> None:
        """Choose the module; the option itself is not passed on."""
        if values == "cloud":
            namespace.module = f"{HERE}.cloud"
        if hasattr(namespace, self.dest):
            delattr(namespace, self.dest)


def _port(text: str) -> int:
    """A port of TCP; 0 for any."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"port {text} cannot be used: it lies between 0 and 65535")
    return int(text)


def _combination(given: frozenset[str], arguments: argparse.Namespace) -> str:
    """Why these options of the emulator cannot be given together; empty where they can."""
    if arguments.module == f"{HERE}.cloud":
        others = sorted(given & NOT_FOR_THE_CLOUD)
        return f"{others[0]} is not for the cloud alone" if others else ""
    if alone := sorted(given & CLOUD_ALONE):
        return f"{alone[0]} belongs to `carlendar emulator cloud`"
    if {"--few", "--only"} <= given:
        return "--few chooses the pictures itself: --few or --only, not both"
    if "--headless" in given:
        return refusal("--headless", given & NOT_FOR_PICTURES)
    if "--real-account" in given:
        return refusal("--real-account", given & NOT_FOR_A_REAL_ACCOUNT)
    return refusal("--databroker", given & {"--trace"}) if "--databroker" in given else ""


def _audit(parser: Parser) -> None:
    parser.add_argument("--json", default="", dest="json_file", metavar="FILE", help="write what was found as JSON")
    parser.add_argument("--screens", default="", metavar="DIR", help="write a picture of each violation")
    parser.add_argument("--html", default="", dest="page", metavar="FILE", help="write one page with all pictures")
    parser.add_argument("--evidence", default="", metavar="DIR", help="write each rule with its tests and last results")
    parser.add_argument("--results", default="", metavar="FILE", help="of the tests (JUnit XML), if not the last ones")
    parser.belong_to("--evidence", "--results")


def _emulator(parser: Parser) -> None:
    parser.rules.append(_combination)
    parser.belong_to("--headless", "--few", "--only")
    parser.add_argument("what", nargs="?", choices=["cloud"], action=_Part, help="only the emulated Microsoft cloud")
    parser.add_argument("--scenario", default="commute", metavar="NAME", help="a name in assets/scenarios, or a file")
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="the port; without, 8641 or any free one (cloud: any)"
    )
    parser.add_argument(
        "--host", default="", metavar="ADDRESS", help="serve the page on this address: 0.0.0.0 for your network"
    )
    parser.add_argument("--signed-in", action="store_true", help="begin with the first person signed in")
    parser.add_argument("--at", default="", metavar="ISO", help="the emulated time to begin at")
    parser.add_argument("--browser", action="store_true", help="show the display in the browser page")
    parser.add_argument(
        "--display", default="", metavar="SIZE", help="the emulated display: 1920x720, 1920x720@12.3, or small-7 …"
    )
    parser.add_argument("--brand", default="", metavar="NAME", help="a name in assets/brands, or a brand's folder")
    parser.add_argument(
        "--fleet", action="store_true", help="with the fleet's broker and back end: telemetry, commands"
    )
    parser.add_argument(
        "--room", action="store_true", help="with a room for data calls: this machine's microphone and loudspeaker"
    )
    parser.add_argument("--reload", action="store_true", help="redraw when a kv, token or brand file changes")
    parser.add_argument("--headless", default="", metavar="DIR", help="render every screen into DIR and exit")
    parser.add_argument("--few", action="store_true", help="with --headless: six pictures in place of all")
    parser.add_argument(
        "--only", default="", metavar="LIST", help="with --headless: these alone, such as now,call,de,800x480,night"
    )
    parser.add_argument(
        "--trace", default="", metavar="NAME", help="replay this drive: a name in scenarios/traces, or a file"
    )
    add_databroker(parser, "listen to this databroker, not to the emulated car")
    parser.add_argument("--real-account", action="store_true", help="the real Microsoft cloud, with your settings")
    parser.add_argument(
        "--approve", default="", metavar="ADDRESS", help="cloud: grant every device code as this person"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="cloud: one JSON line when ready")
    _cloud(parser)


def _cloud(parser: argparse.ArgumentParser) -> None:
    """Add the faults of the emulated cloud; only `emulator cloud` takes these."""
    parser.add_argument(
        "--fault", action="append", default=[], metavar="KIND[,NAME=VALUE…]",
        help="cloud: plan a fault, such as 429,retry_after=2,count=3 or revoke,after=5; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--refuse", action="append", default=[], metavar="ADDRESS=REASON",
        help="cloud: refuse this person's sign-ins, such as ben@contoso.example=blocked_by_policy",
    )  # fmt: skip
    parser.add_argument(
        "--token-seconds", type=_seconds, default=None, metavar="N", help="cloud: how long an access token is valid"
    )
    parser.add_argument("--control", action="store_true", help="cloud: serve faults and sign-ins over HTTP too")


def _seconds(text: str) -> float:
    """A number of seconds above zero."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above zero")
    return value
