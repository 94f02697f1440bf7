"""Navigation and sources of travel times, by the settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.errors import SettingsError
from carlendar.known_settings import SettingValue
from carlendar.service.travel_ports import TravelPorts
from carlendar.settings import Settings, load
from carlendar.wiring.travel import key_of, travel
from carlendar.wiring.travel_check import check
from tests.fakes.clocks import ManualClocks

CLOCKS = ManualClocks(datetime(2026, 3, 2, tzinfo=UTC))


def settings(tmp_path: Path, **given: SettingValue) -> Settings:
    arguments: Mapping[str, SettingValue] = {f"navigation.{name}": value for name, value in given.items()}
    return load(arguments, environ={"HOME": str(tmp_path)}, managed=None, platform=None)


def ports(tmp_path: Path, **given: SettingValue) -> TravelPorts:
    return travel(settings(tmp_path, **given), CLOCKS)


def test_by_default_nothing_is_asked_and_the_screen_sets_destinations(tmp_path: Path) -> None:
    assert ports(tmp_path) == TravelPorts(set_by_screen=True)


def test_navit_is_the_services(tmp_path: Path) -> None:
    made = ports(tmp_path, system="navit")
    assert made.navigation is not None
    assert not made.set_by_screen
    assert len(made.geocoders) == 1
    assert not ports(tmp_path, system="none").set_by_screen
    assert ports(tmp_path, system="link").set_by_screen


def test_azure_maps_is_online_and_finds_addresses(tmp_path: Path) -> None:
    made = ports(tmp_path, azure_maps=True)
    assert (made.times, made.geocoders) == ((), ())
    assert len(made.online_times) == len(made.online_geocoders) == 1


def test_a_folder_without_a_database_is_left_out_with_a_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="carlendar.wiring.travel")
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


# --- carlendar doctor ----------------------------------------------------------------------------


def test_doctor_names_what_takes_destinations_and_where_travel_times_come_from(tmp_path: Path) -> None:
    found = check(settings(tmp_path), CLOCKS)
    assert (found.ok, found.detail) == (True, "destinations go to the car's navigation; no source of travel times")
    (tmp_path / "key").write_text("abc")
    found = check(settings(tmp_path, azure_maps=True, azure_maps_key_file=str(tmp_path / "key")), CLOCKS)
    assert (found.ok, found.detail.partition("; ")[2]) == (True, "travel times: Azure Maps, with the driver's consent")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"system": "navit"}, "Navit does not answer"),
        ({"routino_folder": "."}, "no database of Routino"),
        ({"azure_maps": True}, "azure_maps_key_file is missing"),
    ],
)
def test_doctor_says_what_of_it_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, SettingValue], what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
    found = check(settings(tmp_path, **given), CLOCKS)
    assert not found.ok
    assert what in found.detail
    assert found.fix
