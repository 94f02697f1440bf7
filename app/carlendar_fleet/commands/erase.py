"""`carlendar fleet erase`: an erase of one car is drafted, approved twice outside the back end, and submitted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from carlendar.errors import UsageError
from carlendar.telemetry.commands import APPROVALS
from carlendar.telemetry.control import EraseCar, decode_command
from carlendar.telemetry.signing import approve, sign, verify
from carlendar_fleet.commands.data import existing_folder
from carlendar_fleet.control.keys import load, public_keys
from carlendar_fleet.control.orders import Orders
from carlendar_fleet.registry.authority import replace
from carlendar_fleet.registry.database import Database


def run(
    *, action: str, vehicle: str = "", file: str = "", key: str = "", keys: str = "", out: str = "", days: int = 30,
    data: str = "",
) -> int:  # fmt: skip
    """Do one action; returns 0. Raises UsageError."""
    if action == "draft":
        _draft(vehicle, Path(out), days, data)
    elif action == "approve":
        _approve(Path(file), Path(key))
    else:
        _submit(Path(file), Path(keys), data)
    return 0


def _draft(vehicle: str, out: Path, days: int, data: str) -> None:
    if out.exists():
        raise UsageError(f"{out} exists already")
    database = Database(existing_folder(data).registry)
    drafted = Orders(database).draft(EraseCar, vehicle, datetime.now(UTC), days=days)
    database.close()
    replace(out, sign(msgspec.json.encode(drafted)))
    print(f"{out} erases {vehicle} once {APPROVALS} approvers have signed it and it was submitted")


def _approve(file: Path, key: Path) -> None:
    signer = load(key)
    document = _read(file)
    try:
        signed = approve(document, signer)
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
    replace(file, signed)
    print(f"{file} has one more signature")


def _submit(file: Path, keys: Path, data: str) -> None:
    document = _read(file)
    try:
        verified = verify(document, public_keys(keys))
        command = decode_command(verified.payload)
    except (ValueError, PermissionError) as error:
        raise UsageError(f"{file}: {error}") from error
    if not isinstance(command, EraseCar):
        raise UsageError(f"{file} is no erase")
    if len(verified.keys) < APPROVALS:
        raise UsageError(f"{file} was approved by {len(verified.keys)} of {APPROVALS} approvers")
    database = Database(existing_folder(data).registry)
    order = Orders(database).release(command.id, document)
    database.close()
    print(f"{order.vehicle} is erased when it connects; `carlendar fleet command --list` shows the result")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
