"""What the screen reads is one person's day, each meeting once, and nothing of a blocked account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event, OnlineMeetingInfo, Person, Response
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.store.database import open_database
from carlendar.store.events import EventStore, EventUpsert, ExtractedBody, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.schema import EVENTS, USER
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from tests.fakes.stores import read_snapshot

WAY_IN = JoinDetails("teams", "https://teams.example/1", dial_ins=(DialIn("+4930123456", "77#", "p77#", "DE"),))
Make = Callable[..., Event]


def fill(
    events: EventStore, calendar: Calendar, now: datetime, *made: Event, join_details: JoinDetails | None = None
) -> None:
    events.save(calendar, [EventUpsert(event, join_details) for event in made], [], StoredSyncToken("p1", "w1"), now)


def test_a_stored_day_is_read_in_order_with_everything_beside_it(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, account: Account, now: datetime,
    window: Timespan, meeting: Make,
) -> None:  # fmt: skip
    later, sooner = meeting("b", 90), meeting("a", 30)
    fill(events, calendar, now, later, sooner, join_details=WAY_IN)
    events.save_bodies(calendar, [ExtractedBody("a", "1", "Agenda\nof the day", WAY_IN)])
    user.prefer("language", "de")
    user.dismiss("a@x", "a1", now)
    user.snooze("b@x", "a1", now + timedelta(minutes=5), now)

    snapshot = read_snapshot(folder, window, UTC)

    assert [stored.event for stored in snapshot.events] == [replace(sooner, body="Agenda\nof the day"), later]
    assert [stored.join_details for stored in snapshot.events] == [WAY_IN, WAY_IN]
    assert snapshot.events[0].calendar == calendar
    assert snapshot.events[0].account == account
    assert [(s.calendar_id, s.account_id, s.as_of, s.error) for s in snapshot.sources] == [("c1", "a1", now, "")]
    assert snapshot.preferences == (("language", "de"),)
    assert snapshot.dismissed == {"a@x"}
    assert snapshot.snoozed == (("b@x", now + timedelta(minutes=5)),)


def test_nothing_stored_reads_as_an_empty_day(folder: Path, window: Timespan) -> None:
    snapshot = read_snapshot(folder, window, UTC)
    assert (snapshot.profile, snapshot.profiles, snapshot.events) == (None, (), ())
    assert not folder.exists()


def test_only_the_window_is_read(
    folder: Path, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    over, touching, running, instant, next_one = (
        meeting("over", -60, 60), meeting("ends", -60, 61), meeting("runs", -30, 120), meeting("instant", 0, 0),
        meeting("next", 60),
    )  # fmt: skip
    fill(events, calendar, now, over, touching, running, instant, next_one)
    snapshot = read_snapshot(folder, Timespan(now, now + timedelta(hours=1)), UTC)
    assert {stored.event.id for stored in snapshot.events} == {"ends", "runs", "instant"}


def test_whole_days_belong_to_the_dates_of_the_cars_zone(
    folder: Path, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    fill(events, calendar, now, meeting("holiday", span=DateSpan(date(2026, 11, 24), date(2026, 11, 25))))
    for name, hour, seen in (
        ("Pacific/Kiritimati", 9, False), ("Pacific/Kiritimati", 10, True), ("Europe/Berlin", 22, False),
        ("Europe/Berlin", 23, True),
    ):  # fmt: skip
        start = datetime(2026, 11, 23, hour, tzinfo=UTC)
        day = Timespan(start, start + timedelta(minutes=30))
        assert bool(read_snapshot(folder, day, ZoneInfo(name)).events) is seen, (name, hour)


def test_a_meeting_in_several_calendars_is_shown_once_and_as_it_was_accepted(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, account: Account, now: datetime,
    window: Timespan, meeting: Make,
) -> None:  # fmt: skip
    user.save_account(replace(account, id="a2"))
    other = Calendar("c2", "a2", "Work", is_default=True)
    events.save_calendars("a2", [other])
    fill(events, calendar, now, meeting("x", 30, ical_uid="u", response=Response.DECLINED), meeting("s1", 60))
    mine = meeting("y", 30, ical_uid="u", response=Response.ACCEPTED, calendar_id="c2")
    fill(events, other, now, mine, meeting("z", 90, ical_uid="u", calendar_id="c2"))
    ids = [stored.event.id for stored in read_snapshot(folder, window, UTC).events]
    assert ids == ["y", "s1", "z"]


def test_a_blocked_account_keeps_times_only(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    secret = meeting(
        "e", title="Planted", body="Planted", place=Place("Planted", "Planted"), url="https://planted.example",
        organizer=Person("Planted"), attendees=(Person("Planted"),), attendee_count=1,
        online=OnlineMeetingInfo("https://planted.example"),
    )  # fmt: skip
    fill(events, calendar, now, secret, join_details=JoinDetails("teams", "https://planted.example"))
    user.set_account_state("a1", AccountState.BLOCKED, "disabled", now)
    (stored,) = read_snapshot(folder, window, UTC).events
    assert stored.event.span == secret.span
    assert stored.join_details is None
    assert "lanted" not in str(to_builtins(stored))
    assert stored.account.state is AccountState.BLOCKED


def test_with_several_profiles_none_is_shown_until_one_is_chosen_for_this_drive(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("e"))
    user.save_profile(Profile("ben", "Ben"))
    reader = StoreReader(folder)
    assert (reader.read(window, UTC).profile, reader.read(window, UTC).events) == (None, ())
    user.choose_profile("ana", "drive 1")
    assert [s.event.id for s in reader.read(window, UTC, boot_id="drive 1").events] == ["e"]
    assert reader.read(window, UTC, boot_id="drive 2").events == ()
    user.choose_profile("ben", "drive 2")
    ben = reader.read(window, UTC, boot_id="drive 2")
    assert (ben.profile, ben.accounts, ben.events, ben.sources) == (Profile("ben", "Ben"), (), (), ())
    reader.close()


def test_only_shown_calendars_are_in_the_day(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("e"))
    user.show_calendar("a1", "c1", shown=False)
    assert read_snapshot(folder, window, UTC).events == ()
    user.show_calendar("a1", "c1", shown=True)
    assert len(read_snapshot(folder, window, UTC).events) == 1


def test_the_stamp_tells_of_every_write_of_another_connection_and_of_nothing_else(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    reader = StoreReader(folder)
    first = reader.stamp()
    assert reader.stamp() == first
    fill(events, calendar, now, meeting("e"))
    second = reader.stamp()
    assert second != first
    user.prefer("x", "y")
    assert reader.stamp() not in (first, second)
    reader.close()


def test_the_screen_sees_no_error_and_no_stale_file_when_a_database_is_damaged_and_begun_anew(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("e"))
    reader = StoreReader(folder)
    assert len(reader.read(window, UTC).events) == 1
    events.database.truncate_log()
    (folder / EVENTS.file).write_bytes(b"not a database" * 1000)
    assert read_snapshot(folder, window, UTC).events == ()
    events.close()
    open_database(folder, EVENTS).close()
    reopened = EventStore(folder)
    reopened.save_calendars("a1", [calendar])
    fill(reopened, calendar, now, meeting("new"))
    assert [s.event.id for s in reader.read(window, UTC).events] == ["new"]
    reader.close()
    assert [s.event.id for s in read_snapshot(folder, window, UTC).events] == ["new"]
    reopened.close()


def test_a_row_that_makes_no_sense_is_left_out(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("good"), meeting("bad"), meeting("worse"))
    events.database.change("UPDATE events SET value = '{' WHERE id = 'bad'")
    events.database.change("UPDATE events SET value = '{\"id\": 1}' WHERE id = 'worse'")
    assert [stored.event.id for stored in read_snapshot(folder, window, UTC).events] == ["good"]


def test_items_of_other_profiles_stay_out_of_the_snapshot(
    folder: Path, user: UserStore, account: Account, now: datetime, window: Timespan
) -> None:
    user.save_profile(Profile("ben", "Ben"))
    user.save_account(replace(account, id="b1", profile_id="ben"))
    outbox = Outbox(user.database)
    for key, owner in (("k1", "a1"), ("k2", "b1")):
        outbox.put(OutboxItem(key, owner, "e", "accept", {"comment": "ok"}, now, now))
    (item,) = read_snapshot(folder, window, UTC, profile_id="ben").outbox
    assert (item.key, item.payload, item.created) == ("k2", {"comment": "ok"}, now)
    assert USER.file == "user.db"


def test_all_calendars_of_the_profile_are_listed_the_hidden_ones_too(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, account: Account, window: Timespan
) -> None:
    user.save_account(replace(account, id="b1", profile_id="ben"))
    events.save_calendars("a1", [calendar, Calendar("c2", "a1", "Family")])
    events.save_calendars("b1", [Calendar("c3", "b1", "Ben’s")])
    user.show_calendar("a1", "c2", shown=False)
    listed = read_snapshot(folder, window, UTC, profile_id="ana").calendars
    assert [(found.id, found.shown) for found in listed] == [("c1", True), ("c2", False)]


def test_signing_out_forgets_that_more_was_asked_for(user: UserStore) -> None:
    user.prefer("permission:a1", "1")
    user.prefer("permission:a2", "1")
    user.remove_account("a1")
    assert user.preferences() == {"permission:a2": "1"}


def test_the_next_meetings_are_those_of_the_whole_day_in_order(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Callable[..., Event],
) -> None:  # fmt: skip
    hidden = Calendar("c2", "a1", "Team")
    events.save_calendars("a1", [calendar, hidden])
    mine = [meeting(f"e{n}", minutes=n * 20 - 90, ical_uid=f"u{n // 2}" if n % 3 else "") for n in range(40)]
    mine.append(meeting("day", span=DateSpan(now.date(), now.date() + timedelta(days=1))))
    events.save(calendar, [EventUpsert(each) for each in mine], [], StoredSyncToken(), now)
    events.save(
        hidden,
        [EventUpsert(meeting(f"h{n}", minutes=n, calendar_id="c2")) for n in range(60)],
        [],
        StoredSyncToken(),
        now,
    )
    user.show_calendar("a1", "c2", False)
    reader = StoreReader(folder)
    day = reader.read(window, UTC).events
    later = [each.event.id for each in day if not each.event.all_day and each.event.start(UTC) >= now]
    assert [each.event.id for each in reader.upcoming(now, 6)] == later[:6]
    assert [each.event.id for each in reader.upcoming(now, 100)] == later
    assert reader.upcoming(now + timedelta(days=30), 6) == ()
    reader.close()


def test_a_blocked_account_is_blocked_however_often_it_was_read(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("a", title="Planted"))
    reader = StoreReader(folder)
    assert "Planted" in str(to_builtins(reader.read(window, UTC)))
    user.set_account_state("a1", AccountState.BLOCKED, "revoked", now)
    assert "Planted" not in str(to_builtins(reader.read(window, UTC)))
    reader.close()


def test_one_event_is_found_by_its_account_and_id(
    events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    fill(events, calendar, now, meeting("a"))
    assert events.event("a1", "a") == meeting("a")
    assert events.event("a1", "b") is None
    assert events.event("a2", "a") is None
