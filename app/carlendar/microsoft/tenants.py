"""Resolves a domain to its tenant, by the identity platform (OpenID Connect Discovery 1.0).

The issuer in `{login}/{domain}/v2.0/.well-known/openid-configuration` contains the tenant's id. Results are stored in
the vault, so that they are available offline and only the vault's owner can change them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, urlsplit

from carlendar.domain.account import is_tenant_id
from carlendar.errors import CarlendarError, ServiceError, VaultError
from carlendar.microsoft.clouds import Cloud
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_log = logging.getLogger(__name__)


def tenant_id(text: object) -> str:
    """Return `text` as a tenant's id in lower case; empty if it is not one."""
    found = text.strip().lower() if isinstance(text, str) else ""
    return found if is_tenant_id(found) else ""


class TenantDirectory:
    """Tenants of one cloud. `tenant_of` returns the tenant of a signed-in account, by the account's id."""

    def __init__(self, cloud: Cloud, http: HttpSession, vault: Vault, tenant_of: Callable[[str], str]) -> None:
        self._cloud, self._http, self._vault, self._tenant_of = cloud, http, vault, tenant_of
        self._name = f"tenants-{re.sub(r'[^a-z0-9.-]', '-', cloud.name.lower())}"

    def of(self, account_id: str) -> str:
        """Return the tenant's id of a signed-in account; empty if unknown."""
        try:
            return tenant_id(self._tenant_of(account_id))
        except CarlendarError:
            return ""

    def resolve(self, domain: str, *, ask: bool) -> str:
        """Return the id of the tenant that a domain belongs to; empty if unknown.

        With `ask` the platform is queried, which blocks for up to a request's time-out. Without it, or while the
        platform does not answer, the stored result is used.
        """
        wanted = domain.strip().lower().rstrip(".")
        if not _DOMAIN.fullmatch(wanted):
            return ""
        known = self._known()
        if not ask:
            return known.get(wanted, "")
        try:
            found = self._ask(wanted)
        except ServiceError as error:
            _log.info("a tenant could not be looked up: %s", type(error).__name__)
            return known.get(wanted, "")
        if found != known.get(wanted, ""):
            kept = {name: held for name, held in known.items() if name != wanted}
            with suppress(VaultError):  # query again next time
                self._vault.put(self._name, json.dumps(kept | ({wanted: found} if found else {})).encode())
        return found

    def _ask(self, domain: str) -> str:
        parts = urlsplit(self._cloud.login)
        url = f"{parts.scheme}://{parts.netloc}/{quote(domain, safe='')}/v2.0/.well-known/openid-configuration"
        reply = self._http.request("GET", url)
        if reply.status in (400, 404):  # no such tenant
            return ""
        if not reply.ok:
            raise ServiceError("The tenant could not be looked up.", detail=str(reply.status))
        issuer = urlsplit(str(reply.json().get("issuer") or ""))
        return tenant_id(issuer.path.strip("/").partition("/")[0]) if issuer.netloc == parts.netloc else ""

    def _known(self) -> dict[str, str]:
        try:
            stored = json.loads(self._vault.get(self._name) or b"{}")
        except (VaultError, ValueError):
            return {}
        pairs = stored.items() if isinstance(stored, dict) else ()
        return {name: found for name, held in pairs if (found := tenant_id(held))}
