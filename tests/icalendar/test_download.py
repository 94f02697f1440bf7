"""Calendars over real TLS: validators, redirects, refusals, and servers that never end or lead astray."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from carlendar.errors import (
    CarlendarError,
    FeedError,
    GoneError,
    OfflineError,
    OutageError,
    RefusedError,
    ThrottledError,
)
from carlendar.icalendar.addresses import host, is_address, require_public, url
from carlendar.icalendar.download import Downloader, DownloadLimits, Validators

TEXT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
SECRET = "/private-0123456789abcdef/basic.ics"

Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


def reply(to: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    to.send_response(status)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)


@pytest.fixture
def loader(ca_file: Path) -> Downloader:
    return Downloader(private=True, ca_file=ca_file, limits=DownloadLimits(100_000, 2.0, 1.0, 3))


def test_a_copy_that_is_still_good_is_not_sent_again(serve: Serve, loader: Downloader) -> None:
    def answer(to: BaseHTTPRequestHandler) -> None:
        same = (
            to.headers["If-None-Match"] == '"1"' and to.headers["If-Modified-Since"] == "Mon, 23 Nov 2026 08:00:00 GMT"
        )
        if same:
            return reply(to, 304, ETag='"1"')
        return reply(to, 200, TEXT, ETag='"1"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT", Content_Type="text/html")

    root = serve(answer)
    first = loader.get(root + SECRET)
    assert (first.data, first.validators.etag) == (TEXT, '"1"')
    assert loader.get(root + SECRET, first.validators).data is None
    assert loader.get(root + SECRET, Validators('"2"')).data == TEXT


def test_webcal_is_https_and_what_is_compressed_is_read(serve: Serve, loader: Downloader) -> None:
    root = serve(lambda to: reply(to, 200, gzip.compress(TEXT), Content_Encoding="gzip"))
    assert loader.get(root.replace("https", "webcal") + SECRET).data == TEXT


def test_redirects_are_followed_so_far_and_no_farther(serve: Serve, loader: Downloader) -> None:
    def answer(to: BaseHTTPRequestHandler) -> None:
        hop = int(to.path.strip("/") or 0)
        reply(to, 200, TEXT) if hop == 0 else reply(to, 302, Location=f"/{hop - 1}")

    root = serve(answer)
    assert loader.get(f"{root}/3").data == TEXT
    with pytest.raises(OutageError, match="redirects without end") as caught:
        loader.get(f"{root}/4")
    assert (caught.value.key, f"https://{caught.value.host}") == ("feed_redirects", root)


@pytest.mark.parametrize(
    "place", ["http://localhost:1/", "file:///etc/passwd", "ftp://localhost/", "https://10.0.0.1/x"]
)
def test_a_redirect_is_checked_as_the_address_was(
    serve: Serve, ca_file: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = serve(lambda to: reply(to, 302, Location=place))

    monkeypatch.setattr(
        "carlendar.icalendar.download.require_public", lambda _ip: None
    )  # as if it were on the internet
    with pytest.raises(FeedError, match=r"https:|private"):
        Downloader(ca_file=ca_file).get(root)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
                                "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
                                "64:ff9b::a00:1", "2002:a00:1::"])  # fmt: skip
def test_no_dress_makes_a_private_address_public(ip: str) -> None:
    with pytest.raises(FeedError, match="private"):
        require_public(ip)


def test_the_machine_that_is_really_reached_is_what_counts(
    serve: Serve, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name looks public at the first lookup, and leads to this machine when it is dialled."""
    asked = threading.Event()

    def answer(to: BaseHTTPRequestHandler) -> None:
        asked.set()
        reply(to, 200, TEXT)

    root = serve(answer)
    port = int(root.rpartition(":")[2])
    real = socket.getaddrinfo

    def rebind(name: str, *given: object, **more: object) -> object:
        return real("127.0.0.1" if name == "calendar.contoso.example" else name, *given, **more)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    with pytest.raises(FeedError, match="private"):
        Downloader(ca_file=ca_file).get(f"https://calendar.contoso.example:{port}{SECRET}")
    assert not asked.is_set()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("header", ["90", "90.0", ""])
def test_a_server_that_asks_to_wait_is_waited_for(serve: Serve, loader: Downloader, status: int, header: str) -> None:
    """In seconds, in fractions of them, or until a date by the clock that the answer bears."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with pytest.raises(ThrottledError) as caught:
        loader.get(serve(lambda to: reply(to, status, Retry_After=header or until)))
    assert caught.value.retry_after == pytest.approx(90, abs=0 if header else 20)


def test_a_time_to_wait_that_makes_no_sense_is_no_other_fault(serve: Serve, loader: Downloader) -> None:
    with pytest.raises(ThrottledError) as caught:
        loader.get(serve(lambda to: reply(to, 429, Retry_After="Wed, 21 Oct 99999999999999999999 07:28:00 GMT")))
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, RefusedError), (403, RefusedError), (404, GoneError), (410, GoneError), (500, OutageError),
     (204, OutageError), (503, OutageError)],
)  # fmt: skip
def test_what_a_server_answers_is_reported(
    serve: Serve, loader: Downloader, status: int, error: type[CarlendarError]
) -> None:
    with pytest.raises(error):
        loader.get(serve(lambda to: reply(to, status)))


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    while True:
        to.wfile.write(TEXT * 1_000)


def drips(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    _drip(to)


def drips_headers(to: BaseHTTPRequestHandler) -> None:
    _drip(to)


def _drip(to: BaseHTTPRequestHandler) -> None:
    gone = threading.Event()
    for _ in range(200):
        to.wfile.write(b"X")
        to.wfile.flush()
        gone.wait(0.1)


BOMB = gzip.compress(bytes(5_000_000))


def bomb(to: BaseHTTPRequestHandler) -> None:
    reply(to, 200, BOMB, Content_Encoding="gzip")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (endless, "larger"),
        (bomb, "larger"),
        (lambda to: reply(to, 200, Content_Length="100000000"), "larger"),
        (drips, "too slow"),
        (drips_headers, "too slow"),
        (lambda to: reply(to, 200, b"BEGIN", Content_Length="500"), "broke off|reached"),
    ],
)
def test_what_never_ends_or_breaks_off_is_refused_with_a_reason(
    serve: Serve, loader: Downloader, answer: Callable[[BaseHTTPRequestHandler], None], says: str
) -> None:
    began = time.monotonic()
    with pytest.raises(CarlendarError, match=says):
        loader.get(serve(answer) + SECRET)
    assert time.monotonic() - began < 10


def test_a_server_that_is_not_who_it_says_is_not_believed(serve: Serve) -> None:
    with pytest.raises(OutageError) as caught:
        Downloader(private=True).get(serve(lambda to: reply(to, 200, TEXT)))
    assert caught.value.key == "certificate_authority"
    assert caught.value.host.startswith("localhost:")


def test_no_one_there_is_offline() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(OfflineError):
            Downloader(private=True).get(f"https://localhost:{held.getsockname()[1]}/")


@pytest.mark.parametrize(
    "answer", [endless, drips, lambda to: reply(to, 404), lambda to: reply(to, 302, Location="x:y")]
)
def test_no_word_tells_the_address(
    serve: Serve, loader: Downloader, answer: Callable[[BaseHTTPRequestHandler], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with pytest.raises(CarlendarError) as caught:
        loader.get(serve(answer) + SECRET)
    assert "0123456789" not in f"{caught.value} {caught.value.detail} {caplog.text}"


def test_of_an_address_only_its_host_is_shown() -> None:
    assert host("https://user:word@calendar.contoso.example:8443/secret?key=1") == "calendar.contoso.example"
    assert url("WEBCAL://calendar.contoso.example/a?b#c") == "https://calendar.contoso.example/a?b"
    assert is_address("HTTPS://x")
    assert not is_address("/a/b.ics")
    for wrong in ("http://contoso.example/", "https://", "https://[", "ftp://contoso.example/x", "https://x:port/"):
        with pytest.raises(FeedError):
            url(wrong)
