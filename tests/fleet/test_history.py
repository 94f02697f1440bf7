"""The past of a simulated fleet, written straight into the tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from carlendar.errors import UsageError
from carlendar_fleet.simulate import offline
from carlendar_fleet.simulate.fleet import Fleet, simulated_fleet
from carlendar_fleet.simulate.tables import Numbering, day_tables
from tests.fleet.cars import folder, ids


def test_an_interrupted_history_begins_again_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, whole = folder(tmp_path / "a"), folder(tmp_path / "b")
    begin, later = date(2026, 11, 1), date(2026, 11, 4)
    interrupted = simulated_fleet(20, 3, 1, begin)
    original = day_tables

    def until_day_two(fleet: Fleet, day: int, numbering: Numbering) -> object:
        if day == 2:
            raise KeyboardInterrupt
        return original(fleet, day, numbering)

    monkeypatch.setattr(offline, "day_tables", until_day_two)
    with pytest.raises(KeyboardInterrupt):
        offline.write_history(data, interrupted)
    monkeypatch.undo()
    assert ids(data, "trip")
    for each in (data, whole):  # days later, with other days than before
        offline.write_history(each, simulated_fleet(20, 3, 1, later))
    assert ids(data, "trip") == ids(whole, "trip")
    with pytest.raises(UsageError, match="registered already"):
        offline.write_history(data, interrupted)
