"""The zone of the operating system, followed when it changes."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from carlendar.platform.zone import SystemZone

ZONES = Path("/usr/share/zoneinfo")


def test_the_name_of_the_link_is_the_zone_and_a_new_link_is_seen(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(ZONES / "Europe/Berlin")
    zone = SystemZone(link, {})
    assert str(zone()) == "Europe/Berlin"
    fresh = tmp_path / "fresh"
    fresh.symlink_to(ZONES / "Europe/Lisbon")
    fresh.replace(link)
    assert str(zone()) == "Europe/Lisbon"


def test_the_environment_wins(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(ZONES / "Europe/Berlin")
    assert str(SystemZone(link, {"TZ": ":Asia/Tokyo"})()) == "Asia/Tokyo"
    assert str(SystemZone(link, {"TZ": "nonsense/zone"})()) == "Europe/Berlin"


def test_a_file_without_a_name_still_gives_its_rules(tmp_path: Path) -> None:
    from importlib.resources import files

    path = tmp_path / "localtime"
    path.write_bytes((files("tzdata.zoneinfo.Europe") / "Berlin").read_bytes())
    from datetime import datetime

    assert datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(SystemZone(path, {})()).hour == 14


@pytest.mark.parametrize("content", [None, b"", b"nothing of the kind"])
def test_where_the_system_says_nothing_it_is_utc(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "localtime"
    if content is not None:
        path.write_bytes(content)
    assert SystemZone(path, {})() is UTC
