"""The unseen part: written without sight of the product or of the other parts; measured, not asserted on."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from tests.joining_collection.case import Case, Kind, Part
from tests.joining_collection.unseen_decoys import DECOYS
from tests.joining_collection.unseen_dial_ins import GENUINE, OLD, teams_lines
from tests.joining_collection.unseen_draw import Draw, Piece, vocabulary

_LINK = re.compile(r"\[\[([^|\]]*)\|([^\]]*)\]\]")


def unseen_cases() -> Iterator[Case]:
    """All cases, in every language."""
    for language in vocabulary():
        yield from _genuine(language)
        yield from _adversarial(language)


def _genuine(language: str) -> Iterator[Case]:
    for template in GENUINE:
        draw, name = _start(language, template.__name__, "alone")
        yield _case(draw, name, Kind.GENUINE, template(draw))


def _adversarial(language: str) -> Iterator[Case]:
    for key, decoy in DECOYS.items():
        draw, name = _start(language, key, "without")
        yield _case(draw, name, Kind.ADVERSARIAL, _online_or_nothing(draw, decoy(draw)))
        draw, name = _start(language, key, "beside")
        yield _case(draw, name, Kind.ADVERSARIAL, _joined(draw, draw.rng.choice(GENUINE)(draw), decoy(draw)))
    draw, name = _start(language, "replaced_bridge", "beside")
    yield _case(draw, name, Kind.ADVERSARIAL, _thread(draw, draw.rng.choice(GENUINE)(draw)))
    draw, name = _start(language, "two_meetings", "both")
    yield replace(_case(draw, name, Kind.ADVERSARIAL, _two(draw)), required=False)


def _start(language: str, template: str, turn: str) -> tuple[Draw, str]:
    name = f"{Part.UNSEEN}/{language}/{template}/{turn}"
    return Draw(name, language), name


def _case(draw: Draw, name: str, kind: Kind, piece: Piece) -> Case:
    envelope = draw.rng.choice((_plain, _page, _calendar))
    suffix, text = envelope(draw, (draw["hello"], "", draw["topic"], "", *piece.lines))
    return Case(
        name=f"{name}{suffix}",
        part=Part.UNSEEN,
        kind=kind,
        language=draw.language,
        service=piece.service,
        region=draw.country,
        suffix=suffix,
        text=text,
        pairs=piece.pairs,
        host_codes=piece.host_codes,
        required=bool(piece.pairs),
        url=piece.url,
    )


def _online_or_nothing(draw: Draw, lines: tuple[str, ...]) -> Piece:
    """The decoy alone, or with an online meeting that has no phone number."""
    if draw.rng.random() < 0.5:
        return Piece(lines)
    online, url = teams_lines(draw)
    return Piece((*online, "", *lines), service="teams", url=url)


def _joined(draw: Draw, piece: Piece, lines: tuple[str, ...]) -> Piece:
    """The decoy after the dial-in or before it."""
    after = draw.rng.random() < 0.7
    return replace(piece, lines=(*piece.lines, "", *lines) if after else (*lines, "", *piece.lines))


def _thread(draw: Draw, piece: Piece) -> Piece:
    """A new dial-in above the quoted message with the replaced one."""
    old = draw.rng.choice(OLD)(draw).lines
    head = (
        f"{draw['from']}: {draw.person}",
        f"{draw['date']}: 03.02.2031 09:15",
        f"{draw['subject']}: {draw['topic']}",
    )
    lines = (draw["old"], "", *piece.lines, "", "-" * 12, *head, "", *(f"> {line}" for line in old))
    return replace(piece, lines=lines)


def _two(draw: Draw) -> Piece:
    """Two meetings, each with its own bridge: either may be dialled, with its own code."""
    one, two = OLD[0](draw), draw.rng.choice(OLD)(draw)
    lines = ("09:00", *one.lines, "", "14:00", *two.lines)
    return Piece(lines, one.pairs | two.pairs)


def _plain(draw: Draw, lines: tuple[str, ...]) -> tuple[str, str]:
    return ".txt", "\n".join(_text(line) for line in lines) + "\n"


def _text(line: str) -> str:
    return _LINK.sub(r"\1<\2>", line)


def _page(draw: Draw, lines: tuple[str, ...]) -> tuple[str, str]:
    pieces: list[str] = []
    for line in lines:
        cells = [_markup(cell) for cell in line.split("\t")]
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        pieces.append(f"<table><tr>{row}</tr></table>" if len(cells) > 1 else f"<div>{cells[0] or '<br>'}</div>")
    body = "\n".join(pieces).replace("</table>\n<table>", "\n")
    return ".html", f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>\n"


def _markup(cell: str) -> str:
    return _LINK.sub(r'<a href="\2">\1</a>', html.escape(cell, quote=False))


def _calendar(draw: Draw, lines: tuple[str, ...]) -> tuple[str, str]:
    body = "\n".join(_text(line) for line in lines)
    content = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Litware//Calendar//EN",
        "BEGIN:VEVENT",
        f"UID:{draw.token(16)}@litware.example",
        "DTSTAMP:20310203T080000Z",
        "DTSTART:20310203T090000Z",
        "DTEND:20310203T100000Z",
        f"SUMMARY:{_escaped(draw['topic'])}",
        f"DESCRIPTION:{_escaped(body)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return ".ics", "".join(f"{_folded(line)}\r\n" for line in content)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line folded well below 75 octets, at any character."""
    return "\r\n ".join(line[start : start + 24] for start in range(0, len(line), 24))
