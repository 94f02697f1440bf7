"""Decides which numbers of an invitation are dial-ins, and which digits are typed after each.

Evidence for: digits to type after it (a one-tap line), a heading or label about dialling in, being part of such a list
with its country, a conference code next to it, being an access number of the link's service. Evidence against: words
for a person's own line, a contact, or other things with numbers. In doubt it is not a dial-in: calling a stranger and
sending a meeting's digits is worse than not offering a number.
"""

from __future__ import annotations

from collections.abc import Iterator

from carlendar.domain.base import Value
from carlendar.meetings import dial_string
from carlendar.meetings.blocks import (
    CONFERENCES,
    GUESTS,
    PASSCODE,
    Block,
    Code,
    code_of,
    codes_for,
    country,
    joins,
    style,
)
from carlendar.meetings.blocks import blocks as in_blocks
from carlendar.meetings.numbers import Number, parsed
from carlendar.meetings.tokens import Token, tokens
from carlendar.meetings.weighing import DIALLED, Meeting, is_host, is_listed, is_personal
from carlendar.meetings.words import Says, says

SHORTEST_TYPED = 4
"""Minimum number of digits; fewer after a number are a person's extension."""

CONFERENCE_SHORTEST = 6
"""Minimum digits of a conference code after a number labelled as a person's (`Mobile: +…,,730184#`)."""

TWO_STEPS = ("bluejeans",)
"""Services that ask for the ID, then for the passcode."""


class Chosen(Value, frozen=True):
    """A number of the text with the digits to type, in calendar notation. `token` is its position."""

    token: Token
    block: Block
    number: Number
    tail: str


def dial_ins(text: str, meeting: Meeting) -> list[Chosen]:
    """Return the dial-ins of a text in order.

    If the service has one-tap lines, separate numbers with another code are for something else, such as interpreters.
    """
    found = _for_guests(_without_names(list(_chosen(text, meeting))), meeting)
    certain = meeting.service == "teams" or meeting.service in DIALLED
    tapped = [chosen for chosen in found if chosen.token.tail] if certain else []
    if not tapped:
        return found
    if meeting.service == "teams":
        tapped = _of_one_conference(tapped, text, meeting)
    typed = {_first_code(chosen) for chosen in tapped}
    places = {id(chosen.block) for chosen in tapped}
    return [each for each in found if _first_code(each) in typed or (not each.token.tail and id(each.block) in places)]


def _first_code(chosen: Chosen) -> str:
    return dial_string.typed(chosen.tail)[0].partition("#")[0]


def _without_names(found: list[Chosen]) -> list[Chosen]:
    """Remove one-tap lines with unknown labels if others are under a heading about dialling in."""
    if not any(chosen.block.anchored for chosen in found):
        return found
    return [each for each in found if each.block.anchored or not (each.token.tail and style(each.token) == "text")]


def _for_guests(found: list[Chosen], meeting: Meeting) -> list[Chosen]:
    """Of several codes at one number return the participants', else the meeting's own; none if neither is known."""
    codes: dict[str, set[str]] = {}
    for chosen in found:
        codes.setdefault(chosen.number.e164, set()).add(_first_code(chosen))
    doubtful = {number for number, typed in codes.items() if len(typed) > 1}
    if not doubtful:
        return found
    kept: list[Chosen] = []
    for chosen in found:
        own = meeting.number != "" and meeting.number in _first_code(chosen)
        if chosen.number.e164 not in doubtful or own or _is_for_guests(chosen):
            kept.append(chosen)
    return kept


def _is_for_guests(chosen: Chosen) -> bool:
    return bool((says(chosen.token.label) | chosen.token.says) & Says.GUEST)


def _of_one_conference(tapped: list[Chosen], text: str, meeting: Meeting) -> list[Chosen]:
    """Keep one-tap lines with the conference ID of a label, else with that of the first line."""
    typed = [_first_code(chosen) for chosen in tapped]
    if len(set(typed)) == 1:
        return tapped
    labelled = {code.digits for code in map(code_of, _codes(text, meeting)) if code.rank >= CONFERENCES}
    kept = next((digits for digits in typed if digits in labelled), typed[0])
    return [chosen for chosen, digits in zip(tapped, typed, strict=True) if digits == kept]


def _codes(text: str, meeting: Meeting) -> Iterator[Token]:
    return (token for token in tokens(text, meeting.region) if token.is_code)


def only_code(text: str, meeting: Meeting) -> str:
    """Return the tail for the only conference code of a text; empty if there is none or more than one."""
    usable = {code.digits for code in map(code_of, _codes(text, meeting)) if code.rank >= CONFERENCES}
    return dial_string.tail_of(*usable) if len(usable) == 1 else ""


def _chosen(text: str, meeting: Meeting) -> Iterator[Chosen]:
    made = in_blocks(tokens(text, meeting.region, bridge=meeting.service in ("", "unknown")))
    codes = [code_of(token) for block in made for token in block.tokens if token.is_code]
    known = {code.digits for code in codes if code.rank} | ({meeting.number} if meeting.number else set())
    hosts = {code.digits for code in codes if code.host} - {code.digits for code in codes if code.rank >= CONFERENCES}
    template = ""
    for block in made:
        for token in block.tokens:
            if token.is_code:
                continue
            tail = _one_tap(token, block, known, hosts) if token.tail else ""
            if not token.tail and is_listed(token, block, meeting):
                tail = _tail(token, block, meeting, codes, template)
            number = _number(token, block, meeting) if tail else None
            if number is None:
                continue
            if token.tail and not template and meeting.service in DIALLED:
                template = tail
            yield Chosen(token, block, number, tail)


def _one_tap(token: Token, block: Block, known: set[str], hosts: set[str]) -> str:
    """Return the tail of a one-tap number; empty for the host's, or for a person's extension."""
    if is_host(token, block):
        return ""
    typed = "".join(filter(str.isdigit, token.tail))
    if len(typed) < SHORTEST_TYPED or typed in hosts:
        return ""
    if is_personal(token) and not joins(token.label):
        shown = any(len(code) > SHORTEST_TYPED and code in typed for code in known)
        return token.tail if shown or _is_conference(token, typed) else ""
    return token.tail


def _tail(token: Token, block: Block, meeting: Meeting, codes: list[Code], template: str) -> str:
    """Return the digits after a bare number: its block's code, else those for all numbers of the service."""
    shared = template or meeting.tail
    own = [
        code for code in codes_for(token, block) if not (meeting.service == "teams" and code.digits == meeting.number)
    ]
    if shared and (not own or own[0].digits == meeting.number or own[0].rank <= PASSCODE):
        return shared
    if meeting.service in TWO_STEPS:
        return _two_steps(own)
    if own:
        return dial_string.tail_of(own[0].digits, own[0].hashes or "#")
    rest = {code.digits: code for code in codes if code.rank >= CONFERENCES and code.digits != meeting.number}
    return dial_string.tail_of(*rest) if len(rest) == 1 else ""


def _two_steps(codes: list[Code]) -> str:
    """Return ID and passcode, each with a hash."""
    meeting = next((code.digits for code in codes if code.rank == CONFERENCES), "")
    passcode = next((code.digits for code in codes if code.rank in (GUESTS, PASSCODE)), "")
    return dial_string.tail_of(meeting) + (f",,{passcode}#" if passcode else "") if meeting else ""


def _is_conference(token: Token, typed: str) -> bool:
    """Whether the digits have the form of a conference code: two pauses, and longer than an extension."""
    return token.tail.lstrip().startswith(",,") and "#" in token.tail and len(typed) >= CONFERENCE_SHORTEST


def _number(token: Token, block: Block, meeting: Meeting) -> Number | None:
    """Return the number if it is unambiguous: a national one of the country in its label, else of the phone's."""
    if token.international:
        return parsed(token.text, "")
    named = country(token) or token.region
    if named:
        return parsed(token.text, named)
    own = parsed(token.text, meeting.region)
    others = parsed(token.text, meeting.organizer) if meeting.organizer not in ("", meeting.region) else None
    if own is not None and others is not None and own.e164 != others.e164:
        return None  # ambiguous: of the phone's country or of the organiser's
    found = own or others
    if found is None and block.anchored and _is_north_american(token.text):
        return parsed(token.text, "US")
    return found


def _is_north_american(text: str) -> bool:
    """Whether a number has the North American format: (312) 555-0123."""
    return len(text) == 14 and text[0] == "(" and text[4:6] == ") " and text[9] == "-"
