"""Text as programs really write it: encodings, folds, doubles, halves, and people who left things out."""

from __future__ import annotations

import contextlib
import os
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.domain.timespan import DateSpan
from carlendar.errors import FeedError
from carlendar.icalendar.components import calendars
from tests.icalendar.made import BERLIN, calendar, read, starts

ONE = "UID:1\nSUMMARY:Café – Straße\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_titles_survive_their_encoding(code: str) -> None:
    assert [event.title for event in read(calendar(ONE).decode().encode(code))] == ["Café – Straße"]


def test_a_broken_byte_does_not_cost_the_letters_of_a_title() -> None:
    """A name that a program cut at a number of bytes, in the middle of a character."""
    data = calendar(ONE.replace("Café", "日本国際博覧会")).replace("博".encode(), "博".encode()[:2])
    assert [event.title.replace("\ufffd", "?") for event in read(data)] == ["日本国際?覧会 – Straße"]


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\r\n"])
def test_lines_end_as_they_like(ending: str) -> None:
    assert [event.title for event in read(calendar(ONE).replace(b"\r\n", ending.encode()))] == ["Café – Straße"]


def test_a_fold_within_a_character_is_repaired() -> None:
    data = calendar(ONE)
    at = data.index("é".encode()) + 1
    assert [event.title for event in read(data[:at] + b"\r\n " + data[at:])] == ["Café – Straße"]


def test_only_meetings_are_read() -> None:
    data = calendar(
        ONE,
        head="BEGIN:VTODO\nUID:t\nDTSTART:20261124T100000Z\nEND:VTODO\nBEGIN:VJOURNAL\nDTSTART:20261124T100000Z\n"
        "END:VJOURNAL\nBEGIN:X-OWN\nBEGIN:VALARM\nDTSTART:20261124T100000Z\nEND:VALARM\nEND:X-OWN\n",
    )
    assert starts(data) == ["Tue 11:00"]


def test_an_alarm_says_nothing_of_its_meeting() -> None:
    alarm = "BEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT9H\nSUMMARY:No\nDESCRIPTION:No\nEND:VALARM"
    (event,) = read(calendar(f"UID:1\nSUMMARY:Yes\n{alarm}\nDTSTART:20261124T100000Z"))
    assert (event.title, event.end(BERLIN)) == ("Yes", event.start(BERLIN))


@pytest.mark.parametrize(
    "broken",
    ["UID:x\nSUMMARY:No start", "UID:x\nDTSTART:soon", "UID:x\nDTSTART;VALUE=DATE:20261345", "NONSENSE", "",
     "UID:x\nDTSTART;TZID=\"Europe/Berlin:20261124T090000", "BEGIN:VEVENT\nUID:y", ";;;:::"],
)  # fmt: skip
def test_a_broken_event_costs_itself(broken: str) -> None:
    assert starts(calendar(broken, ONE)) == ["Tue 11:00"]


def test_a_text_in_which_events_are_quoted_is_no_calendar() -> None:
    with pytest.raises(FeedError):
        calendars(f'EVENT = """\nBEGIN:VEVENT\n{ONE}\nEND:VEVENT\n"""'.encode())


def test_events_without_a_calendar_around_them_are_read() -> None:
    """As they are kept and sent one by one; a zone may stand beside them."""
    zone = "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\n"
    bare = f"{zone}END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:x\nDTSTART;TZID=Own:20261124T020000\nEND:VEVENT\n"
    assert starts(bare.encode()) == ["Tue 08:00"]
    assert starts(bare.encode() + f"BEGIN:VEVENT\n{ONE}\nEND:VEVENT\n".encode()) == ["Tue 08:00", "Tue 11:00"]
    assert starts(bare.encode(), calendar(ONE)) == ["Tue 08:00", "Tue 11:00"]
    assert starts(bare.encode().replace(b"END:VEVENT", b"") + f"BEGIN:VEVENT\n{ONE}\nEND:VEVENT".encode()) == [
        "Tue 11:00"
    ]


def test_a_letter_too_many_at_the_end_of_a_calendar_costs_nothing() -> None:
    assert starts(calendar(ONE).replace(b"END:VCALENDAR", b"END:VCALENDARD")) == ["Tue 11:00"]


def test_a_rule_whose_semicolons_are_escaped_is_a_rule() -> None:
    assert starts(calendar(f"{ONE}\nRRULE:FREQ=DAILY\\;COUNT=2")) == ["Tue 11:00", "Wed 11:00"]


def test_an_end_that_was_forgotten_costs_its_event() -> None:
    data = calendar("UID:x\nDTSTART:20261124T080000Z", ONE).replace(b"END:VEVENT", b"", 1)
    assert starts(data) == ["Tue 11:00"]


@pytest.mark.parametrize(
    "line", ["GEO:x;y", "ORGANIZER:", "ATTENDEE;CN=:mailto:", "CLASS:", "GEO:900;900", "URL:", "X:\x00"]
)
def test_a_broken_fact_costs_itself(line: str) -> None:
    assert [event.title for event in read(calendar(f"{ONE}\n{line}"))] == ["Café – Straße"]


def test_what_is_cut_off_is_not_believed() -> None:
    with pytest.raises(FeedError, match="cut off"):
        calendars(calendar(ONE)[:-40])
    with pytest.raises(FeedError, match="cut off"):
        calendars(f"BEGIN:VEVENT\n{ONE}".encode())


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        ("DTSTART:20261124T100000Z\nDTEND:20261124T090000Z", "10:00", "11:00"),
        ("DTSTART:20261124T100000Z\nDURATION:-PT1H", "11:00", "11:00"),
        ("DTSTART:20261124T100000Z\nDURATION:P1DT1H", "11:00", "12:00"),
        ("DTSTART:20261124T100000Z", "11:00", "11:00"),
        ("DTSTART;TZID=Europe/Berlin:20261124T110000\nDTEND;VALUE=DATE:20261125", "11:00", "00:00"),
        ("DTSTART:20261124T1000Z\nDURATION:PT30M", "11:00", "11:30"),
    ],
)
def test_odd_ends(lines: str, start: str, end: str) -> None:
    (event,) = read(calendar(f"UID:1\n{lines}"))
    assert (f"{event.start(BERLIN):%H:%M}", f"{event.end(BERLIN):%H:%M}") == (start, end)


@pytest.mark.parametrize(
    ("lines", "days"),
    [("", 1), ("DTEND;VALUE=DATE:20261127\n", 3), ("DURATION:P2D\n", 2), ("DTEND;VALUE=DATE:20261124\n", 1),
     ("DTEND:20261125T235900\n", 2), ("DTEND:20261126T000000\n", 2), ("DURATION:PT1W\n", 7), ("DURATION:PT24H\n", 1)],
)  # fmt: skip
def test_whole_days(lines: str, days: int) -> None:
    (event,) = read(calendar(f"UID:1\nDTSTART;VALUE=DATE:20261124\n{lines}SUMMARY:Fair"))
    assert event.span == DateSpan(date(2026, 11, 24), date(2026, 11, 24) + timedelta(days=days))


def test_a_later_revision_counts_wherever_it_stands() -> None:
    later = "UID:1\nSEQUENCE:2\nDTSTART:20270301T100000Z"
    assert starts(calendar(f"{ONE}\nSEQUENCE:1", later)) == []
    assert starts(calendar(later, f"{ONE}\nSEQUENCE:1")) == []
    assert starts(calendar(f"{ONE}\nSEQUENCE:3", later)) == ["Tue 11:00"]


def test_one_uid_given_twice_hides_no_meeting() -> None:
    found = read(calendar(ONE, ONE.replace("20261124", "20261125")))
    assert len({event.id for event in found}) == len(found) == 2


def test_the_same_meeting_in_two_calendars_of_a_file_is_there_once() -> None:
    assert starts(calendar(ONE) + calendar(ONE)) == ["Tue 11:00"]


def test_a_meeting_without_a_uid_is_there_and_keeps_its_id() -> None:
    data = calendar(ONE.replace("UID:1\n", ""), ONE.replace("UID:1\n", "").replace("T10", "T08"))
    first, second = read(data), read(data.replace(b"VERSION:2.0", b"VERSION:2.0\r\nX-A:B"))
    assert [event.id for event in first] == [event.id for event in second]
    assert len({event.id for event in first}) == 2


def test_a_cancellation_cancels() -> None:
    (event,) = read(calendar(ONE) + calendar(ONE, head="METHOD:CANCEL\n"))
    assert event.cancelled


def test_a_new_timestamp_is_no_new_version() -> None:
    """Some servers write the moment of the download into every event."""
    one, two = (read(calendar(f"{ONE}\nDTSTAMP:2026112{day}T100000Z"))[0] for day in (1, 2))
    assert one == two


def test_ways_in_of_microsoft_google_and_the_standard_are_kept() -> None:
    lines = (
        "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij\n"
        "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/l/meetup-join/1\n"
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://contoso.zoom.us/j/94512345678\nCONFERENCE;VALUE=URI:tel:+49301234567"
    )
    (event,) = read(calendar(f"{ONE}\n{lines}"))
    assert event.online is not None
    assert event.online.join_url == "https://teams.microsoft.com/l/meetup-join/1"
    assert event.online.conference_uris == ("https://contoso.zoom.us/j/94512345678", "tel:+49301234567")


RICH = calendar(
    f"{ONE}\nRRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270101T000000Z\nEXDATE;VALUE=DATE:20261201\n"
    'RDATE;VALUE=PERIOD:20261126T100000Z/PT2H\nGEO:53.5;9.9\nORGANIZER;CN="Priya":mailto:priya@contoso.example\n'
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@contoso.example\nCONFERENCE;VALUE=URI:tel:+49301234567",
    "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261201T100000Z\nDTSTART:20261201T120000Z\nDURATION:PT1H",
    head="X-WR-TIMEZONE:Europe/Berlin\nBEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
    "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n",
)
EXAMPLES = int(os.environ.get("CARLENDAR_SERIES", "60"))


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(RICH)),
            st.integers(0, 12),
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"Z", b"-", b"9999", b"0000", b";", b":", b'"', b"\n", b"/", b"TZID=Own", b",", b"INTERVAL=0;"]
                ),
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_damage_to_a_calendar_crashes_its_reader(damages: list[tuple[int, int, bytes]]) -> None:
    data = RICH
    for at, length, by in damages:
        data = data[:at] + by + data[at + length :]
    with contextlib.suppress(FeedError):
        assert len({event.id for event in read(data, days=30)}) == len(read(data, days=30))


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART;TZID=Europe/Berlin:20261124T000000\nDTEND;TZID=Europe/Berlin:20261125T000000",
        "DTSTART;TZID=America/New_York:20261124T000000\nDTEND;TZID=America/New_York:20261125T000000",
        "DTSTART:20261124T000000\nDTEND:20261125T000000",
        "DTSTART:20261124T000000\nDTEND:20261124T235900",
        "DTSTART:20261124T000000Z\nDURATION:P1D",
        "DTSTART:20261123T230000Z\nDTEND:20261124T230000Z",
        "DTSTART:20261124T050000Z\nDTEND:20261125T050000Z",
        "DTSTART;TZID=Nowhere:20261124T000000\nDTEND;TZID=Nowhere:20261125T000000",
    ],
)
@pytest.mark.parametrize("name", ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"])
def test_midnights_that_outlook_marks_as_all_day_are_whole_days(lines: str, name: str) -> None:
    (event,) = read(calendar(f"UID:1\nSUMMARY:Fair\n{lines}\n{name}:TRUE"))
    assert event.span == DateSpan(date(2026, 11, 24), date(2026, 11, 25))
    assert all(not event.all_day for event in read(calendar(f"UID:1\n{lines}\n{name}:FALSE")))


def test_other_times_stay_timed_even_when_marked_as_all_day() -> None:
    lines = "UID:1\nDTSTART:20261124T090000\nDTEND:20261124T100000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    assert starts(calendar(lines)) == ["Tue 09:00"]


def test_a_series_marked_as_all_day_keeps_its_last_day_exceptions_and_moves() -> None:
    marked = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    series = (
        f"UID:1\nDTSTART:20261122T230000Z\nDTEND:20261123T230000Z\n{marked}\n"
        "RRULE:FREQ=DAILY;UNTIL=20261125T230000Z\nEXDATE:20261123T230000Z"
    )
    moved = f"UID:1\nRECURRENCE-ID:20261124T230000Z\nDTSTART:20261126T230000Z\nDTEND:20261127T230000Z\n{marked}"
    assert starts(calendar(series)) == ["Mon", "Wed", "Thu"]
    assert starts(calendar(series, moved)) == ["Mon", "Thu", "Fri"]
