"""The arguments of the commands that run the back end."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date

from carlendar.commands.arguments import Parser, add_json, add_logging
from carlendar.domain.account import is_tenant_id

AddFleetCommand = Callable[[str, str, str], Parser]
"""Adds a command below `fleet`: name, help and the module in `commands/` that has its `run`; returns its parser."""


def add_operation(command: AddFleetCommand) -> None:
    """Add `up`, `registry`, `ingest`, `simulate`, and those for commands to cars."""
    _up(command("up", "Start a back end with simulated cars on this machine.", "up"))
    _registry(command("registry", "The vehicles, their certificates, and consents.", "registry"))
    _ingest(command("ingest", "Read events from a broker or from Kafka into the tables.", "ingest"))
    _simulate(command("simulate", "Write the tables that a simulated fleet would cause.", "simulate"))
    _control(command("control", "Answer cars: desired state, results, renewed certificates.", "control"))
    _command(command("command", "Give a car a command, or list what was given.", "command"))
    _erase(command("erase", "Erase a car that was stolen or sold, with two approvals.", "erase"))
    _notifications(
        command("notifications", "Forward Graph's change notifications to cars, without content.", "notifications")
    )
    _tokens(command("tokens", "Tokens for cars to join meetings over their data connection.", "tokens"))
    key = command("key", "Make a signing key; prints its public part for the platform file.", "key")
    key.add_argument("file", metavar="FILE", help="a new file for the private key")


def add_data(parser: Parser, text: str = "the data folder, if not the default") -> None:
    """Add the option of the data folder."""
    parser.add_argument("--data", default="", metavar="DIR", help=text)


def _up(parser: Parser) -> None:
    parser.add_argument("--cars", type=whole(1, 1_000), default=20, metavar="N", help="simulated cars that drive (20)")
    parser.add_argument(
        "--history", type=whole(0, 100_000), default=400, metavar="N",
        help="simulated cars whose last 30 days are in the tables already (400)",
    )  # fmt: skip
    parser.add_argument("--seed", type=whole(0, 10**6), default=1, metavar="S", help="of the simulation (1)")
    parser.add_argument("--port", type=whole(0, 65_535), default=0, metavar="N", help="the broker's port; any, if 0")
    add_data(parser, "keep the data in this folder; without, it is deleted at the end")
    add_logging(parser)


def _registry(parser: Parser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=Parser, help=argparse.SUPPRESS
    )
    enrol = actions.add_parser("enrol", description="Add a vehicle.")
    enrol.add_argument("vehicle", metavar="ID")
    enrol.add_argument("--brand", required=True, metavar="NAME", help="as in assets/brands")
    enrol.add_argument("--model", required=True, metavar="NAME")
    certify = actions.add_parser("certify", description="Certify the key of an enrolled vehicle.")
    certify.add_argument("vehicle", metavar="ID")
    certify.add_argument(
        "--request", required=True, dest="request_file", metavar="FILE",
        help="the certificate request (PEM) that was made in the car",
    )  # fmt: skip
    certify.add_argument("--out", default="-", metavar="FILE", help="where the certificate goes; - for standard output")
    change = actions.add_parser("change", description="Correct the brand or model of a vehicle.")
    change.add_argument("vehicle", metavar="ID")
    change.add_argument("--brand", default="", metavar="NAME", help="as in assets/brands")
    change.add_argument("--model", default="", metavar="NAME")
    revoke = actions.add_parser("revoke", description="Exclude a vehicle with all its certificates.")
    revoke.add_argument("vehicle", metavar="ID")
    listed = actions.add_parser("list", description="The vehicles.")
    consents = actions.add_parser("consents", description="What was consented to.")
    consents.add_argument("--subject", default="", metavar="SUBJECT", help="of this subject only")
    for made in (listed, consents):
        add_json(made)
    for made in (enrol, certify, change, revoke, listed, consents):
        add_data(made)
    parser.epilog = "actions: enrol, certify, change, revoke, list, consents"


def _ingest(parser: Parser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--broker", default="", metavar="HOST:PORT", help="an MQTT broker with TLS")
    source.add_argument("--kafka", default="", metavar="SERVERS", help="bootstrap servers, such as of Event Hubs")
    parser.add_argument(
        "--receipts", default="", metavar="HOST:PORT", help="with --kafka: the broker over which cars get receipts"
    )
    parser.add_argument("--certificate", default="", metavar="FILE", help="the client's certificate (PEM)")
    parser.add_argument("--key", default="", metavar="FILE", help="the key of the certificate (PEM)")
    parser.add_argument("--ca-file", default="", metavar="FILE", help="the broker's certificate authority (PEM)")
    parser.add_argument("--topic", default="telemetry", metavar="NAME", help="Kafka: the topic, an event hub's name")
    parser.add_argument("--group", default="carlendar-ingest", metavar="NAME", help="Kafka: the consumer group")
    parser.add_argument("--kafka-config", default="", metavar="FILE", help="Kafka: more settings of librdkafka (TOML)")
    parser.add_argument(
        "--commit-seconds", type=_seconds, default=2.0, metavar="N", help="age of a batch when it is committed (2)"
    )
    parser.belong_to("--broker", "--certificate", "--key", "--ca-file")
    parser.belong_to("--kafka", "--kafka-config")
    add_data(parser)
    add_logging(parser)


def _simulate(parser: Parser) -> None:
    parser.add_argument("--cars", type=whole(1, 1_000_000), required=True, metavar="N", help="how many cars")
    parser.add_argument("--days", type=whole(1, 3_650), required=True, metavar="D", help="how many days")
    parser.add_argument("--seed", type=whole(0, 10**6), default=1, metavar="S", help="the same seed, the same events")
    parser.add_argument("--begin", type=_day, default=None, metavar="DAY", help="the first day; without, D days ago")
    add_data(parser)


def _control(parser: Parser) -> None:
    parser.add_argument("--broker", required=True, metavar="HOST:PORT", help="an MQTT broker with TLS")
    add_data(parser)
    add_logging(parser)


def _notifications(parser: Parser) -> None:
    parser.add_argument("--port", type=whole(0, 65_535), required=True, metavar="N", help="the webhook's port; 0: any")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where it listens (127.0.0.1)")
    parser.add_argument(
        "--secret-file", required=True, metavar="FILE", help="the secret in the path of the webhook's address"
    )
    add_data(parser)
    add_logging(parser)


def _tokens(parser: Parser) -> None:
    parser.add_argument("--port", type=whole(0, 65_535), required=True, metavar="N", help="the port; 0: any")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where it listens (127.0.0.1)")
    parser.add_argument(
        "--client-id", required=True, metavar="ID", help="the application that drivers sign in to (identity.client_id)"
    )
    parser.add_argument(
        "--connection-file", default="", metavar="FILE",
        help="Azure's connection string, in a file of root's; without, CARLENDAR_COMMUNICATION_SERVICES has it",
    )  # fmt: skip
    parser.add_argument(
        "--tenant", action="append", default=[], type=_tenant, metavar="ID",
        help="only people of this tenant; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--minutes", type=whole(1, 1_000_000), default=1_200, metavar="N", help="of calls for each car and month (1200)"
    )
    parser.add_argument("--no-guests", action="store_false", dest="guests", help="signed-in drivers alone")
    parser.add_argument(
        "--name", action="append", default=[], metavar="NAME",
        help="a host name in the certificate that the fleet's authority issues; may be repeated (localhost)",
    )  # fmt: skip
    parser.add_argument("--certificate", default="", metavar="FILE", help="the server's certificate instead (PEM)")
    parser.add_argument("--key", default="", metavar="FILE", help="the key of the certificate (PEM)")
    parser.add_argument(
        "--login", default="https://login.microsoftonline.com", metavar="URL",
        help="the sign-in host that issues drivers' tokens (https://login.microsoftonline.com)",
    )  # fmt: skip
    parser.add_argument(
        "--azure-ca-file", default="", metavar="FILE", help="Azure's certificate authority, for the emulated cloud"
    )
    parser.belong_to("--certificate", "--key")
    parser.belong_to("--key", "--certificate")
    parser.exclude("--certificate", "--name")
    add_data(parser)
    add_logging(parser)


def _command(parser: Parser) -> None:
    parser.add_argument("vehicle", nargs="?", default="", metavar="ID", help="the car; without, all with --list")
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="calendar_changed, show_stored or managed_settings"
    )
    parser.add_argument("--settings", default="", metavar="FILE", help="managed_settings: the policy, in TOML")
    parser.add_argument("--key", default="", metavar="FILE", help="managed_settings: the key that signs policies")
    parser.add_argument("--days", type=whole(1, 365), default=7, metavar="N", help="how long it is offered (7)")
    parser.add_argument("--list", action="store_true", dest="listed", help="show what was given, with the results")
    add_json(parser)
    parser.belong_to("--list", "--json")
    parser.exclude("--list", "--settings", "--key", "--days")
    add_data(parser)


def _erase(parser: Parser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=Parser, help=argparse.SUPPRESS
    )
    draft = actions.add_parser("draft", description="Write an erase of one car, to be approved.")
    draft.add_argument("vehicle", metavar="ID")
    draft.add_argument("--days", type=whole(1, 365), default=30, metavar="N", help="how long it is offered (30)")
    draft.add_argument("--out", required=True, metavar="FILE", help="a new file")
    approve = actions.add_parser("approve", description="Sign an erase. Needs no data folder and no network.")
    approve.add_argument("file", metavar="FILE", help="the erase; the signature is added to it")
    approve.add_argument("--key", required=True, metavar="FILE", help="the approver's key")
    submit = actions.add_parser("submit", description="Offer an erase that two approvers have signed.")
    submit.add_argument("file", metavar="FILE", help="the erase")
    submit.add_argument("--keys", required=True, metavar="FILE", help="the approvers' public keys, one a line")
    for made in (draft, submit):
        add_data(made)
    parser.epilog = "actions: draft, approve, submit"


def whole(low: int, high: int) -> Callable[[str], int]:
    """A type of arguments: a whole number within bounds."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text} is no whole number between {low} and {high}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 3_600.0:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above zero and up to 3600")
    return value


def _tenant(text: str) -> str:
    if not is_tenant_id(text.lower()):
        raise argparse.ArgumentTypeError(f"{text} is no tenant's id, such as 11111111-2222-3333-4444-555555555555")
    return text.lower()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2026-11-30") from None
