"""Checks a driver's Microsoft Entra token before it is exchanged: for whom, by whom, and until when it was issued.

The signature is not verified here: Azure does so in the exchange, and nothing else is granted for the token. The checks
keep tokens for anything but calls from being sent to Azure, and save exchanges that would be refused.

Claims: Microsoft identity platform, "Access token claims reference". Version 1.0 has `appid` and an issuer at
`sts.windows.net`, version 2.0 `azp` and an issuer at the sign-in host.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
import msgspec
from msgspec import Meta

from carlendar.domain.account import is_tenant_id
from carlendar.domain.base import Value
from carlendar_fleet.calling.refusal import Reason, TokenRefusedError

APPLICATION = "1fd5118e-2576-4263-8130-9503064c837a"
"""Application id of Azure Communication Services."""
AUDIENCES = frozenset({APPLICATION, f"api://{APPLICATION}", "https://auth.msft.communication.azure.com"})
PERMISSION = "Teams.ManageCalls"
LEAST_LEFT = timedelta(minutes=10)
"""A token is exchanged only if it is valid for longer than that."""
SKEW = timedelta(minutes=5)
LONGEST = 16_384
GLOBAL_LOGIN = "https://login.microsoftonline.com"
FIRST_VERSION_ISSUER = "https://sts.windows.net"
_LATEST = 2**40

Moment = Annotated[int, Meta(ge=0, le=_LATEST)]


class _Claims(Value, frozen=True):
    """The claims that are checked."""

    aud: str
    iss: str
    exp: Moment
    tid: str
    oid: str
    nbf: Moment = 0
    appid: str = ""
    azp: str = ""
    scp: str = ""
    idtyp: str = ""


class TeamsUser(Value, frozen=True):
    """The person of a token that was checked; `expires` is the token's."""

    object_id: str
    tenant: str
    expires: datetime


class TeamsTokenCheck:
    """Checks tokens of one application. `login` is the sign-in host; with `tenants`, only theirs are accepted."""

    def __init__(
        self, client_id: str, now: Callable[[], datetime], *, login: str = GLOBAL_LOGIN, tenants: tuple[str, ...] = ()
    ) -> None:
        self.client_id = client_id
        self._now = now
        self._issuers = [f"{login.rstrip('/')}/{{}}/v2.0"]
        if login.rstrip("/") == GLOBAL_LOGIN:
            self._issuers.append(f"{FIRST_VERSION_ISSUER}/{{}}/")
        self._tenants = frozenset(tenants)

    def check(self, token: str) -> TeamsUser:
        """Return whom the token is for. Raises TokenRefusedError."""
        claims = _claims(token)
        if claims.aud not in AUDIENCES:
            raise TokenRefusedError(Reason.TOKEN_AUDIENCE)
        if not is_tenant_id(claims.tid) or claims.iss not in [each.format(claims.tid) for each in self._issuers]:
            raise TokenRefusedError(Reason.TOKEN_ISSUER)
        if self._tenants and claims.tid not in self._tenants:
            raise TokenRefusedError(Reason.TOKEN_TENANT)
        if (claims.azp or claims.appid) != self.client_id:
            raise TokenRefusedError(Reason.TOKEN_APPLICATION)
        if not is_tenant_id(claims.oid) or claims.idtyp == "app":
            raise TokenRefusedError(Reason.TOKEN_PERSON)
        if PERMISSION not in claims.scp.split():
            raise TokenRefusedError(Reason.TOKEN_PERMISSION)
        now, expires = self._now(), datetime.fromtimestamp(claims.exp, UTC)
        if expires - now <= LEAST_LEFT or datetime.fromtimestamp(claims.nbf, UTC) > now + SKEW:
            raise TokenRefusedError(Reason.TOKEN_EXPIRES)
        return TeamsUser(claims.oid, claims.tid, expires)


def _claims(token: str) -> _Claims:
    """Return the claims of a token, without its signature verified."""
    if len(token) > LONGEST:
        raise TokenRefusedError(Reason.TOKEN_UNREADABLE)
    try:
        found = jwt.decode(token, options={"verify_signature": False})
        return msgspec.convert(found, _Claims)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError, RecursionError):
        raise TokenRefusedError(Reason.TOKEN_UNREADABLE) from None  # the errors quote the content
