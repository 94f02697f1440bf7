"""Mails that would keep a reader busy for minutes are read quickly, as text if need be; real ones as mails."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from carlendar.errors import UsageError
from carlendar.meetings.invitation import parsed

HEAD = "Received: x\nMIME-Version: 1.0\nReturn-Path: <a@fabrikam.example>\n"
ENOUGH = 8.0
"""Seconds of CPU: generous, the unbounded reader took more than forty for most."""


def nested(levels: int, end: str) -> str:
    """A mail whose parts are in each other."""
    parts = (f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(levels))
    return f"{HEAD}{''.join(parts)}Content-Type: text/plain\n\n{end}"


BOMBS = {
    "deep": nested(190, "x\n" * 200_000),
    "mail in mail": HEAD + "Content-Type: message/rfc822\n\n" * 900 + "x\n" * 200_000,
    "many parts": HEAD
    + "Content-Type: multipart/mixed; boundary=b\n\n"
    + "--b\nContent-Type: text/plain\n\nx\n" * 100_000,
    "long field": HEAD + "Content-Type: text/plain;" + " a=b;" * 60_000 + "\n\nx",
    "folded field": HEAD + "Content-Type: text/plain;" + "\n a=b;" * 60_000 + "\n\nx",
    "numbered parameters": HEAD
    + "Content-Type: text/plain;"
    + "".join(f" a*{number}*=utf-8''x;" for number in range(20_000))
    + "\n\nx",
    "encoded words": HEAD + "From: " + "=?utf-8?q?a?= " * 30_000 + "<a@b.example>\nContent-Type: text/plain\n\nx",
    "senders": HEAD + "From: " + "a@b.example," * 50_000 + "\nContent-Type: text/plain\n\nx",
    "dots": HEAD + "From: " + "a." * 50_000 + "@b.example\nContent-Type: text/plain\n\nx",
    "groups": HEAD + "From: " + "a:" * 50_000 + "\nContent-Type: text/plain\n\nx",
    "encoding": HEAD + "Content-Transfer-Encoding: " + "(a" * 20_000 + "\nContent-Type: text/plain\n\nx",
    "header lines": HEAD + "X-A: b\n" * 300_000 + "\nx",
    "calendar": HEAD + "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nX-A;" + 'A="b";' * 200_000 + ":x",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_that_would_take_minutes_is_read_quickly(name: str) -> None:
    began = time.process_time()
    with suppress(UsageError):  # a calendar in it that cannot be read
        assert len(list(parsed(BOMBS[name].encode(), Path("a.eml")))) == 1
    assert time.process_time() - began < ENOUGH


LINK = "https://teams.microsoft.com/l/meetup-join/x"
MAIL = f"""Received: x
MIME-Version: 1.0
From: =?utf-8?q?J=C3=B6rg?= Weber <joerg@fabrikam.example>
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: CODING

TEXT
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Gr=C3=BC=C3=9Fe <a href=3D"{LINK}">Join</a></p>
--b--
"""


def test_a_mail_is_read_with_its_sender_and_its_html() -> None:
    ((event, body),) = parsed(MAIL.encode(), Path("a.eml"))
    assert event.organizer is not None
    assert (event.organizer.name, event.organizer.address) == ("Jörg Weber", "joerg@fabrikam.example")
    assert f'<p>Grüße <a href="{LINK}">Join</a></p>' in body


@pytest.mark.parametrize(
    ("coding", "text"), [("8bit", "Grüße €"), ("base64", "R3LDvMOfZSDigqw="), ("unheard-of", "Grüße €")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_text_is_read_in_the_files_encoding(coding: str, text: str, encoding: str) -> None:
    mail = MAIL.replace("CODING", coding).replace("TEXT", text)
    mail = mail[: mail.index("--b\nContent-Type: text/html")] + "--b--\n"
    ((_event, body),) = parsed(mail.encode(encoding), Path("a.eml"))
    assert body.strip() == "Grüße €"
