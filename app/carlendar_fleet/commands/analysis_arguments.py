"""The arguments of the commands on stored events: figures, reports, exports, a driver's rights, texts for Azure."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from carlendar.commands.arguments import Parser
from carlendar_fleet.folder import default

AddFleetCommand = Callable[[str, str, str], Parser]
DAYS = 30


def add_analysis(add: AddFleetCommand) -> None:
    """Add the commands."""
    analytics = add("analytics", "Print the measures, or the figures of one.", "analytics")
    analytics.add_argument("measure", nargs="?", default="", help="name of the measure; all names without it")
    analytics.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="which engine runs it")
    analytics.add_argument("--json", action="store_true", help="print JSON instead of a table")
    _add_period(analytics)
    report = add("report", "Write the report on the fleet: one page of HTML.", "report")
    report.add_argument("--html", required=True, metavar="FILE", help="where to write it")
    _add_period(report)
    powerbi = add("powerbi", "Write a Power BI project (PBIP) with the tables that it reads.", "powerbi")
    powerbi.add_argument("folder", metavar="DIR", help="where to write it")
    _add_period(powerbi)


def _add_period(parser: Parser) -> None:
    _add_data(parser)
    parser.add_argument("--days", type=_positive, default=DAYS, help="length of the period")
    parser.add_argument("--until", type=_day, help="last day of the period, YYYY-MM-DD; the last with events if none")


def _add_data(parser: Parser) -> None:
    parser.add_argument("--data", type=Path, default=default(), metavar="DIR", help="the back end's data folder")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number of days, 1 or more")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day such as 2026-11-30") from None
