"""Application roles in the store: no links for dial-in only, and nothing of an earlier drive without a cache."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import AppRole, Calendar, Profile
from carlendar.domain.base import encoded
from carlendar.domain.event import Event, event_to_json
from carlendar.domain.timespan import Timespan
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.store.events import EventStore
from carlendar.store.records import FETCHED
from carlendar.store.retention import forget_events
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from tests.fakes.stores import ana_account, event_store, user_store

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
WINDOW = Timespan(NOW - timedelta(days=1), NOW + timedelta(days=2))
DETAILS = JoinDetails("teams", "https://teams.example/j", dial_ins=(DialIn("+493012345678"),))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[UserStore, EventStore]]:
    """Ana's account with a meeting whose join details were found."""
    with user_store(tmp_path, ana_account(NOW)) as user, event_store(tmp_path, user) as events:
        calendar = Calendar("c1", "a1", "Calendar", is_default=True)
        event = Event("e1", "c1", "Review", Timespan(NOW, NOW + timedelta(hours=1)), "1")
        events.save_calendars("a1", [calendar])
        with events.database.transaction() as connection:
            connection.execute(
                "INSERT INTO events (account_id, calendar_id, id, version, starts, ends, value, way_in)"
                " VALUES ('a1', 'c1', 'e1', '1', ?, ?, ?, ?)",
                (NOW.timestamp(), (NOW + timedelta(hours=1)).timestamp(), event_to_json(event), encoded(DETAILS)),
            )
        yield user, events


def read(folder: Path, boot: str = "boot 2") -> list[JoinDetails | None]:
    """The join details of all meetings that the screen may show."""
    reader = StoreReader(folder)
    try:
        found = reader.read(WINDOW, UTC, boot_id=boot)
        assert len(reader.upcoming(NOW, 5, boot_id=boot)) == len(found.events)
        return [each.join_details for each in found.events]
    finally:
        reader.close()


def test_dial_in_only_leaves_no_link(stores: tuple[UserStore, EventStore], tmp_path: Path) -> None:
    user, _ = stores
    assert read(tmp_path) == [DETAILS]
    assert user.set_account_roles("a1", (AppRole.DIAL_IN_ONLY,))
    assert not user.set_account_roles("a1", (AppRole.DIAL_IN_ONLY,))
    assert read(tmp_path) == [replace(DETAILS, url="")]


def test_without_a_cache_only_what_was_fetched_in_this_boot_is_read(
    stores: tuple[UserStore, EventStore], tmp_path: Path
) -> None:
    user, events = stores
    user.set_account_roles("a1", (AppRole.NO_CACHE,))
    assert read(tmp_path) == []
    user.prefer(FETCHED + "a1", "boot 2")
    assert read(tmp_path) == [DETAILS]
    assert read(tmp_path, "boot 3") == []
    assert read(tmp_path, "") == []
    assert forget_events(events, ["a1"])
    assert not forget_events(events, ["a1"])
    assert events.count_all() == 0
    assert b"Review" not in (tmp_path / "events.db").read_bytes()


def test_the_choice_of_a_removed_driver_is_deleted(stores: tuple[UserStore, EventStore]) -> None:
    user, _ = stores
    user.save_profile(Profile("ben", "Ben"))
    for profile in ("ana", "ben"):
        user.prefer(f"consent:{profile}:usage", "1")
    user.remove_profile("ben")
    assert user.preferences() == {"consent:ana:usage": "1"}
