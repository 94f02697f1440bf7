"""No process of Carlendar leaves a memory image."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATE = (
    "import ctypes, resource; from carlendar.platform.core_dumps import {0}; {0}();"
    "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
)


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize(("name", "dumpable"), [("limit_core_dumps", 1), ("forbid_core_dumps", 0)])
def test_memory_images_are_forbidden(name: str, dumpable: int) -> None:
    assert run(STATE.format(name)).stdout == f"(0, 0) {dumpable}\n"


def test_a_command_that_dies_leaves_no_memory_image(tmp_path: Path) -> None:
    """The command line forbids it before it does anything."""
    program = (
        "import carlendar.commands.arguments, os, signal, carlendar.cli;"
        "carlendar.commands.arguments.parse = lambda _: os.kill(os.getpid(), signal.SIGQUIT);"
        "carlendar.cli.main(['config'])"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    limit = resource.getrlimit(resource.RLIMIT_CORE)[1]

    def allow() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))

    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, preexec_fn=allow, check=False)
    assert done.returncode == -signal.SIGQUIT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unit", ["drive", "service"])
def test_the_units_say_so_too(unit: str) -> None:
    text = (ROOT / "packaging" / "systemd" / f"carlendar-{unit}.service").read_text()
    assert "\nLimitCORE=0\n" in text
