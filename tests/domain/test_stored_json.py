"""Whatever a calendar holds is read as it was written, exactly."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.base import decoded, encoded
from carlendar.domain.event import (
    Event,
    OnlineMeetingInfo,
    Person,
    Response,
    Sensitivity,
    ShowAs,
    event_from_json,
    event_to_json,
)
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.join_details import DialIn, JoinDetails, RefusedText

TEXT = st.text(st.characters(codec=None), max_size=12)  # half surrogate pairs as well
DEGREES = st.none() | st.floats(-180, 180)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: 60 * minutes) | st.integers(-14 * 3600, 14 * 3600)
ZONES = OFFSETS.map(lambda seconds: timezone(timedelta(seconds=seconds)))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - bounds are naive
DAYS = st.dates(date(1, 1, 1), date(9998, 12, 31))
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
PEOPLE = st.builds(Person, TEXT, TEXT)
SPANS = st.builds(lambda a, b: Timespan(min(a, b), max(a, b)), MOMENTS, MOMENTS) | st.builds(
    lambda day, length: DateSpan(day, day + timedelta(days=length)), DAYS, st.integers(1, 60)
)
EVENTS = st.builds(
    Event,
    id=TEXT, calendar_id=TEXT, title=TEXT, span=SPANS, version=TEXT, ical_uid=TEXT, series_id=TEXT,
    show_as=st.sampled_from(ShowAs), response=st.sampled_from(Response), sensitivity=st.sampled_from(Sensitivity),
    cancelled=st.booleans(), is_organizer=st.booleans(), organizer=st.none() | PEOPLE,
    attendees=st.lists(PEOPLE, max_size=3).map(tuple), attendee_count=st.integers(0, 500),
    place=st.none() | st.builds(Place, TEXT, TEXT, DEGREES, DEGREES, st.booleans()),
    online=st.none() | st.builds(OnlineMeetingInfo, TEXT, TEXT, TEXT, TEXTS, TEXT, TEXT, TEXTS),
    url=TEXT, body=TEXT, reminder_minutes=st.none() | st.integers(-10, 10**6), zone_name=TEXT,
    allow_proposals=st.booleans(), reminder_off=st.booleans(),
)  # fmt: skip
WAYS_IN = st.builds(
    JoinDetails, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT,
    st.lists(st.builds(DialIn, TEXT, TEXT, TEXT, TEXT, st.booleans(), TEXT), max_size=3).map(tuple),
    st.lists(st.builds(RefusedText, TEXT, TEXT), max_size=3).map(tuple), st.booleans(),
)  # fmt: skip


@given(EVENTS)
def test_an_event_survives(event: Event) -> None:
    text = event_to_json(event)
    text.encode()  # SQLite stores no half surrogate pair
    assert event_from_json(text) == event


@given(WAYS_IN)
def test_join_details_survives(join_details: JoinDetails) -> None:
    assert decoded(JoinDetails, encoded(join_details)) == join_details


@given(st.builds(Account, TEXT, TEXT, TEXT, TEXT, TEXT, st.sampled_from(AccountState), MOMENTS, TEXTS, TEXT, TEXT))
def test_an_account_survives(account: Account) -> None:
    assert decoded(Account, encoded(account)) == account


@given(
    st.builds(Calendar, TEXT, TEXT, TEXT, TEXT, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    st.builds(Profile, TEXT, TEXT, TEXT, st.booleans()),
)
def test_calendars_and_profiles_survive(calendar: Calendar, profile: Profile) -> None:
    assert decoded(Calendar, encoded(calendar)) == calendar
    assert decoded(Profile, encoded(profile)) == profile


def test_what_a_newer_version_added_is_ignored_and_what_an_older_one_left_out_has_its_default() -> None:
    event = Event("e", "c", "t", Timespan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)))
    data = json.loads(event_to_json(event))
    assert "url" not in data
    assert event_from_json(json.dumps({**data, "hologram": {"x": 1}})) == event


def test_every_field_of_an_event_is_generated_by_this_test() -> None:
    """So that a field added later cannot be lost unseen."""
    event_arguments = set(Event.__struct_fields__)
    assert event_arguments == set(EVENTS.wrapped_strategy.kwargs)  # type: ignore[attr-defined]  # of the lazy strategy


WRITTEN_BEFORE = {
    "span": (
        '{"id":"e","calendar_id":"c","title":"J\\u00f6rg","version":"1","attendee_count":2,'
        '"span":["2026-11-23T09:00:00+01:00","2026-11-23T10:00:00+01:00"],"show_as":"oof","response":"accepted",'
        '"sensitivity":"normal","organizer":{"name":"Ana"},"attendees":[{"name":"Bo","address":"bo@contoso.example"}],'
        '"place":{"name":"Room","latitude":48,"longitude":11.5},"online":{"toll_free_numbers":["+49800000"]}}'
    ),
    "days": (
        '{"id":"e","calendar_id":"c","title":"t","days":["2026-11-23","2026-11-24"],"show_as":"free",'
        '"response":"none","sensitivity":"private"}'
    ),
}
"""Rows as earlier versions wrote them with the standard library's json."""


def test_rows_of_earlier_versions_are_read() -> None:
    event = event_from_json(WRITTEN_BEFORE["span"])
    nine = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert (event.title, event.span) == ("Jörg", Timespan(nine, nine + timedelta(hours=1)))
    assert (event.show_as, event.response) == (ShowAs.OUT_OF_OFFICE, Response.ACCEPTED)
    assert event.attendees == (Person("Bo", "bo@contoso.example"),)
    assert event.place == Place("Room", latitude=48.0, longitude=11.5)
    assert event.online == OnlineMeetingInfo(toll_free_numbers=("+49800000",))
    days = event_from_json(WRITTEN_BEFORE["days"])
    assert (days.span, days.private) == (DateSpan(date(2026, 11, 23), date(2026, 11, 24)), True)
    account = (
        '{"id": "a", "profile_id": "p", "address": "x@contoso.example", "name": "X", "cloud": "global", '
        '"scopes": ["User.Read"], "state": "signed_in", "since": "2026-11-23T09:00:00+00:00"}'
    )
    assert decoded(Account, account).scopes == ("User.Read",)


def test_keys_of_a_row_are_those_of_earlier_versions() -> None:
    span = Timespan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    keys = {"id", "calendar_id", "title"}
    assert set(json.loads(event_to_json(Event("e", "c", "t", span)))) == keys | {"span"}
    days = DateSpan(date(2026, 1, 1), date(2026, 1, 2))
    text = event_to_json(Event("e", "c", '"days":', days))
    assert set(json.loads(text)) == keys | {"days"}
    assert event_from_json(event_to_json(Event("e", "c", '"days":', span))).span == span


def test_an_offset_with_seconds_is_read_as_it_was_once_stored() -> None:
    text = WRITTEN_BEFORE["span"].replace("+01:00", "+00:53:28")
    start = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(minutes=53, seconds=28)))
    assert event_from_json(text).span.start == start


@pytest.mark.parametrize(
    "change",
    [
        ("oof", "secret"),
        ('"Ana"', '["secret"]'),
        ("2026-11-23T09:00:00+01:00", "secret"),
        ('"attendee_count":2', '"x":secret'),
    ],
)
def test_an_error_names_nothing_of_a_row(change: tuple[str, str]) -> None:
    text = WRITTEN_BEFORE["span"].replace(*change)
    assert text != WRITTEN_BEFORE["span"]
    with pytest.raises((ValueError, TypeError)) as refused:
        event_from_json(text)
    assert "secret" not in "".join(traceback.format_exception(refused.value))
