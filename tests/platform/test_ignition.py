"""The ignition line as a file: off only if root's file says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from carlendar.platform.ignition import IgnitionFile
from carlendar.root_file import RootFile
from carlendar.settings import load
from carlendar.wiring import host

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of root's")


@AS_ROOT
@pytest.mark.parametrize(("content", "off"), [("0\n", True), ("0", True), ("1\n", False), ("", False), ("00", False)])
def test_zero_is_off_and_anything_else_is_on(tmp_path: Path, content: str, off: bool) -> None:
    line = tmp_path / "value"
    line.write_text(content)
    line.chmod(0o644)
    assert IgnitionFile(line).off() is off


@AS_ROOT
def test_a_file_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    line = tmp_path / "value"
    line.write_text("0")
    for mode in (0o664, 0o646):
        line.chmod(mode)
        assert not IgnitionFile(line).off()
    line.chmod(0o644)
    os.chown(line, 12345, 0)
    assert not IgnitionFile(line).off()


def test_what_cannot_be_read_is_on(tmp_path: Path) -> None:
    assert not IgnitionFile(tmp_path / "none").off()
    assert not IgnitionFile(tmp_path).off()
    os.mkfifo(tmp_path / "pipe", 0o644)
    assert not IgnitionFile(tmp_path / "pipe").off()


@AS_ROOT
def test_a_line_that_others_could_replace_is_not_believed(tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    folder.mkdir(mode=0o755)
    line, link = folder / "value", folder / "link"
    line.write_text("0")
    line.chmod(0o644)
    link.symlink_to(line)
    for path in (line, link):
        assert IgnitionFile(path, RootFile(path, base=tmp_path)).off()
        assert not IgnitionFile(path, RootFile(path)).off()  # every user may write to the folder of temporary files
    folder.chmod(0o777)
    assert not IgnitionFile(line, RootFile(line, base=tmp_path)).off()
    folder.chmod(0o755)
    os.lchown(link, 12345, 0)
    assert not IgnitionFile(link, RootFile(link, base=tmp_path)).off()


def test_only_roots_files_name_a_line_and_a_heartbeat(tmp_path: Path) -> None:
    own = tmp_path / "settings.toml"
    environ = {"CARLENDAR_CONFIG": str(own), "HOME": str(tmp_path)}
    own.write_text("")
    variables = {"CARLENDAR_VEHICLE_IGNITION_FILE": "/sys/x", "CARLENDAR_VEHICLE_HEARTBEAT": "Vehicle.X"}
    for given, text in (
        (environ | variables, ""),
        (environ, '[vehicle]\nignition_file = "/etc/hostname"\nheartbeat = "Vehicle.X"\n'),
    ):
        own.write_text(text)
        found = load(environ=given, managed=None, platform=None)
        assert host.ignition_line(found) is None
        assert found.text("vehicle.heartbeat") == ""
        assert found.notices
    own.write_text("")
    platform = tmp_path / "platform.toml"
    platform.write_text('[vehicle]\nignition_file = "/sys/value"\nheartbeat = "Vehicle.Beat"\n')
    platform.chmod(0o644)
    found = load(environ=environ, managed=None, platform=RootFile(platform, os.getuid(), tmp_path))
    assert host.ignition_line(found) is not None
    assert found.text("vehicle.heartbeat") == "Vehicle.Beat"
