"""In which language a text is written, as far as its small words tell; light, and between few languages.

Made for invitations of a few hundred characters, where the answer decides the language of a reply.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS: dict[str, frozenset[str]] = {
    "en": _words(
        "the and of to is are we you your our will this that with for please at from not have has be by on if can"
        " all let about what when where hi hello dear thanks regards"
    ),
    "de": _words(
        "der die das und ist sind wir sie ihr ihre ihnen unser unsere wird werden dieser diese dieses mit für bitte"
        " von nicht haben hat ein eine einen zu zum zur auf wenn kann alle über was wann wo hallo liebe lieber danke"
        " grüße im den dem des auch"
    ),
}
"""Frequent words of each language; none stands in two of them."""

LEAST = 3
"""So many of its words a text must hold before it is taken for a language."""
LEAD = 2
"""So many times the words of every other language it must hold."""
LONGEST = 4000
"""Characters that are looked at."""

_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """`en`, `de`, or empty where the text does not tell."""
    words = _WORD.findall(text[:LONGEST].casefold())
    counts = {language: sum(word in known for word in words) for language, known in WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    others = max((count for language, count in counts.items() if language != best), default=0)
    return best if counts[best] >= LEAST and counts[best] >= LEAD * others else ""
