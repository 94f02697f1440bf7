"""A small run of `tests.fleet.chaos`, which is the command for long ones."""

from __future__ import annotations

from pathlib import Path

from tests.fleet.chaos import run


def test_the_tables_equal_what_the_cars_published_whatever_is_killed_cut_repeated_or_revoked(tmp_path: Path) -> None:
    counts = run(tmp_path, cars=5, seed=1, most=7)
    assert sum(counts.values()) > 100
    assert counts["consent"] > 0
