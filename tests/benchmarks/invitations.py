"""From an invitation to the way in: text and HTML of 5 KB, and hostile text of 128 KB.

The floor of text is what any program would need for the same answer: libphonenumber's own matcher
over the text and one pattern for web addresses. The floor of HTML adds Python's HTML parser. Caches of
numbers are emptied before each round, since every invitation has other ones.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape
from html.parser import HTMLParser
from statistics import median

import phonenumbers

from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.meetings import html
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.numbers import parsed

SIZE = 5 * 1024
EVENT = Event(
    "1", "c", "Review", Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
)
BLOCK = """________________________________________________________________________________
Microsoft Teams  Need help?<https://aka.ms/JoinTeamsMeeting?omkt=en-US>
Join the meeting now<https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d>
Meeting ID: 281 442 953 617
Passcode: aB3dE9
________________________________
Dial in by phone
+49 69 12345678,,123456789#<tel:+496912345678,,123456789#> Germany, Frankfurt am Main
Find a local number<https://dialin.teams.microsoft.com/6c1d5b3e?id=123456789>
Phone conference ID: 123 456 789#
For organizers: Meeting options<https://teams.microsoft.com/meetingOptions/?organizerId=1>
"""
PROSE = (
    "Dear all, please look through the figures of the third quarter before we meet; they are in the\n"
    "usual place, https://contoso.example/wiki/figures, and in order 4711 of 2026-11-20. Thank you, Ana\n"
)
HOSTILE = (
    *("<", "<p>", "<a ", "<a href='", "<!--", "<!-", "&#", "1 ", "+1 ", "+49 (", "123 ", "123#", "281 442 953 617 "),
    *(
        "+49 69 12345678,,1#",
        "https://a",
        "https://zoom.us/j/1 ",
        "a.a/",
        "meet/",
        "\\n",
        "\n",
        "\r\n ",
        "<tel:",
        "%2B",
    ),
    *(
        "https://eur.safelinks.protection.outlook.com/?url=https%3A%2F%2F",
        "ID ",
        "PIN:1",
        "m:+49 69 1234567 ",
        "112,,1 ",
    ),
)
_URL = re.compile(r"https?://[^\s<>\"]+")


class _Text(HTMLParser):
    """The least that turns HTML into text and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.parts += [value for name, value in attrs if name == "href" and value]


def run(rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` times fifty invitations of each kind, and print medians beside their floors."""
    text = _text()
    page = _page()
    for name, body, floor, wanted in (("text", text, _matched, 1.0), ("HTML", page, _parsed_page, 1.5)):
        ours, least = _medians(rounds * 50, partial(find_join_details, EVENT, body), partial(floor, body))
        say(f"{name} of {len(body) / 1024:.1f} KB  {ours:6.2f} ms  floor {least:6.2f} ms  (wanted < {wanted:.1f} ms)")
    slowest, unit = max((_hostile(unit, rounds), unit) for unit in HOSTILE)
    say(f"hostile text of 128 KB, slowest of {len(HOSTILE)}  {slowest:6.1f} ms  {unit!r}  (wanted < 50 ms)")


def _text() -> str:
    prose = PROSE * ((SIZE - len(BLOCK)) // len(PROSE))
    return prose + BLOCK


def _page() -> str:
    line = "<div style='font-family:Segoe UI'><span lang=EN-US>{}</span></div>\n"
    lines = [line.format(escape(each)) for each in BLOCK.split("\n")]
    prose = line.format(escape(PROSE.replace("\n", " ")))
    head = "<html><head><style>div{margin:0}</style></head><body>"
    return head + prose * ((SIZE - len(head) - sum(map(len, lines))) // len(prose)) + "".join(lines) + "</body></html>"


def _matched(text: str) -> None:
    list(phonenumbers.PhoneNumberMatcher(text, "DE"))
    _URL.findall(text)


def _parsed_page(page: str) -> None:
    parser = _Text()
    parser.feed(page)
    _matched("".join(parser.parts))


def _medians(rounds: int, ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """Median milliseconds of both, measured in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for times, measured in zip(found, (ours, floor), strict=True):
            parsed.cache_clear()
            times.append(_milliseconds(measured))
    return median(found[0]), median(found[1])


def _hostile(unit: str, rounds: int) -> float:
    """The least milliseconds of the slower of both readings: what a busy machine adds is not the text's."""
    body = (unit * (html.BODY_READ // len(unit) + 1))[: html.BODY_READ]
    times = []
    for _ in range(max(3, rounds // 2)):
        parsed.cache_clear()
        times.append(
            max(_milliseconds(lambda: find_join_details(EVENT, body)), _milliseconds(lambda: html.text_of(body)))
        )
    return min(times)


def _milliseconds(measured: Callable[[], object]) -> float:
    start = time.thread_time()
    measured()
    return (time.thread_time() - start) * 1000
