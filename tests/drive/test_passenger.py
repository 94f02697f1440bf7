"""A passenger's display in a real screen process: free while the car moves, and the driver's once it is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar_devtools.emulator.presets import CONNECTOR, PRESETS
from tests.drive.conftest import StartScreen
from tests.drive.driven import Seen
from tests.drive.surroundings import Around


@pytest.fixture
def passenger(around: Around) -> Path:
    """The file by which the display is there."""
    PRESETS[0].with_role("passenger").write(around.folder)
    status: Path = around.folder / CONNECTOR
    return status


@pytest.mark.rule("S9")
def test_a_passengers_display_is_free_until_it_is_lost_and_does_not_become_so_again(
    around: Around, start: StartScreen, passenger: Path, lawful: Callable[[Seen], None]
) -> None:
    screen = start("passenger")
    around.sets_off()
    seen = screen.sees(lambda seen: seen["state"] == "moving", "moving")
    assert not seen["restricted"]
    assert any(target["label"] == "settings" for target in seen["targets"])
    passenger.write_text("disconnected\n")
    lawful(screen.sees(lambda seen: seen["restricted"], "restricted"))
    passenger.write_text("connected\n")
    around.car(speed=60.0)
    around.parks()
    screen.sees(lambda seen: seen["state"] == "parked", "parked")
    around.sets_off()
    lawful(screen.sees(lambda seen: seen["state"] == "moving", "moving as the driver's"))


@pytest.mark.rule("S9")
def test_a_role_that_is_bound_to_no_display_is_the_drivers(
    around: Around, start: StartScreen, passenger: Path, lawful: Callable[[Seen], None]
) -> None:
    passenger.unlink()
    around.sets_off()
    lawful(start("unbound").sees(lambda seen: seen["state"] == "moving", "moving"))
