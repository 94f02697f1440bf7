"""The listener of a sign-in in the browser keeps to its limit and to Cancel, whatever its clients do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from carlendar.microsoft.loopback import RedirectListener
from tests.fakes.waiting import wait_until

STATE = "a state of 128 bits"
FORM = b"code=abc&state=a+state+of+128+bits"


@dataclass
class Waiting:
    """A listener that waits on a thread of its own."""

    limit: float = 30.0
    cancelled: threading.Event = field(default_factory=threading.Event)
    answers: list[dict[str, str] | None] = field(default_factory=list)
    took: float = 0.0
    port: int = 0

    def __post_init__(self) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(5)

    def _run(self) -> None:
        with RedirectListener() as listener:
            self.port = urlsplit(listener.redirect_uri).port or 0
            self._ready.set()
            began = time.monotonic()
            self.answers.append(listener.wait(STATE, self.limit, self.cancelled.is_set))
            self.took = time.monotonic() - began

    def over(self, within: float = 2.0) -> dict[str, str] | None:
        """What came of it; fails when it is not over within so many seconds, or its port is not free."""
        self._thread.join(within)
        assert not self._thread.is_alive(), "it still waits"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", self.port), 1.0)
        return self.answers[0]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 5.0)

    def ask(self, request: bytes) -> bytes:
        """Send a request and read to the end of the answer."""
        answer = b""
        with self.connect() as connection, suppress(ConnectionError):
            connection.sendall(request)
            while piece := connection.recv(65536):
                answer += piece
        return answer

    def post(self, form: bytes, host: str = "", length: str = "") -> bytes:
        host = host or f"localhost:{self.port}"
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length or len(form)}\r\n\r\n"
        return self.ask(head.encode() + form)


@pytest.fixture
def waiting() -> Iterator[Callable[..., Waiting]]:
    made: list[Waiting] = []

    def start(limit: float = 30.0) -> Waiting:
        made.append(Waiting(limit))
        return made[-1]

    yield start
    for each in made:
        each.cancelled.set()
        each._thread.join(5)


def trickle(waiting: Waiting, stop: threading.Event) -> None:
    """A client that sends a letter now and then and never comes to an end."""
    with suppress(OSError), waiting.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        while not stop.wait(0.02):
            connection.sendall(b"x")


@pytest.fixture
def slow(waiting: Callable[..., Waiting]) -> Iterator[Callable[[Waiting], None]]:
    """Let a slow client hold on to a listener."""
    stop, threads = threading.Event(), []

    def start(to: Waiting) -> None:
        threads.append(threading.Thread(target=trickle, args=(to, stop)))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(5)


def test_an_answer_comes_through_while_slow_clients_hold_on(
    waiting: Callable[..., Waiting], slow: Callable[[Waiting], None]
) -> None:
    listener = waiting()
    for _ in range(3):
        slow(listener)
    assert b"200" in listener.post(FORM)
    assert listener.over() == {"code": "abc", "state": STATE}


def test_cancel_ends_it_at_once_while_a_slow_client_holds_on(
    waiting: Callable[..., Waiting], slow: Callable[[Waiting], None]
) -> None:
    listener = waiting()
    slow(listener)
    silent = listener.connect()
    listener.cancelled.set()
    assert listener.over(1.0) is None
    silent.close()


def test_the_limit_holds_while_slow_clients_hold_on(
    waiting: Callable[..., Waiting], slow: Callable[[Waiting], None]
) -> None:
    listener = waiting(limit=0.3)
    for _ in range(10):
        slow(listener)
    assert listener.over() is None
    assert 0.3 <= listener.took < 1.5


def test_a_client_that_takes_too_long_is_cut_off() -> None:
    now, held = [0.0], threading.Event()
    with RedirectListener(lambda: now[0]) as listener:
        port = urlsplit(listener.redirect_uri).port or 0
        thread = threading.Thread(target=lambda: listener.wait(STATE, 100.0, held.is_set))
        thread.start()
        with socket.create_connection(("127.0.0.1", port), 4.0) as connection:
            connection.sendall(b"GET / HT")
            wait_until(lambda: listener._server._open, what="the connection is open")
            now[0] = 6.0
            assert connection.recv(100) == b""
        held.set()
        thread.join(5)


def test_far_too_many_connections_end_the_sign_in(waiting: Callable[..., Waiting]) -> None:
    listener = waiting()
    with suppress(OSError):
        for _ in range(400):
            listener.connect().close()
    assert listener.over(5.0) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost", "localhost:1", "127.0.0.1.evil.example"]
)
def test_a_request_to_another_host_is_turned_away(waiting: Callable[..., Waiting], host: str) -> None:
    listener = waiting()
    assert b" 404 " in listener.post(FORM, host)
    assert b" 200 " in listener.post(FORM, f"127.0.0.1:{listener.port}")
    assert listener.over() is not None


@pytest.mark.parametrize(
    ("form", "length", "status"),
    [
        (b"code=stolen&state=guessed", "", b" 404 "),
        (b"code=stolen", "", b" 404 "),
        (b"", "", b" 404 "),
        (b"a=1&" * 60 + FORM, "", b" 404 "),
        (FORM, "99999999999999999999999999", b" 413 "),
        (FORM, "70000", b" 413 "),
        (FORM, "-1", b" 413 "),
        ("code=x&state=\udcff".encode(errors="surrogateescape"), "", b" 404 "),
    ],
)
def test_what_is_no_answer_is_turned_away_and_waiting_goes_on(
    waiting: Callable[..., Waiting], form: bytes, length: str, status: bytes
) -> None:
    listener = waiting()
    assert status in listener.post(form, length=length)
    assert not listener.answers
    assert b" 200 " in listener.post(FORM)
    assert listener.over() == {"code": "abc", "state": STATE}


def test_the_browser_gets_its_page_before_the_listener_is_gone(waiting: Callable[..., Waiting]) -> None:
    for _ in range(20):
        listener = waiting()
        assert listener.post(FORM).endswith(b"go back to Carlendar.")
        assert listener.over() is not None
