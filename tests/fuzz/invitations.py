"""Files for `carlendar invitation`: each gives a result or one line, and what is dialled is made of ASCII digits."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
from pathlib import Path
from random import Random

from carlendar.errors import UsageError
from carlendar.meetings.command import run
from tests.fuzz import graph, icalendar, values
from tests.fuzz.finding import require, watched

NUMBER = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
DIGITS = re.compile(r"[0-9*#]*", re.ASCII)
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "klingon", "")
CHARSETS = ("utf-8", "utf-16", "latin-1", "klingon", "rot13", "hex", "unicode_escape", "idna", "zlib", "\x00", "")
KINDS = ("text/plain", "text/html", "text/calendar", "message/rfc822", "multipart/mixed", "nonsense", "text/")
HEADERS = ("From", "To", "Subject", "Date", "Received", "Message-ID", "Return-Path", "MIME-Version")


def target(random: Random) -> None:
    """One file."""
    make = random.choice((_ics, _json, _mail, _mail, _html, _text))
    data, suffix = make(random)
    data = values.damaged(random, data) if random.random() < 0.4 else data
    with watched(data, suffix), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"invitation{suffix}"
        path.write_bytes(data)
        _check(path, data, suffix)


def _check(path: Path, data: bytes, suffix: str) -> None:
    out = io.StringIO()
    try:
        code = run(path, "DE", phone=True, data=True, as_json=True, out=out)
        lines = io.StringIO()
        run(path, "US", phone=False, data=False, as_json=False, out=lines)
    except UsageError as error:
        require("\n" not in str(error).replace(str(path), ""), "an error is of several lines", data, suffix)
        return
    lines.getvalue().encode()
    read = json.loads(out.getvalue())
    require(code in (0, 1), f"exit code {code}", data, suffix)
    for dial_in in read["dial_ins"]:
        fits = NUMBER.fullmatch(dial_in["number"]) and DIGITS.fullmatch(dial_in["digits"] or "")
        require(fits, "what would be dialled is no number", data, suffix)
    require(not read["url"] or read["url"].startswith(("https://", "http://")), "a link of an odd kind", data, suffix)


def _ics(random: Random) -> tuple[bytes, str]:
    return icalendar.calendar(random).encode("utf-8", "surrogatepass"), ".ics"


def _json(random: Random) -> tuple[bytes, str]:
    return graph.page(random), ".json"


def _text(random: Random) -> tuple[bytes, str]:
    text = "\n".join(values.text(random) for _ in range(random.randrange(1, 9)))
    return text.encode(random.choice(("utf-8", "utf-16", "cp1252")), "replace"), random.choice((".txt", "", ".eml"))


def _html(random: Random) -> tuple[bytes, str]:
    parts = [
        random.choice(("<p>", "<a href='", "<!--", "<script>", "</p>", "&#", "<td", "'>", "]]>")) for _ in range(30)
    ]
    parts += [values.text(random) for _ in range(8)] + [values.nested(random, "<div>", "</div>")]
    random.shuffle(parts)
    return f"<html><body>{''.join(parts)}".encode("utf-8", "replace"), ".html"


def _mail(random: Random) -> tuple[bytes, str]:
    lines = [f"{name}: {_one_line(values.text(random))}" for name in random.sample(HEADERS, random.randrange(2, 7))]
    return "\n".join((*lines, _part(random, 3))).encode("utf-8", "surrogatepass"), random.choice((".eml", ""))


def _part(random: Random, depth: int) -> str:
    kind = random.choice(KINDS) if depth else "text/plain"
    head = f"Content-Type: {kind}; charset={random.choice(CHARSETS)}"
    if random.random() < 0.5:
        head += f"\nContent-Transfer-Encoding: {random.choice(ENCODINGS)}"
    if kind.startswith("multipart"):
        name = f"b{depth}"
        if random.random() < 0.03:
            depths = range(random.choice((90, 400)))
            return "".join(f"Content-Type: multipart/mixed; boundary=n{n}\n\n--n{n}\n" for n in depths)
        parts = "".join(f"--{name}\n{_part(random, depth - 1)}\n" for _ in range(random.randrange(3)))
        return f"{head}; boundary={name}\n\n{parts}{random.choice(('', f'--{name}--'))}"
    if kind == "text/calendar":
        return f"{head}\n\n{icalendar.calendar(random)}"
    body = "\n".join(values.text(random) for _ in range(random.randrange(4)))
    with contextlib.suppress(UnicodeEncodeError):
        body = body if random.random() < 0.7 else body.encode().hex()
    return f"{head}\n\n{body}"


def _one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")[:300]
