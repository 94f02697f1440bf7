"""Shortens titles for reading at a glance: by variants, not by cutting. Pure: same title and limits, same result.

Texts are clean (`carlendar.text.clean`).

In this order: prefixes of mail programs, bracketed tags, project codes, then what follows a
separator, then words from the end. A cut inside a word, with an ellipsis, is the last means.
What would change its meaning if half of it were missing stays or goes as a whole: a time with its unit or its end
("9:00 – 17:00"), a date, a number with what it counts ("Halle 7"), a name with the word that leads it in
("with Ana Ruiz", "Dr. Berg").
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from carlendar.domain.cancellation import WORDS as CANCELLED
from carlendar.text.graphemes import graphemes, is_wide

if TYPE_CHECKING:
    from collections.abc import Iterator


ELLIPSIS = "…"
MOST_VARIANTS = 12
LONGEST_READ = 300
"""Characters of a title from which shorter forms are made: what is longer may cost no time."""
LEAST_FRAGMENT = 3
"""Letters of a word that an ellipsis may follow at least."""
KEPT = 512
"""Texts whose shortened form is remembered: those of a few days, asked for again with every frame."""

_PREFIXES = (
    "re|fw|fwd|aw|wg|antw|sv|vs|vb|tr|rif|res|enc|rv|doorst|odp|pd|ynt|ilt|updated|accepted|declined"
    "|tentative|invitation|updated invitation|reminder|aktualisiert|zugesagt|abgelehnt|vorbehalt|einladung"
    "|aktualisierte einladung|erinnerung|accepté|refusé|réf|aceptad[oa]|rechazad[oa]|invitación"
    "|accettat[oa]|rifiutat[oa]|invito|geaccepteerd|geweigerd|uitnodiging"
    "|отв|ha|відм|απ|πρθ|رد|إعادة توجيه|השב|הועבר|ตอบกลับ|回复|回覆|答复|转发|轉寄|已更新|返信|転送|회신|전달|"
    + "|".join(map(re.escape, sorted(CANCELLED)))
)
"""What mail programs and calendars put before a subject, in the languages of their own; lower case."""
# Compiled at their first use: that takes 5 ms in all, and most titles contain none of these characters
_COLONS = frozenset(":：")
_PREFIX = rf"(?i)^(?:{_PREFIXES})(?:\s*[\[(]\d+[\])])?\s*[:：]\s*"
_BRACKETS = frozenset("[{(【（<［")
_TAG = r"\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)|【[^【】]*】|（[^（）]*）|<[^<>]*>|［[^［］]*］"
_CODE_SIGNS = frozenset("-_#")
_CODE = r"(?<!\S)(?:[A-Z][A-Z0-9]{1,9}[-_]\d{3,}[A-Z0-9]*|#\d+)[:：]?(?!\S)"
_PAUSES = frozenset("-–—|/·•;；、，。,:：と")
_SEPARATOR = (
    r"\s+[-–—|/·•]+\s+|\s*[|;；、，。]\s*|,\s+|:(?=\s)|(?<!\d)："
    r"|(?<=[\u30a0-\u30ff\u4e00-\u9fff])と(?=[\u30a0-\u30ff\u4e00-\u9fff])"  # Japanese "and" between two nouns
)
_DASHES = ("-", "–", "—")
_EDGE = " \t-–—|/·•,;:；：、，&+"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEADS = _words(
    "with w/ by for from to at and & + und mit von vom bei für an zu zum zur avec et de du par pour con y e di da para"
    " por med og och"
)
"""Words that lead in a name."""
_HOLLOW = _LEADS | _words(
    "of on in into about over the a an re vs or nor but as than per via our your their this that after before until"
    " über der die das den dem des ein eine einen einem einer eines im in ins am ans auf aus bis durch gegen nach ohne"
    " oder aber sowie seit um unter vor vors während wegen zwischen beim als wie"
    " le la les el los un una une des du dans sur pour ou del al con o il lo gli i della"
)
"""Words that nothing may end with."""
_UNITS = _words("uhr am pm a.m p.m h hrs min mins cet cest utc gmt")
_HONORIFICS = _words("dr prof herr herrn frau mr mrs ms mme mlle sr sra sig ing")
"""Words that a name follows, as it follows those that lead it in."""
_MONTHS = _words(
    "january february march april may june july august september october november december januar februar märz mai juni"
    " juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero"
    " febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio"
    " giugno luglio settembre ottobre dicembre jan feb mar apr jun jul aug sep sept oct okt nov dec dez"
)
_DAY_OF_MONTH = re.compile(r"\d{1,2}(?:\.|st|nd|rd|th)?$")
_MOMENT_ENDS = re.compile(r"\d(?:\s*(?:uhr|am|pm|a\.m\.|p\.m\.|h))?$", re.IGNORECASE)
_NEGATIONS = _words("no not never without kein keine keinen nicht nie ohne non pas")
"""Words whose loss would turn the meaning round: they stay with what they deny."""


def fits(text: str, latin: int | None, cjk: int | None) -> bool:
    """Whether `text` is within `latin` graphemes, or `cjk` wide ones; a mixture is weighed by its parts."""
    if latin is None or cjk is None:
        return True
    if len(text) > LONGEST_READ:
        return False
    wide = sum(map(is_wide, clusters := graphemes(text)))
    return (len(clusters) - wide) * cjk + wide * latin <= latin * cjk


@lru_cache(maxsize=KEPT)
def variants(text: str, latin: int | None, cjk: int | None) -> tuple[str, ...]:
    """From long to short, all different and within the limits; at least one. Only the last may bear an ellipsis."""
    return tuple(islice(_within(text, latin, cjk), MOST_VARIANTS)) or (cut(text, latin, cjk),)


@lru_cache(maxsize=KEPT)
def shorten(text: str, latin: int | None, cjk: int | None) -> str:
    """The longest variant within the limits. Shortening it again changes nothing."""
    found = next(_within(text, latin, cjk), None)
    return cut(text, latin, cjk) if found is None else found


def _within(text: str, latin: int | None, cjk: int | None) -> Iterator[str]:
    """Ever shorter forms that are within the limits."""
    last: str | None = None
    for candidate in _candidates(text):
        if (last is None or len(candidate) < len(last)) and fits(candidate, latin, cjk):
            yield candidate
            last = candidate


def bounded(text: str, most: int) -> str:
    """Return at most `most` characters of a text of any length; what is cut off is replaced by an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS


def cut(text: str, latin: int | None, cjk: int | None) -> str:
    """Cut between graphemes, an ellipsis in place of the rest; for texts that have no variants."""
    if fits(text, latin, cjk):
        return text
    clusters = graphemes(text[:LONGEST_READ])
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        if fits("".join(clusters[:middle]) + ELLIPSIS, latin, cjk):
            low = middle
        else:
            high = middle - 1
    return without_dangling("".join(clusters), len("".join(clusters[:low]))) + ELLIPSIS


def without_dangling(text: str, end: int) -> str:
    """The beginning of `text` up to `end`, without what says nothing before an ellipsis.

    That is an article, a preposition or a conjunction at its end, and one or two letters of a longer word; a single
    word stays.
    """
    head = text[:end]
    inside = end < len(text) and text[end - 1 : end].isalnum() and text[end].isalnum()
    words = head.split(" ")
    if inside and len(words) > 1 and _is_latin(words[-1]) and len(words[-1]) < LEAST_FRAGMENT:
        words.pop()
    elif inside:
        return head.rstrip(_EDGE)
    while len(words) > 1 and _plain(words[-1]) in _HOLLOW | {""}:
        words.pop()
    return " ".join(words).rstrip(_EDGE)


def _is_latin(word: str) -> bool:
    return all(char < "\u0250" for char in word)


def _candidates(text: str) -> Iterator[str]:
    """Ever shorter forms of a clean text, itself first."""
    yield text
    if len(text) > LONGEST_READ:
        text = text[:LONGEST_READ].rpartition(" ")[0] or text[:LONGEST_READ]
    for step in (_without_prefixes, _without_tags, _without_codes):
        text = step(text) or text
        yield text
    yield from _clauses(text)
    yield from _fewer_words(_first_clause(text))


def _without_prefixes(text: str) -> str:
    if _COLONS.isdisjoint(text):
        return text
    while match := re.match(_PREFIX, text):
        rest = text[match.end() :]
        if not rest:
            break
        text = rest
    return text


def _without_tags(text: str) -> str:
    """Bracketed parts gone, and prefixes that stood behind one, unless that leaves nothing to read."""
    while not _BRACKETS.isdisjoint(text) and (less := re.sub(_TAG, " ", text)) != text:
        if not _readable(less):
            break
        text = less
    return _without_prefixes(_tidy(text))


def _without_codes(text: str) -> str:
    less = text if _CODE_SIGNS.isdisjoint(text) else re.sub(_CODE, " ", text)
    return _tidy(less) if _readable(less) else text


def _first_clause(text: str) -> str:
    """The first part between separators that says something."""
    start = 0
    for match in _separators(text):
        if part := _tidy(text[start : match.start()]):
            return part
        start = match.end()
    return _tidy(text[start:]) or text


def _separators(text: str) -> list[re.Match[str]]:
    """Where a text may end; what stands between two moments ("9:00 – 17:00") is no separator."""
    if _PAUSES.isdisjoint(text):
        return []
    return [
        match
        for match in re.finditer(_SEPARATOR, text)
        if not (text[match.end() : match.end() + 1].isdigit() and _MOMENT_ENDS.search(text[: match.start()]))
    ]


def _clauses(text: str) -> Iterator[str]:
    """The text up to each of its separators, the last first."""
    for match in reversed(_separators(text)):
        if head := _tidy(text[: match.start()]):
            yield head


def _fewer_words(text: str) -> Iterator[str]:
    units = _units(text.split())
    for length in range(len(units) - 1, 0, -1):
        words = [word for unit in units[:length] for word in unit]
        while len(words) > 1 and words[-1].casefold() in _HOLLOW:
            words.pop()
        yield _tidy(" ".join(words))


def _units(words: list[str]) -> list[list[str]]:
    """Words that stay together: a number and what it counts, a lead-in and the name, a denial and what it denies."""
    units: list[list[str]] = []
    naming = denying = False
    for word in words:
        plain = _plain(word)
        leads = plain in _LEADS or plain in _HONORIFICS
        named = naming and (leads or word[:1].isupper())
        if units and (named or denying or _counted(units[-1][-1], word)):
            units[-1].append(word)
            naming = naming or leads
        else:
            units.append([word])
            naming = leads
        denying = plain in _NEGATIONS
    return units


def _counted(before: str, word: str) -> bool:
    """Whether `word` belongs to the number before it, or is a number that belongs to the word before it."""
    plain = _plain(word)
    if word[:1].isdigit() or word[:1] in _DASHES:
        return True
    if before in _DASHES:
        return True
    unit = plain in _UNITS and before[-1:].isdigit()
    return unit or (plain in _MONTHS and _DAY_OF_MONTH.match(before) is not None)


def _plain(word: str) -> str:
    return word.casefold().strip(".,;!?")


def _readable(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(_EDGE)
