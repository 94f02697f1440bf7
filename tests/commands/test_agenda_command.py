"""`carlendar agenda --ics`: right, stable JSON, and one clear line for what cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//contoso.example//test//EN
BEGIN:VEVENT
UID:1
SUMMARY:Product review
DTSTART;TZID=Europe/Berlin:20261123T090000
DTEND;TZID=Europe/Berlin:20261123T093000
LOCATION:Microsoft Teams Meeting
DESCRIPTION:Join: https://teams.microsoft.com/meet/281442953617?p=aB3dE9\\n+49 69 12345678\\,\\,123456789#
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Budget sync
DTSTART:20261123T081500Z
DTEND:20261123T090000Z
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Fair
DTSTART;VALUE=DATE:20261123
DTEND;VALUE=DATE:20261124
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Early
DTSTART:20261123T060000Z
DTEND:20261123T063000Z
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def carlendar(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(folder), "CARLENDAR_DATA_FOLDER": str(folder / "data")}
    return subprocess.run(
        [sys.executable, "-I", "-m", "carlendar", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    path = tmp_path / "day.ics"
    path.write_text(ICS, newline="")
    return path


def document(folder: Path, *arguments: str) -> dict[str, Any]:
    done = carlendar(folder, "agenda", "--json", "--zone", "Europe/Berlin", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_the_day_comes_out_in_order_and_whole(calendar: Path, tmp_path: Path) -> None:
    read = document(tmp_path, "--ics", str(calendar), "--at", "2026-11-23T08:48:00")
    assert (read["at"], read["zone"], read["as_of"]) == ("2026-11-23T08:48:00+01:00", "Europe/Berlin", None)
    assert [event["title"] for event in read["events"]] == ["Fair", "Product review", "Budget sync"]
    fair, review, budget = read["events"]
    assert (fair["start"], fair["end"], fair["all_day"]) == ("2026-11-23", "2026-11-24", True)
    assert (review["start"], review["end"]) == ("2026-11-23T09:00:00+01:00", "2026-11-23T09:30:00+01:00")
    assert review["meeting"] == {
        "service": "teams",
        "url": "https://teams.microsoft.com/meet/281442953617?p=aB3dE9",
        "dial_in": True,
    }
    assert review["clashes_with"] == [budget["id"]]
    assert budget["clashes_with"] == [review["id"]]
    assert fair["clashes_with"] == []
    assert budget["meeting"] is None
    assert budget["place"] is None


def test_all_brings_what_is_over(calendar: Path, tmp_path: Path) -> None:
    read = document(tmp_path, "--ics", str(calendar), "--at", "2026-11-23T08:48:00", "--all")
    assert "Early" in [event["title"] for event in read["events"]]


def test_text_names_clash_and_join_details(calendar: Path, tmp_path: Path) -> None:
    done = carlendar(tmp_path, "agenda", "--ics", str(calendar), "--at", "2026-11-23", "--zone", "Europe/Berlin")
    assert done.returncode == 0
    assert "9:00 – 9:30" in done.stdout
    assert "clash" in done.stdout
    assert "teams, telephone" in " ".join(done.stdout.split())


def test_a_narrow_terminal_breaks_no_word(calendar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    done = carlendar(tmp_path, "agenda", "--ics", str(calendar), "--at", "2026-11-23", "--zone", "Europe/Berlin")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 40
    (first,) = [number for number, line in enumerate(lines) if "Product review (clash)" in line]
    assert lines[first].split()[:3] == ["Mon", "23", "Nov"]
    assert lines[first + 1].startswith("9:00 – 9:30")
    assert "teams, telephone" in lines[first + 1] + lines[first + 2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--ics", "/none.ics"], "/none.ics"),
        (["--ics", __file__], "iCalendar"),
        (["--zone", "Europe/Nowhere"], "Europe/Nowhere"),
        (["--at", "soon"], "soon"),
        (["--days", "0"], "--days"),
        (["--days", "x"], "--days"),
        (["--ics", "https://127.0.0.1:1/x"], "private"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = carlendar(tmp_path, "agenda", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
