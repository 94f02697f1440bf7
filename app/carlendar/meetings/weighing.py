"""Decides whether a bare number of an invitation is a dial-in number, by evidence for and against."""

from __future__ import annotations

import phonenumbers

from carlendar.domain.base import Value
from carlendar.meetings import access_numbers, dial_string
from carlendar.meetings.blocks import (
    CONFERENCES,
    GUESTS,
    PERSONAL,
    UNNAMED,
    Block,
    Code,
    code_of,
    country,
    joins,
    style,
)
from carlendar.meetings.candidates import LINK
from carlendar.meetings.numbers import parsed
from carlendar.meetings.tokens import Token
from carlendar.meetings.words import Says, says

ENOUGH = 4
"""Score from which a number without a dial-in heading or label counts as a dial-in number."""

DIALLED = ("zoom", "webex", "ringcentral", "chime", "goto")
"""Services whose callers enter the meeting's own ID, the same at every number."""

CODES = Says.CODE | Says.KEYWORD | Says.MEETING | Says.ACCESS | Says.GUEST | Says.NUMBER
"""Meanings that the label of a conference's code may have."""

NUMBERS = Says.NUMBER | Says.PHONE | Says.DIAL | Says.MEETING | Says.JOIN | Says.FILLER
"""Meanings that the label of a conference's number may have."""

CODE_SHORTEST = 5
"""Digits of a code that is recognised by its form alone."""

HASH_ONLY = ("teams", "meet", "skype_for_business")
"""Services whose conference ID or PIN always ends in a hash."""


class Meeting(Value, frozen=True):
    """The meeting: its service, ID and passcode, the phone's country, the organiser's."""

    service: str = ""
    number: str = ""
    passcode: str = ""
    region: str = ""
    organizer: str = ""

    @property
    def tail(self) -> str:
        """Return what callers enter at every number of the service; empty if that is not the meeting's ID."""
        if self.service not in DIALLED or not self.number.isdigit():
            return ""
        if self.service == "zoom":
            return dial_string.tail_of(self.number, passcode=self.passcode)
        return dial_string.tail_of(self.number, "##" if self.service == "webex" else "#")


def is_listed(token: Token, block: Block, meeting: Meeting) -> bool:
    """Whether a bare number is a dial-in number."""
    if is_host(token, block) or is_personal(token):
        return False
    named = _same_country(token)
    if token.says & Says.OTHER and not named and not joins(token.label) and (token.label or not block.anchored):
        return False
    if joins(token.label) and not block.headed:
        return _is_introduced(token, block, meeting)
    if joins(token.label):
        return True
    if meeting.service and access_numbers.is_known(meeting.service, token.text, token.region or meeting.region):
        return True
    if block.anchored and _goes_on(token, block, meeting, named=named):
        return True
    return _points(token, block, meeting, named=named) >= ENOUGH


def _is_introduced(token: Token, block: Block, meeting: Meeting) -> bool:
    """Whether a number with unknown words in its label has a code of its own, or is in the service's list."""
    place = block.tokens.index(token)
    if place and token.same_line and block.tokens[place - 1].is_code and block.tokens[place - 1].says & Says.UNKNOWN:
        return False  # `Buzz flat 12, code 7301#, or dial …`
    following = _next_code(token, block)
    if _is_under_name(token) and not (following is not None and following[1].says & (Says.MEETING | Says.GUEST)):
        return False
    if not token.says & Says.UNKNOWN or (following is not None and following[0].rank > 0):
        return True
    before = block.tokens[place - 1] if place and not (token.linked or token.blank) else None
    if before is not None and before.is_code and code_of(before).rank:
        return True
    return meeting.tail != "" and token.label.rstrip(" \u00a0").endswith((":", "："))


def _is_under_name(token: Token) -> bool:
    """Whether a label that only means "by telephone" is below a line that may name a person or a thing."""
    if token.says & (Says.MEETING | Says.ACCESS | Says.NUMBER) or LINK in token.title or joins(token.title):
        return False
    return bool(says(token.title) & (Says.UNKNOWN | Says.OTHER | PERSONAL))


def _goes_on(token: Token, block: Block, meeting: Meeting, *, named: bool) -> bool:
    """Whether a number under a heading continues the list: before its end, and labelled like the first one."""
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
    if _is_named_behind(token) and not _is_named_behind(alike[0]):
        return False
    coded = any(code_of(each).rank >= CONFERENCES for each in block.tokens[place:] if each.is_code)
    return own != "text" or (coded and len(alike) > 1 and not any(map(is_personal, alike)))


def _next_code(token: Token, block: Block) -> tuple[Code, Token] | None:
    """Return the code after a number, with only its label, a host's code and numbers of the same list between."""
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


def _follows_codes(token: Token, block: Block) -> bool:
    """Whether a number is directly below codes, one of them a participant's, and is the only number there."""
    place = block.tokens.index(token)
    above = [code_of(each) for each in block.tokens[:place] if each.is_code]
    if len(above) != place or token.blank or token.above or any(not each.is_code for each in block.tokens[place + 1 :]):
        return False
    labelled = token.says & (Says.NUMBER | Says.PHONE | Says.DIAL) and not token.same_line
    known = not any(each.says & (Says.UNKNOWN | Says.OTHER) for each in block.tokens[:place])
    return bool(labelled) and known and any(code.rank == GUESTS for code in above)


def _has_rival(token: Token, block: Block) -> bool:
    """Whether a number with another label precedes this one, so that the code may belong to that one."""
    place = block.tokens.index(token)
    before = block.tokens[place - 1] if place else None
    if before is None or before.is_code or before.tail or is_personal(before):
        return False
    return style(before) != style(token) or says(before.label) != says(token.label)


def _points(token: Token, block: Block, meeting: Meeting, *, named: bool) -> int:
    """Return the score of a number without a heading."""
    if block.anchored or _is_named_behind(token):
        return 0  # the list under the heading decides; a name belongs to a person
    found = _next_code(token, block)
    if found is not None and _has_rival(token, block):
        return 0
    if _is_certain(token, block, found):
        return ENOUGH
    if found is not None and meeting.service in ("", "unknown") and _is_pair(token, found[1]):
        return ENOUGH
    if not named and (token.says & Says.UNKNOWN or (token.label and _is_titled(token))):
        return 0  # a name in a label belongs to a person, also after a verb: `Call the caretaker`
    said = token.says
    if token.above and (named or not token.label):
        said |= says(token.above[-1])
    points = (2 if said & Says.DIAL else 1 if said & Says.PHONE else 0) + named
    if found is None or (found[1].blank and not (named or said & ~(Says.PHONE | Says.FILLER))):
        return points
    code, following = found
    own = code.digits == meeting.number
    usual = meeting.service in HASH_ONLY and code.hashes != ""
    other = meeting.tail and not own and code.digits != meeting.passcode  # callers enter the meeting's ID
    if other or (following.says & Says.UNKNOWN and not (own or _is_sentence(following))):
        return 0  # the code of something else, or of something unknown: a locker's access code
    if code.rank <= (0 if usual else UNNAMED) or (own and not (named and meeting.tail)):
        return points
    # `Phone number` above `Access code`; a bare `Tel` may be part of a signature
    paired = said & Says.PHONE and said & Says.NUMBER and following.says & Says.ACCESS and not following.blank
    certain = (
        paired
        or code.rank == GUESTS
        or following.says & Says.MEETING
        or (named and following.says & Says.ACCESS)
        or own
    )
    points += 1 + (2 if certain else code.rank > UNNAMED)
    return points + (2 if usual else code.hashes != "")


def _is_certain(token: Token, block: Block, found: tuple[Code, Token] | None) -> bool:
    """Whether the code of a number is a participant's, which only conferences have, or is in its row."""
    if found is None:
        return _follows_codes(token, block)
    code, following = found
    guests = code.rank == GUESTS and not following.blank and not following.says & Says.UNKNOWN
    return guests or _is_row(token, following)


def _is_pair(token: Token, code: Token) -> bool:
    """Whether a number and the code after it belong to a conference by their form alone.

    The number is labelled as a number, as a conference or by a verb of dialling, without a word that may be a
    person's or a thing's name; the code ends in a hash and is too long for a door.
    """
    digits = sum(map(str.isdigit, code.text))
    if not code.hashes or digits < CODE_SHORTEST or not token.label or code.blank or token.says & ~NUMBERS:
        return False
    if token.says & Says.DIAL and code.same_line:
        return not (code.says | says(code.behind)) & (Says.OTHER | PERSONAL | Says.HOST)
    if _is_titled(token):
        return False
    return token.says & ~(Says.PHONE | Says.DIAL | Says.FILLER) != Says.NOTHING and _is_plain(code)


def _is_titled(token: Token) -> bool:
    """Whether the line directly above names the owner of the number: a person, a desk or a thing."""
    if token.says & (Says.MEETING | Says.JOIN | Says.DIAL) or LINK in token.title:
        return False
    return bool(says(token.title) & (Says.UNKNOWN | Says.OTHER | PERSONAL)) and not joins(token.title)


def _is_row(token: Token, code: Token) -> bool:
    """Whether number and code are next to each other below a row of labels: `Dial-in | PIN`."""
    if token.label or not token.above or code.label or not (code.same_line and code.hashes):
        return False
    row = [cell for part in token.above[-2:] for cell in part.split("\t") if cell.strip()][-2:]
    labels = len(row) > 1 and joins(row[0]) and bool(says(row[1]) & (Says.CODE | Says.KEYWORD))
    if labels and not says(row[1]) & ~(CODES | Says.FILLER):
        return True
    return joins(token.above[-1]) and bool(says(token.above[-1]) & (Says.CODE | Says.KEYWORD))


def _is_named_behind(token: Token) -> bool:
    """Whether words after a number, other than a country, may be the name of its owner: `+49 171 2345678 (Ana)`."""
    return bool(says(token.behind) & Says.UNKNOWN) and not country(token)


def _is_sentence(code: Token) -> bool:
    """Whether number and code are in one sentence about joining: `Call … to join by phone, and enter the code …`."""
    return code.same_line and bool(code.says & Says.JOIN) and bool(code.says & (Says.ACCESS | Says.MEETING))


def _is_plain(code: Token) -> bool:
    """Whether a code's own label means a code and nothing else."""
    return bool(code.label) and not code.blank and bool(code.says & CODES) and not code.says & ~(CODES | Says.FILLER)


def _same_country(token: Token) -> bool:
    """Whether the country next to a number matches its digits."""
    named = country(token)
    if not named:
        return False
    number = parsed(token.text, named)
    code = phonenumbers.country_code_for_region(named)
    return number is not None and (number.refused != "" or number.e164.startswith(f"+{code}"))


def is_host(token: Token, block: Block) -> bool:
    said = token.says if token.label else says(token.above[-1]) if token.above else Says.NOTHING
    behind = says(token.behind)
    if behind & Says.UNKNOWN:
        behind = Says.NOTHING
    host = said & Says.HOST or behind & Says.HOST or block.host
    return bool(host) and not (said | behind) & Says.GUEST


def is_personal(token: Token) -> bool:
    """Whether the label, else the line above, or the text after it names a person's line or a contact."""
    label = token.label or (token.above[-1] if token.above else "")
    if says(label) & Says.CONTACT or (says(label) & Says.OWN and (token.label or not joins(label))):
        return True
    return bool(says(token.behind) & PERSONAL) and not token.tail
