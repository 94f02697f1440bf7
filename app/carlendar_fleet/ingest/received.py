"""Events as they arrive: with their values, which their type has checked, or with data that is not decoded yet."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated, Literal, Union, cast

import msgspec
from msgspec import Meta

from carlendar.telemetry.envelope import Sequence31, instant
from carlendar.telemetry.schema import ALL, LARGEST, TYPES, TelemetryEvent, Topic
from carlendar_fleet.tables.schema import TableRow, row_type


class _Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The attributes of an envelope without their patterns, which take several times as long to check.

    This is `carlendar.telemetry.envelope.Envelope`; `Examination` checks the texts that are stored.
    """

    id: str
    source: str
    brand: str
    model: str
    softwareversion: str
    sequence: Sequence31
    specversion: Literal["1.0"]
    subject: str | None = None
    consentversion: Annotated[int, Meta(ge=0, le=LARGEST)] = 0


class Undecoded(_Common, frozen=True, kw_only=True, gc=False):
    """An envelope of any type, whose data may be anything."""

    type: str
    time: Annotated[datetime, Meta(tz=True)]
    data: msgspec.Raw


class ReceivedEvent(_Common, frozen=True, kw_only=True, gc=False):
    """An envelope with the values of its event. The class of an object, one of `classes`, says which event it is.

    `time` has the form of `carlendar.telemetry.envelope.instant`.
    """

    time: str
    data: TableRow


@cache
def classes() -> dict[type[TelemetryEvent], type[ReceivedEvent]]:
    """The class of the envelopes of each event."""
    return {
        event: cast(
            "type[ReceivedEvent]",
            msgspec.defstruct(
                f"Received{event.__name__}", [("data", row_type(event))], bases=(ReceivedEvent,), frozen=True,
                kw_only=True, forbid_unknown_fields=True, gc=False, tag_field="type", tag=event.about.type,
            ),
        )
        for event in ALL
    }  # fmt: skip


def event_of(made: type[ReceivedEvent]) -> type[TelemetryEvent]:
    """The event of a class."""
    return TYPES[str(made.__struct_config__.tag)]


@cache
def classes_of(topic: str) -> frozenset[type[ReceivedEvent]]:
    """The classes of the events that belong to a topic."""
    return frozenset(each for event, each in classes().items() if event.about.topic == Topic(topic))


@cache
def decoder() -> msgspec.json.Decoder[ReceivedEvent]:
    """Decodes one event."""
    return msgspec.json.Decoder(_any())


@cache
def batch_decoder() -> msgspec.json.Decoder[list[ReceivedEvent]]:
    """Decodes a batch of events at once."""
    return msgspec.json.Decoder(list[_any()])  # type: ignore[misc]  # the union is made of the schema


def _any() -> type[ReceivedEvent]:
    return cast("type[ReceivedEvent]", Union[tuple(classes().values())])  # noqa: UP007 - made of a tuple


def with_data(found: Undecoded, event: type[TelemetryEvent], data: TableRow) -> ReceivedEvent:
    """Return the event of an envelope whose data was decoded on its own."""
    common = {name: getattr(found, name) for name in _Common.__struct_fields__}
    return classes()[event](**common, time=instant(found.time), data=data)
