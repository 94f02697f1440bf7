"""Items that have the documented shape and those that have not are read alike."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.domain.event import Event
from carlendar.microsoft.changes import changed
from carlendar.microsoft.graph_types import CHANGE, EVENT, EVENT_BODY, UNFIT
from carlendar.microsoft.items import ReadItems, event_from, event_of, read_body, read_change, read_item
from carlendar.microsoft.tolerant_reader import change_from
from tests.microsoft.test_event_items import FULL, JSON, NAMES, OBJECTS

DOCUMENTED = {
    **FULL,
    "type": "occurrence",
    "changeKey": "key",
    "isOrganizer": True,
    "onlineMeeting": {
        **FULL["onlineMeeting"], "tollFreeNumbers": ["+1 800-555-0100"], "quickDial": "+1 323-555-0100,,1#",
        "phones": [{"number": "+1 323-555-0100", "type": "business"}],
    },
    "location": {**FULL["location"], "locationUri": "https://contoso.example/room"},
    "locations": [{**FULL["location"]}],
    "@odata.etag": 'W/"abc"',
    "unknown": {"to": ["us"]},
}  # fmt: skip
NOT_OF_GRAPH = {"body", "conference_uris"}
"""Fields that Graph's listing does not fill."""


def raw(item: object) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(item).encode())


def test_a_documented_item_is_decoded_as_a_whole_and_every_field_of_it_arrives() -> None:
    typed = event_of(EVENT.decode(raw(DOCUMENTED)), "calendar")
    assert typed is not None
    assert typed == event_from(DOCUMENTED, "calendar") == read_item(raw(DOCUMENTED), "calendar")
    for value in (typed, typed.place, typed.online):
        empty = [name for name in _fields(value) - NOT_OF_GRAPH if getattr(value, name) in ("", None, (), False)]
        assert set(empty) <= {"allow_proposals", "reminder_off"}, "a key that Graph does not have decodes to nothing"


def _fields(value: object) -> set[str]:
    assert value is not None
    return set(type(value).__match_args__)  # type: ignore[attr-defined]  # values have it, whatever makes them


@pytest.mark.parametrize("missing", ["id", "type", "start", "end"])
def test_what_makes_an_event_has_no_default(missing: str) -> None:
    with pytest.raises(UNFIT):
        EVENT.decode(raw({name: value for name, value in DOCUMENTED.items() if name != missing}))
    with pytest.raises(UNFIT):
        EVENT.decode(raw({**DOCUMENTED, missing.upper(): DOCUMENTED[missing], missing: 7}))


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
@pytest.mark.parametrize(
    "odd", [None, 7, True, "text", [], {}, [None, 7, {"number": 8}], {"dateTime": 1, "address": 2}]
)
def test_an_item_that_does_not_fit_is_read_by_the_tolerant_reader(name: str, odd: object) -> None:
    item = {**DOCUMENTED, name: odd}
    assert read_item(raw(item), "calendar") == event_from(item, "calendar")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON | OBJECTS | st.lists(OBJECTS, max_size=3), max_size=4))
def test_whatever_is_odd_both_readers_agree(odd: dict[str, object]) -> None:
    text = json.dumps({**DOCUMENTED, **odd}).encode()
    found, parsed = ReadItems(), ReadItems()
    found.add([msgspec.Raw(text)], "calendar")
    parsed.add([json.loads(text)], "calendar")
    assert found.unreadable == parsed.unreadable
    assert list(map(_compared, found.events.values())) == list(map(_compared, parsed.events.values()))


def _compared(event: Event) -> list[object]:
    return [getattr(event, name) for name in type(event).__match_args__]


@pytest.mark.parametrize(
    "broken", [b"{", b'{"id": "a"', b"\xff", b"7", b"null", b"[]", b'"id"', b"[" * 5000 + b"]" * 5000]
)
def test_what_is_no_object_is_counted_and_ends_nothing(broken: bytes) -> None:
    found = ReadItems()
    found.add([msgspec.Raw(broken), raw(DOCUMENTED)], "calendar")
    assert len(found.events) == 1
    assert found.unreadable == [""]
    assert read_change(msgspec.Raw(broken)).id == ""
    assert read_body(msgspec.Raw(broken)) == ("", "")


def test_a_half_character_costs_itself_alone() -> None:
    found = read_item(msgspec.Raw(json.dumps({**DOCUMENTED, "subject": "half \ud83d"}).encode()), "calendar")
    assert found is not None
    assert (found.title, found.online is not None) == ("half ?", True)


def test_masters_and_removals_are_no_events_and_not_unreadable() -> None:
    found = ReadItems()
    found.add([raw({**DOCUMENTED, "type": "seriesMaster"}), raw({"id": "a", "@removed": {"reason": "deleted"}}),
               raw({**DOCUMENTED, "@removed": None})], "calendar")  # fmt: skip
    assert (found.events, found.unreadable) == ({}, [])


@pytest.mark.parametrize(
    "item",
    [DOCUMENTED, {"id": "a", "@removed": {"reason": "deleted"}}, {"id": "a", "type": "seriesMaster", "changeKey": "k"},
     {"id": "a", "type": None}, {"id": None}, {"type": "occurrence", "id": "a"}, {}, {"id": "a", "@removed": None}],
)  # fmt: skip
def test_changes_are_read_alike_by_both_readers(item: dict[str, object]) -> None:
    assert changed([raw(item)]) == changed([item])
    assert read_change(raw(item)).version == change_from(item).version


def test_every_part_of_a_change_arrives() -> None:
    change = CHANGE.decode(raw({**DOCUMENTED, "@removed": {"reason": "changed"}}))
    assert (change.id, change.type, change.series_master_id) == ("AAkALgAA==", "occurrence", "master")
    assert (change.version, change.change_key, change.removed is not msgspec.UNSET) == ('W/"abc"', "key", True)


@pytest.mark.parametrize(
    ("item", "read"),
    [
        ({"id": "a", "body": {"contentType": "html", "content": "<p>x</p>"}}, ("a", "<p>x</p>")),
        ({"id": "a", "body": {"content": None}}, ("a", "")),
        ({"id": "a", "body": None}, ("a", "")),
        ({"id": "a"}, ("a", "")),
        ({"id": None, "body": {"content": "x"}}, ("", "x")),
        ({"id": "a", "body": {"content": "half \ud83d"}}, ("a", "half ?")),
    ],
)
def test_texts_are_read_whatever_is_odd(item: dict[str, object], read: tuple[str, str]) -> None:
    assert read_body(raw(item)) == read


def test_a_text_has_no_default() -> None:
    for item in ({"id": "a"}, {"id": "a", "body": {}}, {"body": {"content": "x"}}):
        with pytest.raises(UNFIT):
            EVENT_BODY.decode(raw(item))


def test_what_is_decoded_shows_nothing_in_a_trace() -> None:
    assert "Review" not in repr(EVENT.decode(raw(DOCUMENTED)))
