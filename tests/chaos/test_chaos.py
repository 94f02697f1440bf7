"""A round of each chaos run, so that they go on working, and what a finding leads to."""

from __future__ import annotations

import pytest

from tests.chaos import __main__ as command


@pytest.mark.parametrize("part", command.PARTS)
def test_a_round_finds_nothing(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([part, "--rounds", "1", "--seconds", "60", "--seed", "1"]) == 0
    assert "1 rounds" in capsys.readouterr().out


class Broken:
    """A part whose every round fails."""

    def __init__(self, *_: object) -> None: ...

    def round(self) -> None:
        """Fail."""
        raise ValueError("wrong")


def test_a_finding_fails_the_run_and_names_the_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(command.PARTS, "calendar", Broken)
    assert command.main(["calendar", "--seconds", "5", "--seed", "7"]) == 1
    assert "repeat: python -m tests.chaos calendar --seconds 5 --seed 7" in capsys.readouterr().out
