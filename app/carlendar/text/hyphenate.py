"""Where a word that is longer than its line may be parted with a hyphen.

For Latin letters alone, by the rule of German spelling that of several consonants the last goes to the next
line, and that some stay together (amtliches Regelwerk der deutschen Rechtschreibung, §§ 110 to
113): compounds of German are what is too long for a line. No dictionary: a word that is parted a letter aside is
read, and one that is cut off is not.
"""

from __future__ import annotations

from functools import lru_cache

HYPHEN = "-"
LEAST_HEAD, LEAST_TAIL = 3, 4
"""Letters that stay before a hyphen, and go to the next line, at least."""

_VOWELS = frozenset("aeiouyäöüáàâãåæéèêëíìîïóòôõøœúùûýÿ")
_JOINTS = ("ungs", "heits", "keits", "schafts", "täts", "ions")
"""Endings that, inside a word, are the joint of a compound: the best place of all."""
_SECOND_PARTS = (
    "abnahme", "abstimmung", "analyse", "anforderung", "auswertung", "bericht", "besprechung", "betreuung",
    "datum", "einführung", "entwicklung", "fertigung", "freigabe", "führung", "gespräch", "gruppe", "konferenz",
    "lieferung", "management", "planung", "präsentation", "projekt", "prozess", "prüfung", "schulung", "schutz",
    "sicherheit", "sicherung", "sitzung", "steuerung", "system", "tagung", "termin", "treffen", "übergabe",
    "umstellung", "veranstaltung", "vereinbarung", "verhandlung", "verordnung", "versammlung", "vertrag",
    "verwaltung", "vorbereitung", "vorstellung", "werkstatt",
)  # fmt: skip
"""What the compounds of titles end with, or go on with: a joint stands before it."""
_TOGETHER = (
    "schl", "schm", "schn", "schr", "schw", "sch", "spr", "str", "ch", "ck", "ph", "sh", "th",
    "bl", "br", "dr", "fl", "fr", "gl", "gr", "kl", "kr", "pf", "pl", "pr", "tr", "zw",
)  # fmt: skip
"""Consonants that begin a syllable together, the longest first."""


@lru_cache(maxsize=64)
def joints(word: str) -> tuple[int, ...]:
    """Those of the `parting_points` that are the joints of a compound, from few to many letters before them."""
    letters = word.lower()
    return tuple(
        at
        for at in range(LEAST_HEAD, len(letters) - LEAST_TAIL + 1)
        if letters.startswith(_SECOND_PARTS, at) or (letters[:at].endswith(_JOINTS) and at in parting_points(word))
    )


@lru_cache(maxsize=64)
def parting_points(word: str) -> tuple[int, ...]:
    """How many letters of `word` may stand before a hyphen, from few to many; none for other scripts."""
    letters = word.lower()
    if not all(char.isalpha() and char < "\u0250" for char in letters.rstrip(".,;:!?)…")):
        return ()
    points = (_onset(letters, at) for at in range(1, len(letters)) if letters[at] in _VOWELS)
    fit = {at for at in points if at is not None and LEAST_HEAD <= at <= len(letters) - LEAST_TAIL}
    return tuple(sorted(fit))


def _onset(letters: str, vowel: int) -> int | None:
    """Where the syllable of that vowel begins; None where no syllable stands before it."""
    if letters[vowel - 1] in _VOWELS:
        return None
    start = next((vowel - len(one) for one in _TOGETHER if letters[:vowel].endswith(one)), vowel - 1)
    return start if any(char in _VOWELS for char in letters[:start]) else None
