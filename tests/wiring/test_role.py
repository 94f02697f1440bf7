"""What `doctor` says of a display's role."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.commands import doctor
from carlendar.platform.output import Output
from carlendar.root_file import RootFile
from carlendar.settings import load
from carlendar.wiring import host
from carlendar_devtools.emulator.presets import CONNECTOR, PRESETS

Said = Callable[[], tuple[bool, str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What doctor finds of the role, by the platform file and the connectors in a folder."""
    monkeypatch.setattr(host, "output", lambda found: Output(found.text("display.output"), tmp_path / "drm"))

    def look() -> tuple[bool, str]:
        platform = RootFile(tmp_path / "platform.toml", os.getuid(), tmp_path)
        check = doctor._role(load(environ={}, platform=platform, managed=None))
        return check.ok, check.detail

    return look


@pytest.mark.rule("S9")
def test_doctor_says_whose_the_display_is_and_why_it_is_not_the_passengers(tmp_path: Path, said: Said) -> None:
    PRESETS[0].write(tmp_path)
    assert said() == (True, "the driver's display")
    PRESETS[0].with_role("passenger").write(tmp_path)
    assert said() == (True, "the passenger's display, while EMULATED-1 is connected")
    (tmp_path / CONNECTOR).write_text("disconnected")
    assert said() == (False, "declared the passenger's, but EMULATED-1 is not connected: the driver's")
    platform = tmp_path / "platform.toml"
    platform.write_text(platform.read_text().replace('output = "EMULATED-1"', ""))
    assert said() == (False, "declared the passenger's, but no display.output is named: the driver's")
