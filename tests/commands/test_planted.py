"""A folder prepared by an attacker: its `app` is never run, neither by a command nor by a process that it starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from carlendar.domain.avatar import SIZE
from carlendar.isolated import FOLDER, program
from carlendar.platform.picture import decoded
from carlendar_devtools.processes import programs
from tests.commands.conftest import Machine

ROOT = Path(__file__).parents[2]
CODE = "import os\nopen(os.environ.get('PLANTED', '/dev/null'), 'a').write(__name__ + '\\n')\n"

NAMES = (
    "carlendar/__init__", "carlendar/__main__", "carlendar/wiring/__init__", "carlendar/wiring/service_child",
    "carlendar/cli",
    "carlendar/platform/__init__", "carlendar/platform/picture", "PIL/__init__", "sitecustomize", "json", "kivy",
)  # fmt: skip
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Contoso//Test//EN
END:VCALENDAR
"""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder with an `app`, and other names that Python or the product could look for."""
    folder = tmp_path / "planted"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.py").write_text(CODE)
    return folder


def run(machine: Machine, planted: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in that folder, with everything in the environment that leads there."""
    there = str(planted)
    environment = machine.environment(
        PYTHONPATH=there, PYTHONUSERBASE=there, PYTHONSTARTUP=f"{there}/json.py", PLANTED=str(planted / "mark")
    )
    return subprocess.run(
        program("carlendar", *arguments), cwd=planted, env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [("config",), ("--version",), ("doctor", "--json")], ids=" ".join)
def test_a_command_runs_its_own_code(machine: Machine, planted: Path, arguments: tuple[str, ...]) -> None:
    done = run(machine, planted, *arguments)
    assert done.stdout
    assert done.stderr == ""
    assert not (planted / "mark").exists()


def test_the_service_that_a_command_starts_runs_its_own_code_on_the_same_data(machine: Machine, planted: Path) -> None:
    (planted / "day.ics").write_text(CALENDAR)
    (planted / "own.toml").write_text('[data]\nfolder = "data"')
    environment = machine.environment(
        PYTHONPATH=str(planted), PLANTED=str(planted / "mark"), CARLENDAR_CONFIG="own.toml"
    )
    del environment["CARLENDAR_DATA_FOLDER"]
    done = subprocess.run(
        program("carlendar", "accounts", "--add-feed", "day.ics"), cwd=planted, env=environment, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (planted / "data" / "user.db").is_file()
    assert not (planted / "mark").exists()


def test_a_picture_is_decoded_by_its_own_code(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = planted / "person.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    monkeypatch.chdir(planted)
    monkeypatch.setenv("PYTHONPATH", str(planted))
    monkeypatch.setenv("PLANTED", str(planted / "mark"))
    assert len(decoded(picture.read_bytes())) == SIZE
    assert not (planted / "mark").exists()


@pytest.mark.parametrize("command", [programs.DISPLAY, programs.SERVICE], ids=["display", "service"])
def test_the_emulators_processes_run_their_own_code(machine: Machine, planted: Path, command: tuple[str, ...]) -> None:
    environment = machine.environment(PYTHONPATH=str(planted), PLANTED=str(planted / "mark"))
    done = subprocess.run(
        command, cwd=planted, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (2, "carlendar: this is started by `carlendar emulator` alone\n")
    assert not (planted / "mark").exists()


def test_every_python_process_is_started_isolated() -> None:
    assert program("carlendar", "drive") == (sys.executable, "-I", "-m", "carlendar", "drive")
    assert FOLDER == "/"
    starts = {
        path.relative_to(ROOT / "app").as_posix(): line.strip()
        for path in sorted((ROOT / "app").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "sys.executable" in line
    }
    assert set(starts) == {"carlendar/isolated.py", "carlendar/platform/probes.py"}
    assert all('sys.executable, "-I"' in line for line in starts.values()), starts
