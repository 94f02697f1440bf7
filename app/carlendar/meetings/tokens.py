"""Finds the numbers and codes of an invitation's text, in order, each with the text around it.

A run of digits is a number (with a country code, with digits to type behind it, or by its label), a code
(before a `#`, or by its label), or neither. `dialin` decides what they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from carlendar.meetings import countries
from carlendar.meetings.candidates import LINK, one_tap_tail, trimmed
from carlendar.meetings.numbers import parsed
from carlendar.meetings.words import Says, says

RUNS_READ = 320
"""Maximum number of runs of digits without a country code that are examined."""

INTERNATIONAL_READ = 200
"""Maximum number of runs of digits with a country code; each may occur twice, as text and as `tel:` address."""

TOKENS_READ = 160
"""Maximum number of numbers and codes of one text; a service lists up to about 80 numbers."""

NEAR = 500
"""Maximum distance in characters between related tokens."""

_ABOVE_READ = 240
_LABEL_READ = 90
# `\+?\(?[0-9]` and more digits; a pattern that begins with a set of characters is much faster.
_RUN = re.compile(r"[+(0-9](?:(?<=[0-9])|(?<=\()[0-9]|(?<=\+)\(?[0-9])(?:[ \u00a0().\-\u2010-\u2015/]{0,3}[0-9]){3,16}")
_CODE = re.compile(r"[0-9](?:[ \u00a0-]?[0-9]){3,13}(?![0-9])")
_HASH = re.compile(r"[ \u00a0]?(##?)")
_NORTH_AMERICAN = re.compile(r"1[ .-]{1,2}\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]?\d{4}")
_BREAK = re.compile(r"\n|(?<=[^\W\d_]{4})[.!?]+(?=\s)|[|•·。！？]|;(?=\s)|\s[–—]\s")
_FENCE = re.compile(r"(?:^|\n)[ \t>]*(?:_{6,}|-{6,}|={6,}|\*{6,}|--[ ]?(?=\n)|[-:~]{12,})[ \t]*(?:\n|$)")
_QUOTED = re.compile(r"(?:^|\n)[ \t]*>+[ \t]?")
_ADDRESS = re.compile(r"[<(\[]?\b(?:tel|callto):[ ]?|[<>\[\]]", re.IGNORECASE)
_IP_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_GLUED = re.compile(r"(?<=[a-zäöüß]{2})(?=[A-Z][a-z])")
_SIGNS = re.compile(r"^[\s:：.,;()#*\-–—]*$")
_CJK = 0x2E80
_BOTH = Says.GUEST | Says.HOST
_GUEST_OR_HOST = re.compile(r"(?<!\w)hos[tť](?:a|y|u|ů|ov|om|ovi|i|í)(?!\w)", re.IGNORECASE)
_POLISH = re.compile("[ąęłńśźżĄĘŁŃŚŹŻ]")
_CZECH = re.compile("[ěřůťďľĺŕýáíéĚŘŮĽÝÁÍÉ]")
"""Distinguishes Czech or Slovak from Polish, Slovene and Croatian."""


@dataclass(slots=True)
class Token:
    """A number or a code. Labels are the texts on its own line; `above` are lines between it and the token before."""

    start: int
    end: int
    text: str
    is_code: bool
    tail: str = ""
    """Digits to type after the number, in calendar notation."""
    hashes: str = ""
    """The hash signs after a code."""
    region: str = ""
    """The country of a national number according to its label; empty if unknown."""
    international: bool = False
    label: str = ""
    behind: str = ""
    above: list[str] = field(default_factory=list)
    title: str = ""
    """The line directly above, without an empty one between."""
    says: int = Says.NOTHING
    """Meanings of the label; for a code without one, of the line above."""
    apart: bool = False
    """Whether a fence or much text is between it and the previous token."""
    linked: bool = False
    """Whether a web address is between it and the previous token."""
    same_line: bool = False
    blank: bool = False
    """Whether only line breaks, more than one, are between it and the previous token."""


def tokens(text: str, region: str, *, bridge: bool = False) -> list[Token]:
    """Return at most `TOKENS_READ` tokens. `text` has its web addresses replaced by `LINK`; `region` is the phone's.

    `bridge`: no service is known, so that the number of a conference may be one to dial, with a code below it.
    """
    found: list[Token] = []
    last = place = 0
    plain = international = 0
    while match := _RUN.search(text, place):
        place = match.end()
        if match[0][0] == "+":
            international += 1
        else:
            plain += 1
            if plain > RUNS_READ:
                continue
        if len(found) == TOKENS_READ or international > INTERNATIONAL_READ:
            break
        if match.start() < last or not _begins(text, match) or _IP_ADDRESS.fullmatch(match[0]):
            continue
        token = _token(text, match, last, found[-1] if found else None, region)
        if token is None:
            continue
        if not _repeats(text, token, found):
            found.append(token)
        last = found[-1].end
        place = max(last, match.start() + 1)  # the rest of the run may be a code
    doubtful = [token for token in found if token.says & _BOTH == _BOTH]
    wrong = _not_meant(text) if doubtful else Says.NOTHING
    for token in doubtful:
        if _GUEST_OR_HOST.search(token.label or " ".join(token.above[-1:])):
            token.says &= ~wrong
    for token, following in zip(found, [*found[1:], None], strict=False):
        if bridge and following is not None and _is_dialled(token, following, region):
            token.is_code = False
        token.behind = _behind(text, token, following)
    return found


def _begins(text: str, match: re.Match[str]) -> bool:
    """Whether a number or a code can begin here: not within a word, an address or another number."""
    before = text[match.start() - 1 : match.start()]
    if not before:
        return True
    if match[0][0] == "+":
        return before not in ",%"
    return not ((before.isalnum() and ord(before) < _CJK) or before in "_+#*,;=/@.%-")


def _token(text: str, match: re.Match[str], last: int, previous: Token | None, region: str) -> Token | None:
    spelled = trimmed(match[0], text[match.end() : match.end() + 2])
    start, end = match.start(), match.start() + len(spelled)
    international = spelled.lstrip("(").startswith("+") or re.match(r"\(?00[1-9]", spelled) is not None
    digits = sum(map(str.isdigit, spelled))
    tail, tail_end = one_tap_tail(text, end) if digits >= 6 else ("", end)
    token = Token(start, tail_end, spelled, is_code=False, tail=tail, international=international)
    _surround(text, token, last, previous)
    if international or tail:
        return token if digits >= 7 or tail else None
    code = _CODE.match(text, start)
    hashed = _HASH.match(text, code.end()) if code else None
    if code and (hashed or _is_code_label(token, spelled, region)):
        token.is_code, token.text = True, code[0]
        token.hashes, token.end = (hashed[1], hashed.end()) if hashed else ("", code.end())
        return token
    return token if digits >= 6 and _is_national(text, token, previous, region) else None


def _is_code_label(token: Token, spelled: str, region: str) -> bool:
    said = token.says
    if said & (Says.CODE | Says.KEYWORD):
        return True
    if said & Says.ACCESS and said & (Says.GUEST | Says.HOST) and not said & (Says.PHONE | Says.DIAL):
        return True
    if not (said & Says.MEETING and said & Says.NUMBER) or spelled.startswith(("0", "(")):
        return False
    if said & Says.JOIN:  # `Konferenznummer`: of the conference, or to be dialled
        return parsed(spelled, region) is None
    return not said & (Says.PHONE | Says.DIAL)


def _not_meant(text: str) -> int:
    """`hosta` is ambiguous: of the guest in Czech and Slovak, of the host in Polish."""
    polish, czech = _POLISH.search(text) is not None, _CZECH.search(text) is not None
    if polish == czech:
        return Says.NOTHING
    return Says.GUEST if polish else Says.HOST


def _is_dialled(token: Token, following: Token, region: str) -> bool:
    """Whether the number of a conference is dialled and not typed: it is a telephone number and a code follows."""
    said = token.says
    if not token.is_code or token.hashes or said & (Says.CODE | Says.KEYWORD | Says.GUEST | Says.HOST):
        return False
    if not (said & Says.MEETING and said & Says.NUMBER) or not following.is_code or following.apart or following.linked:
        return False
    if following.above and following.label:
        return False
    codes = following.says & (Says.CODE | Says.ACCESS) and not following.says & (Says.OTHER | Says.OWN | Says.CONTACT)
    return bool(codes) and following.text != token.text and parsed(token.text, region) is not None


def _is_national(text: str, token: Token, previous: Token | None, region: str) -> bool:
    """Whether digits without a country code are a number, by their label or as one more of a list."""
    named = countries.named(token.label) if token.label else None
    behind = countries.leading(text[token.end : token.end + 60].partition("\n")[0])
    token.region = named.country if named and named.alone else behind
    if not token.region and _NORTH_AMERICAN.fullmatch(token.text):
        token.region = "US"
    if token.region or token.says & (Says.JOIN | Says.DIAL | Says.PHONE | Says.OWN | Says.CONTACT):
        return True
    if token.says & Says.NUMBER and token.says & (Says.ACCESS | Says.MEETING):
        return True
    if token.says & Says.NUMBER and not token.says & Says.OTHER and parsed(token.text, region) is not None:
        return True
    heading = says(token.above[-1]) if token.above else Says.NOTHING
    if not says(token.label) & ~(Says.FILLER | Says.NUMBER):
        return bool(heading & (Says.JOIN | Says.DIAL | Says.PHONE)) or (previous is not None and not previous.is_code)
    return False


def _surround(text: str, token: Token, last: int, previous: Token | None) -> None:
    """Assign the text between the previous token and this one."""
    gap = text[last : token.start].removeprefix(">")
    if len(gap) > NEAR:
        token.apart, gap = True, gap[-_ABOVE_READ:]
    token.linked = LINK in gap
    token.apart = token.apart or _FENCE.search(gap) is not None
    gap = _ADDRESS.sub(" ", _QUOTED.sub("\n", gap)).replace(LINK, LINK + "\n")
    parts = _BREAK.split(gap)
    token.same_line = len(parts) == 1 and previous is not None
    token.label = parts[-1][-_LABEL_READ:]
    first = 1 if previous is not None else 0  # text after the previous token belongs to it
    above = [part for part in parts[first:-1] if not _SIGNS.match(part)]
    token.blank = not above and gap.count("\n") > 1
    if _SIGNS.match(token.label):
        token.label = ""
    token.above = above[-3:]
    token.title = parts[-2] if len(parts) > 1 + first else ""
    if len(parts) > 1 and not token.label and above:
        token.says = says(above[-1]) if LINK not in above[-1] else Says.NOTHING
    else:
        token.says = says(token.label)


def _behind(text: str, token: Token, following: Token | None) -> str:
    """Return the text after a token on its line, up to the label of the next token."""
    end = following.start if following else token.end + 100
    part = _ADDRESS.sub(" ", _BREAK.split(text[token.end : min(end, token.end + 100)], maxsplit=1)[0])
    if following is not None and following.same_line:
        glued = _GLUED.split(part, maxsplit=1)
        if following.is_code:
            return glued[0] if len(glued) > 1 else ""
        return countries.leading(part) if ":" in part else part[:40]
    return part[:60]


def _repeats(text: str, token: Token, found: list[Token]) -> bool:
    """Whether a number occurs twice, as text and as `tel:` address; the first one gets the meanings of both."""
    if not found or token.is_code or found[-1].is_code:
        return False
    before = found[-1]
    between = text[before.end : token.start].strip().lower()
    if len(between) > 12 or between.strip("<>[]() ") not in ("", "tel:", "tel: "):
        return False
    if not _same(before.text, token.text):
        return False
    before.end = token.end + (text[token.end : token.end + 1] == ">")
    before.tail = before.tail or token.tail
    if token.international and not before.international:
        before.text, before.international = token.text, True
    return True


def _same(one: str, other: str) -> bool:
    """Whether two spellings are the same number, possibly without the country code in one."""
    ones, others = ("".join(filter(str.isdigit, each.replace("(0)", ""))).lstrip("0") for each in (one, other))
    return ones.endswith(others) or others.endswith(ones)
