"""`carlendar invitation` on files of every kind."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from carlendar.domain.online_call import OnlineNeed, OnlineReadiness
from carlendar.errors import UsageError
from carlendar.meetings import invitation
from carlendar.meetings.command import run

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


def answer(
    path: Path, *, phone: bool = True, data: bool = True, online: OnlineReadiness | None = None
) -> tuple[int, Any]:
    out = io.StringIO()
    code = run(path, "de", phone=phone, data=data, as_json=True, out=out, online=online)
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


def test_without_a_phone_the_reason_is_reported(tmp_path: Path) -> None:
    (tmp_path / "invitation.txt").write_text(TEXT, "utf-8")
    assert answer(tmp_path / "invitation.txt", phone=False)[1]["plan"]["moving"] == {
        "action": "none",
        "why": "no_phone",
    }


def test_text_for_people_has_no_control_characters(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT + "https://zoom.us@evil.example/j/85775884256\x1b[2J", "utf-8")
    out = io.StringIO()
    run(tmp_path / "a.txt", "DE", phone=True, data=True, as_json=False, out=out)
    assert "Moving:     call +496912345678, then after 3 s 123456789#" in out.getvalue()
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


MAIL = f"""From: Ana Meyer <ana@contoso.de>
MIME-Version: 1.0
Message-ID: <1@contoso.de>
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8

See you
--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p><a href=3D"{LINK}">Join</a> +49 69 12345678,,123456789#</p>
--x--
"""
GOOGLE = {
    "hangoutLink": "https://meet.google.com/abc-defg-hij",
    "organizer": {"email": "ana@contoso.de"},
    "conferenceData": {
        "entryPoints": [
            {"entryPointType": "phone", "uri": "tel:+49-40-12345678", "pin": "592007283"},
            {"entryPointType": "video", "uri": "https://meet.google.com/abc-defg-hij"},
            {"entryPointType": "more", "uri": "https://tel.meet/abc-defg-hij?pin=1"},
        ]
    },
}


def test_a_mail_is_read_by_its_parts(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text(MAIL, "utf-8")
    found = answer(tmp_path / "mail")[1]
    assert (found["url"], found["organizer_country"]) == (LINK, "DE")
    assert found["plan"]["moving"]["number"] == "+496912345678"


def test_a_mail_with_a_calendar_is_read_as_that(tmp_path: Path) -> None:
    mail = "Received: x\nMIME-Version: 1.0\nContent-Type: text/calendar; charset=utf-8\n\n" + ICS
    (tmp_path / "a.eml").write_text(mail, "utf-8")
    assert answer(tmp_path / "a.eml")[1]["found_in"] == "conference_property"


@pytest.mark.parametrize("wrapped", [GOOGLE, [GOOGLE], {"items": [{"summary": "Lunch"}, GOOGLE]}])
def test_google_s_entry_points_have_their_pin_beside_them(tmp_path: Path, wrapped: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps(wrapped), "utf-8")
    found = answer(tmp_path / "a.json")[1]
    assert (found["service"], found["meeting_id"]) == ("meet", "abc-defg-hij")
    assert found["plan"]["moving"] == {"action": "call", "number": "+494012345678", "tones": "p592007283#"}


def test_graph_s_online_meeting_with_audio_conferencing(tmp_path: Path) -> None:
    audio = {"conferenceId": "123456789", "tollNumbers": ["+49 69 12345678"], "tollFreeNumbers": ["+49 800 7238486"]}
    (tmp_path / "a.json").write_text(json.dumps({"joinWebUrl": LINK, "audioConferencing": audio}), "utf-8")
    found = answer(tmp_path / "a.json")[1]
    assert (found["url"], found["found_in"]) == (LINK, "online_meeting")
    assert [each["number"] for each in found["dial_ins"]] == ["+498007238486", "+496912345678"]
    assert {each["digits"] for each in found["dial_ins"]} == {"123456789#"}


def test_the_first_event_that_can_be_joined_is_reported(tmp_path: Path) -> None:
    lunch = "BEGIN:VEVENT\nUID:0\nDTSTAMP:20261123T080000Z\nSUMMARY:Lunch\nEND:VEVENT\nBEGIN:VEVENT\nUID:1"
    (tmp_path / "a.ics").write_text(ICS.replace("BEGIN:VEVENT\nUID:1", lunch), "utf-8")
    assert answer(tmp_path / "a.ics")[1]["url"] == LINK


@pytest.mark.parametrize("host", ["FEATURE=PHONE,MODERATOR", 'FEATURE=PHONE;LABEL="Host code"', 'LABEL="Leiter-PIN"'])
def test_the_moderator_s_join_details_is_no_participant_s(tmp_path: Path, host: str) -> None:
    moderator = f"CONFERENCE;VALUE=URI;{host}:tel:+49-69-12345678,,999999#\nCONFERENCE;VALUE=URI;FEATURE=PHONE:tel:"
    content = ICS.replace("CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:", moderator)
    (tmp_path / "a.ics").write_text(content.replace("\n", "\r\n"), "utf-8")
    assert [each["digits"] for each in answer(tmp_path / "a.ics")[1]["dial_ins"]] == ["123456789#"]


def test_an_invitation_that_was_not_accepted_is_confirmed_parked(tmp_path: Path) -> None:
    event = GRAPH | {
        "responseStatus": {"response": "notResponded"},
        "organizer": {"emailAddress": {"name": "Ana Meyer", "address": "ana@contoso.de"}},
    }
    (tmp_path / "a.json").write_text(json.dumps(event), "utf-8")
    plans = answer(tmp_path / "a.json")[1]["plan"]
    assert plans["moving"] == {
        "action": "none",
        "why": "confirm_parked",
        "doubt": "not_accepted",
        "instead": [{"action": "late"}],
    }
    assert (plans["parked"]["action"], plans["parked"]["confirm"]) == ("call", True)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(("Grüße\n" + TEXT).encode(encoding))
    assert answer(tmp_path / "a.txt")[1]["url"] == LINK


def test_the_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert answer(Path("-"))[1]["url"] == LINK


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT + "x " * 70_000, "utf-8")
    found = answer(tmp_path / "a.txt")[1]
    assert found["url"] == LINK
    assert [each["why"] for each in found["refused"]] == ["beyond the first 128 KB"]


LINK_EVENT = "BEGIN:VEVENT\nUID:1\nDESCRIPTION:https://contoso.zoom.us/j/94512345678\n{line}\nEND:VEVENT\n"
HEAD = "MIME-Version: 1.0\nMessage-ID: <a@contoso.example>\n"
NESTED = "".join(f"--a{'b' * n}\nContent-Type: multipart/mixed; boundary=a{'b' * (n + 1)}\n\n" for n in range(400))


def ics(*lines: str) -> str:
    events = "".join(LINK_EVENT.format(line=line) for line in lines)
    return f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (ics("SEQUENCE:²"), True),
        (ics(f"DTSTART;TZID={'A' * 9000}:20261124T100000"), True),
        (ics("DURATION:P99999999999999999999D"), True),
        (ics("DTSTART;TZID=\x00:99999999T999999"), True),
        (ics("BEGIN:VALARM\nTRIGGER:PT9999999999999999999S\nEND:VALARM"), True),
        (ics("ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "A" * 2_000_000), True),
        ('{"value": [{"a": ' + "9" * 6000 + ', "location": "https://contoso.zoom.us/j/94512345678"}]}', True),
        ('{"location": "https://contoso.zoom.us/j/9451234567", "z":' + "[" * 50_000 + "]" * 50_000 + "}", True),
        ('{"location": "https://contoso.zoom.us/j/94512345678", "subject": "\ud800", "x": 1e999, "y": NaN}', True),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 100_000, None),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + "BEGIN:X\n" * 50_000 + "END:VEVENT\n", False),
        ('{"a":' * 50_000, None),
        ("[" * 50_000 + "]" * 50_000, None),
        ("[1, null]", None),
        ('{"value": 3}', False),
        (f"{HEAD}Content-Type: multipart/mixed; boundary=a\n\n{NESTED}", False),
        (f"{HEAD}Content-Type: text/plain; charset=klingon\n\nhttps://contoso.zoom.us/j/94512345678\n", True),
        (f"{HEAD}Content-Type: text/plain; charset=rot13\n\nabc\n", False),
        (f"{HEAD}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!=\n", False),
        (f"{HEAD}Content-Type: text/calendar; charset=hex\nContent-Transfer-Encoding: base64\n\nQkVH\n", None),
        (f"{HEAD}From: =?utf-8?q?=80?= <@@;:>,,<\n\nhttps://contoso.zoom.us/j/94512345678\n", True),
        ("<div>" * 20_000 + "https://contoso.zoom.us/j/94512345678", True),
        ("\x00" * 1000, False),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_any_file_gives_a_result_or_one_line(tmp_path: Path, content: str, found: bool | None) -> None:
    """None: it cannot be read as an invitation, which one line says."""
    path = tmp_path / "invitation"
    path.write_text(content, "utf-8", "surrogatepass")
    if found is None:
        with pytest.raises(UsageError, match=r"invitation (is not JSON|holds no event)"):
            answer(path)
    else:
        assert answer(path)[0] == int(not found)


def test_one_event_that_cannot_be_read_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "two.ics"
    path.write_text(ics("SUMMARY:first", "SUMMARY:second"))
    reads = iter([RecursionError(), None])
    original = invitation._of_component

    def failing(component: object) -> object:
        if error := next(reads):
            raise error
        return original(component)

    monkeypatch.setattr(invitation, "_of_component", failing)
    assert answer(path)[0] == 0
    monkeypatch.setattr(invitation, "_of_component", lambda _: 1 / 0)
    with pytest.raises(UsageError, match="can be read"):
        answer(path)


@pytest.mark.parametrize(
    "audio",
    [
        {"ConferenceId": "425999123"},
        {"conferenceId": "425999123"},
        {"dialinUrl": "https://dialin.teams.microsoft.com/6787a136?id=425999123"},
    ],
)
def test_an_online_meetings_conference_id_is_read_in_any_spelling(tmp_path: Path, audio: dict[str, str]) -> None:
    path = tmp_path / "meeting.json"
    path.write_text(json.dumps({"joinWebUrl": LINK, "audioConferencing": {"tollNumber": "+12065550100", **audio}}))
    code, document = answer(path)
    assert code == 0
    assert document["url"] == LINK
    assert [(each["number"], each["digits"]) for each in document["dial_ins"]] == [("+12065550100", "425999123#")]


def test_joining_over_data_names_the_adapter_and_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "link.txt"
    file.write_text(f"Join<{LINK}>\n")
    ready = OnlineReadiness("teams_web", ("teams",))
    _, made = answer(file, online=ready)
    step = {"action": "join_online", "url": LINK, "adapter": "teams_web", "needs": []}
    assert made["plan"]["moving"] == step
    _, made = answer(file, data=False, online=OnlineReadiness("teams_web", ("teams",), (OnlineNeed.SDK,)))
    assert (made["plan"]["moving"]["action"], made["plan"]["moving"]["why"]) == ("none", "no_dial_in")
    assert made["plan"]["moving"]["also"] == [step | {"needs": ["sdk", "network"]}]


def test_the_text_says_that_data_is_used_and_why_it_cannot_be(tmp_path: Path) -> None:
    file = tmp_path / "link.txt"
    file.write_text(f"Join<{LINK}>\n")
    for needs, text in (((), "join over the data connection\n"), ((OnlineNeed.TOKEN,), "(not possible: no token)")):
        out = io.StringIO()
        run(
            file, "de", phone=True, data=True, as_json=False, out=out,
            online=OnlineReadiness("teams_web", ("teams",), needs),
        )  # fmt: skip
        assert text in out.getvalue()
