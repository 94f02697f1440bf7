"""A few inputs of every fuzzer, so that they go on working, and what a finding leads to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import __main__ as command
from tests.fuzz.finding import Finding
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
FEW = {"screen": "4", "telephone": "4", "databroker": "2"}
"""Inputs of the targets that draw, or that wait for other threads."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_few_inputs_find_nothing(name: str, tmp_path: Path) -> None:
    arguments = [name, "--inputs", FEW.get(name, "100"), "--seconds", "60", "--seed", "1"]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *arguments], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 findings" in ran.stdout
    assert list((tmp_path / command.FOLDER).iterdir()) == []


def found(random: Random) -> None:
    raise Finding("wrong", b"the input", ".ics")


def crashed(random: Random) -> None:
    raise RecursionError


@pytest.mark.parametrize(("target", "data"), [(found, b"the input"), (crashed, b"")])
def test_a_finding_is_kept_and_fails_the_run(
    target: Callable[[Random], None], data: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(command, "FOLDER", tmp_path / "fuzz")
    monkeypatch.setattr(command, "load", lambda _: target)
    assert command.main(["icalendar", "--inputs", "1", "--seed", "7"]) == 1
    (path,) = (tmp_path / "fuzz").iterdir()
    assert (path.stem, path.read_bytes()) == ("icalendar-7", data)
    said = capsys.readouterr().out
    assert "1 inputs from seed 7" in said
    assert "replay: python -m tests.fuzz icalendar --inputs 1 --seed 7" in said


def test_a_target_that_does_not_end_is_killed_and_its_input_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "HANGS", 0.1)
    monkeypatch.setattr(command, "_command", lambda *_: ["/bin/sleep", "60"])
    (tmp_path / "store.current").write_text("python -m tests.fuzz store --inputs 1 --seed 9")
    assert command._apart("store", 0.1, 1, None) == 1
    assert "--seed 9" in capsys.readouterr().out
