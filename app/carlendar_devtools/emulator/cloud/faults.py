"""Faults on request: what a network and a service do on their bad days, for some requests or a path."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field, replace
from threading import RLock

from aiohttp import web

from carlendar_devtools.emulator.cloud.refusals import Refusal

_GARBAGE = {
    "html": (b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
    "truncated": (b'{"value": [{"id": "AAMkAD', "application/json"),
    "wrong_type": (b'["neither", {"an": "object"}, 7]', "application/json"),
    "empty": (b"", "application/json"),
}
GARBAGE = tuple(_GARBAGE)
_KINDS = ("status", "delay", "cut", "cut_body", "cut_answer", "garbage", "lost_token", "endless_paging", "identity")


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault.

    `kind`: `status` (answer with `status`, `code`, `retry_after`), `delay` (wait `seconds`, then go on),
    `cut` (close the connection without a word), `cut_body` (close it amid the body), `cut_answer` (do what is
    asked, then close it without a word), `garbage` (a 200 of
    the kind `garbage`, one of `GARBAGE`), `lost_token` (delta tokens are unknown; `code` and `status` say in
    which words), `endless_paging` (delta pages repeat and never end), `identity` (the token endpoint refuses
    with `code` as error, `suberror` and `number`; `path` is then a grant type or `devicecode`).
    `count` requests are hit, all if None. `path` and `query` are regular expressions that are searched in these
    parts of the address.
    `retry_after` goes into the header as it is: seconds, fractions or an HTTP date.
    """

    kind: str
    count: int | None = None
    path: str = ""
    status: int = 503
    code: str = ""
    retry_after: str = ""
    seconds: float = 0.0
    garbage: str = "html"
    suberror: str = ""
    number: int = 90033
    query: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS or self.garbage not in _GARBAGE:
            raise ValueError(f"{self.kind}/{self.garbage} is no fault; kinds are {', '.join(_KINDS)}")
        re.compile(self.path)
        re.compile(self.query)


@dataclass(slots=True)
class Faults:
    """The faults that are planned; each request uses up the first that fits it."""

    _planned: list[Fault] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)

    def inject(self, fault: Fault) -> None:
        """Plan a fault, behind those that are planned already."""
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._planned.clear()

    def planned(self) -> tuple[Fault, ...]:
        """What is still to come."""
        with self._lock:
            return tuple(self._planned)

    def next_for(self, path: str, query: str = "") -> Fault | None:
        """The fault that hits a request of this path before it is answered."""
        return self._take(("status", "delay", "cut", "cut_body", "garbage"), path, query)

    def of_kind(self, kind: str, path: str, query: str = "") -> Fault | None:
        """The fault of one kind that hits a request of this path."""
        return self._take((kind,), path, query)

    def refusal_for(self, grant_type: str) -> Refusal | None:
        """The planned refusal of a grant type."""
        fault = self._take(("identity",), grant_type, "")
        if fault is None:
            return None
        status = 503 if fault.code in ("temporarily_unavailable", "server_error") else 400
        return Refusal(fault.code or "invalid_grant", fault.number, "A planned refusal.", fault.suberror, status)

    def _take(self, kinds: tuple[str, ...], path: str, query: str) -> Fault | None:
        with self._lock:
            for at, fault in enumerate(self._planned):
                if fault.kind in kinds and re.search(fault.path, path) and re.search(fault.query, query):
                    self._use_up(at, fault)
                    return fault
        return None

    def _use_up(self, at: int, fault: Fault) -> None:
        if fault.count is None:
            return
        if fault.count <= 1:
            del self._planned[at]
        else:
            self._planned[at] = replace(fault, count=fault.count - 1)


async def play(fault: Fault | None, request: web.Request) -> web.StreamResponse | None:
    """Play a fault of the transport; None when the request is to be answered after all."""
    if fault is None:
        return None
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.kind == "garbage":
        body, content_type = _GARBAGE[fault.garbage]
        return web.Response(body=body, content_type=content_type)
    if fault.kind == "status":
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return web.Response(
            text=_words(fault, request.path), status=fault.status, headers=headers, content_type="application/json"
        )
    return await _cut(request, amid_body=fault.kind == "cut_body")


def _words(fault: Fault, path: str) -> str:
    """An error's body as Graph words it, or as the identity platform does."""
    if path.startswith("/v1.0/"):
        return json.dumps({"error": {"code": fault.code or "UnknownError", "message": "A planned fault."}})
    return json.dumps({"error": fault.code or "temporarily_unavailable", "error_description": "A planned fault."})


async def lose_answer(request: web.Request) -> web.StreamResponse:
    """Close the connection after the work was done."""
    return await _cut(request, amid_body=False)


async def _cut(request: web.Request, *, amid_body: bool) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "4096", "Content-Type": "application/json"})
    if amid_body:
        await response.prepare(request)
        await response.write(b'{"value": [')
    if request.transport is not None:
        request.transport.abort()
    return response
