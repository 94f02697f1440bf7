"""Where the quoted part of a mail begins: an older message below the author's own, with its own meeting in it.

By shape, since every mail program and language has its own words: a ruled title, header lines, quote marks.
"""

from __future__ import annotations

import re

_TITLE = re.compile(r"^[ \t>]*[-_]{3,}[ \t]*[^\W\d_][^\n\d_-]{2,40}[^\s\d_-][ \t]*[-_]{3,}[ \t]*$", re.MULTILINE)
"""`-----Original Message-----`"""

_HEADER = re.compile(r"^[ \t*>]*[^\W\d_][^\n:：@]{0,24}[:：][^\n]{0,200}@", re.MULTILINE)
"""`From: Ana Meyer <ana@contoso.example>`"""

_DATED = re.compile(
    r"(?:\n[ \t*>]*[^\n:：]{1,24}[:：][^\n]{0,200}){0,2}?\n[ \t*>]*[^\n:：]{1,24}[:：][^\n]{0,80}(?:19|20)\d\d"
)
_WROTE = re.compile(r"^(?=[^\n]{0,100}(?:19|20)\d\d)[^\n]{0,200}@[^\n]{0,100}[:：][ \t]*$", re.MULTILINE)
"""`On Monday, 23 November 2026, Ana Meyer <ana@contoso.example> wrote:`"""

_MARKS = re.compile(r"^[ \t]*>[^\n]*\n[ \t]*>", re.MULTILINE)


def own_part(text: str) -> str:
    """The text above the first message that is quoted; all of it where none is."""
    starts = [match.start() for pattern in (_TITLE, _WROTE, _MARKS) if (match := pattern.search(text))]
    for match in _HEADER.finditer(text):
        line_end = text.find("\n", match.end())
        if line_end >= 0 and _DATED.match(text, line_end):
            starts.append(match.start())
            break
    return text[: min(starts)] if starts else text
