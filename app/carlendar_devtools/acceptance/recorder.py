"""The HTTP session of an acceptance run: it records requests without content, and waits when throttled.

If the service asks to wait (429, or 503 with `Retry-After`), the request is repeated after that time: it had no effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from carlendar.domain.retry_after import retry_after
from carlendar.errors import ServiceError
from carlendar.microsoft.session import HttpReply, HttpSession
from carlendar_devtools.acceptance.report import RequestRecord

TRIES = 3
LONGEST_WAIT = 60.0
"""Longest wait in seconds; if the service asks for more, the request fails."""

_WORDS = frozenset({
    "v1.0", "v2.0", "me", "events", "calendars", "calendarView", "delta", "instances", "$batch", "sendMail",
    "mailFolders", "sentitems", "inbox", "messages", "accept", "tentativelyAccept", "decline", "snoozeReminder",
    "dismissReminder", "reminderView", "mailboxSettings", "oauth2", "devicecode", "token", "authorize",
    ".well-known", "openid-configuration", "common", "organizations", "consumers",
})  # fmt: skip
_IDENTIFIER = re.compile(r"[A-Za-z0-9-]{1,64}")


class Recorder(HttpSession):
    """Forwards requests to `inner` and records each. `seconds` measures time, `pause` waits."""

    def __init__(self, inner: HttpSession, seconds: Callable[[], float], pause: Callable[[float], object]) -> None:
        self._inner = inner
        self._now = seconds
        self._pause = pause
        self._records: list[RequestRecord] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> HttpReply:
        """See `HttpSession`."""
        for attempt in range(1, TRIES + 1):
            reply = self._recorded(method, url, params, headers, data)
            wait = retry_after(reply.headers, None) if reply.status in (429, 503) else None
            if wait is None or wait > LONGEST_WAIT or attempt == TRIES:
                return reply
            self._pause(wait)
        raise AssertionError("the last attempt returns")

    def taken(self) -> tuple[RequestRecord, ...]:
        """Return the records since the last call."""
        records, self._records = tuple(self._records), []
        return records

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()

    def _recorded(
        self, method: str, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None, data: Any
    ) -> HttpReply:
        started, path = self._now(), template(url)
        mine = _identifier(headers or {}, "client-request-id")
        try:
            reply = self._inner.request(method, url, params=params, headers=headers, data=data)
        except ServiceError as error:
            kind = f"{error.key} {error.detail}".strip()
            record = RequestRecord(method, path, seconds=self._now() - started, client_request_id=mine, error=kind)
            self._records.append(record)
            raise
        theirs = _identifier(reply.headers, "request-id") or _identifier(reply.headers, "x-ms-request-id")
        self._records.append(RequestRecord(method, path, reply.status, self._now() - started, theirs, mine))
        return reply


def template(url: str) -> str:
    """Return the path of an address without its query, with `{id}` for each part that is not a word of the API."""
    segments = urlsplit(url).path.split("/")
    return "/".join(_segment(each) for each in segments)


def _segment(text: str) -> str:
    word = text.partition("(")[0]
    return word if not word or word in _WORDS else "{id}"


def _identifier(headers: Mapping[str, str], name: str) -> str:
    value = next((value for key, value in headers.items() if key.lower() == name), "")
    return value if _IDENTIFIER.fullmatch(value) else ""
