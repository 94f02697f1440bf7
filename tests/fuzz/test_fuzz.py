"""A few hundred inputs of every fuzzer, so that they go on working, and what a finding leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import __main__ as command
from tests.fuzz.finding import Finding


@pytest.mark.parametrize("name", command.TARGETS)
def test_a_few_hundred_inputs_find_nothing(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    assert command.main([name, "--inputs", "200", "--seconds", "60", "--seed", "1"]) == 0
    assert list(tmp_path.iterdir()) == []


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
    monkeypatch.setitem(command.TARGETS, "icalendar", target)
    assert command.main(["icalendar", "--inputs", "1", "--seed", "7"]) == 1
    (path,) = (tmp_path / "fuzz").iterdir()
    assert (path.stem, path.read_bytes()) == ("icalendar-7", data)
    assert "1 inputs from seed 7" in capsys.readouterr().out
