"""The arguments of `carlendar fleet …`, which `carlendar` finds through the entry points `carlendar.commands`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from carlendar.commands.arguments import AddCommand, Parser
from carlendar_fleet.commands.analysis_arguments import add_analysis
from carlendar_fleet.commands.operation_arguments import AddFleetCommand, add_operation

HERE = "carlendar_fleet.commands"
PARTS: tuple[Callable[[AddFleetCommand], None], ...] = (add_operation, add_analysis)
"""Each adds the commands of one part of the back end."""


def register(command: AddCommand) -> None:
    """Add `fleet` with its commands."""
    fleet = command("fleet", "The fleet back end: registry, ingestion, reports.", HERE)
    # without `dest`, since the command's name is not an option of its module
    commands = fleet.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser, dest=argparse.SUPPRESS)

    def add(name: str, text: str, module: str) -> Parser:
        made: Parser = commands.add_parser(name, help=text, description=text)
        made.set_defaults(module=f"{HERE}.{module}")
        return made

    for part in PARTS:
        part(add)
