"""Tokens: what was granted to whom, for how long, and what was revoked.

Access and identity tokens are signed (RS256) with a key made at start. Lifetimes are measured by the
elapsed clock; the times inside the tokens are the machine's, as MSAL reads them.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from carlendar.domain.ports import ElapsedClock
from carlendar_devtools.emulator.cloud import scopes
from carlendar_devtools.emulator.cloud.codes import Wish
from carlendar_devtools.emulator.cloud.refusals import refuse
from carlendar_devtools.emulator.world.person import DirectoryUser

ACCESS_LIFE = 3600.0
GRAPH_AUDIENCE = "00000003-0000-0000-c000-000000000000"
CALLING_AUDIENCE = "1fd5118e-2576-4263-8130-9503064c837a"
"""Azure Communication Services."""
CONSUMERS_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal accounts (Microsoft identity platform, ID token claims reference, `tid`)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The grant of a token. `expires` is in elapsed seconds, `turn` counts issues and revocations.

    `personal`: it belongs to a personal Microsoft account, not to one of an organisation.
    """

    address: str
    client_id: str
    scopes: frozenset[str]
    capable: bool
    turn: int
    expires: float
    personal: bool = False
    audience: str = GRAPH_AUDIENCE
    spelled: tuple[str, ...] = ()
    """The scopes as they were requested."""


@lru_cache(maxsize=1)
def _signing_key() -> rsa.RSAPrivateKey:
    """One key for the process: generating one is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Tokens:
    """All tokens that were issued by `issuer` (the origin of the server, without a tenant)."""

    clock: ElapsedClock
    origin: str
    tenant_id: str
    life: float = ACCESS_LIFE
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _revoked: dict[str, int] = field(default_factory=dict)
    _challenged: dict[str, int] = field(default_factory=dict)
    _consents: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _turn: int = 0
    _key: rsa.RSAPrivateKey = field(default_factory=_signing_key)
    _kid: str = field(default_factory=lambda: secrets.token_urlsafe(20))

    def issue(self, wish: Wish, person: DirectoryUser) -> dict[str, Any]:
        """Return the token endpoint's reply (RFC 6749, 5.1) with everything requested."""
        names = scopes.granted(wish.spelled)
        expires = self.clock.seconds() + self.life
        personal = person.personal or wish.tenant.casefold() in ("consumers", CONSUMERS_TENANT)
        tenant = CONSUMERS_TENANT if personal else self.tenant_id
        audience = CALLING_AUDIENCE if any(map(scopes.is_calling, wish.spelled)) else GRAPH_AUDIENCE
        grant = Grant(
            person.address, wish.client_id, names, wish.capable, self._next(), expires, personal, audience, wish.spelled
        )
        more = {"scp": " ".join(sorted(names)), "jti": secrets.token_hex(16), "azp": wish.client_id}
        access = self._signed(self._claims(person, tenant, audience, **more))
        self._access[access] = grant
        reply: dict[str, Any] = {
            "token_type": "Bearer",
            "scope": " ".join(scopes.displayed(wish.spelled)),
            "expires_in": int(self.life),
            "ext_expires_in": int(self.life),
            "access_token": access,
            "client_info": client_info(person, tenant),
        }
        if "offline_access" in wish.spelled:
            reply["refresh_token"] = "1." + secrets.token_urlsafe(96)
            self._refresh[reply["refresh_token"]] = grant
        if "openid" in wish.spelled:
            nonce = {"nonce": wish.nonce} if wish.nonce else {}
            reply["id_token"] = self._signed(self._claims(person, tenant, wish.client_id, **nonce))
        return reply

    def consent(self, wish: Wish, address: str) -> None:
        """Record a person's consent to a client's request."""
        key = (address, wish.client_id)
        self._consents[key] = self._consents.get(key, frozenset()) | scopes.granted(wish.spelled)

    def consented(self, wish: Wish, address: str) -> bool:
        """Whether there is consent to everything requested."""
        return scopes.granted(wish.spelled) <= self._consents.get((address, wish.client_id), frozenset())

    def renew(self, refresh_token: str, client_id: str) -> Grant:
        """The grant of a refresh token, which stays valid: the platform does not revoke the old one. OAuthError."""
        grant = self._refresh.get(refresh_token)
        if grant is None or grant.client_id != client_id:
            raise refuse("bad_grant")
        if grant.turn < self._revoked.get(grant.address, 0):
            raise refuse("revoked")
        return grant

    def look_up(self, access_token: str) -> Grant | None:
        """Return the grant of a valid access token, else None."""
        grant = self._access.get(access_token)
        if grant is None or self.clock.seconds() >= grant.expires:
            return None
        return grant

    def is_revoked(self, grant: Grant) -> bool:
        """Whether the person's sessions were ended after it was issued."""
        return grant.turn < self._revoked.get(grant.address, 0)

    def is_challenged(self, grant: Grant) -> bool:
        """Whether further claims are required since it was issued."""
        return grant.turn < self._challenged.get(grant.address, 0)

    def revoke(self, address: str) -> None:
        """End all sessions of a person."""
        self._revoked[address] = self._next()

    def challenge(self, address: str) -> None:
        """Require a new access token, as continuous access evaluation does."""
        self._challenged[address] = self._next()

    def apply_fault(self, kind: str, address: str) -> None:
        """Apply a fault to a person's sessions: `revoke`, `challenge` or `expire`."""
        {"revoke": self.revoke, "challenge": self.challenge, "expire": self.expire_access}[kind](address)

    def expire_access(self, address: str) -> None:
        """Expire all access tokens of a person, but not the refresh tokens."""
        now = self.clock.seconds()
        self._access = {
            token: replace(grant, expires=now) if grant.address == address else grant
            for token, grant in self._access.items()
        }

    def keys(self) -> dict[str, Any]:
        """The public keys, as a JSON Web Key Set."""
        key = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**key, "use": "sig", "kid": self._kid, "alg": "RS256"}]}

    def _next(self) -> int:
        self._turn += 1
        return self._turn

    def _claims(self, person: DirectoryUser, tenant: str, audience: str, **more: Any) -> dict[str, Any]:
        now = int(time.time())
        return {
            "aud": audience,
            "iss": f"{self.origin}/{tenant}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + int(self.life),
            "name": person.name,
            "oid": person.key,
            "preferred_username": person.address,
            "sub": person.key.replace("-", "")[::-1],
            "tid": tenant,
            "ver": "2.0",
            **({"roles": list(person.roles)} if person.roles else {}),
            **more,
        }

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})


def client_info(person: DirectoryUser, tenant_id: str) -> str:
    """MSAL's `client_info`: the home account, base64url of JSON."""
    text = json.dumps({"uid": person.key, "utid": tenant_id})
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
