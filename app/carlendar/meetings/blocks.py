"""Divides an invitation into blocks of related numbers and codes, and assigns codes to numbers.

A block begins at a heading or label about dialling in, at a separator line, and where other text precedes a number: a
list of numbers continues only as long as nothing but countries and similar words stand between them.
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
"""What words between two numbers of a list may mean."""

PERSONAL = Says.OWN | Says.CONTACT
_WEAK = Says.PHONE | Says.DIAL | Says.NUMBER | Says.ACCESS
_MORE_THAN_TELEPHONE = PERSONAL | Says.CODE | Says.KEYWORD | Says.OTHER | Says.UNKNOWN
_IDENTIFIER = re.compile(r"(?<![a-z])id(?:entifi[a-z]+)?(?![a-z])|tunnus|azonosito|識別|标识")


@dataclass(slots=True)
class Block:
    """Related tokens."""

    anchored: bool = False
    """A heading or label states that the numbers are for dialling in."""
    headed: bool = False
    """The heading states it, not just the label of the first number."""
    host: bool = False
    """The heading states that the numbers are the host's."""
    tokens: list[Token] = field(default_factory=list)
    style: str = ""
    """The kind of label of the first bare number: `country`, `join`, `weak`, `text`, or `none`."""


class Code(Value, frozen=True):
    """The purpose of a code: the higher the rank the better, 0 if it is not for participants."""

    digits: str
    hashes: str
    rank: int
    host: bool = False


GUESTS, CONFERENCES, PASSCODE, UNNAMED, ATTENDEE = 5, 4, 3, 2, 1


def blocks(found: list[Token]) -> list[Block]:
    """Return all tokens in their blocks, in order."""
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
    """Return the block extended by the token; None if the token begins another block."""
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
    """Return the line about dialling in above a token, with only weak words in between."""
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
    """Whether a line about dialling in announces numbers, rather than just mentioning the subject."""
    rest = re.split("[:：]", part, maxsplit=1)[1:]
    return not says(part) & (Says.CODE | Says.KEYWORD) and not (rest and says(rest[0]) & Says.UNKNOWN)


def joins(label: str) -> bool:
    """Whether a label is about dialling into a conference, rather than calling someone about it."""
    said = says(label) if LINK not in label else Says.NOTHING
    if said & Says.JOIN:
        return not said & Says.CONTACT
    # the telephone number of a conference is for dialling in, whatever the language calls it
    telephone = said & (Says.PHONE | Says.DIAL | Says.NUMBER) and said & (Says.MEETING | Says.ACCESS)
    return bool(telephone) and not said & _MORE_THAN_TELEPHONE


def _of_host(label: str) -> bool:
    said = says(label)
    return bool(said & Says.HOST) and not said & Says.GUEST


def style(token: Token) -> str:
    """Return the kind of label of a bare number."""
    if country(token):
        return "country"
    if joins(token.label):
        return "join"
    if not token.label:
        return "none"
    return "text" if token.says & Says.UNKNOWN and not token.says & _WEAK else "weak"


def country(token: Token) -> str:
    """Return the country named by a number's label or the text after it; empty if there is none."""
    named = countries.named(token.label) if token.label else None
    if named is not None and named.alone:
        return named.country
    return countries.leading(token.behind)


def code_of(token: Token) -> Code:
    """Return the purpose of a code, by its label."""
    said, digits = token.says, "".join(filter(str.isdigit, token.text))
    if said & Says.HOST and not said & Says.GUEST:
        return Code(digits, token.hashes, 0, host=True)
    if said & (Says.OTHER | Says.CONTACT) or (said & Says.OWN and not said & Says.MEETING):
        return Code(digits, token.hashes, 0)
    return Code(digits, token.hashes, _rank(token, said))


def _rank(token: Token, said: int) -> int:
    label = folded(token.label or (token.above[-1] if token.above else ""))
    if said & Says.GUEST and said & Says.HOST:
        return ATTENDEE  # ambiguous: `hosta` means guest in Czech and host in Polish
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
    """Return the codes of a number, best first: those after it, else those before it, else those of its block."""
    place = block.tokens.index(token)
    following = _run(block.tokens[place + 1 :])
    before = _run(block.tokens[place - 1 :: -1]) if place else []
    first_is_code = block.tokens[0].is_code
    # an attendee's ID is typed only if the other code is the host's
    lowest = 0 if any(code_of(each).host for each in block.tokens if each.is_code) else ATTENDEE
    rest = [each for each in block.tokens if each.is_code]
    for group in (before, following, rest) if first_is_code else (following, before, rest):
        usable = [code for code in map(code_of, group) if code.rank > lowest]
        if usable:
            return sorted(usable, key=lambda code: -code.rank)
    return []


def _run(tokens: list[Token]) -> list[Token]:
    """Return the leading codes among the tokens, after the numbers that share them."""
    codes: list[Token] = []
    for token in tokens:
        if token.is_code:
            codes.append(token)
        elif codes:
            break
    return codes
