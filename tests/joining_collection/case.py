"""What a case of the collection is: an invitation and what a careful person would dial and open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """The parts share no template and no wording of a label; each was complete before the product read it."""

    DEVELOPMENT = "development"
    HELD_OUT = "held_out"
    FRESH = "fresh"
    UNSEEN = "unseen"


class Kind(StrEnum):
    """GENUINE has a dial-in, ADVERSARIAL has numbers that must not be dialled, LINK is about the link."""

    GENUINE = "genuine"
    ADVERSARIAL = "adversarial"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an invitation's body and what may be dialled because of it.

    A line may contain `[[text|address]]`, a link that plain text shows as `text<address>`.
    """

    lines: tuple[str, ...]
    service: str
    pairs: frozenset[tuple[str, str]] = frozenset()
    host_codes: frozenset[str] = frozenset()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An invitation as a file and what is right for it.

    pairs: acceptable (E.164 number, digits after the connection, without pauses); empty where nothing may be dialled.
    required: whether a dial-in must be offered; False where offering none is right as well.
    url: the link, byte for byte; None where it is not examined, "" where there must be none that opens.
    confirm: True where the link must not open without confirmation, False where it must, None where not examined.
    """

    name: str
    part: Part
    kind: Kind
    language: str
    service: str
    region: str
    suffix: str
    text: str
    pairs: frozenset[tuple[str, str]] = field(default=frozenset())
    host_codes: frozenset[str] = field(default=frozenset())
    required: bool = True
    url: str | None = None
    confirm: bool | None = None


def pairs(numbers: Iterable[str], digits: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Every number with every acceptable way of typing the code."""
    typed = tuple(digits)
    return frozenset((number, code) for number in numbers for code in typed)
