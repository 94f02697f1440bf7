"""Bodies of invitations, HTML or plain, as text. Hostile input; time is linear in what is read.

Only what is on the page is kept: no styles, no scripts, no comments. Link targets are kept in the
way that mail programs write them into plain text, `label<https://…>`, where a reader wants them.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from carlendar.meetings.linebreaks import restored

BODY_READ = 131_072
"""Maximum number of bytes (UTF-8) read of a body."""

_IS_HTML = re.compile(
    r"<(?=[!a-z])(?:!doctype|html|head|body|meta|div|p|br|span|a|table|tr|td|ul|ol|li|b|i|u|em|strong|font|pre|h[1-6])[\s/>]",
    re.IGNORECASE,
)
# Quotes may hold ">"; possessive, and at most three starts are ever open at once, so it is linear.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s<>/"']*+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>|<[!?][^<>]*+>""")
_HREF = re.compile(r"""(?<![\w-])href\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_LONG_REFERENCE = re.compile(r"&#x?[0-9a-f]{8,}+;?", re.IGNORECASE)
_BLOCKS = frozenset(
    ("address", "article", "blockquote", "br", "center", "div", "dd", "dl", "dt", "hr", "li", "ol", "p")
)
_BLOCKS |= frozenset(("pre", "section", "table", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("td", "th"))
_UNSEEN = frozenset(("script", "style", "title", "template", "noscript"))
_INLINE = frozenset(("span", "b", "i", "u", "em", "strong", "font", "small", "img", "html", "head", "body", "meta"))
"""The most frequent elements without effect on the text."""

_QUOTATION = "\n>\n>\n"
"""Mark of a quotation's beginning, as in plain text."""

_QUOTE = re.compile(
    r"(?:gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra|divRplyFwdMsg|OutlookMessageHeader|reply-intro|mail-quote)",
    re.IGNORECASE,
)
"""Classes and ids of the element that mail programs put around a quoted message."""

_RULED = "\n________\n"
"""The line that Outlook draws above the header of a quoted message."""

_SCHEMES = ("http:", "https:", "msteams:", "tel:", "callto:")
"""Looks like an element's name if a plain-text link `<https://…>` is in HTML."""

_QUOTED = re.compile(r"=(?:([0-9A-F]{2})|\r?\n)")
_ICAL_FOLD = re.compile(r"\r?\n[ \t]")
# Any of these but a space alone. One set of characters to begin with is searched much faster than two.
_SPACES = re.compile(r"[ \t\u00a0\u2007\u202f](?:(?<! )[ \t\u00a0\u2007\u202f]*+|[ \t\u00a0\u2007\u202f]++)")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FENCE = re.compile(r"^[ \t]*(?:_{10,}|-{10,}|\.{20,}|[-:~]{20,}|[*=─━⸺]{10,})[ \t]*$", re.MULTILINE)
_BLANKS = re.compile(r"\n\n\n++")
_TARGET = re.compile(r"<(?=[htms])(?:https?|tel|mailto|sip|msteams):[^<>\s]*+>", re.IGNORECASE)
_INVITES = re.compile(
    r"https?://[\w.-]{0,60}?(?:teams\.|zoom|webex|meet\.|lync|jit\.si|gotomeet|safelinks|urldefense)"
    r"|\+\d[\d ().-]{6,20},,",
    re.IGNORECASE,
)


def is_html(body: str) -> bool:
    """Whether the text is HTML rather than plain text that uses angle brackets around addresses."""
    return _IS_HTML.search(body, 0, BODY_READ) is not None


def read_part(body: str) -> str:
    """The beginning of `body` that is read: at most `BODY_READ` bytes."""
    part = body[:BODY_READ]
    if part.isascii() or len(part) * 4 <= BODY_READ:
        return part
    return part.encode("utf-8", "replace")[:BODY_READ].decode("utf-8", "ignore")


def linked_text(body: str, *, spaced: bool = False) -> str:
    """The text of the first `BODY_READ` bytes, with link targets as `label<target>`.

    `spaced` keeps the space between paragraphs as an empty line. Control characters are spaces.
    `INVISIBLE` characters are kept: in a host name they are a trick, not layout.
    """
    text = _texts(body)[spaced]
    return restored(_CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def text_of(body: str) -> str:
    """The text that a person reads: no link targets, no invitation block of a meeting service.

    A block is left out if it is separated by a fence (such as a line of underscores) and contains a
    link or a one-tap number of a service.
    """
    text = linked_text(body, spaced=True)
    parts = _FENCE.split(text if text.isascii() else INVISIBLE.sub("", text))
    kept = parts[:1] + [part for part in parts[1:] if not _INVITES.search(part)]
    text = _TARGET.sub("", "\n".join(kept))
    lines = map(str.strip, _SPACES.sub(" ", text.replace(_QUOTATION, "\n").replace(_RULED, "\n")).split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=1)  # a text is read twice in succession: for display and for its links
def _texts(body: str) -> tuple[str, str]:
    """Return the text of a body as received, and with empty lines between the blocks of a page."""
    body = _without_ical_escapes(read_part(body))
    if is_html(body):
        return _from_html(body)
    text = _unescaped(body)
    return text, text


def _without_ical_escapes(body: str) -> str:
    """Undo RFC 5545 TEXT escapes and folding of a body that was passed on raw, recognised by its `\\n`."""
    if body.count("\\n") > body.count("\n") or "&amp\\;" in body:
        plain = _ICAL_FOLD.sub("", body).replace("\\\\", "\0")
        for escape, meant in (("\\n", "\n"), ("\\N", "\n"), ("\\,", ","), ("\\;", ";"), ("\0", "\\")):
            plain = plain.replace(escape, meant)
        return plain
    if body.count("=0A") > 1 and body.count("=0A") > body.count("\n"):
        return _unquoted(body)
    return body


def _unquoted(body: str) -> str:
    """Undo quoted-printable (RFC 2045, 6.7) that an old calendar passed on as text."""
    coded = _QUOTED.sub(lambda match: f"%{match[1]}" if match[1] else "", body.replace("%", "%25"))
    return unquote(coded)


def _from_html(body: str) -> tuple[str, str]:
    """Return the text of a page, and the same with empty lines between its blocks."""
    first, *split = _TAG.split(_flowed(_without_comments(body)))
    pieces = [first] if first else []
    spaces: list[int] = []
    unseen = ""
    href = ""
    for closing, spelled, attributes, text in zip(split[::4], split[1::4], split[2::4], split[3::4], strict=True):
        name = spelled.lower() if spelled else ""
        if unseen:
            unseen = "" if closing and name == unseen else unseen
        elif name in _INLINE:
            pass
        elif name in _UNSEEN and not closing:
            unseen = name
        elif name.startswith(_SCHEMES):
            pieces.append(f"<{closing}{spelled}{attributes}> ")
        elif name == "a":
            pieces.append(_target(href))
            href = "" if closing else _href(attributes)
        elif not closing and (name == "blockquote" or (name == "div" and attributes and _QUOTE.search(attributes))):
            pieces.append(_QUOTATION)
        elif name == "div" and not closing and "border-top" in attributes:
            pieces.append(_RULED)
        elif name == "br" or (name in _BLOCKS and not _at_line_start(pieces)):
            pieces.append("\n")
        elif name in _BLOCKS:
            spaces.append(len(pieces))
        elif name in _CELLS:
            pieces.append("\t")
        if text and not unseen:
            pieces.append(text)
    pieces.append(_target(href))
    return _unescaped("".join(pieces)), _unescaped("".join(_spaced(pieces, spaces)))


def _spaced(pieces: list[str], spaces: list[int]) -> list[str]:
    """Insert an empty line before each of these positions."""
    spaced: list[str] = []
    for start, end in pairwise((0, *spaces, len(pieces))):
        spaced += pieces[start:end]
        spaced.append("\n")
    return spaced[:-1]


def _at_line_start(pieces: list[str]) -> bool:
    """Whether the last line is blank: adjacent blocks begin one line, not two."""
    if pieces and pieces[-1] == "\n":
        return True
    for piece in reversed(pieces[-4:]):
        if piece.strip(" \t\n"):
            return False
        if "\n" in piece:
            return True
    return not pieces


def _without_comments(body: str) -> str:
    first, *others = body.split("<!--")
    return first + "".join(rest.partition("-->")[2] for rest in others)


def _flowed(text: str) -> str:
    """Return line ends of the source as spaces, as HTML does."""
    return text.replace("\r", " ").replace("\n", " ")


def _href(attributes: str) -> str:
    match = _HREF.search(attributes)
    return (match[1] or match[2] or match[3] or "").strip() if match else ""


def _target(href: str) -> str:
    return f"<{''.join(href.split())}> " if href else ""


def _unescaped(text: str) -> str:
    """Resolve character references; numbers beyond Unicode are not passed to the parser."""
    return html.unescape(_LONG_REFERENCE.sub("", text)) if "&" in text else text
