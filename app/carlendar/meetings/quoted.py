"""Where the quoted part of a mail begins: an older message below the author's own, with its own meeting in it.

By shape where there is one (a ruled title, an address with a date, quote marks), else by the words that mail
programs put before a quoted message.
"""

from __future__ import annotations

import re
from itertools import islice

from carlendar.meetings.words import Says, says

_TITLE = re.compile(r"^[ \t>]{0,12}+[-_]{3,}[ \t]*([^\W\d_][^\n\d_]{2,40}?)[ \t]*[-_]{3,}[ \t]*$", re.MULTILINE)
"""`-----Original Message-----`"""

_DATE = r"(?:19|20)\d\d(?:[-./年년]|[^\n\d]{0,12}\d{1,2}[:.h]\d\d)|\d[-./](?:19|20)\d\d"
_FROM = (
    "from|von|de|da|van|od|från|fra|lähettäjä|feladó|kimden|gönderen|από|от|від|差出人|发件人|寄件者|보낸 ?사람"
    "|من|מאת|saatja|nuo|expéditeur|remitente|mittente|remetente|afzender|nadawca|odesílatel|odosielateľ|avsändare|afsender|avsender"
    "|expeditor|pošiljatelj|posiljatelj|dari|daripada|ผู้ส่ง|प्रेषक"
)
_HEADER = re.compile(
    rf"^[ \t*>]{{0,12}}+(?=[^\W\d_])(?:(?:{_FROM})[*]?[ \t]?[:：]|[^\W\d_][^\n:：@]{{0,24}}[:：][^\n]{{0,200}}@)",
    re.IGNORECASE | re.MULTILINE,
)
"""`From: Ana Meyer <ana@contoso.example>`"""

_DATED = re.compile(
    rf"(?:\n[ \t*>]*[^\n:：]{{1,24}}[:：][^\n]{{0,200}}){{0,2}}?"
    rf"\n[ \t*>]*[^\n:：]{{1,24}}[:：][^\n]{{0,60}}?(?:{_DATE}|\d[^\n\d]{{0,15}}(?:19|20)\d\d\b)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^(?=[^\n]{0,100}(?:19|20)\d\d)[^\n]{0,160}(?:@[^\n]{0,100}"
    r"|(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|napisa|napsal|napísal|skrev|kirjoitti|írta"
    r"|a scris|yazdı|έγραψε|написа|пише|のメッセージ|写道|寫道|작성|كتب|כתב)[^\n]{0,80})[:：][ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""`On Monday, 23 November 2026, Ana Meyer wrote:`"""

_MARKS = re.compile(r"^[ \t]{0,12}+>[^\n]*\n[ \t]*>", re.MULTILINE)

_OF_INVITATION = Says.JOIN | Says.DIAL | Says.PHONE | Says.MEETING

HEADERS_READ = 40
"""Lines that look like the first line of a quoted message's header and are looked at."""


def own_part(text: str) -> str:
    """The text above the first message that is quoted; all of it where none is."""
    starts = [match.start() for pattern in (_WROTE, _MARKS) if (match := pattern.search(text))]
    titles = islice(_TITLE.finditer(text), HEADERS_READ)
    starts += islice((match.start() for match in titles if not says(match[1]) & _OF_INVITATION), 1)
    for count, match in enumerate(_HEADER.finditer(text)):
        line_end = text.find("\n", match.end())
        if count == HEADERS_READ or line_end < 0:
            break
        if _DATED.match(text, line_end):
            starts.append(match.start())
            break
    return text[: min(starts)] if starts else text
