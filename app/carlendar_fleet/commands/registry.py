"""`carlendar fleet registry`: enrols, certifies, changes, revokes and lists vehicles, and shows consents."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from carlendar.errors import UsageError
from carlendar_fleet.commands.data import data_folder, existing_folder
from carlendar_fleet.registry.authority import Authority, replace
from carlendar_fleet.registry.consents import Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment


def run(
    *,
    action: str,
    data: str,
    vehicle: str = "",
    brand: str = "",
    model: str = "",
    request_file: str = "",
    out: str = "",
    subject: str = "",
    as_json: bool = False,
) -> int:
    """Do one action; returns 0. Raises UsageError and StoreError."""
    folder = data_folder(data) if action == "enrol" else existing_folder(data)
    now = datetime.now(UTC)
    database = Database(folder.registry)
    enrolment = Enrolment(database, Authority(folder.authority, now))
    if action == "enrol":
        enrolment.vehicles.enrol(vehicle, brand, model, now)
        print(f"{vehicle} is enrolled; next, certify its key")
    elif action == "certify":
        certificate = enrolment.certify(vehicle, _request(request_file), now)
        if out == "-":
            sys.stdout.write(certificate.decode())
        else:
            replace(Path(out), certificate)
    elif action == "change":
        changed = enrolment.vehicles.change(vehicle, brand, model)
        print(
            f"{vehicle} is {changed.brand} {changed.model} in what is stored from now on, and in its next certificate"
        )
    elif action == "revoke":
        enrolment.revoke(vehicle, now)
        print(f"{vehicle} is revoked; restart the broker, unless `fleet up` does it: {folder.authority / 'crl.pem'}")
    elif action == "list":
        _list(enrolment, as_json=as_json)
    else:
        _consents(Consents(database), subject, as_json=as_json)
    database.close()
    return 0


def _request(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _list(enrolment: Enrolment, *, as_json: bool) -> None:
    found = enrolment.vehicles.all()
    if as_json:
        print(msgspec.json.encode({"vehicles": [msgspec.structs.asdict(each) for each in found]}).decode())
        return
    for each in found:
        print(f"{each.id}  {each.brand}  {each.model}  {each.status}")


def _consents(consents: Consents, subject: str, *, as_json: bool) -> None:
    found = consents.of(subject) if subject else consents.all()
    if as_json:
        print(msgspec.json.encode({"consents": [msgspec.structs.asdict(each) for each in found]}).decode())
        return
    for each in found:
        state = f"given, version {each.purpose_version}" if each.granted else "withdrawn"
        print(f"{each.subject}  {each.vehicle}  {each.topic}  {state}  {each.changed_at:%Y-%m-%d %H:%M}")
