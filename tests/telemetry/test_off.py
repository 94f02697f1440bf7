"""In a car without a fleet nothing of telemetry exists, and in any car nothing of it delays the first frame."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("paho", "h3", "carlendar.telemetry", "carlendar.presentation.usage_meter", "carlendar.wiring.usage")


@pytest.mark.parametrize("module", ["carlendar.wiring.screen", "carlendar.wiring.service"])
def test_composing_a_process_imports_nothing_of_telemetry(module: str) -> None:
    program = f"import sys; sys.path.insert(0, sys.argv[1]); import {module}; print(*sys.modules)"
    root = Path(__file__).resolve().parents[2] / "app"
    done = subprocess.run([sys.executable, "-I", "-c", program, str(root)], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert not [each for each in loaded if each.startswith(HEAVY)]
