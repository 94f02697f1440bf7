"""No content of a calendar, no number and no position can enter telemetry: types exclude it, not filters."""

from __future__ import annotations

import uuid
import zlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta

from carlendar.telemetry import envelope as envelopes
from carlendar.telemetry.dictionary import as_json, as_markdown, entries
from carlendar.telemetry.schema import (
    ALL,
    CELLS,
    CONSENT_TOPICS,
    EVENTS,
    LARGEST,
    Category,
    TelemetryEvent,
    Topic,
    WatchdogKind,
    clamp,
    event_from,
    field_types,
)

FIELDS = [(event, name, kind) for event in ALL for name, kind in field_types(event)]

CONTENT = st.one_of(
    st.text(min_size=1),
    st.sampled_from(["Quarterly review", "Ana Lindner", "ana@contoso.example", "+49 30 23125 000", "52.520008"]),
    st.binary(min_size=1),
    st.floats(),
    st.integers(min_value=LARGEST + 1),
    st.integers(max_value=-1),
    st.lists(st.integers(min_value=0, max_value=255), min_size=1),
    st.dictionaries(st.text(), st.text()),
    st.datetimes(),
    st.uuids(),
    st.none(),
)
"""Titles, names, addresses, telephone numbers as text and as integers, positions, containers of them."""


def _base(kind: Any) -> tuple[Any, Meta, bool]:
    parts = get_args(kind)
    optional = type(None) in parts
    if optional:
        (kind,) = (each for each in parts if each is not type(None))
        parts = get_args(kind)
    base, about = parts
    return base, about, optional


def _valid(kind: Any) -> st.SearchStrategy[Any]:
    base, about, optional = _base(kind)
    if base is bool:
        found: st.SearchStrategy[Any] = st.booleans()
    elif base is int:
        found = st.integers(min_value=int(about.ge or 0), max_value=int(about.le or 0))
    else:
        found = st.sampled_from(list(base))
    return found | st.none() if optional else found


OF_EVENT: dict[type[TelemetryEvent], st.SearchStrategy[dict[str, Any]]] = {
    each: st.fixed_dictionaries({name: _valid(kind) for name, kind in field_types(each)}) for each in ALL
}


def _events(event: type[TelemetryEvent]) -> st.SearchStrategy[TelemetryEvent]:
    return OF_EVENT[event].map(lambda fields: event(**fields))


EVENT = st.one_of([_events(each) for each in ALL])


@pytest.mark.parametrize(("event", "name", "kind"), FIELDS, ids=[f"{e.about.name}.{n}" for e, n, _ in FIELDS])
def test_every_field_is_a_short_whole_number_a_boolean_or_an_enumeration(
    event: type[TelemetryEvent], name: str, kind: Any
) -> None:
    base, about, _ = _base(kind)
    assert about.description
    assert about.extra is not None
    assert "unit" in about.extra
    if base is int:
        assert about.ge is not None
        assert about.le is not None
        assert 0 <= about.ge <= about.le <= LARGEST < 10**6
    elif base is not bool:
        assert issubclass(base, StrEnum)
        assert all(each.value.replace("_", "").isalpha() and each.value.islower() for each in base)
        assert len(base) <= 20


def test_a_coarse_cell_has_no_room_for_a_position() -> None:
    (cell,) = (kind for event, name, kind in FIELDS if name == "cell")
    assert _base(cell)[1].le == CELLS - 1 < LARGEST
    assert {event.about.topic for event, name, _ in FIELDS if name == "cell"} == {Topic.MOBILITY}


@settings(deadline=None)  # the machine may be busy
@given(data=st.data(), content=CONTENT)
def test_no_event_can_be_made_with_content(data: st.DataObject, content: object) -> None:
    event, name, kind = data.draw(st.sampled_from(FIELDS))
    valid = data.draw(OF_EVENT[event])
    if content is None and _base(kind)[2]:
        return
    with pytest.raises(ValueError, match=name):
        event(**valid | {name: content})


@settings(deadline=None)  # the machine may be busy
@given(data=st.data(), content=CONTENT, extra=st.text(min_size=1))
def test_no_event_can_be_decoded_with_content(data: st.DataObject, content: object, extra: str) -> None:
    event, name, kind = data.draw(st.sampled_from(FIELDS))
    valid = msgspec.to_builtins(data.draw(OF_EVENT[event]))
    kind_name = event.about.type
    base, _, optional = _base(kind)
    permitted = isinstance(content, str) and issubclass(base, StrEnum) and content in list(base)
    if not permitted and not (content is None and optional):
        with pytest.raises(ValueError, match=r"."):
            event_from(kind_name, valid | {name: content})
    if extra not in valid:
        with pytest.raises(ValueError, match="unknown field"):
            event_from(kind_name, valid | {extra: content})


def test_a_text_that_equals_a_member_is_not_taken_for_it() -> None:
    with pytest.raises(ValueError, match="outcome"):
        EVENTS["reminder"](outcome="shown", moving=True)


@settings(deadline=None)  # the machine may be busy
@given(EVENT)
def test_an_event_survives_its_envelope(event: TelemetryEvent) -> None:
    sent = envelope(event)
    (encoded,) = envelopes.split(envelopes.encode(sent))
    assert envelopes.event_of(envelopes.decode(encoded)) == event
    for several in (envelopes.batch([encoded] * 2), envelopes.message([encoded] * 2, sent.source, sent.id)):
        assert envelopes.split(several) == [encoded, encoded]
    assert envelopes.message([encoded], sent.source, sent.id) == encoded


ATTRIBUTES = ("id", "source", "type", "time", "brand", "model", "softwareversion", "specversion", "subject")


@settings(deadline=None)  # the machine may be busy
@given(
    name=st.sampled_from([*ATTRIBUTES, "sequence", "consentversion"]),
    content=st.one_of(
        st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1).map(lambda t: f" {t}"),
        st.sampled_from(["Quarterly review\n", "ana@contoso.example", "+49 30 23125 000", "52.52,13.41", "0.1.0\n"]),
        st.floats(allow_nan=False, allow_infinity=False).filter(lambda each: not each.is_integer()),
        st.integers(min_value=2**31),
        st.lists(st.text()),
    ),
)
def test_no_attribute_of_the_envelope_can_hold_content(name: str, content: object) -> None:
    event = EVENTS["watchdog"](kind=WatchdogKind.SCREEN_ENDED)
    whole = msgspec.json.decode(envelopes.encode(envelope(event)))
    with pytest.raises(ValueError, match=r"."):
        envelopes.decode(msgspec.json.encode(whole | {name: content}))
    with pytest.raises(ValueError, match="unknown field"):
        envelopes.decode(msgspec.json.encode(whole | {"title": content}))


@pytest.mark.parametrize(
    "payload",
    [b"", b"[", b"[" * 100_000, b"{}", b"null", b'[{"a":1}' * 3, b"\xff\xfe", b'"text"', b"[" + b" " * 70_000],
)
def test_a_hostile_payload_is_a_value_error(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        [*map(envelopes.decode, envelopes.split(payload))]


def test_a_batch_is_bounded_and_one_bad_event_does_not_cost_the_others() -> None:
    good = envelopes.encode(envelope(EVENTS["watchdog"](kind=WatchdogKind.SCREEN_ENDED)))
    parts = envelopes.split(b"[" + good + b',{"title":"x"},' + good + b"]")
    assert [parts[0], parts[2]] == [good, good]
    with pytest.raises(ValueError, match="too many"):
        envelopes.split(b"[" + b",".join([b"1"] * 101) + b"]")


def test_a_compressed_batch_is_bounded_and_complete() -> None:
    bomb = zlib.compress(b"[" + b" " * 10_000_000 + b"]", 9, wbits=31)
    whole = zlib.compress(b"[1,2]", 9, wbits=31)
    for data in (bomb, whole[:-4], whole + b"more", b"", b"nonsense"):
        made = envelopes.EventBatch(
            "1.0", "carlendar.batch.v1", str(uuid.UUID(int=7)), "/vehicles/car-0001", "gzip", data
        )
        with pytest.raises(ValueError, match="batch"):
            envelopes.split(msgspec.json.encode(made))


def test_security_is_personless_and_only_the_consent_itself_is_personal() -> None:
    for event in ALL:
        about = event.about
        assert (about.category is Category.PERSONAL) == (about.topic is Topic.CONSENT)
        if about.topic is Topic.SECURITY:
            assert about.category is Category.TECHNICAL
    assert {each.about.topic for each in ALL} >= set(CONSENT_TOPICS)


def test_the_dictionary_has_every_event_and_field_in_json_and_markdown() -> None:
    found = {each["name"]: each for each in msgspec.json.decode(as_json())}
    text = as_markdown()
    assert list(found) == [each.about.name for each in ALL]
    for event, name, _ in FIELDS:
        entry = next(each for each in found[event.about.name]["fields"] if each["name"] == name)
        assert entry["description"]
        assert f"| `{name}` |" in text
    for each in entries():
        assert each.purpose
        assert each.frequency
        assert 1 <= each.retention_days <= 1_100
        assert f"### {each.name}" in text


@settings(deadline=None)  # the machine may be busy
@given(st.floats() | st.integers())
def test_whatever_was_measured_is_clamped_to_a_field(value: float) -> None:
    assert 0 <= clamp(value) <= LARGEST


def envelope(event: TelemetryEvent) -> envelopes.Envelope:
    """The event in an envelope."""
    return envelopes.Envelope(
        specversion="1.0", id=str(uuid.UUID(int=7)), source="/vehicles/car-0001", type=event.about.type,
        time=envelopes.instant(datetime(2026, 5, 4, 8, 30, 0, 999_999, UTC)), brand="aurora", model="A1",
        softwareversion="0.1.0", sequence=1, subject="0" * 32, consentversion=1,
        data=msgspec.Raw(msgspec.json.encode(event)),
    )  # fmt: skip
