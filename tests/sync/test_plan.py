"""The plan brings every store to what was listed, and touches nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.sync.plan import Keep, Remove, Upsert, empties, plan, versioned

SPAN = Timespan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
IDS = st.sampled_from("abcdefgh")
VERSIONS = st.sampled_from("12")
STORED = st.dictionaries(IDS, VERSIONS)
LISTED = st.lists(st.builds(lambda i, v: Event(i, "c", "t", SPAN, v), IDS, VERSIONS))


def carried_out(stored: dict[str, str], listed: list[Event]) -> dict[str, str]:
    result = dict(stored)
    for action in plan(stored, listed):
        match action:
            case Upsert(event):
                result[event.id] = event.version
            case Remove(event_id):
                del result[event_id]
            case Keep():
                pass
    return result


@given(STORED, LISTED)
def test_carried_out_the_store_holds_what_was_listed(stored: dict[str, str], listed: list[Event]) -> None:
    assert carried_out(stored, listed) == {event.id: event.version for event in listed}


@given(STORED, LISTED)
def test_every_event_has_one_action_and_only_changes_are_written(stored: dict[str, str], listed: list[Event]) -> None:
    actions = plan(stored, listed)
    ids = [action.event.id if isinstance(action, Upsert) else action.event_id for action in actions]
    assert sorted(ids) == sorted(stored.keys() | {event.id for event in listed})
    for action in actions:
        if isinstance(action, Upsert):
            assert stored.get(action.event.id) != action.event.version


@given(STORED, LISTED)
def test_a_second_plan_changes_nothing(stored: dict[str, str], listed: list[Event]) -> None:
    again = plan(carried_out(stored, listed), listed)
    assert {type(action) for action in again} <= {Keep}
    assert {action.event_id for action in again if isinstance(action, Keep)} == {event.id for event in listed}


def test_a_source_without_versions_is_compared_by_content() -> None:
    event = Event("a", "c", "t", SPAN)
    (first,) = plan({}, [event])
    assert isinstance(first, Upsert)
    assert first.event.version
    assert plan({"a": first.event.version}, [event]) == (Keep("a"),)
    (changed,) = plan({"a": first.event.version}, [replace(event, title="other")])
    assert isinstance(changed, Upsert)
    assert versioned(replace(event, version="x")).version == "x"


def test_what_would_empty_a_calendar_is_reported() -> None:
    ten = {str(number): "1" for number in range(20)}
    assert empties({"a": "1"}, set())
    assert empties({"a": "1", "b": "1"}, {"new"})
    assert empties(ten, {"0"})
    assert not empties(ten, {"0", "1"})
    assert not empties({"a": "1", "1": "1"}, {"0", "1"})
    assert not empties({}, set())
