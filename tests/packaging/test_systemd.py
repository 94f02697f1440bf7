"""The systemd units: understood by systemd itself, and as tight as they say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from carlendar.known_settings import KNOWN
from carlendar.microsoft.keys import CREDENTIAL
from carlendar_devtools.emulator.supervision import LIMIT

UNITS = Path(__file__).parents[2] / "packaging" / "systemd"
DRIVE, SERVICE = "carlendar-drive.service", "carlendar-service.service"
ONLINE = "carlendar-service-online.conf"
PROGRAM = "/opt/carlendar/bin/python"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Copies whose program is there: systemd looks for it."""
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, shutil.which("true") or ""))
    return tmp_path


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze (packaging/setup.sh test says how to get it)")
    return subprocess.run(["systemd-analyze", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_systemd_understands_every_line(units: Path) -> None:
    said = analyze(units, "verify", "--man=no", f"./{DRIVE}", f"./{SERVICE}")
    assert (said.returncode, said.stderr) == (0, "")
    (units / DRIVE).write_text((units / DRIVE).read_text().replace("WatchdogSec=", "WatchdogSeconds="))
    assert "WatchdogSeconds" in analyze(units, "verify", "--man=no", f"./{DRIVE}").stderr, "it does look"


def test_systemd_understands_every_line_of_the_drop_in_for_calls_over_data(units: Path) -> None:
    folder = units / f"{SERVICE}.d"
    folder.mkdir()
    drop_in = (units / ONLINE).rename(folder / "online.conf")
    said = analyze(units, "verify", "--man=no", f"./{SERVICE}")
    assert (said.returncode, said.stderr) == (0, "")
    drop_in.write_text(drop_in.read_text().replace("TasksMax=", "TaskMax="))
    assert "TaskMax" in analyze(units, "verify", "--man=no", f"./{SERVICE}").stderr, "it does look"


@pytest.mark.parametrize(("unit", "threshold"), [(SERVICE, 20), (DRIVE, 30)])
def test_what_a_break_in_could_reach_stays_small(units: Path, unit: str, threshold: int) -> None:
    said = analyze(units, "security", "--offline=true", f"--threshold={threshold}", f"./{unit}")
    assert said.returncode == 0, said.stdout[-300:]


def lines(unit: str) -> dict[str, list[str]]:
    """Values of the [Service] section by their names."""
    found: dict[str, list[str]] = {}
    section = (UNITS / unit).read_text().partition("[Service]")[2].partition("[Install]")[0]
    for name, value in re.findall(r"^(\w+)=(.*)$", section, flags=re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def test_the_screen_is_ended_as_soon_as_the_rule_wants_and_comes_back() -> None:
    drive = lines(DRIVE)
    assert drive["WatchdogSec"] == [f"{LIMIT * 1000:.0f}ms"]
    assert (drive["Type"], drive["NotifyAccess"], drive["Restart"]) == (["notify"], ["main"], ["always"])
    assert drive["WatchdogSignal"] == ["SIGKILL"]


def test_both_use_one_folder_and_what_they_set_exists() -> None:
    for unit in (DRIVE, SERVICE):
        given = [value.partition("=")[0] for value in lines(unit)["Environment"]]
        known = {f"CARLENDAR_{key.replace('.', '_').upper()}" for key in KNOWN}
        assert set(given) <= known
        assert f"CARLENDAR_DATA_FOLDER=%S/{lines(unit)['StateDirectory'][0]}" in lines(unit)["Environment"]
    assert "CARLENDAR_SERVICE_STANDING=true" in lines(DRIVE)["Environment"]
    assert lines(SERVICE)["LoadCredentialEncrypted"] == [CREDENTIAL]


def test_pictures_can_be_decoded_under_the_services_filter(units: Path) -> None:
    """The decoder bounds itself by setrlimit(2), which systemd counts among `@resources`."""
    denied = [value for value in lines(SERVICE)["SystemCallFilter"] if value.startswith("~")]
    assert not [value for value in denied if "@resources" in value]


@pytest.mark.parametrize(("unit", "command"), [(DRIVE, "drive"), (SERVICE, "service")])
def test_no_folder_and_no_variable_brings_other_code(unit: str, command: str) -> None:
    assert lines(unit)["ExecStart"] == [f"{PROGRAM} -I -m carlendar {command}"]
    assert lines(unit)["WorkingDirectory"] == ["/"]
