"""Azure Communication Services' identity API (2023-10-01): exchanges Teams users' tokens, and issues guests' tokens.

Requests are signed with the resource's access key (HMAC-SHA256). Source: Microsoft's REST reference "Communication
Identity" and the tutorial "Sign an HTTP request". Microsoft's own client for Python is not used, because it depends on
the discontinued msrest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import NoReturn, TypeVar
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec
from yarl import URL

from carlendar.domain.base import Value
from carlendar.domain.retry_after import retry_after
from carlendar.errors import UsageError
from carlendar_fleet.calling.refusal import Reason, TokenRefusedError

API_VERSION = "2023-10-01"
GUEST_MINUTES = 60
"""The validity of a guest's token; the shortest that Azure offers."""
SCOPE = "voip"
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
LARGEST = 65_536
SIGNATURE_REFUSED = "Denied"
"""Azure's error code for a request that is not signed with the resource's key."""
DEFAULT_WAIT = 5.0
"""Seconds to wait where Azure names no time."""

_log = logging.getLogger(__name__)


class Resource(Value, frozen=True):
    """A Communication Services resource: its https endpoint and its access key."""

    endpoint: str
    key: bytes


def resource_of(connection: str) -> Resource:
    """Return the resource of a connection string, `endpoint=https://…;accesskey=…`. Raises UsageError."""
    parts = dict(each.partition("=")[::2] for each in connection.strip().split(";") if each)
    values = {name.strip().lower(): value.strip() for name, value in parts.items()}
    endpoint = values.get("endpoint", "").rstrip("/")
    try:
        address = urlsplit(endpoint)
        key = base64.b64decode(values.get("accesskey", ""), validate=True)
        usable = address.scheme == "https" and address.hostname and not address.path + address.query and key
    except ValueError:
        usable = False
    if not usable:
        raise UsageError("the connection string must be endpoint=https://NAME.communication.azure.com/;accesskey=KEY")
    return Resource(endpoint, key)


class AccessToken(Value, frozen=True, rename={"expires": "expiresOn"}):
    """A token of Communication Services."""

    token: str
    expires: datetime


class _Identity(Value, frozen=True):
    id: str


class GuestToken(Value, frozen=True, rename={"access": "accessToken"}):
    """A new guest with a token."""

    identity: _Identity
    access: AccessToken


class _Error(Value, frozen=True):
    code: str = ""


class _ErrorBody(Value, frozen=True):
    error: _Error = msgspec.field(default_factory=_Error)


def signed_headers(resource: Resource, method: str, target: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers that sign a request; `target` is path and query as they are sent."""
    date = format_datetime(at.astimezone(UTC), usegmt=True)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    host = urlsplit(resource.endpoint).netloc
    text = f"{method}\n{target}\n{date};{host};{digest}"
    signature = base64.b64encode(hmac.digest(resource.key, text.encode(), "sha256")).decode()
    return {
        "x-ms-date": date,
        "x-ms-content-sha256": digest,
        "Authorization": f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}",
    }


class CommunicationServices:
    """A client of one resource. `tls` verifies the server; without, by the system's certificates."""

    def __init__(self, resource: Resource, now: Callable[[], datetime], tls: ssl.SSLContext | None = None) -> None:
        self._resource, self._now, self._tls = resource, now, tls
        self._session: aiohttp.ClientSession | None = None

    async def exchange(self, token: str, client_id: str, object_id: str) -> AccessToken:
        """Exchange a Teams user's Entra token; the result expires with it. Raises TokenRefusedError."""
        body = {"token": token, "appId": client_id, "userId": object_id}
        answer = await self._request("POST", "/teamsUser/:exchangeAccessToken", body, refused=Reason.TOKEN_REFUSED)
        return _decoded(AccessToken, answer)

    async def guest(self) -> GuestToken:
        """Make a guest with a token for calls. Raises TokenRefusedError."""
        body = {"createTokenWithScopes": [SCOPE], "expiresInMinutes": GUEST_MINUTES}
        return _decoded(GuestToken, await self._request("POST", "/identities", body, refused=Reason.AZURE_KEY))

    async def delete_guest(self, identity: str) -> None:
        """Delete a guest with its tokens. Raises TokenRefusedError."""
        await self._request("DELETE", f"/identities/{quote(identity, safe='')}", None, refused=Reason.AZURE_KEY)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _request(self, method: str, path: str, body: Mapping[str, object] | None, *, refused: Reason) -> bytes:
        """Return the answer's body; `refused` is the reason where Azure refuses with 400, 401 or 403."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        data = msgspec.json.encode(body) if body is not None else b""
        target = f"{path}?api-version={API_VERSION}"
        headers = signed_headers(self._resource, method, target, data, self._now())
        if data:
            headers["Content-Type"] = "application/json"
        url = URL(f"{self._resource.endpoint}{target}", encoded=True)  # as it was signed
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, allow_redirects=False, ssl=self._tls or True
            ) as response:
                content = await _read(response.content)
                status, answered = response.status, response.headers
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("Azure cannot be reached: %s", type(error).__name__)
            raise TokenRefusedError(Reason.AZURE_FAILED, DEFAULT_WAIT) from None
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            _refuse(status, content, answered, refused)
        return content


async def _read(stream: aiohttp.StreamReader) -> bytes:
    """Return the body of an answer; of one that is too large, nothing."""
    content = bytearray()
    async for chunk in stream.iter_any():
        content += chunk
        if len(content) > LARGEST:
            return b""
    return bytes(content)


def _refuse(status: int, content: bytes, headers: Mapping[str, str], refused: Reason) -> NoReturn:
    code = _code(content)
    _log.warning("Azure answered with status %d, %s", status, code or "without a code")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TokenRefusedError(Reason.TOO_MANY, retry_after(headers) or DEFAULT_WAIT)
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise TokenRefusedError(Reason.AZURE_KEY if code == SIGNATURE_REFUSED else refused)
    raise TokenRefusedError(Reason.AZURE_FAILED, retry_after(headers) or DEFAULT_WAIT)


def _code(content: bytes) -> str:
    """Azure's error code for the log, if it is a plain name."""
    try:
        code = msgspec.json.decode(content, type=_ErrorBody).error.code
    except (msgspec.DecodeError, ValueError, RecursionError):
        return ""
    return code if code.isascii() and code.isalnum() and len(code) <= 64 else ""


_V = TypeVar("_V", bound=Value)


def _decoded(kind: type[_V], content: bytes) -> _V:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError):
        _log.warning("Azure's answer cannot be read")
        raise TokenRefusedError(Reason.AZURE_FAILED, DEFAULT_WAIT) from None
