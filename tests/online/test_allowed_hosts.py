"""Nothing but Microsoft's hosts is reached."""

from __future__ import annotations

import pytest

from carlendar.online.allowed_hosts import MICROSOFT, content_security_policy, is_allowed, resolver_rules

ROOM = "127.0.0.1:8080"


@pytest.mark.parametrize(
    "url",
    [
        "https://ecs.communication.microsoft.com/config",
        "https://go.trouter.communication.microsoft.com/v4/a",
        "wss://go.trouter.communication.microsoft.com/v4/c",
        "https://edge.skype.com/x",
        "https://ic3.events.data.microsoft.com/OneCollector/1.0",
        "https://teams.microsoft.com/api",
        "https://resource.europe.communication.azure.com/",
    ],
)
def test_the_services_hosts_are_reached(url: str) -> None:
    assert is_allowed(url, MICROSOFT)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://skype.com.evil.example/",
        "https://evilskype.com/",
        "https://communication.microsoft.com.evil.example/",
        "http://edge.skype.com/",
        "ws://edge.skype.com/",
        "https://edge.skype.com@evil.example/",
        "https://contoso.cloudapp.azure.com/",
        "https://contoso.blob.core.windows.net/",
        "http://127.0.0.1:8080/",
        "http://localhost/",
        "file:///etc/passwd",
        "chrome://settings",
        "https://[::1",
        "",
    ],
)
def test_every_other_request_is_refused(url: str) -> None:
    assert not is_allowed(url, MICROSOFT)


def test_a_room_on_this_machine_is_reached_where_it_is_named() -> None:
    hosts = (*MICROSOFT, ROOM)
    assert is_allowed(f"ws://{ROOM}/call", hosts)
    assert not is_allowed("ws://127.0.0.1:8081/call", hosts)
    assert not is_allowed(f"ftp://{ROOM}/", hosts)


def test_names_of_other_hosts_are_not_resolved() -> None:
    assert resolver_rules(("*.skype.com", ROOM)) == (
        "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.skype.com, EXCLUDE 127.0.0.1"
    )


def test_the_pages_policy_covers_web_sockets() -> None:
    policy = content_security_policy(("*.skype.com", ROOM))
    assert "connect-src 'self' blob: data: https://*.skype.com wss://*.skype.com http://127.0.0.1:8080" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
