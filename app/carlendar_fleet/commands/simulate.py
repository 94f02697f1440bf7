"""`carlendar fleet simulate`: the tables of a simulated fleet, for reports and benchmarks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from carlendar_fleet.commands.data import data_folder


def run(*, cars: int, days: int, seed: int, begin: date | None, data: str) -> int:
    """Write the tables; returns 0. Raises UsageError if these cars exist already."""
    from carlendar_fleet.simulate.fleet import simulated_fleet
    from carlendar_fleet.simulate.offline import write_history

    folder = data_folder(data)
    first = begin or datetime.now(UTC).date() - timedelta(days=days)
    written = write_history(folder, simulated_fleet(cars, days, seed, first))
    print(f"{written.events:,} events of {cars:,} cars in {written.files:,} files: {folder.events}")
    return 0
