"""Commands as processes of their own, in a home and a data folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest


@dataclass
class Machine:
    """A machine on which Carlendar was never used."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    """Settings by their environment variables."""
    morning: datetime | None = None
    """When the emulated world began."""

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """One command; an empty value in `environment` takes a variable away."""
        return subprocess.run(
            [sys.executable, "-I", "-m", "carlendar", *arguments], capture_output=True, text=True,
            env=self.environment(**environment), timeout=60, check=False,
        )  # fmt: skip

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a command."""
        left_out = ("CARLENDAR_", "KIVY_", "XDG_", "DISPLAY", "WAYLAND_", "SDL_", "DBUS_")
        given = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        given |= {"HOME": str(self.home), "CARLENDAR_DATA_FOLDER": str(self.home / "data")}
        given |= {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
        given |= {"SDL_VIDEODRIVER": "offscreen"} | self.settings | more
        return {name: value for name, value in given.items() if value}

    def document(self, *arguments: str) -> Any:
        """What a command with `--json` prints; whatever its exit code, it says nothing else."""
        done = self.run(*arguments, "--json")
        assert done.stderr == ""
        return json.loads(done.stdout)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Without an account."""
    return Machine(tmp_path)


@pytest.fixture(scope="module")
def signed_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """With Ana's account at an emulated cloud, signed in by the command.

    The commands live in the machine's own time and keep the days around it, so the world begins this morning.
    """
    morning = datetime.now(ZoneInfo("Europe/Berlin")).replace(hour=8, minute=41, second=0, microsecond=0)
    home = tmp_path_factory.mktemp("home")
    argv = [sys.executable, "-I", "-m", "carlendar", "emulator", "cloud", "--json", "--approve", "ana@contoso.example"]
    argv += ["--at", morning.isoformat()]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as cloud:
        try:
            assert cloud.stdout is not None
            printed = json.loads(cloud.stdout.readline())
            settings = {
                "CARLENDAR_IDENTITY_CLIENT_ID": printed["client_id"],
                "CARLENDAR_IDENTITY_AUTHORITY": printed["authority"],
                "CARLENDAR_IDENTITY_GRAPH": printed["graph"],
                "CARLENDAR_IDENTITY_CA_FILE": printed["ca"],
            }
            machine = Machine(home, settings, morning)
            done = machine.run("sign-in")
            assert (done.returncode, done.stderr) == (0, "")
            assert "Signed in." in done.stdout
            yield machine
        finally:
            cloud.terminate()
            cloud.wait(20)
