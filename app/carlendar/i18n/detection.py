"""Language detection by frequent words: lightweight, for a few languages.

Meant for invitations of a few hundred characters; the result decides the language of a reply.
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
"""Frequent words of each language; the sets are disjoint."""

LEAST = 3
"""Minimum number of matching words."""
LEAD = 2
"""Minimum ratio of the matching words to those of any other language."""
LONGEST = 4000
"""Maximum number of characters examined."""

_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """Return `en`, `de`, or an empty string if undecided."""
    words = _WORD.findall(text[:LONGEST].casefold())
    counts = {language: sum(word in known for word in words) for language, known in WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    others = max((count for language, count in counts.items() if language != best), default=0)
    return best if counts[best] >= LEAST and counts[best] >= LEAD * others else ""
