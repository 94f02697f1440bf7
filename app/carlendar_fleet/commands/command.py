"""`carlendar fleet command`: gives a car a command, and lists what was given."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from carlendar.errors import UsageError
from carlendar.telemetry.control import POLICY_LIMIT, CalendarChanged, ManagedSettings, ShowStored, VehicleCommand
from carlendar.telemetry.signing import sign
from carlendar_fleet.commands.data import existing_folder
from carlendar_fleet.control.keys import load, load_or_create
from carlendar_fleet.control.orders import Orders
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.database import Database

KINDS: dict[str, type[VehicleCommand]] = {
    "calendar_changed": CalendarChanged, "show_stored": ShowStored, "managed_settings": ManagedSettings,
}  # fmt: skip


def run(*, vehicle: str, name: str, settings: str, key: str, days: int, listed: bool, as_json: bool, data: str) -> int:
    """Give the command or list what was given; returns 0. Raises UsageError."""
    folder = existing_folder(data)
    database = Database(folder.registry)
    orders = Orders(database)
    if listed:
        _list(orders, vehicle, as_json=as_json)
    else:
        _give(orders, folder, vehicle, name, settings, key, days)
    database.close()
    return 0


def _give(orders: Orders, folder: DataFolder, vehicle: str, name: str, settings: str, key: str, days: int) -> None:
    if not vehicle or not name:
        raise UsageError("name the car and the command, or use --list")
    if name not in KINDS:
        raise UsageError(f"{name} is no command that can be given here: {', '.join(KINDS)}")
    if (name == "managed_settings") != bool(settings) or bool(settings) != bool(key):
        raise UsageError("managed_settings needs --settings and --key, and no other command takes them")
    signer = load(Path(key)) if key else load_or_create(folder.command_key)
    fields = {"settings": _policy(Path(settings))} if settings else {}
    drafted = orders.draft(KINDS[name], vehicle, datetime.now(UTC), days=days, fields=fields)
    order = orders.release(drafted.id, sign(msgspec.json.encode(drafted), signer))
    print(f"{order.id}  {name} number {order.number} is offered to {vehicle} until it has a result")


def _policy(file: Path) -> str:
    try:
        text = file.read_text("utf-8")
        tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no TOML: {error}") from error
    if len(text) > POLICY_LIMIT:
        raise UsageError(f"{file} is longer than the {POLICY_LIMIT} characters that a car takes")
    return text


def _list(orders: Orders, vehicle: str, *, as_json: bool) -> None:
    orders.expire(datetime.now(UTC))
    found = orders.all(vehicle)
    if as_json:
        keys = ("id", "vehicle", "name", "number", "issued_at", "expires_at", "status", "counts")
        print(msgspec.json.encode({"commands": [{key: getattr(each, key) for key in keys} for each in found]}).decode())
        return
    for each in found:
        counts = "  ".join(f"{name} {number}" for name, number in each.counts.items())
        print(f"{each.issued_at:%Y-%m-%d %H:%M}  {each.vehicle}  {each.name} {each.number}  {each.status}  {counts}")
