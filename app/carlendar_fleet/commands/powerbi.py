"""`carlendar fleet powerbi`: a Power BI project with the tables that it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from carlendar_fleet.commands.data import located


def run(*, folder: str, data: str, days: int, until: date | None) -> int:
    """Write the project. Raises UsageError without events or if it cannot be written, StoreError for unusable data."""
    from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
    from carlendar_fleet.analytics.measures import ALL
    from carlendar_fleet.analytics.published import publish
    from carlendar_fleet.powerbi.project import NAME, write_project
    from carlendar_fleet.report.gather import last_days

    source = located(data)
    period = last_days(source, days, datetime.now(UTC).date(), until)
    engine = DuckDBEngine(source.events)
    try:
        results = {each.name: publish(each, engine, period) for each in ALL}
    finally:
        engine.close()
    written = write_project(Path(folder), results, period)
    print(f"{written} files, {period.first} to {period.last}: open {Path(folder) / f'{NAME}.pbip'} in Power BI Desktop")
    return 0
