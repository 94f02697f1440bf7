"""What is older than its retention is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from carlendar.telemetry.schema import EVENTS
from carlendar_fleet.commands import expire as expire_command
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.privacy.retention import DEAD_LETTER_DAYS, expire
from tests.fleet.event_folder import DAY, EventFolder

FIELDS: dict[str, dict[str, Any]] = {
    "dropped": {"count": 1}, "security": {"kind": "command_expired", "count": 1},
    "trip": {"hour": 8, "minutes": 5, "distance_km": 5},
}  # fmt: skip


def test_each_kind_of_event_is_kept_as_long_as_the_dictionary_states(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    events = EventFolder(data.events)
    today = DAY + timedelta(days=800)
    for name in ("dropped", "security", "trip"):
        kept = EVENTS[name].about.retention_days
        for age in (kept, kept + 1):
            events.add(name, 1, day=today - timedelta(days=age), **FIELDS[name])
    events.write()
    assert expire(data, today) == {"dropped": 1, "security": 1, "trip": 1}
    assert len(list(data.events.rglob("*.parquet"))) == 3
    assert expire(data, today) == {}


def test_old_dead_letters_are_deleted(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    for age in (DEAD_LETTER_DAYS, DEAD_LETTER_DAYS + 1):
        folder = data.dead_letters / f"day={DAY - timedelta(days=age)}"
        folder.mkdir(parents=True)
        (folder / "part-1.jsonl").write_bytes(b"{}\n")
    assert expire(data, DAY) == {"dead letters": 1}


def test_the_command_states_what_was_deleted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events").mkdir()
    assert expire_command.run(data=str(tmp_path)) == 0
    assert capsys.readouterr().out == "files deleted because their retention is over: nothing\n"
