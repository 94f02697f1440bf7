"""The forms in which an invitation arrives: text, HTML, mail, iCalendar and the JSON of Graph and Google."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.joining_collection.case import Part

_LINK = re.compile(r"\[\[(.*?)\|(.*?)\]\]")
_URL = re.compile(r"(?<![\w/])https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is put into an envelope."""

    subject: str
    lines: Sequence[str]
    sender: str = "Ana Okafor"


Envelope = Callable[[Letter], tuple[str, str]]
"""Returns the file's suffix and its text."""


def as_plain(lines: Sequence[str]) -> list[str]:
    """Lines as a program writes them that makes text of HTML: the address of a link behind its text."""
    return [_LINK.sub(r"\1<\2>", line) for line in lines]


def as_html(line: str) -> str:
    """A line with its links as HTML."""
    pieces, end = [], 0
    for found in _LINK.finditer(line):
        pieces.append(_bare(line[end : found.start()]))
        pieces.append(f'<a href="{html.escape(found[2])}">{html.escape(found[1], quote=False)}</a>')
        end = found.end()
    return "".join([*pieces, _bare(line[end:])])


def _bare(text: str) -> str:
    pieces, end = [], 0
    for found in _URL.finditer(text):
        address = html.escape(found[0])
        pieces += [html.escape(text[end : found.start()], quote=False), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*pieces, html.escape(text[end:], quote=False)])


def plain(letter: Letter) -> tuple[str, str]:
    return ".txt", "\n".join(as_plain(letter.lines)) + "\n"


def html_divisions(letter: Letter) -> tuple[str, str]:
    body = "".join(f"<div>{as_html(line) or '<br>'}</div>\n" for line in letter.lines)
    return ".html", f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"


def html_breaks(letter: Letter) -> tuple[str, str]:
    return ".html", f"<html><body><p>{'<br>'.join(as_html(line) for line in letter.lines)}</p></body></html>"


def html_paragraphs(letter: Letter) -> tuple[str, str]:
    """As Word makes it for Outlook: each line a paragraph of spans, with spaces that do not break."""
    rows = []
    for line in letter.lines:
        inner = as_html(line).replace("  ", "&nbsp; ") or "<o:p>&nbsp;</o:p>"
        rows.append(f'<p class="MsoNormal"><span style="font-size:10.0pt">{inner}</span><o:p></o:p></p>')
    return ".html", f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>{"".join(rows)}</body></html>'


def html_table(letter: Letter) -> tuple[str, str]:
    """Each label in a cell of its own."""
    rows = []
    for line in letter.lines:
        label, colon, value = line.partition(": ")
        cells = [label + ":", value] if colon and "[[" not in label and len(label) < 60 else [line]
        rows.append("<tr>" + "".join(f"<td>{as_html(cell)}</td>" for cell in cells) + "</tr>")
    return ".html", f"<html><body><table>{''.join(rows)}</table></body></html>"


def mail_quoted_printable(letter: Letter) -> tuple[str, str]:
    body = quopri.encodestring("\n".join(as_plain(letter.lines)).encode()).decode()
    return ".eml", _headers(letter) + (
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n"
    )


def mail_alternatives(letter: Letter) -> tuple[str, str]:
    """Text and HTML side by side, in base64."""
    mark = "=_part_7f3a"
    parts = (("text/plain", plain(letter)[1]), ("text/html", html_divisions(letter)[1]))
    body = "".join(
        f"--{mark}\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.encodebytes(text.encode()).decode()}\n"
        for kind, text in parts
    )
    return ".eml", f'{_headers(letter)}Content-Type: multipart/alternative; boundary="{mark}"\n\n{body}--{mark}--\n'


def _headers(letter: Letter) -> str:
    subject = base64.b64encode(letter.subject.encode()).decode()
    return (
        f"From: {letter.sender} <ana@contoso.example>\nTo: jonas@fabrikam.example\n"
        f"Subject: =?utf-8?B?{subject}?=\nDate: Mon, 02 Nov 2026 09:00:00 +0100\n"
        "Message-ID: <4f1c@contoso.example>\nMIME-Version: 1.0\n"
    )


def calendar(letter: Letter) -> tuple[str, str]:
    return ".ics", _calendar(letter, [_description(letter)])


def calendar_with_html(letter: Letter) -> tuple[str, str]:
    """The HTML stands beside the text, as Outlook exports it."""
    beside = html_breaks(letter)[1].replace(";", "\\;").replace(",", "\\,")
    return ".ics", _calendar(letter, [_description(letter), f"X-ALT-DESC;FMTTYPE=text/html:{beside}"])


def calendar_conference(properties: Sequence[str], letter: Letter) -> tuple[str, str]:
    """With properties of the event given as they are."""
    return ".ics", _calendar(letter, [*properties, _description(letter)])


def _description(letter: Letter) -> str:
    return "DESCRIPTION:" + escaped("\n".join(as_plain(letter.lines)))


def _calendar(letter: Letter, properties: Sequence[str]) -> str:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Contoso//Calendar 4//EN", "BEGIN:VEVENT",
        "UID:7d1c-40@contoso.example", "DTSTAMP:20261101T080000Z", "DTSTART:20261102T090000Z",
        "DTEND:20261102T100000Z", f"SUMMARY:{escaped(letter.subject)}",
        f"ORGANIZER;CN={letter.sender}:mailto:ana@contoso.example", *properties, "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "\r\n".join(folded(line) for line in lines) + "\r\n"


def escaped(text: str) -> str:
    """A text value of iCalendar (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets (RFC 5545, 3.1)."""
    pieces, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > 74:
            pieces.append("")
            size = 0
        pieces[-1] += character
        size += width
    return "\r\n ".join(pieces)


def graph(letter: Letter) -> tuple[str, str]:
    return ".json", json.dumps(graph_event(letter))


def graph_event(letter: Letter) -> dict[str, object]:
    """An event as Graph returns it, its body in HTML."""
    return {
        "id": "AAMkAGI1AAAt9AHjAAA=",
        "subject": letter.subject,
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": False,
        "showAs": "busy",
        "sensitivity": "normal",
        "responseStatus": {"response": "accepted", "time": "2026-11-01T08:00:00Z"},
        "start": {"dateTime": "2026-11-02T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-02T10:00:00.0000000", "timeZone": "UTC"},
        "location": {"displayName": ""},
        "organizer": {"emailAddress": {"name": letter.sender, "address": "ana@contoso.example"}},
        "attendees": [],
        "isOnlineMeeting": False,
        "onlineMeeting": None,
        "onlineMeetingUrl": None,
        "body": {"contentType": "html", "content": html_divisions(letter)[1]},
    }


def google(letter: Letter) -> tuple[str, str]:
    """An event of Google Calendar; its description is HTML with <br>."""
    return ".json", json.dumps(
        {
            "kind": "calendar#event",
            "id": "7k2m9q",
            "status": "confirmed",
            "summary": letter.subject,
            "description": "<br>".join(as_html(line) for line in letter.lines),
            "organizer": {"email": "ana@contoso.example", "displayName": letter.sender},
            "start": {"dateTime": "2026-11-02T10:00:00+01:00"},
            "end": {"dateTime": "2026-11-02T11:00:00+01:00"},
        }
    )


def without_line_breaks(letter: Letter) -> tuple[str, str]:
    """As some calendars keep it: every line break is lost."""
    return ".txt", "".join(as_plain(letter.lines)) + "\n"


def html_items(letter: Letter) -> tuple[str, str]:
    """Each line in a paragraph, lines with a label in a list."""
    rows = []
    for line in letter.lines:
        tag = "li" if ": " in line and "[[" not in line else "p"
        rows.append(f"<{tag}>{as_html(line) or '&nbsp;'}</{tag}>")
    return ".html", f"<!DOCTYPE html><html><body><ul>{''.join(rows)}</ul></body></html>"


def html_cells(letter: Letter) -> tuple[str, str]:
    """One row for each line, the cells with attributes and line breaks of the source between them."""
    rows = "".join(
        f'<tr>\r\n<td style="padding:0" colspan=2>\r\n{as_html(line)}\r\n</td></tr>\r\n' for line in letter.lines
    )
    return ".html", f"<html><body><table border=0>{rows}</table></body></html>"


def html_spans(letter: Letter) -> tuple[str, str]:
    """Labels in bold, lines in nested divisions."""
    rows = []
    for line in letter.lines:
        label, colon, value = line.partition(": ")
        inner = f"<b>{as_html(label)}:</b> {as_html(value)}" if colon and "[[" not in label else as_html(line)
        rows.append(f'<div dir="auto"><div><span style="color:#333">{inner or "<br>"}</span></div></div>')
    return ".html", f"<html><body>{''.join(rows)}</body></html>"


def mail_html(letter: Letter) -> tuple[str, str]:
    """HTML alone, in quoted-printable."""
    body = quopri.encodestring(html_divisions(letter)[1].encode()).decode()
    return ".eml", _headers(letter) + (
        f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n"
    )


ENVELOPES: dict[Part, tuple[Envelope, ...]] = {
    Part.DEVELOPMENT: (plain, html_divisions, mail_quoted_printable, calendar, graph, html_breaks),
    Part.FRESH: (html_items, html_cells, html_spans, mail_html, calendar, google, graph),
    Part.HELD_OUT: (html_paragraphs, html_table, mail_alternatives, calendar_with_html, google, plain),
}
