"""Which numbers of an invitation are dial-ins, and what is typed after each.

What speaks for a number: digits to type behind it (a one-tap line), a heading or a label that speaks of
dialling in, a place in such a list with its country beside it, a code of a conference next to it, being an
access number of the service of the link. What speaks against it: a word for a person's own line, for a
contact, for something else that has a number. Where neither is certain it is none: a stranger who is
called with the digits of a meeting is worse than a number not offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from app.meetings import access_numbers, dialstring
from app.meetings.blocks import (
    CONFERENCES,
    GUESTS,
    PASSCODE,
    PERSONAL,
    Block,
    Code,
    code_of,
    codes_for,
    country,
    joins,
    style,
)
from app.meetings.blocks import blocks as in_blocks
from app.meetings.numbers import Number, parsed
from app.meetings.tokens import Token, tokens
from app.meetings.words import Says, says

ENOUGH = 4
"""Points from which a number without a heading or a label for dialling in is one nevertheless."""

SHORTEST_TYPED = 4
"""Digits; fewer behind a number are a person's extension."""

DIALLED = ("zoom", "webex", "ringcentral", "chime", "goto")
"""Services at which callers type the meeting's own ID, at every number the same."""

TWO_STEPS = ("bluejeans",)
"""Services that ask for the ID, then for the passcode."""

HASH_ONLY = ("teams", "meet", "skype_for_business")
"""Services whose conference ID or PIN always ends in a hash."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is known of the meeting: its service, ID and passcode, the phone's country, the organiser's."""

    service: str = ""
    number: str = ""
    passcode: str = ""
    region: str = ""
    organizer: str = ""

    @property
    def tail(self) -> str:
        """What callers type at every number of the service; empty where that is not the meeting's ID."""
        if self.service not in DIALLED or not self.number.isdigit():
            return ""
        if self.service == "zoom":
            return dialstring.tail_of(self.number, passcode=self.passcode)
        return dialstring.tail_of(self.number, "##" if self.service == "webex" else "#")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A number of the text with what is typed after it, in calendar notation. `token` is where it stands."""

    token: Token
    block: Block
    number: Number
    tail: str


def dial_ins(text: str, meeting: Meeting) -> list[Chosen]:
    """The dial-ins of a text in their order.

    Where the service has one-tap lines, a number with another code and apart from them is for something else,
    such as interpreters.
    """
    found = list(_chosen(text, meeting))
    tapped = [chosen for chosen in found if chosen.token.tail] if meeting.service else []
    if not tapped:
        return found
    if meeting.service == "teams":
        tapped = _of_one_conference(tapped, text, meeting)
    typed = {dialstring.typed(chosen.tail)[0].rstrip("#") for chosen in tapped}
    places = {id(chosen.block) for chosen in tapped}
    return [each for each in found if id(each.block) in places or dialstring.typed(each.tail)[0].rstrip("#") in typed]


def _of_one_conference(tapped: list[Chosen], text: str, meeting: Meeting) -> list[Chosen]:
    """Those of several one-tap lines that type the conference's ID as a label has it, else as the first one."""
    typed = [dialstring.typed(chosen.tail)[0].rstrip("#") for chosen in tapped]
    if len(set(typed)) == 1:
        return tapped
    labelled = {code.digits for code in map(code_of, _codes(text, meeting)) if code.rank >= CONFERENCES}
    kept = next((digits for digits in typed if digits in labelled), typed[0])
    return [chosen for chosen, digits in zip(tapped, typed, strict=True) if digits == kept]


def _codes(text: str, meeting: Meeting) -> Iterator[Token]:
    return (token for token in tokens(text, meeting.region) if token.is_code)


def only_code(text: str, meeting: Meeting) -> str:
    """The tail of the one code of a conference that a text has; empty where there is none, or more than one."""
    usable = {code.digits for code in map(code_of, _codes(text, meeting)) if code.rank >= CONFERENCES}
    return dialstring.tail_of(*usable) if len(usable) == 1 else ""


def _chosen(text: str, meeting: Meeting) -> Iterator[Chosen]:
    made = in_blocks(tokens(text, meeting.region))
    codes = [code_of(token) for block in made for token in block.tokens if token.is_code]
    known = {code.digits for code in codes if code.rank} | ({meeting.number} if meeting.number else set())
    hosts = {code.digits for code in codes if code.host} - {code.digits for code in codes if code.rank >= CONFERENCES}
    template = ""
    for block in made:
        for token in block.tokens:
            if token.is_code:
                continue
            tail = _one_tap(token, block, known, hosts) if token.tail else ""
            if not token.tail and _is_listed(token, block, meeting):
                tail = _tail(token, block, meeting, codes, template)
            number = _number(token, block, meeting) if tail else None
            if number is None:
                continue
            if token.tail and not template and meeting.service in DIALLED:
                template = tail
            yield Chosen(token, block, number, tail)


def _one_tap(token: Token, block: Block, known: set[str], hosts: set[str]) -> str:
    """The tail of a one-tap number; empty where it is the host's, or a person's own with an extension."""
    if _is_host(token, block):
        return ""
    typed = "".join(filter(str.isdigit, token.tail))
    if len(typed) < SHORTEST_TYPED or typed in hosts:
        return ""
    if _is_personal(token) and not joins(token.label):
        return token.tail if any(len(code) > SHORTEST_TYPED and code in typed for code in known) else ""
    return token.tail


def _is_listed(token: Token, block: Block, meeting: Meeting) -> bool:
    """Whether a bare number is one to dial in with."""
    if _is_host(token, block) or _is_personal(token):
        return False
    if token.says & Says.OTHER and not joins(token.label) and (token.label or not block.anchored):
        return False
    named = _same_country(token)
    if joins(token.label):
        return True
    if meeting.service and access_numbers.is_known(meeting.service, token.text, token.region or meeting.region):
        return True
    if block.anchored and _goes_on(token, block, meeting, named=named):
        return True
    return _points(token, block, meeting, named=named) >= ENOUGH


def _goes_on(token: Token, block: Block, meeting: Meeting, *, named: bool) -> bool:
    """Whether a number under a heading goes on with its list: before its end, and labelled as the first one is."""
    place = block.tokens.index(token)
    before = block.tokens[:place]
    if any(each.tail for each in before) and meeting.service != "goto":
        return False  # one-tap lines and bare numbers have a heading each
    ended = any(each.is_code for each in before) and any(not each.is_code for each in before)
    if ended and _next_code(token, block) is None:
        return False
    if named:
        return True
    own = style(token)
    if own != block.style:
        return False
    alike = [each for each in block.tokens if not (each.is_code or each.tail) and style(each) == own]
    coded = any(code_of(each).rank >= CONFERENCES for each in block.tokens[place:] if each.is_code)
    return own != "text" or (coded and len(alike) > 1 and not any(map(_is_personal, alike)))


def _next_code(token: Token, block: Block) -> tuple[Code, Token] | None:
    """The code next behind a number, with nothing but its label, a host's code and numbers of the same list between."""
    listed = country(token) != ""
    for following in block.tokens[block.tokens.index(token) + 1 :]:
        if listed and not following.is_code and not following.tail and country(following):
            continue
        if not following.is_code or following.apart or following.linked:
            return None
        if len(following.above) > (0 if following.label else 1):
            return None
        code = code_of(following)
        if not code.host:
            return code, following
    return None


def _points(token: Token, block: Block, meeting: Meeting, *, named: bool) -> int:
    """Points for a number under no heading."""
    if block.anchored:
        return 0  # the list under the heading decides
    found = _next_code(token, block)
    if found is not None and found[0].rank == GUESTS and not found[1].blank:
        return ENOUGH  # a participant's code is of a conference only
    if token.says & Says.UNKNOWN and not (named or token.says & Says.DIAL):
        return 0  # a name in a label is a person's
    said = token.says
    if token.above and (named or not token.label):
        said |= says(token.above[-1])
    points = (2 if said & Says.DIAL else 1 if said & Says.PHONE else 0) + named
    if found is None:
        return points
    code, following = found
    own = code.digits == meeting.number
    if not code.rank or (own and not (named and meeting.tail)):
        return points
    certain = code.rank == GUESTS or following.says & Says.MEETING or (named and following.says & Says.ACCESS) or own
    points += 1 + (2 if certain else following.says != Says.UNKNOWN)
    return points + (1 + (meeting.service in HASH_ONLY) if code.hashes else 0)


def _same_country(token: Token) -> bool:
    """Whether the country beside a number is the one that its digits are of."""
    named = country(token)
    if not named:
        return False
    number = parsed(token.text, named)
    code = phonenumbers.country_code_for_region(named)
    return number is not None and (number.refused != "" or number.e164.startswith(f"+{code}"))


def _is_host(token: Token, block: Block) -> bool:
    said = token.says if token.label else says(token.above[-1]) if token.above else Says.NOTHING
    behind = says(token.behind)
    if behind & Says.UNKNOWN:
        behind = Says.NOTHING
    host = said & Says.HOST or behind & Says.HOST or block.host
    return bool(host) and not (said | behind) & Says.GUEST


def _is_personal(token: Token) -> bool:
    """Whether the label, else the line above, or what stands behind names a person's line or a contact."""
    label = token.label or (token.above[-1] if token.above else "")
    if says(label) & Says.CONTACT or (says(label) & Says.OWN and (token.label or not joins(label))):
        return True
    return bool(says(token.behind) & PERSONAL) and not token.tail


def _tail(token: Token, block: Block, meeting: Meeting, codes: list[Code], template: str) -> str:
    """What is typed after a bare number: its block's code, else what every number of the service takes."""
    shared = template or meeting.tail
    own = [
        code for code in codes_for(token, block) if not (meeting.service == "teams" and code.digits == meeting.number)
    ]
    if shared and (not own or own[0].digits == meeting.number or own[0].rank <= PASSCODE):
        return shared
    if meeting.service in TWO_STEPS:
        return _two_steps(own)
    if own:
        return dialstring.tail_of(own[0].digits, own[0].hashes or "#")
    rest = {code.digits: code for code in codes if code.rank >= CONFERENCES and code.digits != meeting.number}
    return dialstring.tail_of(*rest) if len(rest) == 1 else ""


def _two_steps(codes: list[Code]) -> str:
    """ID and passcode, each with its hash."""
    meeting = next((code.digits for code in codes if code.rank == CONFERENCES), "")
    passcode = next((code.digits for code in codes if code.rank in (GUESTS, PASSCODE)), "")
    return dialstring.tail_of(meeting) + (f",,{passcode}#" if passcode else "") if meeting else ""


def _number(token: Token, block: Block, meeting: Meeting) -> Number | None:
    """The number, if it is certain which: a national one of the country that its label names, else of the phone's."""
    if token.international:
        return parsed(token.text, "")
    named = country(token) or token.region
    if named:
        return parsed(token.text, named)
    own = parsed(token.text, meeting.region)
    others = parsed(token.text, meeting.organizer) if meeting.organizer not in ("", meeting.region) else None
    if own is not None and others is not None and own.e164 != others.e164:
        return None  # of the phone's country or of the organiser's: it cannot be said
    found = own or others
    if found is None and block.anchored and _is_north_american(token.text):
        return parsed(token.text, "US")
    return found


def _is_north_american(text: str) -> bool:
    """Whether a number is written as only North American ones are: (312) 555-0123."""
    return len(text) == 14 and text[0] == "(" and text[4:6] == ") " and text[9] == "-"
