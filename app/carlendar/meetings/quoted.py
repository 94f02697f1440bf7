"""Finds where the quoted part of a mail begins: an older message, which may contain another meeting.

By shape, in any language: quote marks, a ruled title (`-----Original Message-----`), the header of a message
(lines of label and value with an address and a date), and the line with a date that introduces a reply.
Blank lines between the lines of a header do not count, since HTML puts each into a paragraph of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from carlendar.meetings.words import Says, says

STARTS_READ = 40
"""Maximum number of candidates of each kind that are examined."""

HEADER_LINES = 7
"""Lines of a message's header that are examined; Outlook writes up to six."""

SPLIT_LINES = 12
"""Lines below the sender's label within which a header of alternating labels and values has its date."""

HEADER_LEAST = 3
"""Minimum number of lines of a header without known labels."""

LINES_READ = 200
"""Maximum number of lines ending with a colon that are examined."""

LABELS_READ = 1_000
"""Maximum number of labelled lines that are examined as the first of a header."""

_LINE_READ = 300
_BEFORE_ADDRESS = 120
_BEHIND_ADDRESS = 160
_TITLE = re.compile(r"[-_](?<![-_][-_])[-_]{2,}+[ \t]*([^\W\d_][^\n\d_]{2,40}?)[ \t]*[-_]{3,}")
"""`-----Original Message-----`"""

_FROM = (
    "from|von|de|da|van|od|från|fra|frå|lähettäjä|feladó|kimden|gönderen|από|αποστολέας|от|від|відправник|отправитель"
    "|подател|差出人|送信者|送信元|发件人|發件人|寄件者|寄件人|보낸 ?사람|보낸이|발신자|발신인"
    "|من|المرسل|מאת|השולח|saatja|nuo|no"
    "|expéditeur|remitente|mittente|remetente|afzender|nadawca|odesílatel|odosielateľ|avsändare|afsender|avsender"
    "|absender|sender|expeditor|expeditorul|de la|pošiljatelj|posiljatelj|шаље|dari|daripada|pengirim|từ|người gửi"
    "|ผู้ส่ง|จาก|प्रेषक|sūtītājs|siuntėjas"
)
_IS_FROM = re.compile(rf"(?:{_FROM})\Z", re.IGNORECASE)
_FROM_ALONE = re.compile(
    rf"^[ \t\u00a0*>|]{{0,16}}+(?:{_FROM})[ \u00a0]?[:：]?[ \t\u00a0*]*$", re.IGNORECASE | re.MULTILINE
)
"""The sender's label in a header with each label and value on its own line, as in Notes."""

_DATED_BEFORE = re.compile(r"^[ \t\u00a0*>|]{0,16}+[^\W\d_][^\n@\d]{1,24}\n\s*[^\n]{6,60}\n\s*\Z", re.MULTILINE)
"""A label and a value directly above the sender's label; in a header the value is a date."""

_BEFORE_SENDER = 160
_NOTES_NAME = re.compile(
    r"^[ \t\u00a0*>|-]{0,16}+[^\W\d_][^\n:/@\d]{1,60}+(?:/[^\W\d_][^\n:/@\d]{0,30}){1,3}(?:@[^\n\d:]{1,30})?",
    re.MULTILINE,
)
"""`Jonas Winter/Fabrikam`, with which Notes begins a quotation; the date is after or below it."""

_NAME_MOST = 77
"""Characters of a line before the first slash of such a name."""

_SLASH = re.compile(r"/(?=[^\W\d_])")
_BEHIND_NAME = re.compile(r"[^\n\d]{0,8}\s{0,4}([^\n]{6,50})")
_LABEL_ALONE = re.compile(r"(?=[^\W\d_])[^\n@<>+\d.!?]{1,24}?[ \u00a0]?[:：]?[ \t\u00a0*]*\Z")
_BEFORE_LABEL = " \t\u00a0*>|"
_LABEL_START = re.compile(r"^[ \t\u00a0*>|]{0,16}+(?=[^\W\d_])[^\n:：@<>+\d]{1,30}+[:：](?!//)", re.MULTILINE)
_LABELLED = re.compile(
    r"[*]?(?=[^\W\d_])(?P<label>[^\n:：@<>+\d]{1,30}?)[ \t\u00a0]?[*]?[:：](?!//)[ \t\u00a0*]*(?P<value>[^\n]{1,260})"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<!\d){_YEAR}(?:[-./年년]|[^\n\d]{{0,12}}\d{{1,2}}[:.h時时시])"
    rf"|\d[-./]\s?{_YEAR}(?!\d)|\d[^\n\d@]{{1,24}}{_YEAR}(?!\d)|(?<!\d)\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d\d(?!\d)"
    rf"|[^\W\d_]{{3,12}}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR}(?!\d)|\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日일]"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?(?:[:h時时시]|[.](?=\d\d(?!\d|[./-])))\s?\d?\d?")
_FROM_WORD = re.compile(
    rf"(?<![^\W\d_][A-Z])(?:{'|'.join(word.capitalize() for word in _FROM.split('|'))})[ \u00a0]?[:：][^\n:：@]*\Z"
)
"""Text before the address in a header whose line breaks were lost."""

_VERBS = (
    "wrote|writes|schrieb|écrit|escribió|scritto|ha scritto|escreveu|schreef|napisa|napsal|napísal|skrev|skreiv"
    "|kirjoitti|írta|a scris|yazdı|έγραψε|написа|пише|писал|のメッセージ|が書|写道|寫道|作成"
    "|작성|님이|كتب|כתב|שלח|gửi|viết|menulis"
    "|rašė|rakstīja|kirjutas|va escriure|napisao|je pisal|เขียน|ने लिखा"
)
_ENDS_WITH_COLON = re.compile(r"[:：][ \t*]*+$", re.MULTILINE)
_WROTE_LEAST, _WROTE_MOST = 3, 220
"""Characters before the colon of `On Monday, 23 November 2026, Ana Meyer wrote:`, which mail programs may break."""

_VERB = re.compile(_VERBS, re.IGNORECASE)
_RULE = re.compile(r"^[ \t\u00a0>]{0,12}+(?:_{6,}|-{6,}|─{6,})[ \t]*+\n", re.MULTILINE)
_RULES = ("______", "------", "──────")
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]{1,20} [^\W\d_a-z][^\W\d_]{1,20}")
_FIRST_MARK = re.compile(r"^[ \t\u00a0]{0,12}+>[^\n]*\n\s*+>", re.MULTILINE)
_MARKED = re.compile(r"[ \t\u00a0]{0,12}+>")

_NOT_PLAIN = re.compile("[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_PLAIN = {first + digit: str(digit) for first in (0x660, 0x6F0, 0xFF10) for digit in range(10)} | dict.fromkeys(
    (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)), " "
)
"""Other digits, and spaces for the invisible marks around names and addresses; the length stays as it is."""

_OF_INVITATION = Says.JOIN | Says.DIAL | Says.PHONE | Says.MEETING
_OF_NUMBERS = Says.JOIN | Says.DIAL | Says.CODE | Says.KEYWORD | Says.ACCESS
_OF_MESSAGE = re.compile(
    "message|mail|nachricht|weitergeleitet|forward|origin|mensaje|mensagem|messaggio|bericht|wiadomo|zpráv|správ"
    "|meddeland|melding|besked|viesti|üzenet|mesaj|ileti|μήνυμα|сообщен|повідомлен"
    "|съобщен|メッセージ|邮件|郵件|메시지|메일"
    "|رسالة|הודעה|transfér|reenvi|inoltrat|doorgestuurd|przesłan|přeposlan|preposlan|vidarebefordra|videresend"
    "|välitetty|továbbított|redirecț|iletilen|προωθ|пересла|転送|转发|轉寄|전달|محولة|הועברה|appointment|termin",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\s*(?:\[[^\]]{0,30}\]\s*)?(?:re|aw|sv|antw|antwoord|odp|vs|ynt|yan|res|r|rif|vá|απ|ответ|відп|回复|回覆|答复|答覆|返信|답장|회신|رد|תגובה)\s?[:：]",
    re.IGNORECASE,
)


def own_part(text: str) -> str:
    """Return the text above the first quoted message; all of it if there is none."""
    plain = text if text.isascii() or not _NOT_PLAIN.search(text) else text.translate(_PLAIN)
    starts = [*_of_marks(plain), *_of_titles(plain), *_of_headers(plain), *_of_replies(plain)]
    return text[: min(starts)] if starts else text


def is_reply(title: str) -> bool:
    """Whether a title is that of a reply (`RE:`, `AW:`), not of a forwarded message."""
    return _REPLY.match(title) is not None


def _of_marks(text: str) -> Iterator[int]:
    """Yield the starts of lines marked with `>`; blank lines between them do not count."""
    found = _FIRST_MARK.search(text) if ">" in text else None
    if found:
        yield found.start()


def _of_titles(text: str) -> Iterator[int]:
    """Yield the first ruled title that does not belong to an invitation's own section."""
    for match in islice(_TITLE.finditer(text), STARTS_READ):
        if says(match[1]) & _OF_INVITATION and not _OF_MESSAGE.search(match[1]):
            continue
        if _OF_MESSAGE.search(match[1]) or _is_header(text, match.end(), least=1):
            yield match.start()
            return


def _of_headers(text: str) -> Iterator[int]:
    """The first line of the first message's header, and a header in a single line."""
    yield from _of_one_line(text)
    for rule in islice(_RULE.finditer(text), STARTS_READ) if any(rule in text for rule in _RULES) else ():
        if _is_ruled_header(text, rule.end()):
            yield rule.start()
            break
    for match in islice(_FROM_ALONE.finditer(text), STARTS_READ):
        if _is_split_header(text, match.end()):
            yield match.start()
            break
        before = _DATED_BEFORE.search(text, max(0, match.start() - _BEFORE_SENDER), match.start())
        if before and _DATE.search(before[0]):
            yield before.start()
            break
    for match in islice(_notes_names(text), STARTS_READ):
        behind = _BEHIND_NAME.match(text, match.end())
        dated = behind is not None and _DATE.search(behind[1]) is not None and _TIME.search(behind[1]) is not None
        if dated and _NAME.search(match[0]) and not says(match[0]) & (_OF_NUMBERS | Says.MEETING | Says.PHONE):
            yield match.start()
            break
    for match in islice(_LABEL_START.finditer(text), LABELS_READ) if _has_colon(text) else ():
        if _is_header(text, match.start(), least=HEADER_LEAST):
            yield match.start()
            return


def _notes_names(text: str) -> Iterator[re.Match[str]]:
    """Yield names at the beginning of lines, found by their slash."""
    last = -1
    for slash in map(re.Match.start, _SLASH.finditer(text)):
        start = text.rfind("\n", max(0, slash - _NAME_MOST - 1), slash) + 1
        if start > last and (start or slash <= _NAME_MOST):
            last = start
            if match := _NOTES_NAME.match(text, start):
                yield match


def _is_split_header(text: str, start: int) -> bool:
    """Whether values and labels alternate below the sender's label, and a value has a date with a year."""
    lines = list(islice(_lines(text, start), SPLIT_LINES))
    dated = False
    for value, label in zip(lines[::2], [*lines[1::2], ""], strict=False):
        if says(value) & _OF_NUMBERS and not _ADDRESS.search(value):
            return False
        dated = dated or _DATE.search(value) is not None
        if dated:
            return True
        if not _LABEL_ALONE.match(label) or says(label) & _OF_NUMBERS:
            return False
    return False


def _is_ruled_header(text: str, start: int) -> bool:
    """Whether there is a header of names only, in any language, below a rule; the date is its second line."""
    labels: list[str] = []
    for line in _lines(text, start):
        found = _LABELLED.match(line)
        if found is None or "://" in found["value"] or says(found["label"]) & (_OF_NUMBERS | Says.PHONE | Says.OWN):
            break
        labels.append(found["value"])
    return len(labels) >= HEADER_LEAST and _DATE.search(labels[1]) is not None and _TIME.search(labels[1]) is not None


def _of_one_line(text: str) -> Iterator[int]:
    """Yield the first address with a known label before it and a date after it on the same line."""
    place = -1
    for _ in range(STARTS_READ):
        place = text.find("@", place + 1)
        if place < 0:
            return
        first = max(0, place - _BEFORE_ADDRESS)
        found = _FROM_WORD.search(text, first, place)
        if found and _DATE.search(text[place : place + _BEHIND_ADDRESS].partition("\n")[0]):
            yield found.start()
            return


def _is_header(text: str, start: int, *, least: int) -> bool:
    """Whether a message's header begins here: labelled lines, an address or a known label, and a date among them."""
    count = 0
    sender = dated = from_named = from_first = False
    for line in _lines(text, start):
        found = _LABELLED.match(line)
        if found is None or "://" in found["value"] or says(found["label"]) & _OF_NUMBERS:
            break
        count += 1
        value = found["value"]
        from_named = from_named or _IS_FROM.match(found["label"].strip()) is not None
        sender = sender or (_ADDRESS.search(value) is not None and not says(found["label"]) & Says.HOST)
        dated = dated or _DATE.search(value) is not None
        if count == 1 and not (from_named or sender or dated):
            break
        from_first = from_first or (count == 1 and (from_named or sender))
    if least == 1:
        return count > 0 and (sender or dated)
    if from_named:
        return dated and (sender or count > 1)
    return count >= least and sender and dated and from_first


def _lines(text: str, start: int) -> Iterator[str]:
    """Return the next lines that are not blank, without quote marks, up to a line that is too long."""
    for _ in range(HEADER_LINES * 3):
        end = text.find("\n", start, start + _LINE_READ)
        line = text[start : end if end >= 0 else start + _LINE_READ]
        plain = line.lstrip(_BEFORE_LABEL)
        if plain.strip():
            yield plain
        if end < 0:
            return
        start = end + 1


def _of_replies(text: str) -> Iterator[int]:
    """Yield the line with a date and a person that introduces a quotation."""
    for start, end in islice(_before_colons(text), LINES_READ):
        line = text[start:end]
        if not _DATE.search(line):
            start = text.rfind("\n", max(0, start - _LINE_READ), max(0, start - 1)) + 1
            line = text[start:end]  # broken into two lines
            if len(line) > _LINE_READ or not _DATE.search(line):
                continue
        if says(line) & Says.JOIN:
            continue
        marked = _MARKED.match(text[end : end + 40].lstrip()) is not None
        if _ADDRESS.search(line) or _VERB.search(line) or marked or _is_signed(line):
            yield start
            return


def _before_colons(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of lines that end with a colon."""
    for colon in _ENDS_WITH_COLON.finditer(text) if _has_colon(text) else ():
        start = text.rfind("\n", max(0, colon.start() - _WROTE_MOST - 1), colon.start()) + 1
        if (start or colon.start() <= _WROTE_MOST) and colon.start() - start >= _WROTE_LEAST:
            yield start, colon.end()


def _has_colon(text: str) -> bool:
    return ":" in text or "：" in text


def _is_signed(line: str) -> bool:
    """Whether a line is a name with date and time, without words of a meeting."""
    named = _NAME.search(line) is not None and _TIME.search(line) is not None
    return named and not says(line) & (_OF_INVITATION | _OF_NUMBERS | Says.OTHER)
