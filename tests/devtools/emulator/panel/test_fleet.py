"""The page's controls of the fleet: a real broker, a real car's telemetry, and a back end that answers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.ports import Telemetry
from carlendar.errors import UsageError
from carlendar.root_file import RootFile
from carlendar.settings import load
from carlendar.telemetry.publisher import Pace
from carlendar.wiring import telemetry as wiring
from carlendar_devtools.emulator.fleet.back_end import FleetBackEnd
from carlendar_devtools.emulator.fleet.broker import VEHICLE, FleetBroker
from carlendar_devtools.emulator.panel.command import Arguments
from carlendar_devtools.emulator.panel.fleet import FleetControl
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.presets import FLEET, PRESETS
from tests.fakes.car_actions import RecordedActions
from tests.fakes.clocks import ManualClocks
from tests.fakes.waiting import wait_until
from tests.service.service_program import Clock

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)


class Rig:
    """An emulated fleet with one car, whose telemetry is that of the service."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.clock = Clock()
        self.broker = FleetBroker(folder / "fleet")
        self.broker.start()
        stack.callback(self.broker.stop)
        self.back_end = FleetBackEnd(self.broker, self.clock.now, lambda: None)
        self.journal = Journal(lambda: "8:30", ManualClocks(NOW).seconds, lambda: None)
        self.control = FleetControl(self.broker, self.back_end, self.journal)
        (folder / FLEET).write_text(self.back_end.platform_section(self.broker))
        PRESETS[0].write(folder)
        own = folder / "data" / "telemetry"
        own.mkdir(parents=True, mode=0o700)
        (own / "vehicle.pem").write_bytes(self.broker.certificate(VEHICLE).read_bytes())
        (folder / "settings.toml").write_text("")
        environ = {"CARLENDAR_CONFIG": str(folder / "settings.toml"), "CARLENDAR_DATA_FOLDER": str(folder / "data")}
        platform = RootFile(folder / "platform.toml", folder.stat().st_uid, folder)
        self.settings = load(environ=environ, managed=None, platform=platform)
        pace = Pace(settle=0.0, every=0.2, collect=0.0, receipt=1.0, back_off=0.2, most=0.5)
        made = wiring.telemetry(self.settings, self.clock, self.clock, pace=pace)
        assert made is not None
        self.telemetry: Telemetry = made
        self.actions = RecordedActions()
        self.back_end.start()
        stack.callback(self.back_end.stop)
        self.telemetry.network(True)
        self.telemetry.start(self.actions)
        stack.callback(self.telemetry.stop)

    def order(self, name: str, value: object) -> None:
        """What the page orders."""
        self.control.orders()[name](Arguments({"value": value}))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with ExitStack() as stack:
        yield Rig(tmp_path, stack)


def test_consent_and_what_was_published_are_shown_readably(rig: Rig) -> None:
    assert rig.control.state()["consents"] == []
    rig.telemetry.consent({"ana": {"usage": 1}})
    wait_until(lambda: rig.control.state()["consents"] == [["usage", True]])
    rig.telemetry.record("late", {"minutes": 10, "outcome": "sent"}, "ana")
    wait_until(lambda: rig.control.state()["published"] == 2)
    assert rig.control.state()["events"][0][1] == "late: minutes 10, outcome sent"
    rig.telemetry.consent({"ana": {}})
    wait_until(lambda: rig.control.state()["consents"] == [["usage", False]])


def test_a_broker_that_is_down_keeps_events_in_the_car(rig: Rig) -> None:
    rig.telemetry.consent({"ana": {"usage": 1}})
    wait_until(lambda: rig.control.state()["published"] == 1)
    rig.order("broker", "off")
    assert rig.control.state()["broker"] == "off"
    rig.telemetry.record("late", {"minutes": 5, "outcome": "sent"}, "ana")
    rig.order("broker", "on")
    wait_until(lambda: rig.control.state()["published"] == 2)
    assert rig.control.state()["broker"] == "on"


def test_a_revoked_car_publishes_nothing_until_it_is_trusted_again(rig: Rig) -> None:
    rig.order("revoked", True)
    rig.telemetry.consent({"ana": {"usage": 1}})
    wait_until(lambda: "security" in rig.telemetry.held())
    assert rig.control.state()["published"] == 0
    rig.order("revoked", False)
    wait_until(lambda: rig.control.state()["consents"])


def test_commands_are_carried_out_and_their_results_shown(rig: Rig) -> None:
    for name in ("calendar_changed", "show_stored", "managed_settings", "erase_car"):
        rig.order("command", name)
        wait_until(
            lambda name=name: (
                rig.control.state()["results"][0][0] == name  # type: ignore[misc]  # bound now
                and rig.control.state()["results"][0][1].startswith("done")
            )
        )
    assert rig.actions.done == ["calendar_changed", "restart", "erase"]
    assert ["show_stored", "done: meetings 4"] in rig.control.state()["results"]
    with pytest.raises(UsageError):
        rig.order("command", "open_doors")


def test_the_platform_file_names_the_fleet_beside_the_display(rig: Rig, tmp_path: Path) -> None:
    found = tomllib.loads((tmp_path / "platform.toml").read_text())
    assert found["fleet"]["vehicle"] == VEHICLE
    assert found["display"]["width"] == 1560
    assert len(found["fleet"]["erase_keys"]) == 2
