"""Rules of the tree that no linter knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-fleet.txt", "requirements-test.txt"])
def test_requirements_are_exact_hashed_and_name_no_index(name: str) -> None:
    text = (ROOT / "packaging" / name).read_text()
    assert "://" not in text
    entries = re.findall(r"^([a-z0-9][^\n]*(?:\n    [^\n]*)*)", text, flags=re.MULTILINE)
    assert len(entries) > 30
    for entry in entries:
        assert "==" in entry
        assert "--hash=sha256:" in entry


def test_scripts_are_sound_shell() -> None:
    scripts = tracked("packaging/*.sh", "packaging/carlendar", ".ci/run")
    assert {script.name for script in scripts} >= {"carlendar", "lock.sh", "run", "setup.sh", "start.sh", "test.sh"}
    for script in scripts:
        done = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), script.name
