"""Writes what a simulated fleet would have caused straight into the tables: millions of rows in seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carlendar.domain.base import Value
from carlendar.errors import UsageError
from carlendar.telemetry.schema import CONSENT_TOPICS, TelemetryEvent
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.consents import Consent, Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles
from carlendar_fleet.simulate.fleet import BRANDS, MODELS, Fleet
from carlendar_fleet.simulate.tables import Numbering, day_tables, days_since_1970
from carlendar_fleet.tables.partitions import partition

SERIALS = 2**64
"""First serial number of simulated certificates, which nothing was certified with."""


class Written(Value, frozen=True):
    """What was written."""

    events: int
    files: int


def write_history(data: DataFolder, fleet: Fleet) -> Written:
    """Write the events of cars, and register these with their consents. Raises UsageError if the cars exist already.

    They are registered last: where it was interrupted before, it begins again.
    """
    data.prepare()
    _refuse_registered(data, fleet)
    name = f"part-simulated-{fleet.ids[0]}.parquet"
    for left in data.events.rglob(name):
        left.unlink()
    numbering = Numbering(fleet.size)
    events = files = 0
    for day in range(fleet.days):
        merged: dict[type[TelemetryEvent], list[pa.Table]] = {}
        for event, table in day_tables(fleet, day, numbering):
            merged.setdefault(event, []).append(table)
        for event, tables in merged.items():
            table = pa.concat_tables(tables)
            events += table.num_rows
            for brand in BRANDS:
                rows = table.filter(pc.equal(table["brand"], brand))
                if rows.num_rows:
                    folder = data.root / partition(event.about.name, days_since_1970(fleet, day), brand)
                    folder.mkdir(parents=True, exist_ok=True)
                    pq.write_table(rows, folder / name, compression="zstd")
                    files += 1
    register(data, fleet)
    return Written(events, files)


def _refuse_registered(data: DataFolder, fleet: Fleet) -> None:
    database = Database(data.registry)
    known = {each.id for each in Vehicles(database).all()}
    database.close()
    if found := known.intersection(fleet.ids):
        raise UsageError(f"{min(found)} is registered already")


def register(data: DataFolder, fleet: Fleet) -> None:
    """Register the cars, as if each had a certificate, and the consents of their drivers."""
    database = Database(data.registry)
    begin = datetime.combine(fleet.begin, datetime.min.time(), UTC)
    cars = (
        (vehicle, BRANDS[fleet.brands[car]], MODELS[fleet.models[car]], SERIALS + fleet.seed * 10**6 + car)
        for car, vehicle in enumerate(fleet.ids)
    )
    Vehicles(database).add_active(cars, begin, begin + timedelta(days=fleet.days + 90))
    Consents(database).store(
        Consent(fleet.subjects[car], topic, fleet.ids[car], True, 1, number + 1, number + 1, begin)
        for number, topic in enumerate(CONSENT_TOPICS)
        for car in range(fleet.size)
        if fleet.consents[topic][car]
    )
    database.close()
