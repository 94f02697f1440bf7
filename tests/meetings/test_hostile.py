"""Whatever a stranger writes: no crash, no hang, nothing that is not in the text."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carlendar.domain.event import Event, OnlineMeetingInfo
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.html import BODY_READ, text_of
from carlendar.meetings.join_details import JoinDetails
from carlendar.meetings.plan import Situation, plan

DIALABLE = re.compile(r"\+[0-9]{7,15}")
TONES = re.compile(r"[0-9*#p]*")
HOST = re.compile(r"[a-z0-9.-]+")

FRAGMENTS = st.sampled_from(
    [
        *(
            "https://",
            "http://",
            "teams.microsoft.com",
            "/l/meetup-join/19%3a",
            "zoom.us/j/",
            "85775884256",
            "?pwd=",
            "@",
        ),
        *(
            "<a href='",
            '">',
            "</a>",
            "<br>",
            "<!--",
            "-->",
            "<style>",
            "&#x",
            "&amp;",
            "%2B",
            "%23",
            "tel:",
            "<",
            ">",
            '"',
        ),
        *(
            "+49 69 12345678",
            ",,",
            "123 456 789#",
            "#",
            "*",
            "ID: ",
            "PIN:",
            "\n",
            "\r\n ",
            "\\n",
            " ",
            "+1",
            "\u202e",
            "+49900",
        ),
        *(
            "urldefense.com/v3/__",
            "__;",
            "!",
            "**",
            "safelinks.protection.outlook.com/?url=",
            "meet.google.com/abc-defg-hij",
            "112",
        ),
        *(
            "٣٤٥",
            "😀",
            "xn--",
            ":443",
            "\\",
            "\x00",
            "j.php?MTID=",
            "contoso.webex.com/",
            "Passcode: x",
            "281 442 953 617",
        ),
    ]
)
BODIES = st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=40).map("".join)


def event(online: OnlineMeetingInfo | None = None, url: str = "", place: str = "") -> Event:
    span = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
    return Event("1", "c", "Review", span, online=online, url=url, place=Place(place) if place else None)


def digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def check(found: JoinDetails, text: str) -> None:
    everything = digits(text.replace("%2B", " ").replace("%23", " ").replace("%2b", " "))
    for dial_in in found.dial_ins:
        assert DIALABLE.fullmatch(dial_in.number)
        assert TONES.fullmatch(dial_in.tones)
        assert dial_in.digits == dial_in.tones.replace("p", "")
        assert dial_in.number[-6:] in everything
    if found.url:
        assert HOST.fullmatch(found.host)
        assert found.url.startswith(f"https://{found.host}")
        assert found.url.removeprefix(f"https://{found.host}")[:1] in ("", "/", "?", "#")
    for parked in (True, False):
        plan(found, Situation(parked=parked))


@settings(max_examples=300, deadline=None)
@given(BODIES)
@example("+49 69 12345678,,#")
@example("https://teams.microsoft.com/meet/281442953617?p=\x00")
def test_a_body_of_anything_is_survived(body: str) -> None:
    check(find_join_details(event(), body), body)
    text_of(body)


@settings(max_examples=150, deadline=None)
@given(BODIES, BODIES, BODIES)
def test_fields_of_anything_are_survived(first: str, second: str, third: str) -> None:
    online = OnlineMeetingInfo(first, second, third, (first,), second, "", (third, f"tel:{first}"))
    check(find_join_details(event(online, url=second, place=third), first), first + " " + second + " " + third)


@settings(max_examples=100, deadline=None)
@given(st.text())
@example("0.\x08")
@example("0.\u200b")
def test_a_host_is_always_one_of_the_text(label: str) -> None:
    body = f"https://{label}zoom.us/j/85775884256 or https://zoom.us{label}/j/85775884256"
    found = find_join_details(event(), body)
    if found.host:
        assert found.host in body.lower().replace("\u212a", "k")


def _repeated(unit: str) -> str:
    return (unit * (BODY_READ // len(unit) + 1))[:BODY_READ]


@pytest.mark.parametrize(
    "unit",
    [
        *("<", "<a ", '<a href="', "<a href='", "<!--", "<!-", "&#", "&", "<style>", "<p>", "<a<a\"'"),
        *(
            "1",
            "1 ",
            "+1",
            "+1 ",
            "123#",
            "123 ",
            "+49 69 12345678",
            "+49 69 12345678,,1#",
            ",",
            ",,1",
            "(1",
            "ID ",
            "PIN:1",
        ),
        *(
            "https://",
            "https://a",
            "https://zoom.us/j/1 ",
            "https://a@zoom.us/j/123456789 ",
            "a.",
            "a.a/",
            "a-",
            "%2B",
            "%",
        ),
        *(
            "https://urldefense.com/v3/__",
            "https://eur.safelinks.protection.outlook.com/?url=https%3A%2F%2F",
            ")",
            "_",
            "-",
        ),
        *(
            "\n",
            "\r\n ",
            "\\n",
            " ",
            "a",
            "a:",
            ": ",
            "281 442 953 617 ",
            "<tel:",
            "meet/",
            "/j/",
            "+49 (",
            "p1",
            "x1",
            ";ext=1",
        ),
        *("https://zoom.us" + "\\" + "@a/join/abc ", "https://" + "a." * 100 + "zoom.us/j/123456789 "),
    ],
    ids=ascii,
)
def test_hostile_text_of_full_length_takes_no_longer_than_its_length_is_worth(unit: str) -> None:
    body = _repeated(unit)
    start = time.process_time()
    find_join_details(event(place=body[:2000]), body)
    text_of(body)
    assert time.process_time() - start < 1.0  # a tenth of that is usual; quadratic would be minutes


def test_what_is_beyond_the_bound_is_not_read() -> None:
    body = "x " * (BODY_READ // 2) + "https://zoom.us/j/85775884256"
    assert find_join_details(event(), body).url == ""
