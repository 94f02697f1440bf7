"""Hostile calendars in the process that reads them: they end it within its limits, and never what started it."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.errors import FeedError, ServiceError
from carlendar.icalendar.download import Downloader, DownloadLimits
from carlendar.icalendar.reader import ConfinedReader, DirectReader, FeedRead, FeedTexts
from carlendar.platform.confined_process import ConfinedProcess
from carlendar.platform.confined_worker import MEBIBYTE, WorkLimits
from carlendar.wiring.reader_worker import COMMAND
from tests.fakes.http_server import RawAnswer
from tests.icalendar.made import BERLIN, START, calendar

WEEK = Timespan(START, START + timedelta(days=7))
ONE = "UID:1\nSUMMARY:One\nDESCRIPTION:Text\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z"
OVER = 300 * MEBIBYTE
"""No more than this may any process take for any calendar."""


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    """The car's own, in one process for all tests."""
    process = ConfinedProcess(COMMAND, WorkLimits())
    yield ConfinedReader(process)
    process.stop()


def read(reader: ConfinedReader, *texts: bytes, lenient: bool = False, zone: tzinfo = BERLIN) -> FeedRead:
    return reader.read(FeedTexts(texts, lenient), "c", WEEK, zone)


HOSTILE: dict[str, bytes] = {
    "folded lines": calendar(ONE + "\nX-A:" + "\n a" * 5_000_000),
    "X- lines": calendar(ONE + "\nX-A:b" * 500_000),
    "a rule since 1601": calendar(
        *(f"UID:{at}\nDTSTART:16010101T000000Z\nRRULE:FREQ=DAILY;COUNT=150000" for at in range(20))
    ),
    "tiny events": calendar(*["DTSTART:20261124T100000Z"] * 50_000),
    "zones": calendar(
        ONE, head="BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n" * 100_000
    ),
    "nesting": b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 1_000_000 + b"END:VCALENDAR\n",
    "RDATE": calendar(ONE + "\nRDATE:" + ",".join(["20261125T100000Z"] * 500_000)),
    "overlapping rules": calendar(
        *(f"UID:{at}\nDTSTART:20201124T100000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30" for at in range(200))
    ),
    "parameters": calendar(ONE + "\nATTENDEE" + ';A="' * 1_000_000 + ":x"),
}


def read_hostile() -> None:
    """Read each hostile calendar, then a plain one; print what came of it and the memory that it took, in bytes.

    The program of a process of its own: the most that children took counts from the start of their parent.
    """
    process = ConfinedProcess(COMMAND, WorkLimits())
    confined, results = ConfinedReader(process), dict[str, tuple[str, int, str]]()
    for name, text in HOSTILE.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        key = ""
        try:
            read(confined, text)
        except FeedError as error:
            key = error.key
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        (event,) = read(confined, calendar(ONE)).events
        results[name] = key, grown * 1024, event[0].title
    process.stop()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    sys.stdout.write(json.dumps({name: (key, children, grown, title) for name, (key, grown, title) in results.items()}))


@pytest.fixture(scope="module")
def hostile_results() -> dict[str, tuple[str, int, int, str]]:
    """For each hostile calendar: the error's key, the most memory of a child, the parent's growth, the next title."""
    program = f"from {__name__} import read_hostile; read_hostile()"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    results: dict[str, tuple[str, int, int, str]] = json.loads(done.stdout)
    return results


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_calendar_is_read_or_refused_within_limits(
    hostile_results: dict[str, tuple[str, int, int, str]], name: str
) -> None:
    key, child, grown, next_title = hostile_results[name]
    assert key in ("", "feed_limits", "feed_endless")
    assert child < OVER
    assert grown < 100 * MEBIBYTE, "the parent grows by the answer"
    assert next_title == "One"


def test_what_exceeds_memory_is_refused() -> None:
    """As a calendar of any size would be for which the real limit is too low."""
    program = (
        "import carlendar.icalendar.ics; from carlendar.wiring.reader_worker import handle;"
        "from carlendar.platform.confined_worker import WorkLimits, serve; serve(handle, WorkLimits(memory=8 << 20))"
    )
    process = ConfinedProcess((sys.executable, "-I", "-c", program))
    reader = ConfinedReader(process)
    try:
        with pytest.raises(FeedError) as raised:
            read(reader, HOSTILE["tiny events"])
        assert (raised.value.key, raised.value.detail) == ("feed_limits", "memory")
        assert len(read(reader, calendar(ONE)).events) == 1
    finally:
        process.stop()


@pytest.mark.parametrize("zone", [BERLIN, UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("Asia/Tokyo")])
def test_the_same_comes_out_as_without_another_process(reader: ConfinedReader, zone: tzinfo) -> None:
    texts = calendar(
        f"{ONE}\nRRULE:FREQ=DAILY\nLOCATION:Straße 1\nGEO:48.1;11.5\nATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example",
        "UID:2\nDTSTART;VALUE=DATE:20261125\nSUMMARY:Whole day",
        "UID:3\nDTSTART:20261125T090000\nSUMMARY:Floating\nX-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij",
        "UID:4\nDTSTART;TZID=America/New_York:20261125T090000\nDURATION:PT1H\nSTATUS:CANCELLED",
    )
    there = reader.read(FeedTexts([texts]), "c", WEEK, zone, frozenset({"a@b.example"}))
    here = DirectReader().read(FeedTexts([texts]), "c", WEEK, zone, frozenset({"a@b.example"}))
    assert there == here
    assert len(there.events) == 9
    assert isinstance(next(event for event, _ in there.events if event.title == "Whole day").span, DateSpan)


def test_the_machines_own_zone_without_a_name_is_the_same_there(reader: ConfinedReader) -> None:
    with Path("/usr/share/zoneinfo/Europe/Berlin").open("rb") as file:
        nameless = ZoneInfo.from_file(file)
    read(reader, calendar(ONE), zone=nameless)


def test_an_offset_with_seconds_is_kept_as_a_moment(reader: ConfinedReader) -> None:
    early = datetime(1880, 1, 1, tzinfo=UTC)
    texts = calendar("UID:1\nDTSTART;TZID=Europe/Berlin:18800102T090000\nDURATION:PT1H")
    window = Timespan(early, early + timedelta(days=7))
    (event, _), *more = reader.read(FeedTexts([texts]), "c", window, BERLIN).events
    assert not more
    assert event.start(UTC) == datetime(1880, 1, 2, 9, tzinfo=BERLIN)


def test_of_a_folder_what_is_no_calendar_is_counted(reader: ConfinedReader) -> None:
    found = read(reader, b"nothing", calendar(ONE), lenient=True)
    assert (len(found.events), found.files_left_out) == (1, 1)
    for texts, lenient, key in (([b"nothing"], True, "feed_file"), ([b"nothing"], False, "feed_text")):
        with pytest.raises(FeedError) as raised:
            read(reader, *texts, lenient=lenient)
        assert raised.value.key == key


def test_an_answer_that_makes_no_sense_is_refused() -> None:
    class Odd(ConfinedProcess):
        def ask(self, _request: object) -> bytes:
            return answers[-1]

    reader = ConfinedReader(Odd(()))
    answers = [b"", b"{", b'{"events":[{"type":"timed"}]}', b'{"texts_of":[7]}', b'{"unread":"x"}', b"\xff"]
    while answers.pop() and answers:
        with pytest.raises(FeedError) as raised:
            read(reader, calendar(ONE))
        assert raised.value.key == "feed_limits"


def test_without_the_process_nothing_is_the_calendars_fault() -> None:
    process = ConfinedProcess(("/nowhere",))
    with pytest.raises(ServiceError):
        read(ConfinedReader(process), calendar(ONE))
    process.stop()


def _served(body: bytes, coding: str) -> RawAnswer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Encoding", coding)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    ("body", "coding", "key"),
    [
        (gzip.compress(bytes(64 * MEBIBYTE)), "gzip", "feed_size"),
        (gzip.compress(b"") * 100_000, "gzip", "feed_size"),
        (gzip.compress(calendar(ONE))[:-9], "gzip", "outage"),
        (b"not compressed", "gzip", "outage"),
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip", "outage"),
        (b"x", "br", "outage"),
    ],
    ids=["bomb", "many empty members", "cut short", "not compressed", "compressed twice", "brotli"],
)
def test_a_compressed_body_is_held_to_its_limits_while_it_comes(
    serve: Callable[[RawAnswer], str], ca_file: Path, body: bytes, coding: str, key: str
) -> None:
    loader = Downloader(private=True, ca_file=ca_file, limits=DownloadLimits(MEBIBYTE, 20.0, 5.0, 3))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((FeedError, ServiceError)) as raised:
        loader.get(serve(_served(body, coding)))
    assert getattr(raised.value, "key", "") == key
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def test_a_compressed_calendar_of_several_members_is_whole(serve: Callable[[RawAnswer], str], ca_file: Path) -> None:
    text = calendar(ONE) * 2000
    body = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    loader = Downloader(private=True, ca_file=ca_file)
    assert loader.get(serve(_served(body, "gzip"))).data == text
