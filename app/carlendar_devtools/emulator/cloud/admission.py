"""Authorises requests: access tokens, revoked sessions and claims challenges."""

from __future__ import annotations

import base64
import json
import time

from carlendar_devtools.emulator.cloud.call import GraphError
from carlendar_devtools.emulator.cloud.identity import IdentityPlatform
from carlendar_devtools.emulator.cloud.tokens import GRAPH_AUDIENCE, Grant


def admit(identity: IdentityPlatform, authorization: str) -> Grant:
    """Return the grant of an Authorization header. Raises GraphError (401).

    A client that declared CP1 gets a claims challenge if its session was revoked or claims are required; others get an
    error as for an expired token.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise _unauthorized(identity, "Access token is empty.")
    grant = identity.tokens.look_up(token.strip())
    if grant is None:
        raise _unauthorized(identity, "Lifetime validation failed, the token is expired.")
    if grant.audience != GRAPH_AUDIENCE:
        raise _unauthorized(identity, "Access token validation failure. Invalid audience.")
    revoked = identity.tokens.is_revoked(grant)
    if grant.capable and (revoked or identity.tokens.is_challenged(grant)):
        raise _challenge(identity)
    if revoked:
        raise _unauthorized(identity, "Lifetime validation failed, the token is expired.")
    return grant


def _unauthorized(identity: IdentityPlatform, message: str) -> GraphError:
    headers = {"WWW-Authenticate": f'Bearer realm="", authorization_uri="{_authorization(identity)}"'}
    return GraphError(401, "InvalidAuthenticationToken", message, headers)


def _challenge(identity: IdentityPlatform) -> GraphError:
    claims = {"access_token": {"nbf": {"essential": True, "value": str(int(time.time()))}}}
    coded = base64.b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode()
    realm = f'Bearer realm="", authorization_uri="{_authorization(identity)}"'
    words = f'{realm}, error="insufficient_claims", claims="{coded}"'
    message = (
        "Continuous access evaluation resulted in challenge with result: InteractionRequired "
        "and code: TokenIssuedBeforeRevocationTimestamp"
    )
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": words})


def _authorization(identity: IdentityPlatform) -> str:
    return f"{identity.origin}/common/oauth2/authorize"
