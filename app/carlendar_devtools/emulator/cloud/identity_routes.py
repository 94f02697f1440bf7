"""The identity platform's endpoints for programs: metadata, device code, token, keys, userinfo."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from carlendar_devtools.emulator.cloud.faults import FaultPlan, play
from carlendar_devtools.emulator.cloud.identity import IdentityPlatform
from carlendar_devtools.emulator.cloud.oauth_errors import body_of
from carlendar_devtools.emulator.cloud.refusals import OAuthError

_Answer = Callable[[dict[str, str], str], dict[str, Any]]


class IdentityRoutes:
    """Serves an `IdentityPlatform`; `faults` are applied first."""

    def __init__(self, identity: IdentityPlatform, faults: FaultPlan) -> None:
        self._identity = identity
        self._faults = faults

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register all endpoints."""
        for tenant in (r"/{tenant}", r"/{tenant}/v2.0"):
            router.add_get(f"{tenant}/.well-known/openid-configuration", self._configuration)
        router.add_get("/{tenant}/discovery/instance", self._instance)
        router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        router.add_post("/{tenant}/oauth2/v2.0/devicecode", self._device_code)
        router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        router.add_get("/{tenant}/oauth2/v2.0/logout", self._logout)
        router.add_get("/oidc/userinfo", self._userinfo)

    async def _configuration(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, lambda _form, tenant: self._identity.configuration(tenant))

    async def _device_code(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, self._identity.device_code)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, self._identity.token)

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, lambda _form, tenant: self._identity.keys(tenant))

    async def _answer(self, request: web.Request, ask: _Answer) -> web.StreamResponse:
        broken = await play(self._faults.next_for(request.path), request)
        if broken is not None:
            self._identity.event_log.add("fault", request.path, broken.status)
            return broken
        form = {name: str(value) for name, value in (await request.post()).items()}
        reply = self._reply(request, form, ask)
        self._identity.event_log.add("identity", f"{request.method} {request.path}", reply.status)
        return reply

    def _reply(self, request: web.Request, form: dict[str, str], ask: _Answer) -> web.Response:
        given = (source.get("client-request-id", "") for source in (request.headers, request.query, form))
        correlation = next(filter(None, given), "") or str(uuid.uuid4())
        headers = {"Cache-Control": "no-store", "x-ms-request-id": str(uuid.uuid4()), "client-request-id": correlation}
        try:
            self._refuse_as_planned(form.get("grant_type", request.path.rpartition("/")[2]))
            with self._identity.lock:
                return _json(ask(form, request.match_info.get("tenant", "")), headers=headers)
        except OAuthError as err:
            at = self._identity.world.now()
            body = body_of(err.refusal, correlation, at, self._identity.origin)
            return _json(body, headers=headers, status=err.refusal.status)

    def _refuse_as_planned(self, grant_type: str) -> None:
        planned = self._faults.refusal_for(grant_type)
        if planned is not None:
            raise OAuthError(planned)

    async def _instance(self, request: web.Request) -> web.StreamResponse:
        host = request.host
        asked = urlsplit(request.query.get("authorization_endpoint", "")).path.strip("/").partition("/")[0]
        where = f"{self._identity.origin}/{quote(asked, safe='') or 'common'}/v2.0/.well-known/openid-configuration"
        metadata = [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}]
        return _json({"tenant_discovery_endpoint": where, "api-version": "1.1", "metadata": metadata})

    async def _userinfo(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = self._identity.tokens.look_up(token)
        if grant is None:
            return _json({"error": "invalid_token"}, status=401, headers={"WWW-Authenticate": "Bearer"})
        person = self._identity.world.person(grant.address).person
        return _json({"sub": person.key.replace("-", "")[::-1], "name": person.name, "email": person.address})

    async def _logout(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text="You are signed out.")


def _json(body: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")
