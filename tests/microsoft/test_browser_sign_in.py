"""Sign-in by the browser: authorization code with PKCE over a loopback redirect, a real browser's requests."""

from __future__ import annotations

import html
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from carlendar.errors import IdentityError, OutageError, SignInExpiredError, SignInRefusedError
from carlendar.microsoft.clouds import READ_SCOPES, Cloud
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar.service.sign_in import SignInCoordinator, SignInRequest
from carlendar.wiring.host import elapsed_clock
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud

ADA = "ada@contoso.example"


class Browser:
    """Follows an address as a browser does, on a thread of its own, and keeps what it saw."""

    def __init__(self, ca_file: str, before: Callable[[str], None] | None = None) -> None:
        self.pages: list[tuple[int, str, str]] = []
        self.address = ""
        self._ca_file = ca_file
        self._before = before
        self._thread: threading.Thread | None = None

    def open(self, url: str) -> None:
        self.address = url
        self._thread = threading.Thread(target=self._follow, args=(url,), daemon=True)
        self._thread.start()

    def _follow(self, url: str) -> None:
        if self._before:
            self._before(self.redirect)
        with requests.Session() as session:
            session.trust_env, session.verify = False, self._ca_file
            self.look(session, url)

    def look(self, session: requests.Session, url: str) -> None:
        reply = session.get(url, timeout=5)
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', reply.text))
        action = re.search(r'action="(http://localhost[^"]*)"', reply.text)
        if action:
            # The identity platform's page posts itself back to the application.
            fields = {name: html.unescape(value) for name, value in form.items()}
            reply = session.post(html.unescape(action.group(1)), data=fields, timeout=5)
        self.pages.append((reply.status_code, reply.text, reply.url))

    def done(self) -> None:
        assert self._thread is not None
        self._thread.join(5)
        assert not self._thread.is_alive()

    @property
    def redirect(self) -> str:
        return parse_qs(urlsplit(self.address).query)["redirect_uri"][0]


@pytest.fixture
def identity(cloud: Cloud, running: RunningCloud, vault_folder: Path) -> Iterator[MicrosoftIdentity]:
    http = HttpSession(ca_file=cloud.ca_file)
    vault = Vault(vault_folder, sources=(FileKey(vault_folder),))
    yield MicrosoftIdentity(cloud, running.client_id, vault, http)
    http.close()


def test_a_person_who_agrees_in_the_browser_is_signed_in(
    identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud
) -> None:
    running.auto_approve(ADA)
    browser = Browser(cloud.ca_file)
    account = identity.sign_in_with_browser(READ_SCOPES, browser.open, limit=10)
    browser.done()
    assert account.address == ADA
    assert identity.token(account.account_id, READ_SCOPES)
    status, page, _ = browser.pages[0]
    assert (status, "close this page" in page) == (200, True)
    query = parse_qs(urlsplit(browser.address).query)
    assert query["code_challenge_method"] == ["S256"]
    assert urlsplit(browser.redirect).hostname == "localhost"
    assert "code=" not in browser.pages[0][2], "the code never stands in an address"


def test_the_listener_is_on_loopback_alone_and_gone_afterwards(
    identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud
) -> None:
    running.auto_approve(ADA)
    browser = Browser(cloud.ca_file)
    identity.sign_in_with_browser(READ_SCOPES, browser.open, limit=10)
    browser.done()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(browser.redirect).port or 0), timeout=2)


def test_answers_of_strangers_are_turned_away_and_waiting_goes_on(
    identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud
) -> None:
    running.auto_approve(ADA)

    def strangers(redirect: str) -> None:
        port = urlsplit(redirect).port or 0
        with socket.create_connection(("127.0.0.1", port), timeout=5) as rude:
            rude.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        for path in ("?code=stolen&state=guessed", "?code=stolen", "favicon.ico", "?error=access_denied", ""):
            browser.look(session, f"{redirect}/{path}")

    with requests.Session() as session:
        session.trust_env = False
        browser = Browser(cloud.ca_file, strangers)
        account = identity.sign_in_with_browser(READ_SCOPES, browser.open, limit=10)
        browser.done()
    assert account.address == ADA
    assert [status for status, *_ in browser.pages] == [404] * 5 + [200]


def test_no_one_finishing_in_time_is_reported(identity: MicrosoftIdentity) -> None:
    with pytest.raises(SignInExpiredError) as caught:
        identity.sign_in_with_browser(READ_SCOPES, lambda _: None, limit=0.1)
    assert caught.value.reason == "browser_expired"


def test_it_can_be_cancelled(identity: MicrosoftIdentity) -> None:
    cancelled = threading.Event()
    with pytest.raises(IdentityError) as caught:
        identity.sign_in_with_browser(READ_SCOPES, lambda _: cancelled.set(), cancelled=cancelled.is_set, limit=60)
    assert caught.value.reason == "cancelled"


def test_cancel_on_the_screen_ends_the_waiting_for_the_browser(identity: MicrosoftIdentity) -> None:
    shown, phases = threading.Event(), list[str]()
    addresses: list[str] = []

    def open_url(url: str) -> None:
        addresses.append(url)
        shown.set()

    coordinator = SignInCoordinator(identity, READ_SCOPES, elapsed_clock(), lambda *_: "", lambda _: None,
                      lambda status: phases.append(status.phase), open_url)  # fmt: skip
    before = set(threading.enumerate())
    coordinator.begin(SignInRequest("p1", "browser"))
    (attempt,) = [thread for thread in threading.enumerate() if thread not in before and thread.name == "sign-in"]
    assert shown.wait(10)
    port = urlsplit(parse_qs(urlsplit(addresses[0]).query)["redirect_uri"][0]).port or 0
    socket.create_connection(("127.0.0.1", port), timeout=2).close()
    coordinator.cancel()
    attempt.join(5)
    assert not attempt.is_alive()
    assert phases == ["starting", "browser", "cancelled"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_person_who_declines_is_reported_as_declined(identity: MicrosoftIdentity, cloud: Cloud) -> None:
    def decline(url: str) -> None:
        state = parse_qs(urlsplit(url).query)["state"][0]
        words = f"error=access_denied&error_description=AADSTS65004%3A+User+declined&state={state}"
        browser.open(f"{parse_qs(urlsplit(url).query)['redirect_uri'][0]}/?{words}")

    browser = Browser(cloud.ca_file)
    with pytest.raises(SignInRefusedError) as caught:
        identity.sign_in_with_browser(READ_SCOPES, decline, limit=10)
    browser.done()
    assert (caught.value.reason, caught.value.code) == ("declined", "AADSTS65004")
    assert "did not work" in browser.pages[0][1]


def test_a_code_that_is_not_ours_is_refused_by_the_service(identity: MicrosoftIdentity, cloud: Cloud) -> None:
    def inject(url: str) -> None:
        query = parse_qs(urlsplit(url).query)
        browser.open(f"{query['redirect_uri'][0]}/?code=stolen&state={query['state'][0]}")

    browser = Browser(cloud.ca_file)
    with pytest.raises(SignInRefusedError):
        identity.sign_in_with_browser(READ_SCOPES, inject, limit=10)
    browser.done()
    assert identity.account_ids() == frozenset()


def test_an_outage_while_redeeming_is_an_outage(
    identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud
) -> None:
    running.auto_approve(ADA)
    running.inject(Fault("status", 1, "/token", status=503))
    browser = Browser(cloud.ca_file)
    with pytest.raises(OutageError):
        identity.sign_in_with_browser(READ_SCOPES, browser.open, limit=10)
    browser.done()


def test_tokens_can_be_had_while_someone_is_in_the_browser(identity: MicrosoftIdentity, running: RunningCloud) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    running.approve(flow.code.user_code, ADA)
    account = flow.poll()
    assert account is not None
    tokens: list[str] = []

    def meanwhile(_: str) -> None:
        other = threading.Thread(target=lambda: tokens.append(identity.token(account.account_id, READ_SCOPES)))
        other.start()
        other.join(5)

    with pytest.raises(SignInExpiredError):
        identity.sign_in_with_browser(READ_SCOPES, meanwhile, limit=0.1)
    assert len(tokens) == 1
