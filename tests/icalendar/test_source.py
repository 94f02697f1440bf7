"""Feeds, files and folders through the same engine and store as any account."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, tzinfo
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.account import FEED, Account, AccountState, Calendar, Profile
from carlendar.domain.timespan import Timespan
from carlendar.icalendar.components import LIMIT
from carlendar.icalendar.download import Downloader, DownloadLimits
from carlendar.icalendar.reader import DirectReader, FeedRead, FeedReader, FeedTexts, exceeded
from carlendar.icalendar.source import FeedSource
from carlendar.icalendar.subscription_store import StoredTrials, SubscriptionStore
from carlendar.icalendar.trials import Trial, TrialsInMemory
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.html import text_of
from carlendar.store.change_notices import observe
from carlendar.store.events import EventStore
from carlendar.store.records import StoredEvent
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.sync.outcome import AccountOutcome
from tests.fakes.clocks import ManualClocks
from tests.fakes.http_server import RawAnswer
from tests.fakes.stores import read_snapshot
from tests.icalendar.made import BERLIN, START, calendar

ONE = "UID:1\nSUMMARY:One\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z"
TWO = "UID:2\nSUMMARY:Two\nDTSTART:20261125T100000Z\nDTEND:20261125T110000Z"
CALL = f"{ONE}\nDESCRIPTION:https://contoso.zoom.us/j/94512345678"
NOW = START.astimezone(UTC) + timedelta(hours=8)


class Car:
    """A store with one subscribed calendar, and what the driver sees of it."""

    def __init__(self, folder: Path, ca_file: Path) -> None:
        self.folder, self.clock = folder, ManualClocks(NOW, BERLIN)
        self.user = UserStore(folder)
        self.events = EventStore(folder)
        self.user.save_profile(Profile("p", "Ana"))
        self.account = Account("feed-1", "p", "shown", "Work", FEED, AccountState.SIGNED_IN, NOW)
        self.user.save_account(self.account)
        self.loader = Downloader(private=True, ca_file=ca_file, limits=DownloadLimits(200_000, 2.0, 1.0, 3))
        self.place = ""
        self.reader: FeedReader = DirectReader()
        self.trials = TrialsInMemory()
        self.mine: frozenset[str] = frozenset()
        self.at = 10**18 * 2

    def source(self, _account: Account | None = None) -> FeedSource:
        return FeedSource("feed-1", "Work", lambda: self.place, self.loader, self.reader, self.clock.zone,
                          lambda: self.at, mine=lambda: self.mine, trials=self.trials)  # fmt: skip

    def sync(self) -> AccountOutcome:
        tools = SyncDependencies(
            self.source, lambda event, text: find_join_details(event, text, "DE"), text_of, self.clock, self.clock
        )
        return SyncEngine(self.events, self.user, tools).sync(self.account)

    def day(self) -> tuple[StoredEvent, ...]:
        return read_snapshot(self.folder, Timespan(START, START + timedelta(days=7)), BERLIN).events

    def titles(self) -> list[str]:
        return [stored.event.title for stored in self.day()]

    def error(self) -> str:
        return self.events.statuses()[0].error


@pytest.fixture
def car(tmp_path: Path, ca_file: Path) -> Iterator[Car]:
    made = Car(tmp_path / "data", ca_file)
    yield made
    made.events.close()
    made.user.close()


@pytest.fixture
def file(tmp_path: Path, car: Car) -> Path:
    path = tmp_path / "calendar.ics"
    path.write_bytes(calendar(CALL))
    car.place = str(path)
    return path


def test_a_files_events_are_in_the_agenda_with_their_join_details(car: Car, file: Path) -> None:
    assert car.sync().error == ""
    (stored,) = car.day()
    assert (stored.event.title, stored.calendar.name, stored.account.id) == ("One", "Work", "feed-1")
    assert stored.join_details is not None
    assert stored.join_details.service == "zoom"
    assert car.events.statuses()[0].as_of == NOW


def test_an_unchanged_file_is_looked_at_and_not_read(car: Car, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    car.sync()
    monkeypatch.setattr("carlendar.icalendar.files.read", lambda _path: pytest.fail("it was read"))
    assert car.sync().error == ""
    assert car.titles() == ["One"]


def test_a_change_within_the_clocks_grain_is_seen(car: Car, file: Path) -> None:
    """Same size, same time, same inode: only its content differs (as with git's index)."""
    status = file.stat()
    car.at = status.st_mtime_ns
    car.sync()
    file.write_bytes(calendar(CALL.replace("SUMMARY:One", "SUMMARY:Won")))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    car.sync()
    assert car.titles() == ["Won"]


def test_an_event_that_changed_without_a_new_sequence_changes_in_the_store(car: Car, file: Path) -> None:
    car.sync()
    file.write_bytes(calendar(CALL.replace("One", "Another title") + "\nSEQUENCE:0"))
    car.sync()
    assert car.titles() == ["Another title"]


def test_a_series_that_is_moved_as_a_whole_has_moved(car: Car, file: Path) -> None:
    """Its occurrences are identified by where the rule puts them: all have other ids then."""
    series = "UID:s\nSUMMARY:Standup\nDTSTART;TZID=Europe/Berlin:20261102T{}0000\nDURATION:PT15M\nRRULE:FREQ=DAILY"
    file.write_bytes(calendar(series.format(13)))
    car.sync()
    assert not observe(car.user, car.events)
    before = {stored.event.id for stored in car.day()}
    file.write_bytes(calendar(series.format(14)))
    car.sync()
    assert observe(car.user, car.events)
    snapshot = read_snapshot(car.folder, Timespan(START, START + timedelta(days=7)), BERLIN)
    news = {each.event_id: (each.kind, each.before) for each in snapshot.news}
    assert len(snapshot.events) == 7
    assert before.isdisjoint(news)
    for stored in snapshot.events:
        assert news[stored.event.id] == ("moved", stored.event.start(BERLIN) - timedelta(hours=1))
    file.write_bytes(calendar(series.format(14) + "\nEXDATE;TZID=Europe/Berlin:20261124T140000"))
    car.sync()
    assert not observe(car.user, car.events)


@pytest.mark.parametrize(
    ("content", "key"),
    [(b"<html>Please sign in</html>", "feed_text"), (b"", "feed_text"), (calendar(ONE)[:-20], "feed_text"),
     (calendar(f"{ONE}\nRRULE:FREQ=SECONDLY"), "feed_endless"), (None, "feed_file"),
     (b"BEGIN:VCALENDAR\n" + b"X" * 33 * 2**20, "feed_size")],
)  # fmt: skip
def test_the_last_good_copy_stays_and_the_trouble_is_named(
    car: Car, file: Path, content: bytes | None, key: str
) -> None:
    car.sync()
    file.unlink() if content is None else file.write_bytes(content)
    car.sync()
    assert (car.titles(), car.error()) == (["One"], key)
    file.write_bytes(calendar(ONE, TWO))
    car.sync()
    assert (car.titles(), car.error()) == (["One", "Two"], "")


def test_a_hundred_megabytes_are_refused_unread(car: Car, file: Path) -> None:
    with file.open("wb") as huge:
        huge.truncate(100 * 2**20)
    assert car.sync().error == "feed_size"


def test_a_pipe_is_not_waited_at(car: Car, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    car.place = str(tmp_path / "pipe")
    assert car.sync().error == "feed_file"


def test_a_folder_is_one_calendar_and_a_broken_file_costs_itself(car: Car, tmp_path: Path) -> None:
    folder = tmp_path / "cals"
    folder.mkdir()
    (folder / "1.ics").write_bytes(calendar(ONE))
    (folder / "2.ICS").write_bytes(calendar(TWO))
    (folder / "broken.ics").write_bytes(b"BEGIN:VCALENDAR\nBEGIN:VEVENT")
    (folder / "notes.txt").write_bytes(b"no calendar")
    os.mkfifo(folder / "pipe.ics")
    car.place = str(folder)
    assert car.sync().error == ""
    assert car.titles() == ["One", "Two"]
    (folder / "1.ics").unlink()
    car.sync()
    assert car.titles() == ["Two"]


def test_a_file_that_cannot_be_read_costs_no_other_of_its_folder(car: Car, tmp_path: Path) -> None:
    folder = tmp_path / "cals"
    folder.mkdir()
    (folder / "1.ics").write_bytes(calendar(ONE))
    (folder / "2.ics").write_bytes(calendar(TWO))
    (folder / "dangling.ics").symlink_to(tmp_path / "nowhere")
    (folder / "large.ics").write_bytes(calendar(ONE))
    os.truncate(folder / "large.ics", LIMIT + 1)
    car.place = str(folder)
    assert car.sync().error == ""
    assert car.titles() == ["One", "Two"]
    car.sync()
    assert car.titles() == ["One", "Two"]


def test_a_folder_that_is_suddenly_empty_is_not_believed(car: Car, tmp_path: Path) -> None:
    """A memory card that was taken out leaves an empty folder behind."""
    folder = tmp_path / "cals"
    folder.mkdir()
    (folder / "1.ics").write_bytes(calendar(ONE))
    car.place = str(folder)
    car.sync()
    (folder / "1.ics").unlink()
    car.sync()
    assert (car.titles(), car.error()) == (["One"], "feed_file")


def test_floating_times_follow_the_car_though_the_file_is_the_same(car: Car, file: Path) -> None:
    file.write_bytes(calendar("UID:f\nSUMMARY:Lunch\nDTSTART:20261124T120000\nDTEND:20261124T130000"))
    car.sync()
    car.clock.car_zone = ZoneInfo("Europe/Lisbon")
    car.sync()
    (stored,) = car.day()
    assert stored.event.start(BERLIN).hour == 13


def test_the_drivers_own_answer_counts(car: Car, file: Path) -> None:
    file.write_bytes(calendar(f"{ONE}\nATTENDEE;PARTSTAT=DECLINED:mailto:Ana@contoso.example"))
    car.mine = frozenset({"ana@contoso.example"})
    car.sync()
    assert [stored.event.response.value for stored in car.day()] == ["declined"]


class Overrunning:
    """A reader that certain contents are too much for."""

    def __init__(self, *contents: bytes) -> None:
        self.contents, self.asked = contents, 0

    def warm(self) -> None:
        """See `FeedReader`."""

    def read(
        self, given: FeedTexts, calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
    ) -> FeedRead:
        self.asked += 1
        if any(text in self.contents for text in given.texts):
            raise exceeded("memory")
        return DirectReader().read(given, calendar_id, window, zone, mine)


def test_a_content_that_exceeds_the_limits_twice_is_not_read_until_it_changes(car: Car, file: Path) -> None:
    assert car.sync().error == ""
    bad = calendar(TWO)
    car.reader = reader = Overrunning(bad)
    file.write_bytes(bad)
    assert [car.sync().error for _ in range(4)] == ["feed_limits", *["feed_quarantined"] * 3]
    assert (reader.asked, car.titles(), car.error()) == (2, ["One"], "feed_quarantined")
    os.utime(file, (1, 1))
    assert (car.sync().error, reader.asked) == ("feed_quarantined", 2), "the same bytes at another time"
    file.write_bytes(calendar(CALL))
    assert (car.sync().error, car.titles(), reader.asked) == ("", ["One"], 2), "the bytes that were read last"
    file.write_bytes(calendar(ONE, TWO))
    assert (car.sync().error, car.titles(), reader.asked) == ("", ["One", "Two"], 3)


def test_a_content_during_which_the_service_ends_again_and_again_is_not_read(car: Car, file: Path) -> None:
    class Ended(BaseException):
        """The end of the service."""

    class Ending(Overrunning):
        def read(self, *_: object, **__: object) -> FeedRead:
            self.asked += 1
            raise Ended

    car.reader = reader = Ending()
    for _ in range(4):
        with pytest.raises(Ended):
            car.source().listing(Calendar("feed", "feed-1", ""), NOW, NOW + timedelta(days=7), "")
    assert (car.sync().error, reader.asked) == ("feed_quarantined", 4)


def test_a_quarantined_subscription_costs_one_small_answer(car: Car, serve: Callable[[RawAnswer], str]) -> None:
    served: list[bytes | None] = []
    body = [calendar(TWO)]

    def answer(to: BaseHTTPRequestHandler) -> None:
        tag = f'"{hash(body[0])}"'
        same = to.headers.get("If-None-Match") == tag
        served.append(None if same else body[0])
        to.send_response(304 if same else 200)
        to.send_header("ETag", tag)
        to.send_header("Content-Length", str(0 if same else len(body[0])))
        to.end_headers()
        to.wfile.write(b"" if same else body[0])

    car.place, car.reader = serve(answer), Overrunning(body[0])
    assert [car.sync().error for _ in range(4)] == ["feed_limits", *["feed_quarantined"] * 3]
    assert served == [body[0], body[0], None, None]
    body[0] = calendar(ONE)
    assert [car.sync().error for _ in range(2)] == ["", ""]
    assert (served[4:], car.titles()) == ([body[0], None], ["One"])


def test_what_became_of_reading_a_feed_is_kept_with_its_secret(tmp_path: Path) -> None:
    held: dict[str, bytes] = {}

    class Secrets:
        get = staticmethod(held.get)
        put = staticmethod(held.__setitem__)
        delete = staticmethod(held.__delitem__)

    book = SubscriptionStore(Secrets())
    book.add("feed-1", "/calendars/a.ics", ["Ana@contoso.example "])
    trials = StoredTrials(SubscriptionStore(Secrets()), "feed-1")
    trials.save(Trial("content", overruns=2))
    assert StoredTrials(book, "feed-1").load().quarantined
    assert (book.source("feed-1"), book.owners("feed-1")) == ("/calendars/a.ics", frozenset({"ana@contoso.example"}))
    book.renew("feed-1", ())
    assert (book.trial("feed-1"), book.source("feed-1")) == (Trial(), "/calendars/a.ics")
    book.forget("feed-1")
    trials.save(Trial("content", overruns=1))
    assert not held, "a feed that was forgotten meanwhile is not there again"
    held["feed-2"] = b'{"source":"/calendars/odd\\udcff.ics"}'
    assert book.source("feed-2") == "/calendars/odd\udcff.ics", "as earlier versions kept it"


def test_a_subscription_costs_one_small_answer_while_nothing_changes(
    car: Car, serve: Callable[[Callable[[BaseHTTPRequestHandler], None]], str]
) -> None:
    data = [calendar(ONE)]
    asked: list[str] = []

    def answer(to: BaseHTTPRequestHandler) -> None:
        etag = f'"{hash(data[0])}"'
        asked.append(to.headers["If-None-Match"] or "")
        body = b"" if asked[-1] == etag else data[0]
        to.send_response(200 if body else 304)
        to.send_header("ETag", etag)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    car.place = f"{serve(answer)}/secret/basic.ics"
    car.sync()
    outcome = car.sync()
    assert [(each.traffic.requests, each.traffic.bytes, each.changed) for each in outcome.calendars] == [(1, 0, 0)]
    data[0] = calendar(ONE, TWO)
    car.sync()
    assert car.titles() == ["One", "Two"]
    assert asked[0] == ""


def test_a_feed_that_fails_keeps_its_copy_and_waits_as_asked(
    car: Car, serve: Callable[[Callable[[BaseHTTPRequestHandler], None]], str]
) -> None:
    busy = threading.Event()

    def answer(to: BaseHTTPRequestHandler) -> None:
        body = b"" if busy.is_set() else calendar(ONE)
        to.send_response(503 if busy.is_set() else 200)
        to.send_header("Retry-After", "90")
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    car.place = f"{serve(answer)}/secret/basic.ics"
    car.sync()
    busy.set()
    outcome = car.sync()
    assert (outcome.error, outcome.retry_after) == ("throttled", 90)
    assert (car.titles(), car.error()) == (["One"], "throttled")
    assert b"secret/basic" not in b"".join(path.read_bytes() for path in car.folder.rglob("*") if path.is_file())


# --- colours -------------------------------------------------------------------------------------


def colors(car: Car) -> list[str]:
    return [calendar.color for calendar in car.events.calendars("feed-1")]


def colored(*lines: str) -> bytes:
    """The calendar with these properties of its own."""
    head = b"BEGIN:VCALENDAR\r\n"
    return calendar(CALL).replace(head, head + "".join(f"{line}\r\n" for line in lines).encode(), 1)


@pytest.mark.parametrize(
    ("lines", "color"),
    [
        (["COLOR:turquoise"], "#40e0d0"),
        (["X-APPLE-CALENDAR-COLOR:#FF2968FF"], "#ff2968"),
        (["X-APPLE-CALENDAR-COLOR;VALUE=TEXT:#1BADF8"], "#1badf8"),
        (["COLOR:red", "X-APPLE-CALENDAR-COLOR:#1BADF8"], "#1badf8"),
        (["COLOR:mauvish"], ""),
        (["COLOR:#12345"], ""),
        ([], ""),
    ],
)
def test_a_feed_has_the_colour_that_its_text_names(car: Car, file: Path, lines: list[str], color: str) -> None:
    file.write_bytes(colored(*lines))
    assert car.sync().error == ""
    assert colors(car) == [color]


def test_a_feeds_colour_stays_while_its_text_is_unchanged_and_goes_with_it(car: Car, file: Path) -> None:
    file.write_bytes(colored("COLOR:turquoise"))
    car.sync()
    car.sync()
    assert colors(car) == ["#40e0d0"]
    car.at += 10**12
    file.write_bytes(calendar(f"{CALL}\nLOCATION:Hall 7"))
    car.sync()
    assert colors(car) == [""]


def test_the_colour_of_an_event_is_not_its_calendars(car: Car, file: Path) -> None:
    file.write_bytes(calendar(f"{CALL}\nCOLOR:red"))
    car.sync()
    assert colors(car) == [""]
