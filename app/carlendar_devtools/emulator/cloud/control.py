"""The cloud's HTTP control API, for tests in any language: faults, sign-ins, sessions, limits, token lifetimes.

Every reply is JSON; an invalid request gets 400 and `{"error": …}`. The address contains a secret, and browser pages of
another origin are rejected, so that only the process that started the cloud controls it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from aiohttp import web

from carlendar_devtools.emulator.cloud.codes import IssuedCode
from carlendar_devtools.emulator.cloud.event_log import EventLog
from carlendar_devtools.emulator.cloud.faults import Fault, FaultPlan, fault_from
from carlendar_devtools.emulator.cloud.identity import IdentityPlatform
from carlendar_devtools.emulator.cloud.limits import Limits

Body = Mapping[str, Any]
_MOST = 1_000_000_000
_Answer = Callable[[web.Request, Body], Any]


class Controlled(Protocol):
    """The controlled server; `CloudServer` documents the methods."""

    faults: FaultPlan
    limits: Limits
    event_log: EventLog
    identity: IdentityPlatform

    def inject(self, fault: Fault) -> None: ...
    def clear_faults(self) -> None: ...
    def revoke(self, address: str) -> None: ...
    def challenge(self, address: str) -> None: ...
    def expire_tokens(self, address: str) -> None: ...
    def disable(self, address: str, reason: str = ...) -> None: ...
    def enable(self, address: str) -> None: ...
    def set_activity(self, address: str, activity: str) -> None: ...
    def pending_codes(self) -> list[IssuedCode]: ...
    def approve(self, user_code: str, address: str) -> None: ...
    def refuse(self, user_code: str, reason: str = ...) -> None: ...
    def auto_approve(self, address: str | None) -> None: ...
    def lose_sync_state(self) -> None: ...


class ControlApi:
    """Serves the control API of a cloud."""

    def __init__(self, cloud: Controlled) -> None:
        self._cloud = cloud

    def add_to(self, router: web.UrlDispatcher, root: str) -> None:
        """Register the endpoints below `root`."""
        for method, path, answer in (
            ("GET", "/faults", self._faults),
            ("POST", "/faults", self._plan),
            ("DELETE", "/faults", self._clear),
            ("POST", "/people/{address}/{action}", self._person),
            ("GET", "/codes", self._codes),
            ("POST", "/codes/{code}/approve", self._approve),
            ("POST", "/codes/{code}/refuse", self._refuse),
            ("PUT", "/approve", self._auto_approve),
            ("POST", "/forget-delta-tokens", self._forget),
            ("GET", "/limits", self._limits),
            ("PATCH", "/limits", self._change_limits),
            ("GET", "/log", self._log),
        ):
            router.add_route(method, root + path, _guarded(answer))

    def _faults(self, _request: web.Request, _body: Body) -> Any:
        return {"faults": [asdict(each) for each in self._cloud.faults.planned()]}

    def _plan(self, request: web.Request, body: Body) -> Any:
        self._cloud.inject(fault_from(body))
        return self._faults(request, body)

    def _clear(self, request: web.Request, body: Body) -> Any:
        self._cloud.clear_faults()
        return self._faults(request, body)

    def _person(self, request: web.Request, body: Body) -> Any:
        """Revoke sessions, challenge, expire tokens, disable or enable sign-ins, set the presence of a person."""
        address, action = request.match_info["address"], request.match_info["action"]
        actions: dict[str, Callable[[], None]] = {
            "revoke": lambda: self._cloud.revoke(address),
            "challenge": lambda: self._cloud.challenge(address),
            "expire-tokens": lambda: self._cloud.expire_tokens(address),
            "disable": lambda: self._cloud.disable(address, str(body.get("reason", "disabled"))),
            "enable": lambda: self._cloud.enable(address),
            "presence": lambda: self._cloud.set_activity(address, str(body.get("activity", ""))),
        }
        if action not in actions:
            raise ValueError(f"there is no action {action}; there are {', '.join(actions)}")
        actions[action]()
        return {}

    def _codes(self, _request: web.Request, _body: Body) -> Any:
        return {"codes": [code.user_code for code in self._cloud.pending_codes()]}

    def _approve(self, request: web.Request, body: Body) -> Any:
        self._cloud.approve(request.match_info["code"], str(body.get("address", "")))
        return {}

    def _refuse(self, request: web.Request, body: Body) -> Any:
        self._cloud.refuse(request.match_info["code"], str(body.get("reason", "declined")))
        return {}

    def _auto_approve(self, _request: web.Request, body: Body) -> Any:
        """Grant every sign-in as a person; `null` turns that off."""
        address = body.get("address")
        self._cloud.auto_approve(str(address) if address else None)
        return {"address": address or None}

    def _forget(self, _request: web.Request, _body: Body) -> Any:
        self._cloud.lose_sync_state()
        return {}

    def _limits(self, _request: web.Request, _body: Body) -> Any:
        identity, limits = self._cloud.identity, self._cloud.limits
        return {
            "at_once": limits.at_once,
            "in_ten_minutes": limits.in_ten_minutes,
            "access_token_seconds": identity.tokens.life,
            "device_code_seconds": identity.devices.life,
            "device_code_interval": identity.devices.interval,
        }

    def _change_limits(self, request: web.Request, body: Body) -> Any:
        now = self._limits(request, body)
        if unknown := sorted(body.keys() - now.keys()):
            raise ValueError(f"there is no limit {unknown[0]}; there are {', '.join(now)}")
        if not all(_is_limit(value) for value in body.values()):
            raise ValueError("a limit is a number above zero")
        wanted = now | body
        with self._cloud.identity.lock:
            self._cloud.limits.at_once = int(wanted["at_once"])
            self._cloud.limits.in_ten_minutes = int(wanted["in_ten_minutes"])
            self._cloud.identity.tokens.life = float(wanted["access_token_seconds"])
            self._cloud.identity.devices.life = float(wanted["device_code_seconds"])
            self._cloud.identity.devices.interval = float(wanted["device_code_interval"])
        return self._limits(request, body)

    def _log(self, _request: web.Request, _body: Body) -> Any:
        """Return the latest events: kinds, paths and statuses."""
        log_event = list(self._cloud.event_log.last)
        return {"log": [{"at": each.at.isoformat(), "kind": each.kind, "text": each.text, "status": each.status}
                        for each in log_event]}  # fmt: skip


def _is_limit(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _MOST


def _guarded(answer: _Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            if request.headers.get("Origin") not in (None, f"{request.scheme}://{request.host}"):
                return _json({"error": "pages of other origins have no control here"}, 403)
            return _json(answer(request, await _body(request)))
        except (LookupError, TypeError, ValueError, RecursionError) as err:
            return _json({"error": str(err.args[0]) if err.args else "not found"}, 400)

    return serve


async def _body(request: web.Request) -> Body:
    text = await request.text()
    body = json.loads(text) if text.strip() else {}
    if not isinstance(body, dict):
        raise TypeError("the body is a JSON object")
    return body


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(body), status=status, content_type="application/json")
