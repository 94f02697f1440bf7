"""The arguments of the commands on stored events: figures, reports, exports, a driver's rights, texts for Azure."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from carlendar.commands.arguments import Parser, add_json
from carlendar_fleet.commands.operation_arguments import add_data, whole

if TYPE_CHECKING:
    from carlendar_fleet.commands.arguments import AddFleetCommand

DAYS = 30


def add_analysis(add: AddFleetCommand) -> None:
    """Add the commands."""
    analytics = add("analytics", "Print the measures, or the figures of one.", "analytics")
    analytics.add_argument("measure", nargs="?", default="", help="name of the measure; all names without it")
    analytics.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="which engine runs it")
    add_json(analytics)
    _add_period(analytics)
    report = add("report", "Write the report on the fleet: one page of HTML.", "report")
    report.add_argument("--html", required=True, metavar="FILE", help="where to write it")
    _add_period(report)
    powerbi = add("powerbi", "Write a Power BI project (PBIP) with the tables that it reads.", "powerbi")
    powerbi.add_argument("folder", metavar="DIR", help="where to write it")
    _add_period(powerbi)


def _add_period(parser: Parser) -> None:
    parser.add_argument(
        "--days", type=whole(1, 3_650), default=DAYS, metavar="N", help=f"length of the period ({DAYS})"
    )
    parser.add_argument(
        "--until", type=_day, metavar="DAY", help="last day of the period, such as 2026-11-30; the last with events"
    )
    add_data(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day such as 2026-11-30") from None
