"""The blocks of an invitation in which numbers and codes belong together, and which code is a number's.

A block begins at a heading or a label that speaks of dialling in, at a fence, and wherever other text stands
before a number: a list of numbers goes on only while nothing but countries and the like stand between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from carlendar.domain.base import Value
from carlendar.meetings import countries
from carlendar.meetings.candidates import LINK
from carlendar.meetings.tokens import Token
from carlendar.meetings.words import Says, folded, says

HARMLESS = Says.FILLER | Says.NUMBER | Says.PHONE | Says.DIAL | Says.JOIN
"""What the words between two numbers of a list may say."""

PERSONAL = Says.OWN | Says.CONTACT
_WEAK = Says.PHONE | Says.DIAL | Says.NUMBER | Says.ACCESS
_MORE_THAN_TELEPHONE = PERSONAL | Says.CODE | Says.KEYWORD | Says.OTHER | Says.UNKNOWN
_IDENTIFIER = re.compile(r"(?<![a-z])id(?:entifi[a-z]+)?(?![a-z])|tunnus|azonosito|識別|标识")


@dataclass(slots=True)
class Block:
    """Tokens that belong together."""

    anchored: bool = False
    """A heading or a label says that these numbers are for dialling in."""
    headed: bool = False
    """The heading does, and not the label of the first number alone."""
    host: bool = False
    """The heading says that it is the host's."""
    tokens: list[Token] = field(default_factory=list)
    style: str = ""
    """How the first bare number is labelled: `country`, `join`, `weak`, `text`, or `none`."""


class Code(Value, frozen=True):
    """What a code is good for: the higher the rank the better, 0 for none of a participant's."""

    digits: str
    hashes: str
    rank: int
    host: bool = False


GUESTS, CONFERENCES, PASSCODE, UNNAMED, ATTENDEE = 5, 4, 3, 2, 1


def blocks(found: list[Token]) -> list[Block]:
    """All tokens in their blocks, in order."""
    made: list[Block] = []
    for token in found:
        block = _continued(token, made[-1]) if made else None
        if block is None:
            block = _begun(token)
            made.append(block)
        block.tokens.append(token)
        if not (token.is_code or token.tail or block.style):
            block.style = style(token)
    return made


def _begun(token: Token) -> Block:
    heading = _heading(token)
    return Block(
        anchored=joins(heading or "") or (not token.is_code and joins(token.label)),
        headed=joins(heading or ""),
        host=_of_host(" ".join((heading or "", *token.above[-1:]))),
    )


def _continued(token: Token, block: Block) -> Block | None:
    """The block, if the token goes on with it; None where it begins another one."""
    heading = _heading(token)
    if token.apart or (heading is not None and joins(heading)):
        return None
    if token.is_code:
        return block
    if joins(token.label) and not block.anchored:
        return None
    harmless = all(_is_harmless(part) for part in token.above)
    return block if harmless and not token.linked else None


def _is_harmless(part: str) -> bool:
    if LINK in part:
        return False
    named = countries.named(part)
    return not says(part) & ~HARMLESS or (named is not None and named.alone)


def _heading(token: Token) -> str | None:
    """The line that speaks of dialling in, above a token with nothing else but weak words between."""
    for part in reversed(token.above):
        if LINK in part:
            return None
        said = says(part)
        if said & Says.JOIN or joins(part):
            return part if _announces(part) else None
        if said & (Says.OTHER | PERSONAL):
            return None
        if not said & (Says.PHONE | Says.DIAL | Says.NUMBER | Says.FILLER) and not (
            token.is_code and part is token.above[-1] and not token.label
        ):
            return None
    return None


def _announces(part: str) -> bool:
    """Whether a line that speaks of dialling in announces numbers, and does not just say something about it."""
    rest = re.split("[:：]", part, maxsplit=1)[1:]
    return not says(part) & (Says.CODE | Says.KEYWORD) and not (rest and says(rest[0]) & Says.UNKNOWN)


def joins(label: str) -> bool:
    """Whether a label says that one dials into a conference, and not that one calls a person about it."""
    said = says(label) if LINK not in label else Says.NOTHING
    if said & Says.JOIN:
        return not said & Says.CONTACT
    # the telephone of a conference is for dialling in, whatever a language calls it
    telephone = said & (Says.PHONE | Says.DIAL | Says.NUMBER) and said & (Says.MEETING | Says.ACCESS)
    return bool(telephone) and not said & _MORE_THAN_TELEPHONE


def _of_host(label: str) -> bool:
    said = says(label)
    return bool(said & Says.HOST) and not said & Says.GUEST


def style(token: Token) -> str:
    """How a bare number is labelled."""
    if country(token):
        return "country"
    if joins(token.label):
        return "join"
    if not token.label:
        return "none"
    return "text" if token.says & Says.UNKNOWN and not token.says & _WEAK else "weak"


def country(token: Token) -> str:
    """The country that a number's label or what stands behind it names; empty where neither does."""
    named = countries.named(token.label) if token.label else None
    if named is not None and named.alone:
        return named.country
    return countries.leading(token.behind)


def code_of(token: Token) -> Code:
    """What a code is, by its label."""
    said, digits = token.says, "".join(filter(str.isdigit, token.text))
    if said & Says.HOST and not said & Says.GUEST:
        return Code(digits, token.hashes, 0, host=True)
    if said & (Says.OTHER | Says.CONTACT) or (said & Says.OWN and not said & Says.MEETING):
        return Code(digits, token.hashes, 0)
    return Code(digits, token.hashes, _rank(token, said))


def _rank(token: Token, said: int) -> int:
    label = folded(token.label or (token.above[-1] if token.above else ""))
    if said & Says.GUEST and said & Says.HOST:
        return ATTENDEE  # of both, or of either: `hosta` is a guest in Czech and a host in Polish
    if said & Says.GUEST:
        bare = _IDENTIFIER.search(label) and not said & (Says.ACCESS | Says.KEYWORD | Says.MEETING | Says.JOIN)
        return ATTENDEE if bare else GUESTS
    if said & Says.KEYWORD and not said & (Says.MEETING | Says.ACCESS):
        return PASSCODE
    if said & (Says.MEETING | Says.ACCESS | Says.JOIN):
        return CONFERENCES
    if said & (Says.CODE | Says.KEYWORD):
        return UNNAMED if said & Says.UNKNOWN else CONFERENCES
    return UNNAMED if token.hashes and not said & Says.NUMBER else 0


def codes_for(token: Token, block: Block) -> list[Code]:
    """The codes of a number, the best first: of those that follow it, else that stand before it, else of its block."""
    place = block.tokens.index(token)
    following = _run(block.tokens[place + 1 :])
    before = _run(block.tokens[place - 1 :: -1]) if place else []
    first_is_code = block.tokens[0].is_code
    # an attendee's ID is dialled only where the other code is the host's
    lowest = 0 if any(code_of(each).host for each in block.tokens if each.is_code) else ATTENDEE
    rest = [each for each in block.tokens if each.is_code]
    for group in (before, following, rest) if first_is_code else (following, before, rest):
        usable = [code for code in map(code_of, group) if code.rank > lowest]
        if usable:
            return sorted(usable, key=lambda code: -code.rank)
    return []


def _run(tokens: list[Token]) -> list[Token]:
    """The codes that come first among the tokens, after the numbers that share them."""
    codes: list[Token] = []
    for token in tokens:
        if token.is_code:
            codes.append(token)
        elif codes:
            break
    return codes
