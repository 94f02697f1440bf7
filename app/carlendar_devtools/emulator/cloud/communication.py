"""Azure Communication Services' identity API (2023-10-01): guests, tokens, and the exchange of Teams users' tokens.

Requests are authorised by an access key (HMAC-SHA256), as Microsoft's tutorial "Sign an HTTP request" describes.
Errors are `{"error": {"code", "message"}}`. Not compared with the service.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
from aiohttp import web

from carlendar_devtools.emulator.cloud.faults import FaultPlan, lose_answer, play
from carlendar_devtools.emulator.cloud.identity import IdentityPlatform
from carlendar_devtools.emulator.cloud.tokens import CALLING_AUDIENCE, Grant

API_VERSIONS = frozenset({"2022-10-01", "2023-10-01"})
SKEW_SECONDS = 300.0
"""By how much the date of a request may differ."""
PERMISSION = "Teams.ManageCalls"
SCOPES = frozenset({"voip", "voip.join", "chat", "chat.join", "chat.join.limited"})
LEAST_MINUTES, MOST_MINUTES = 60, 1440
EXCHANGES, EXCHANGE_WINDOW = 500, 30.0
_AUTHORIZATION = re.compile(r"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=([A-Za-z0-9+/=]+)")


class AzureError(Exception):
    """A refused request."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, dict(headers or {})


class CommunicationEmulation:
    """One Communication Services resource, whose endpoint is the cloud's own address."""

    def __init__(self, identity: IdentityPlatform, faults: FaultPlan) -> None:
        self._identity, self._faults = identity, faults
        self._key = secrets.token_bytes(64)
        self._resource = str(uuid.uuid4())
        self._guests: set[str] = set()
        self._exchanges: list[float] = []
        self._issued: dict[str, str] = {}

    @property
    def connection(self) -> str:
        """The connection string, as Azure's portal shows it."""
        return f"endpoint={self._identity.origin}/;accesskey={base64.b64encode(self._key).decode()}"

    @property
    def guests(self) -> frozenset[str]:
        """Identities that were made and not deleted."""
        return frozenset(self._guests)

    def identity_of(self, token: str) -> str:
        """Return whose token it is (`8:acs:…` for a guest, `8:orgid:…` for a person); empty if it is not valid."""
        holder = self._issued.get(token, "")
        return holder if holder.startswith("8:orgid:") or holder in self._guests else ""

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register the endpoints."""
        router.add_post("/identities", self._serve)
        router.add_delete("/identities/{id}", self._serve)
        router.add_post("/identities/{id}/:issueAccessToken", self._serve)
        router.add_post("/teamsUser/:exchangeAccessToken", self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        broken = await play(self._faults.next_for(request.path, request.query_string), request)
        if broken is not None:
            return self._logged(request, broken)
        body = await request.read()
        try:
            self._authorise(request, body)
            status, answer = self._answered(request, body)
        except AzureError as error:
            content = {"error": {"code": error.code, "message": error.message}}
            return self._logged(request, web.json_response(content, status=error.status, headers=error.headers))
        if self._faults.of_kind("cut_answer", request.path, request.query_string) is not None:
            return self._logged(request, await lose_answer(request))
        return self._logged(
            request, web.json_response(answer, status=status) if answer else web.Response(status=status)
        )

    def _logged(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        path = re.sub(r"/identities/[^/]+", "/identities/…", request.path)
        self._identity.event_log.add("communication", f"{request.method} {path}", response.status)
        return response

    def _authorise(self, request: web.Request, body: bytes) -> None:
        if request.query.get("api-version") not in API_VERSIONS:
            raise AzureError(400, "UnsupportedApiVersionValue", "The HTTP resource does not support the API version.")
        given = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
        date, digest = request.headers.get("x-ms-date", ""), request.headers.get("x-ms-content-sha256", "")
        if given is None or not _is_now(date):
            raise AzureError(401, "Denied", "Denied by the resource provider.")
        if digest != base64.b64encode(hashlib.sha256(body).digest()).decode():
            raise AzureError(401, "Denied", "Request 'x-ms-content-sha256' differs from generated content hash.")
        text = f"{request.method}\n{request.raw_path}\n{date};{request.host};{digest}"
        signature = base64.b64encode(hmac.digest(self._key, text.encode(), "sha256")).decode()
        if not hmac.compare_digest(signature, given[1]):
            raise AzureError(401, "Denied", "Denied by the resource provider.")

    def _answered(self, request: web.Request, body: bytes) -> tuple[int, dict[str, Any]]:
        given = _object(body)
        if request.path.startswith("/teamsUser/"):
            return 200, self._exchange(given)
        if request.method == "DELETE":
            self._guests.discard(self._guest(request))
            return 204, {}
        if request.path.endswith("/:issueAccessToken"):
            return 200, self._token(self._guest(request), given.get("scopes"), given.get("expiresInMinutes"))
        made = f"8:acs:{self._resource}_{uuid.uuid4()}"
        answer: dict[str, Any] = {"identity": {"id": made}}
        if given.get("createTokenWithScopes"):
            answer["accessToken"] = self._token(made, given["createTokenWithScopes"], given.get("expiresInMinutes"))
        self._guests.add(made)
        return 201, answer

    def _guest(self, request: web.Request) -> str:
        if request.match_info["id"] not in self._guests:
            raise AzureError(404, "IdentityNotFound", "Provided identity doesn't exist.")
        return request.match_info["id"]

    def _token(self, holder: str, wanted: object, minutes: object) -> dict[str, Any]:
        life = MOST_MINUTES if minutes is None else minutes
        if not isinstance(wanted, list) or not wanted or not set(map(str, wanted)) <= SCOPES:
            raise AzureError(400, "ValidationError", "Invalid scopes.")
        if not isinstance(life, int) or not LEAST_MINUTES <= life <= MOST_MINUTES:
            raise AzureError(400, "ValidationError", "The expiration time must be between 60 and 1440 minutes.")
        return self._issue(holder, " ".join(map(str, wanted)), time.time() + life * 60)

    def _exchange(self, given: Mapping[str, Any]) -> dict[str, Any]:
        with self._identity.lock:
            grant = self._identity.tokens.look_up(str(given.get("token", "")))
            valid = grant is not None and grant.audience == CALLING_AUDIENCE and PERMISSION in grant.scopes
            if grant is None or not valid or self._identity.tokens.is_revoked(grant):
                raise AzureError(401, "Unauthorized", "Provided access token is not valid.")
            person = self._identity.world.person(grant.address).person
            self._limit()
            if given.get("appId") != grant.client_id or given.get("userId") != person.key or person.personal:
                raise AzureError(403, "Forbidden", "The token's application or user differ from the request's.")
            return self._issue(f"8:orgid:{person.key}", "voip chat", time.time() + self._left(grant))

    def _left(self, grant: Grant) -> float:
        return grant.expires - self._identity.tokens.clock.seconds()

    def _limit(self) -> None:
        now = time.monotonic()
        self._exchanges = [at for at in self._exchanges if now - at < EXCHANGE_WINDOW]
        if len(self._exchanges) >= EXCHANGES:
            wait = self._exchanges[0] + EXCHANGE_WINDOW - now
            raise AzureError(429, "TooManyRequests", "Too many requests.", {"Retry-After": str(int(wait) + 1)})
        self._exchanges.append(now)

    def _issue(self, holder: str, scope: str, expires: float) -> dict[str, Any]:
        claims = {
            "skypeid": holder.removeprefix("8:"), "scp": 1792, "csi": str(int(time.time())), "exp": int(expires),
            "rgn": "emea", "acsScope": scope, "resourceId": self._resource, "iat": int(time.time()),
        }  # fmt: skip
        token = jwt.encode(claims, self._key, algorithm="HS256", headers={"kid": "1"})
        self._issued[token] = holder
        return {"token": token, "expiresOn": datetime.fromtimestamp(expires, UTC).isoformat()}


def _object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise AzureError(400, "ValidationError", "The request body cannot be read.")
    return found


def _is_now(date: str) -> bool:
    try:
        return abs(parsedate_to_datetime(date).timestamp() - time.time()) <= SKEW_SECONDS
    except ValueError:
        return False
