"""What `doctor` says of a display's role."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import doctor
from app.emulator.presets import CONNECTOR, PRESETS
from app.settings import load


def said(folder: Path) -> tuple[bool, str]:
    settings = load(environ={"CARLENDAR_EMULATOR": str(folder)}, platform=folder / "none", managed=folder / "none")
    check = doctor._role(settings)
    return check.ok, check.detail


@pytest.mark.rule("S9")
def test_doctor_says_whose_the_display_is_and_why_it_is_not_the_passengers(tmp_path: Path) -> None:
    PRESETS[0].write(tmp_path)
    assert said(tmp_path) == (True, "the driver's display")
    PRESETS[0].with_role("passenger").write(tmp_path)
    assert said(tmp_path) == (True, "the passenger's display, while EMULATED-1 is connected")
    (tmp_path / CONNECTOR).write_text("disconnected")
    assert said(tmp_path) == (False, "declared the passenger's, but EMULATED-1 is not connected: the driver's")
    platform = tmp_path / "platform.toml"
    platform.write_text(platform.read_text().replace('output = "EMULATED-1"', ""))
    assert said(tmp_path) == (False, "declared the passenger's, but no display.output is named: the driver's")
