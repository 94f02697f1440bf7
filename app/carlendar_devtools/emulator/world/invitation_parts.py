"""What invitations are made of: the request of a scenario, what comes of it, and their small parts.

The shapes are those that are seen in the wild (labels vary by language and release); numbers,
identifiers and passcodes are invented and made from a seed, so that a scenario is always the same.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from html import escape

from carlendar_devtools.emulator.world.entry import RegisteredMeeting

TENANT_ID = "5f0c3a1e-8d2b-4c6f-9a7e-0b1c2d3e4f50"
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an organiser's program puts into the event: the text, the room, the words for the place."""

    html: str
    room: RegisteredMeeting | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class InvitationRequest:
    """What a scenario asks for. `dial_in` and `conference` are empty for a meeting without telephone."""

    seed: str
    text: str = ""
    dial_in: str = ""
    conference: str = ""
    region: str = "Germany, Frankfurt am Main"

    def chance(self) -> random.Random:
        """Randomness that is the same for the same seed."""
        return random.Random(hashlib.sha256(self.seed.encode()).digest())

    def telephone(self) -> tuple[str, str]:
        """The number and the conference's digits in groups of three; both empty without telephone."""
        digits = self.conference.replace(" ", "")
        return self.dial_in, " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def page(inner: str) -> str:
    head = '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
    return f"<html>{head}<body>{inner}</body></html>"


def own_text(request: InvitationRequest) -> str:
    return f"<p>{escape(request.text)}</p>" if request.text else ""


def dialled(number: str) -> str:
    return "".join(each for each in number if each.isdigit() or each == "+")


def threes(digits: str) -> str:
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def digits(chance: random.Random, count: int) -> str:
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in range(count - 1))


def hex_digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789abcdef") for _ in range(count))


def lower(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("abcdefghijkmnopqrstuvwxyz") for _ in range(count))


def word(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(count))
