"""The car is switched off at every moment of a synchronisation: what is stored stays right, the next one repairs it."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from carlendar.store.database import DAMAGED_MARK
from carlendar_devtools.emulator.world.entry import Entry
from carlendar_devtools.emulator.world.pattern import Recurrence
from tests.fakes.kill_points import stopped_at_each_step
from tests.truth.conftest import Car

HOUR = timedelta(hours=1)


def test_killed_at_every_statement_of_a_synchronisation_nothing_is_lost(car: Car, tmp_path: Path) -> None:
    """A first synchronisation, one with changes, and one of an unchanged calendar, each cut at each statement.

    It runs once and is stopped as a whole before each statement: the files of that moment are what a cut leaves.

    At every cut the files open without damage, hold nothing that the cloud never showed, and hold all
    that was held before and did not change; after a settled synchronisation they hold the truth.
    """
    ada = car.ada
    first = ada.add("Review", car.clocks.wall + HOUR, HOUR, body="<p>One</p>")
    rule = Recurrence("weekly", date(2026, 11, 2), days=("wednesday",))
    weekly = ada.add("Weekly", car.clocks.wall - timedelta(days=19), HOUR, recurrence=rule, calendar="team")
    kept = ada.add("Kept", car.clocks.wall + 3 * HOUR, HOUR, body="<p>Kept</p>")

    def pictures() -> set[object]:
        return {row[:5] for row in car.truth()} if car.calendars() else set()

    cuts = 0
    seen: set[object] = set()
    lasting: set[object] = set()
    for change in ("first", "changed", "unchanged"):
        if change == "changed":
            ada.change(first.key, title="Renamed", body="<p>Two</p>")
            ada.delete(weekly.key, original=date(2026, 11, 25))
            ada.add("New", car.clocks.wall + 2 * HOUR, HOUR)
        before, cut_at = tmp_path / f"before-{change}", tmp_path / f"cut-{change}"
        shutil.copytree(car.folder, before)
        step = 0
        for step, _ in enumerate(stopped_at_each_step(car.sync), 1):
            shutil.copytree(car.folder, cut_at / str(step))
        seen |= pictures()
        for cut in range(1, step + 1):
            _put(cut_at / str(cut), car.folder)
            held = {row[:5] for row in car.held()}
            assert lasting <= held, f"lost at statement {cut} of {change}"
            assert held <= seen, f"a ghost at statement {cut} of {change}"
            if cut % 8 == 0:
                car.settle()
                assert car.held() == car.truth(), f"not repaired after statement {cut} of {change}"
        _put(before, car.folder)
        assert step > 10
        cuts += step
        car.settle()
        assert car.held() == car.truth()
        seen |= pictures()
        lasting = {row[:5] for row in car.held() if row[1] == ada_id(car, kept)}
        assert lasting
    assert cuts > 60
    assert not [path for path in Path(car.folder).iterdir() if DAMAGED_MARK in path.name]


def _put(files: Path, folder: Path) -> None:
    """Have these files in the folder, and no others."""
    shutil.rmtree(folder)
    shutil.copytree(files, folder)


def ada_id(car: Car, entry: Entry) -> str:
    """The identifier that the service gives a single entry."""
    return next(str(row[1]) for row in car.truth() if row[2] == entry.title)
