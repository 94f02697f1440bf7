"""What `doctor` says of the network and the clock: TLS of every kind, captive portals and proxies on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from carlendar.domain.ports import Unsubscribe
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.session import HttpSession, Timeouts
from carlendar.platform.probes import Check
from carlendar.presentation import reasons
from carlendar.wiring import reachability
from tests.fakes.http_server import Answer, HttpServer, Request
from tests.fakes.tls_servers import Authority, Listener, Proxy

LIMITS = Timeouts(2.0, 1.0, 3.0)


class Network:
    """A network state that never changes."""

    def __init__(self, *, online: bool = True) -> None:
        self._online = online

    def online(self) -> bool:
        return self._online

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        listener(self._online)
        return lambda: None


def microsoft(request: Request) -> Answer:
    """What Microsoft answers: public metadata, and a refusal without a token."""
    headers = {"Content-Type": "application/json", "Date": format_datetime(datetime.now(UTC), usegmt=True)}
    if request.path.endswith("openid-configuration"):
        return Answer(200, headers, b'{"issuer": "https://localhost/"}')
    return Answer(401, headers, b'{"error": {"code": "InvalidAuthenticationToken"}}')


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def diagnosed(
    login: str, graph: str, http: HttpSession, *, clock: timedelta = timedelta(0), probe: str = "", online: bool = True
) -> tuple[Check, Check]:
    """The checks of the clock and of the network."""
    with http:
        cloud = custom_cloud(login, graph)
        reached = reachability.reach(http, cloud, "common", lambda: datetime.now(UTC) + clock, probe)
    own = Check("clock", ok=True, detail="2026-11-23 08:41 Europe/Berlin")
    return reachability.check_clock(own, reached), reachability.check_network(Network(online=online), reached)


def test_the_network_is_ok_only_for_the_hosts_that_answered(authority: Authority) -> None:
    with HttpServer(authority, microsoft) as server:
        http = HttpSession(ca_file=str(authority.ca_file), timeouts=LIMITS)
        clock, network = diagnosed(f"{server.root}/common", server.root, http)
        assert (network.ok, network.detail) == (True, f"{server.root.removeprefix('https://')} answered")
        assert clock.ok
        http = HttpSession(ca_file=str(authority.ca_file), timeouts=LIMITS)
        _, network = diagnosed(f"{server.root}/common", "https://no-such-host.invalid", http)
    assert not network.ok
    assert f"{server.root.removeprefix('https://')} answered" in network.detail
    assert "the name no-such-host.invalid cannot be resolved" in network.detail


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("unknown authority", "is of an unknown authority"),
        ("expired", "has expired"),
        ("early", "is not valid yet"),
        ("another host", "the certificate is not that of localhost"),
        ("plain", "no TLS connection"),
    ],
)
def test_each_fault_of_tls_has_its_own_message_and_fix(
    authority: Authority, tmp_path: Path, kind: str, says: str
) -> None:
    other = Authority(tmp_path)
    contexts = {
        "expired": authority.expired(), "early": authority.early(), "another host": authority.server("portal.example")
    }  # fmt: skip
    shown = contexts.get(kind, authority.context)
    ca_file = other.ca_file if kind == "unknown authority" else authority.ca_file
    with HttpServer(authority.showing(shown), microsoft) as server, Listener(_plain) as plain:
        root = f"https://localhost:{plain.port}" if kind == "plain" else server.root
        http = HttpSession(ca_file=str(ca_file), timeouts=LIMITS)
        clock, network = diagnosed(f"{root}/common", root, http)
    assert not network.ok
    assert says in network.detail
    assert network.fix
    assert clock.ok, "the clock agrees with the server"


def _plain(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize(("kind", "hours", "direction"), [("expired", 48, "ahead of"), ("early", -48, "behind")])
def test_a_wrong_clock_is_named_before_the_certificate(
    authority: Authority, kind: str, hours: int, direction: str
) -> None:
    shown = authority.expired() if kind == "expired" else authority.early()
    with HttpServer(authority.showing(shown), microsoft) as server:
        http = HttpSession(ca_file=str(authority.ca_file), timeouts=LIMITS)
        clock, network = diagnosed(f"{server.root}/common", server.root, http, clock=timedelta(hours=hours))
    assert not clock.ok
    assert f"2 days {direction} localhost" in clock.detail
    assert "this clock is wrong" in network.detail
    assert "set the clock" in (network.fix or "")


def test_a_clock_that_is_off_is_seen_from_a_host_that_answers_well(authority: Authority) -> None:
    with HttpServer(authority, microsoft) as server:
        http = HttpSession(ca_file=str(authority.ca_file), timeouts=LIMITS)
        clock, network = diagnosed(f"{server.root}/common", server.root, http, clock=timedelta(minutes=-7))
    assert not clock.ok
    assert "7 min behind localhost" in clock.detail
    assert network.ok


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(302, {"Location": "https://portal.example/"}), "captive portal"),
        (Answer(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), "captive portal"),
        (Answer(511, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), "captive portal"),
        (Answer(403, {"Content-Type": "text/html"}, b"<html>Blocked</html>"), "web filter"),
        (Answer(503, {}, b""), "problems of its own"),
        (Answer(200, {}, b"garbage"), "cannot be read"),
        (Answer(0), "cut off"),
    ],
)
def test_what_answers_in_place_of_microsoft_is_distinguished_from_microsoft(
    authority: Authority, answer: Answer, says: str
) -> None:
    with HttpServer(authority, lambda _: answer) as server:
        http = HttpSession(ca_file=str(authority.ca_file), timeouts=LIMITS)
        _, network = diagnosed(f"{server.root}/common", server.root, http)
    assert not network.ok
    assert says in f"{network.detail} {network.fix}"


def test_a_portal_that_answers_for_every_host_is_recognised_by_a_page_without_tls(
    authority: Authority, tmp_path: Path
) -> None:
    def portal(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n")

    with HttpServer(authority, microsoft) as server, Listener(portal) as page:
        http = HttpSession(ca_file=str(Authority(tmp_path).ca_file), timeouts=LIMITS)
        probe = f"http://127.0.0.1:{page.port}/connecttest.txt"
        _, network = diagnosed(f"{server.root}/common", server.root, http, probe=probe)
    assert "captive portal" in f"{network.detail} {network.fix}"


def test_without_a_route_it_is_the_data_connection() -> None:
    with HttpSession(timeouts=LIMITS) as http:
        _, network = diagnosed("https://a.invalid/common", "https://b.invalid", http, online=False)
    assert network.detail.startswith("no data connection")


@pytest.mark.parametrize(
    ("credentials", "given", "status", "says"),
    [
        ("", "", 200, ""),
        ("car:secret", "car:secret@", 200, ""),
        ("car:secret", "", 200, "demands authentication (407)"),
        ("car:secret", "car:wrong@", 200, "demands authentication (407)"),
        ("", "", 403, "refuses the connection to graph.contoso.example"),
    ],
)
def test_a_proxy_is_used_and_its_refusals_have_messages(
    authority: Authority, credentials: str, given: str, status: int, says: str
) -> None:
    shown = authority.server("login.contoso.example", "graph.contoso.example")
    with HttpServer(authority.showing(shown), microsoft) as server:
        port = int(server.root.rpartition(":")[2])
        names = {"login.contoso.example": port, "graph.contoso.example": port}
        with Proxy(names, credentials=credentials, status=status) as proxy:
            address = proxy.address.replace("http://", f"http://{given}")
            http = HttpSession(ca_file=str(authority.ca_file), proxy=address, timeouts=LIMITS)
            login, graph = "https://login.contoso.example/common", "https://graph.contoso.example"
            _, network = diagnosed(login, graph, http)
    assert sorted(set(proxy.asked)) == ["graph.contoso.example:443", "login.contoso.example:443"]
    assert network.ok is not bool(says)
    assert says in network.detail
    assert "secret" not in f"{network.detail} {network.fix}"


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("http://127.0.0.1:9", "HTTP proxy does not answer"),
        ("http://no-such-proxy.invalid:8080", "name cannot be resolved"),
        ("http://", "address cannot be used"),
    ],
)
def test_a_proxy_that_is_not_there_is_named_as_the_proxy(proxy: str, says: str) -> None:
    with HttpSession(proxy=proxy, timeouts=LIMITS) as http:
        _, network = diagnosed("https://login.contoso.example/common", "https://graph.contoso.example", http)
    assert says in network.detail
    assert "network.proxy" in f"{network.detail} {network.fix}"


@pytest.mark.parametrize("key", [*reasons.CONNECTION, "outage", "unreadable", "throttled", "service"])
def test_every_reason_of_a_connection_names_what_happened_and_then_a_fix(key: str) -> None:
    what, fix = reasons.explained(key, host="graph.contoso.example:8443")
    for part in (what, fix):
        assert part, "a part is missing"
        assert part.count("(") == part.count(")")
        assert "\n" not in part
    assert not fix.startswith(("or ", "and ", "it "))
