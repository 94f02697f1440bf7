"""Injected faults of the network and the service, for some requests or paths."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from threading import RLock
from typing import Any

from aiohttp import web

from carlendar_devtools.emulator.cloud.refusals import Refusal

_GARBAGE = {
    "html": (b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
    "truncated": (b'{"value": [{"id": "AAMkAD', "application/json"),
    "wrong_type": (b'["neither", {"an": "object"}, 7]', "application/json"),
    "empty": (b"", "application/json"),
}
GARBAGE = tuple(_GARBAGE)
SESSION_KINDS = ("revoke", "challenge", "expire")
"""Faults that affect the caller's session; the request itself is then answered normally."""
KINDS = (
    "status",
    "delay",
    "cut",
    "cut_body",
    "cut_answer",
    "garbage",
    "lost_token",
    "endless_paging",
    "identity",
    *SESSION_KINDS,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault.

    `kind` is one of
    - `status`: answer with `status`, `code`, `retry_after` (copied into the header: seconds or an HTTP date);
    - `delay`: wait `seconds`, then continue;
    - `cut`, `cut_body`, `cut_answer`: close the connection before the answer, within its body, or after the request
      took effect;
    - `garbage`: a 200 with an unreadable body, of the kind `garbage` (one of `GARBAGE`);
    - `lost_token`: delta tokens are unknown; `code` and `status` are those of the error;
    - `endless_paging`: delta pages repeat and never end;
    - `identity`: the token endpoint refuses with `code` as error, `suberror` and `number`; `path` is then searched in
      the grant type, or is `devicecode`;
    - `revoke`: the caller's sessions end; `challenge`: a claims challenge for clients that declared CP1; `expire`: the
      caller's access tokens end and can be renewed.

    `count` requests are affected, all if None, after the first `after` that match. `path` and `query` are regular
    expressions that are searched in these parts of the address.
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
    after: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.garbage not in _GARBAGE:
            raise ValueError(f"{self.kind}/{self.garbage} is no fault; kinds are {', '.join(KINDS)}")
        if not 200 <= self.status <= 599 or self.seconds < 0 or self.after < 0 or self.count == 0:
            raise ValueError("a fault's status lies between 200 and 599, its numbers are not negative")
        for pattern in (self.path, self.query):
            try:
                re.compile(pattern)
            except re.error as err:
                raise ValueError(f"{pattern} is no regular expression") from err


@dataclass(slots=True)
class FaultPlan:
    """The planned faults; each request consumes the first matching one."""

    _planned: list[Fault] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)

    def inject(self, fault: Fault) -> None:
        """Plan a fault after those already planned."""
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        """Remove all planned faults."""
        with self._lock:
            self._planned.clear()

    def planned(self) -> tuple[Fault, ...]:
        """Return the remaining faults."""
        with self._lock:
            return tuple(self._planned)

    def next_for(self, path: str, query: str = "") -> Fault | None:
        """Return the fault for a request of this path, to be applied before it is answered."""
        return self._take(("status", "delay", "cut", "cut_body", "garbage"), path, query)

    def for_session(self, path: str, query: str = "") -> str:
        """Return the kind of fault for the session of a request's caller, empty for none."""
        fault = self._take(SESSION_KINDS, path, query)
        return fault.kind if fault is not None else ""

    def of_kind(self, kind: str, path: str, query: str = "") -> Fault | None:
        """Return the fault of one kind for a request of this path."""
        return self._take((kind,), path, query)

    def refusal_for(self, grant_type: str) -> Refusal | None:
        """Return the planned refusal of a grant type."""
        fault = self._take(("identity",), grant_type, "")
        if fault is None:
            return None
        status = 503 if fault.code in ("temporarily_unavailable", "server_error") else 400
        return Refusal(fault.code or "invalid_grant", fault.number, "A planned refusal.", fault.suberror, status)

    def _take(self, kinds: tuple[str, ...], path: str, query: str) -> Fault | None:
        with self._lock:
            for at, fault in enumerate(self._planned):
                if fault.kind in kinds and re.search(fault.path, path) and re.search(fault.query, query):
                    if fault.after:
                        self._planned[at] = replace(fault, after=fault.after - 1)
                        continue
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


_NUMBERS: dict[str, type[int | float]] = {
    "status": int, "count": int, "number": int, "after": int, "seconds": float,
}  # fmt: skip


def fault_from(values: Mapping[str, object]) -> Fault:
    """Return a fault from its fields; numbers may be texts. Raises ValueError, naming the invalid field."""
    known = {each.name for each in fields(Fault)}
    if unknown := sorted(values.keys() - known):
        raise ValueError(f"a fault has no {unknown[0]}; it has {', '.join(sorted(known))}")
    found: dict[str, Any] = {}
    for name, value in values.items():
        kind = _NUMBERS.get(name)
        if kind is None and not isinstance(value, str):
            raise ValueError(f"{name} of a fault is a text")
        if value is None or isinstance(value, bool):
            raise ValueError(f"{name} of a fault is a number")
        try:
            found[name] = value if kind is None else kind(str(value))
        except ValueError as err:
            raise ValueError(f"{name} of a fault is a number, not {value}") from err
    if "kind" not in found:
        raise ValueError(f"a fault needs a kind: {', '.join(KINDS)}")
    return Fault(**found)


def fault_of(text: str) -> Fault:
    """Parse a fault on a command line: `KIND[,NAME=VALUE…]`, or a status as kind (`429,retry_after=2,count=3`).

    Raises ValueError, naming the invalid field.
    """
    kind, *pairs = text.split(",")
    values: dict[str, object] = {"kind": kind}
    if kind.isascii() and kind.isdigit():
        values = {"kind": "status", "status": kind}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair} of a fault is no NAME=VALUE")
        values[name.strip()] = value
    return fault_from(values)


async def play(fault: Fault | None, request: web.Request) -> web.StreamResponse | None:
    """Apply a transport fault; returns None if the request is to be answered normally."""
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
        return web.Response(text=_words(fault), status=fault.status, headers=headers, content_type="application/json")
    return await _cut(request, amid_body=fault.kind == "cut_body")


def _words(fault: Fault) -> str:
    """Return an error body of the identity platform's form; Graph has its own."""
    return json.dumps({"error": fault.code or "temporarily_unavailable", "error_description": "A planned fault."})


async def lose_answer(request: web.Request) -> web.StreamResponse:
    """Close the connection after the request took effect."""
    return await _cut(request, amid_body=False)


async def _cut(request: web.Request, *, amid_body: bool) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "4096", "Content-Type": "application/json"})
    if amid_body:
        await response.prepare(request)
        await response.write(b'{"value": [')
    if request.transport is not None:
        request.transport.abort()
    return response
