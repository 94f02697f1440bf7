"""HTTPS with limits, over real TLS."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from carlendar.errors import OfflineError, OutageError
from carlendar.microsoft.session import HttpSession, Timeouts
from tests.fakes.http_server import Answer, Certificates, HttpServer, RawAnswer

Script = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]
Serve = Callable[[Script], str]


@pytest.fixture
def http(ca_file: str) -> Iterator[HttpSession]:
    session = HttpSession(ca_file=ca_file, timeouts=Timeouts(0.6, 0.5, 2.0), size_limit=200_000, user_agent="Test/1")
    yield session
    session.close()


def test_an_answer_of_any_status_is_given_back(serve: Serve, http: HttpSession) -> None:
    asked: list[dict[str, str]] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        asked.append(headers)
        return 418, {"X-Odd": "1"}, method.encode() + path.encode() + body

    reply = http.request("POST", serve(script) + "/a", params={"q": "1"}, data=b"!", headers={"X-Mine": "2"})
    assert (reply.status, reply.body, reply.headers["x-odd"], reply.ok) == (418, b"POST/a?q=1!", "1", False)
    assert (asked[0]["User-Agent"], asked[0]["X-Mine"], asked[0]["Accept-Encoding"]) == ("Test/1", "2", "gzip")


def test_gzip_is_unpacked_and_counted_as_it_was_sent(serve: Serve, http: HttpSession) -> None:
    packed = gzip.compress(b'{"a": "' + b"b" * 50_000 + b'"}')
    reply = http.request("GET", serve(lambda *_: (200, {"Content-Encoding": "gzip"}, packed)))
    assert len(reply.json()["a"]) == 50_000
    assert reply.wire_bytes == len(packed)


def test_what_is_too_large_is_cut_off_even_when_it_was_packed_small(serve: Serve, http: HttpSession) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    root = serve(lambda *_: (200, {"Content-Encoding": "gzip"}, bomb))
    with pytest.raises(OutageError):
        http.request("GET", root)


@pytest.mark.parametrize(
    "content", [b"<html>Please accept our terms</html>", b"[1]", b'"text"', b"\xff\xfe", b"[" * 99_999]
)
def test_garbage_is_an_outage(serve: Serve, http: HttpSession, content: bytes) -> None:
    reply = http.request("GET", serve(lambda *_: (200, {}, content)))
    with pytest.raises(OutageError):
        reply.json()


def test_broken_packing_is_an_outage(serve: Serve, http: HttpSession) -> None:
    root = serve(lambda *_: (200, {"Content-Encoding": "gzip"}, b"not packed at all"))
    with pytest.raises(OutageError):
        http.request("GET", root)


def test_redirects_are_not_followed(serve: Serve, http: HttpSession) -> None:
    asked: list[str] = []

    def script(method: str, path: str, *_: object) -> tuple[int, dict[str, str], bytes]:
        asked.append(path)
        return 302, {"Location": "/elsewhere"}, b""

    assert http.request("GET", serve(script) + "/here").status == 302
    assert asked == ["/here"]


def test_no_one_listening_is_offline(http: HttpSession) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(OfflineError) as caught:
        http.request("GET", f"https://localhost:{port}/secret-path")
    assert "secret" not in f"{caught.value}{caught.value.detail}"


def test_a_name_that_does_not_resolve_is_offline(http: HttpSession) -> None:
    with pytest.raises(OfflineError):
        http.request("GET", "https://nowhere.invalid/")


def test_a_peer_that_says_nothing_is_offline_after_the_time_out(http: HttpSession) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OfflineError):
        http.request("GET", f"https://localhost:{silent.getsockname()[1]}/")


def test_an_unknown_authority_is_an_outage_not_a_connection(serve: Serve) -> None:
    root = serve(lambda *_: (200, {}, b"{}"))
    with HttpSession(trust_env=False) as session, pytest.raises(OutageError) as caught:
        session.request("GET", root)
    assert caught.value.key == "certificate_authority"
    assert f"https://{caught.value.host}" == root


def test_the_environment_cannot_replace_the_named_certificates(
    serve: Serve, http: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert http.request("GET", serve(lambda *_: (200, {}, b"{}"))).ok


def test_a_cut_connection_is_tried_once_more_for_a_get_alone(serve: Serve, http: HttpSession) -> None:
    asked: list[str] = []

    def script(method: str, *_: object) -> tuple[int, dict[str, str], bytes]:
        asked.append(method)
        return (0, {}, b"") if len(asked) in (1, 3) else (200, {}, b"{}")

    root = serve(script)
    assert http.request("GET", root).ok
    with pytest.raises(OfflineError):
        http.request("POST", root)
    assert asked == ["GET", "GET", "POST"]


def test_an_answer_cut_in_the_middle_is_offline(serve: Serve, http: HttpSession) -> None:
    root = serve(lambda *_: (200, {"Content-Length": "1000", "Connection": "close"}, b"half"))
    with pytest.raises(OfflineError):
        http.request("GET", root)


def drip(before: bytes) -> RawAnswer:
    """Sends `before`, then a byte now and then, for as long as the other side listens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(before)
            for _ in range(400):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"",
    ],
    ids=["headers", "body", "body without a length", "status line"],
)
def test_an_answer_that_trickles_ends_after_the_time_for_all_of_it(
    certificates: Certificates, ca_file: str, before: bytes
) -> None:
    limits = Timeouts(5.0, 5.0, 0.5)
    with HttpServer(certificates, raw=drip(before)) as server, HttpSession(ca_file=ca_file, timeouts=limits) as session:
        began = time.monotonic()
        with pytest.raises(OfflineError) as caught:
            session.request("GET", server.root)
        assert time.monotonic() - began < 4
    assert caught.value.key == "timeout"
    assert f"https://{caught.value.host}" == server.root


def test_a_proxy_whose_answer_trickles_ends_after_the_time_for_all_of_it() -> None:
    def serve(listening: socket.socket) -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            connection.recv(4096)
            for _ in range(400):
                connection.sendall(b"x")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with (
            HttpSession(proxy=proxy, timeouts=Timeouts(5.0, 5.0, 0.5)) as session,
            pytest.raises(OfflineError) as caught,
        ):
            session.request("GET", "https://graph.contoso.example/")
    assert caught.value.key == "timeout"


def test_a_redirect_to_what_is_no_address_is_an_unreadable_answer(serve: Serve, http: HttpSession) -> None:
    root = serve(lambda *_: (302, {"Location": "https://[::1/"}, b""))
    with pytest.raises(OutageError) as caught:
        http.request("GET", root)
    assert (caught.value.key, f"https://{caught.value.host}") == ("unreadable", root)


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 -1 no\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"],
    ids=["another protocol", "no status", "500 headers"],
)
def test_what_is_no_http_is_an_unreadable_answer(certificates: Certificates, http: HttpSession, answer: bytes) -> None:
    def write(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(answer)

    with HttpServer(certificates, raw=write) as server, pytest.raises(OutageError) as caught:
        http.request("GET", server.root)
    assert caught.value.key == "unreadable"


def test_cookies_are_not_kept(certificates: Certificates, http: HttpSession) -> None:
    with HttpServer(certificates, [Answer(200, {"Set-Cookie": "who=somebody; Path=/"}, b"{}")] * 2) as server:
        http.request("GET", server.root)
        http.request("GET", server.root)
    assert ["Cookie" in request.headers for request in server.requests] == [False, False]


def test_a_password_file_cannot_replace_the_token(
    serve: Serve, ca_file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_file)
    monkeypatch.setenv("NO_PROXY", "localhost")
    asked: list[str] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        asked.append(headers["Authorization"])
        return 200, {}, b"{}"

    with HttpSession(trust_env=True) as session:
        session.request("GET", serve(script), headers={"Authorization": "Bearer token"})
    assert asked == ["Bearer token"]
