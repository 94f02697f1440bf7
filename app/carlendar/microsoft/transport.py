"""The HTTP client that MSAL uses: its requests are subject to our limits and errors.

Errors of the service are raised here and not passed to MSAL, for two reasons: MSAL keeps a valid access token if a
renewal *raises*, and after a 5xx it would answer from its own cache for 60 s. `Retry-After` is respected here instead.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from carlendar.domain.bounded import from_json
from carlendar.errors import OutageError, ServiceError, ThrottledError, VaultError
from carlendar.microsoft.faults import fault, intercepted
from carlendar.microsoft.outcomes import error_of, outcome_of
from carlendar.microsoft.session import HttpReply, HttpSession
from carlendar.microsoft.vault import Vault


class MsalAnswer:
    """An answer in the form that MSAL reads."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self.text = text
        self.headers = headers

    def raise_for_status(self) -> None:
        """Raise OutageError unless successful; MSAL calls it for unexpected statuses."""
        if self.status_code >= 400:
            raise OutageError("Microsoft's sign-in does not work as it should.", detail=str(self.status_code))


class IdentityTransport:
    """MSAL's `http_client`. The provider's metadata is stored in `vault` under `name`.

    So an outage of the sign-in service does not invalidate good tokens, even after a restart, and only the vault's
    owner can change where refresh tokens are sent.
    """

    def __init__(
        self, http: HttpSession, vault: Vault, name: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._vault = vault
        self._name = name
        self._seconds = seconds
        self._not_before: dict[str, float] = {}
        self.has_metadata = False
        """Whether the provider has answered the request for its metadata, successfully or not."""

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> MsalAnswer:
        """Return the provider's metadata; the stored one if the service fails.

        Raises ServiceError, and SignInRefusedError if the provider does not know the tenant.
        """
        try:
            reply = self._checked(self._http.request("GET", url, params=params, headers=headers))
        except ServiceError:
            known = self._remembered(url)
            if known is None:
                raise
            return MsalAnswer(200, known, {})
        if not reply.ok:  # MSAL would raise an exception without details
            outcome = outcome_of(reply.json(), renewing=False)
            raise error_of(outcome if outcome.code else replace(outcome, reason="unknown_tenant"))
        self.has_metadata = True
        text = reply.body.decode(errors="replace")
        if text != self._remembered(url):
            self._remember(url, text)
        return MsalAnswer(reply.status, text, reply.headers)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> MsalAnswer:
        """Post a form. Raises ServiceError, also while the service's `Retry-After` is not over."""
        wait = self._not_before.get(url, 0.0) - self._seconds()
        if wait > 0:
            raise ThrottledError("Microsoft asks to wait a little.", retry_after=wait, detail="held back")
        try:
            reply = self._checked(self._http.request("POST", url, params=params, data=data, headers=headers))
        except ThrottledError as error:
            self._not_before[url] = self._seconds() + (error.retry_after or 0.0)
            raise
        return MsalAnswer(reply.status, reply.body.decode(errors="replace"), reply.headers)

    def close(self) -> None:
        """Do nothing: the session belongs to the caller."""

    @staticmethod
    def _checked(reply: HttpReply) -> HttpReply:
        """Return `reply` if it is an answer of an identity platform (2xx, 4xx, a JSON object)."""
        foreign = intercepted(reply.status, reply.headers, reply.body)
        if foreign or reply.status == 429 or not 200 <= reply.status < 500 or 300 <= reply.status < 400:
            raise fault(reply.status, reply.headers, reply.body, host=reply.host)
        reply.json()
        return reply

    def _remembered(self, url: str) -> str | None:
        try:
            stored = self._vault.get(self._name)
            kept = from_json(stored) if stored else {}
        except (VaultError, ValueError):
            return None
        text = kept.get(url) if isinstance(kept, dict) else None
        return text if isinstance(text, str) else None

    def _remember(self, url: str, text: str) -> None:
        try:
            self._vault.put(self._name, json.dumps({url: text}).encode())
        except VaultError:
            # Not essential: the metadata is fetched again next time.
            return
