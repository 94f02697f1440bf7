"""Invented names of streets."""

from __future__ import annotations

from collections.abc import Iterator

_STEMS = (
    "Anker", "Austern",
    "Barkassen", "Bernstein", "Brandungs", "Deichgrafen", "Dünen", "Ebbe", "Fähr", "Flut", "Gezeiten",
    "Hafer", "Heidelerchen", "Hummer", "Kajüten", "Kiebitz", "Kompass", "Krabben", "Lotsen", "Luv", "Muschel", "Möwen",
    "Netzmacher", "Nordlicht", "Quellen", "Reepschläger", "Regenpfeifer", "Sanddorn", "Schotten", "Seegras", "Segel",
    "Sturmvogel", "Tang", "Treibholz", "Wattwurm", "Windrosen",
)  # fmt: skip
_ENDINGS = ("straße", "weg", "gasse", "allee", "stieg", "kamp")


def street_names() -> Iterator[str]:
    """Yield names, each once."""
    for ending in _ENDINGS:
        for stem in _STEMS:
            yield stem + ending
