"""`carlendar invitation` on files of every kind."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import UsageError
from app.meetings.command import run

LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d"
TEXT = f"Join<{LINK}>\nMeeting ID: 281 442 953 617\nPasscode: aB3dE9\n+49 69 12345678,,123456789# Germany, Frankfurt\n"
ICS = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Contoso//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20261123T080000Z
DTSTART:20261123T090000Z
LOCATION:Room 4.12
CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+49-69-12345678,,123456789#
X-MICROSOFT-SKYPETEAMSMEETINGURL:{LINK}
END:VEVENT
END:VCALENDAR
"""
GRAPH = {
    "subject": "Review",
    "body": {"contentType": "html", "content": "<p>See you</p>"},
    "location": {"displayName": "Microsoft Teams Meeting"},
    "onlineMeeting": {
        "joinUrl": LINK,
        "conferenceId": "123456789",
        "tollNumber": "+49 69 12345678",
        "tollFreeNumbers": None,
    },
}


def answer(path: Path, *, phone: bool = True) -> tuple[int, Any]:
    out = io.StringIO()
    code = run(path, "de", phone=phone, data=True, as_json=True, out=out)
    return code, json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("invitation.txt", TEXT, "body"),
        ("invitation.html", f"<p><a href='{LINK}'>Join</a></p><p>+49 69 12345678,,123456789#</p>", "body"),
        ("invitation.ics", ICS.replace("\n", "\r\n"), "conference_property"),
        ("event.json", json.dumps(GRAPH), "online_meeting"),
    ],
)
def test_every_kind_of_file_leads_to_the_same_plan(tmp_path: Path, name: str, content: str, where: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    code, found = answer(tmp_path / name)
    assert code == 0
    assert (found["service"], found["url"], found["found_in"]) == ("teams", LINK, where)
    call = {"action": "call", "number": "+496912345678", "tones": "p123456789#"}
    assert found["plan"]["moving"] == found["plan"]["idling"] == call
    assert {key: found["plan"]["parked"][key] for key in call} == call
    assert (found["plan"]["passenger"]["action"], found["plan"]["passenger"]["url"]) == ("open", LINK)


def test_what_is_absent_is_null_and_nothing_found_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Lunch", "utf-8")
    code, found = answer(tmp_path / "note.txt")
    assert code == 1
    assert [found[key] for key in ("service", "url", "host", "found_in", "meeting_id", "passcode")] == [None] * 6
    assert found["plan"]["moving"] == {"action": "none", "why": "no_way_in"}


def test_without_a_phone_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "invitation.txt").write_text(TEXT, "utf-8")
    assert answer(tmp_path / "invitation.txt", phone=False)[1]["plan"]["moving"] == {
        "action": "none",
        "why": "no_phone",
    }


def test_text_for_people_has_no_control_characters(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT + "https://zoom.us@evil.example/j/85775884256\x1b[2J", "utf-8")
    out = io.StringIO()
    run(tmp_path / "a.txt", "DE", phone=True, data=True, as_json=False, out=out)
    assert "Moving: call +496912345678, then p123456789#" in out.getvalue()
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "{"), ("b.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR"), ("c.txt", "x" * 4_200_000)]
)
def test_an_unusable_file_is_one_clear_error(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(UsageError):
        answer(tmp_path / name)
    with pytest.raises(UsageError):
        answer(tmp_path / "absent")
