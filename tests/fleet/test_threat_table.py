"""The threat table of docs/fleet.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_threat_names_a_number_a_measure_and_a_test_that_exists() -> None:
    text = (ROOT / "docs" / "fleet.md").read_text("utf-8").partition("## Threats")[2]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(rows) > 15
    for asset, threat, number, measure, shown in rows[1:]:
        assert all((asset, threat, measure))
        assert re.fullmatch(r"\d+\.\d+(, \d+\.\d+)*", number), threat
        assert shown, threat
        for name in re.findall(r"`(test_\w+)`", shown):
            assert f"def {name}(" in tests, name
