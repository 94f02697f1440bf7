"""`carlendar fleet report`: one self-contained page about the fleet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from carlendar.errors import UsageError
from carlendar.full_disk import explained
from carlendar_fleet.commands.data import located


def run(*, html: str, data: str, days: int, until: date | None) -> int:
    """Write the page. Raises UsageError without events or if it cannot be written, StoreError for unusable data."""
    from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
    from carlendar_fleet.report.gather import gather, last_days
    from carlendar_fleet.report.page import page

    if not Path(html).absolute().parent.is_dir():
        raise UsageError(f"the report cannot be written: there is no folder for {html}")
    folder = located(data)
    period = last_days(folder, days, datetime.now(UTC).date(), until)
    engine = DuckDBEngine(folder.events)
    try:
        findings = gather(folder, engine, period, datetime.now(UTC))
    finally:
        engine.close()
    target = Path(html).absolute()
    temporary = target.with_name(f".{target.name}.new")
    try:
        temporary.write_text(page(findings), encoding="utf-8")
        temporary.replace(target)  # half a page is never there to be opened
    except OSError as error:
        raise UsageError(f"the report cannot be written: {explained(error, Path(html))}") from error
    print(f"{html}: {period.first} to {period.last}, {len(findings.brands)} brands")
    return 0
