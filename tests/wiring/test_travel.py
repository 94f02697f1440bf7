"""Navigation and sources of travel times, by the settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.errors import SettingsError
from carlendar.known_settings import SettingValue
from carlendar.service.travel_ports import TravelPorts
from carlendar.settings import load
from carlendar.wiring.travel import key_of, travel
from tests.fakes.clocks import ManualClocks


def ports(tmp_path: Path, **given: SettingValue) -> TravelPorts:
    arguments: Mapping[str, SettingValue] = {f"navigation.{name}": value for name, value in given.items()}
    settings = load(arguments, environ={"HOME": str(tmp_path)}, managed=None, platform=None)
    return travel(settings, ManualClocks(datetime(2026, 3, 2, tzinfo=UTC)))


def test_by_default_nothing_is_asked_and_the_screen_sets_destinations(tmp_path: Path) -> None:
    assert ports(tmp_path) == TravelPorts(set_by_screen=True)


def test_navit_is_the_services(tmp_path: Path) -> None:
    made = ports(tmp_path, system="navit")
    assert made.navigation is not None
    assert not made.set_by_screen
    assert not ports(tmp_path, system="none").set_by_screen
    assert ports(tmp_path, system="link").set_by_screen


def test_azure_maps_is_online_and_finds_addresses(tmp_path: Path) -> None:
    made = ports(tmp_path, azure_maps=True)
    assert (made.times, made.geocoders) == ((), ())
    assert len(made.online_times) == len(made.online_geocoders) == 1


def test_a_folder_without_a_database_is_left_out_with_a_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert ports(tmp_path, routino_folder=str(tmp_path)).times == ()
    assert "no database of Routino" in caplog.text
    (tmp_path / "region-nodes.mem").touch()
    assert len(ports(tmp_path, routino_folder=str(tmp_path)).times) == 1


@pytest.mark.parametrize("content", [None, b"", b"two words", b"\xff\xfe", b"line\nline"])
def test_a_key_that_cannot_be_one_is_a_message_without_the_key(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        key_of(path)
    assert "two words" not in str(raised.value)
    with pytest.raises(SettingsError, match="is missing"):
        key_of(None)


def test_a_key_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc-123\n")
    assert key_of(tmp_path / "key") == "abc-123"
