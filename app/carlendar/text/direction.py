"""Which languages are written from right to left."""

from __future__ import annotations

RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)
"""Primary language subtags whose usual script runs from right to left (CLDR, `layout/orientation`)."""

LEFT_TO_RIGHT_SCRIPTS = frozenset({"cyrl", "deva", "latn"})
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})


def is_rtl(language: str) -> bool:
    """Whether `language` (a BCP 47 tag or a locale's name) runs from right to left."""
    subtags = language.partition(".")[0].replace("_", "-").lower().split("-")
    for subtag in subtags[1:]:
        if subtag in RIGHT_TO_LEFT_SCRIPTS:
            return True
        if subtag in LEFT_TO_RIGHT_SCRIPTS:
            return False
    return subtags[0] in RIGHT_TO_LEFT
