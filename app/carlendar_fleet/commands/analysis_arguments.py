"""The arguments of the commands on stored events: figures, reports, exports, a driver's rights, texts for Azure."""

from __future__ import annotations

import argparse
from datetime import date

from carlendar.commands.arguments import Parser, add_json
from carlendar_fleet.commands.operation_arguments import AddFleetCommand, add_data, whole

DAYS = 30
SHARE_ACTIONS = {
    "request": "Record that a third party asks for access.",
    "grant": "Record that the driver grants it.",
    "deny": "Record that the driver denies it.",
    "revoke": "Record that the driver revokes it.",
    "write": "Write the data that the third party may have.",
    "list": "Who may have what.",
}


def add_analysis(command: AddFleetCommand) -> None:
    """Add the commands."""
    analytics = command("analytics", "Print the measures, or the figures of one.", "analytics")
    analytics.add_argument("measure", nargs="?", default="", help="name of the measure; all names without it")
    analytics.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="which engine runs it")
    add_json(analytics)
    _add_period(analytics)
    report = command("report", "Write the report on the fleet: one page of HTML.", "report")
    report.add_argument("--html", required=True, metavar="FILE", help="where to write it")
    _add_period(report)
    powerbi = command("powerbi", "Write a Power BI project (PBIP) with the tables that it reads.", "powerbi")
    powerbi.add_argument("folder", metavar="DIR", help="where to write it")
    _add_period(powerbi)
    deploy = command("deploy", "Write texts that set up the back end in Azure (untested).", "deploy")
    deploy.add_argument("folder", metavar="DIR", help="where to write them")
    _add_rights(command)
    add_json(command("dictionary", "Print the data dictionary: every event and field, as Markdown.", "dictionary"))


def _add_rights(command: AddFleetCommand) -> None:
    """Add the commands for a driver's rights."""
    export = command("export", "Write everything that is stored of a driver's random subject.", "export")
    _add_subject(export)
    _add_output(export)
    add_data(command("expire", "Delete what is older than its retention; to be run daily.", "expire"))
    forget = command("forget", "Erase everything that is stored of a subject, and prove it.", "forget")
    _add_subject(forget)
    share = command("share", "Let a third party have data of a subject.", "share")
    actions = share.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=Parser, help=argparse.SUPPRESS
    )
    for action, text in SHARE_ACTIONS.items():
        made = actions.add_parser(action, description=text)
        _add_subject(made)
        made.add_argument(
            "--with", dest="recipient", required=action != "list", default="", metavar="NAME", help="the third party"
        )  # fmt: skip
        if action == "write":
            _add_output(made)
        elif action != "list":
            made.add_argument("--topics", required=True, metavar="TOPIC,…", help="diagnostics, usage, mobility")
    share.epilog = f"actions: {', '.join(SHARE_ACTIONS)}"


def _add_subject(parser: Parser) -> None:
    parser.add_argument("--subject", required=True, metavar="SUBJECT", help="32 digits or letters a to f")
    add_data(parser)


def _add_output(parser: Parser) -> None:
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder for the files")
    parser.add_argument(
        "--format", dest="file_format", choices=["json", "csv"], default="", help="one format only; both if not given"
    )


def _add_period(parser: Parser) -> None:
    parser.add_argument(
        "--days", type=whole(1, 3_650), default=DAYS, metavar="N", help=f"length of the period ({DAYS})"
    )
    parser.add_argument(
        "--until",
        type=_day,
        metavar="DAY",
        help="last day of the period, such as 2026-11-30; the last with events that is over",
    )
    add_data(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day such as 2026-11-30") from None
