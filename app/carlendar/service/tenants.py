"""Which organisations may sign in: `identity.tenants_allowed`, matched by tenant id only.

The domain of an address proves nothing: an organisation can use any address as a user name, and guests keep that of
another organisation. A domain in the list stands for the tenant that owns it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from carlendar.domain.account import is_tenant_id


class Tenants(Protocol):
    """Resolves tenants (`carlendar.microsoft.tenants`)."""

    def of(self, account_id: str) -> str:
        """Return the tenant id of a signed-in account; empty if currently unknown."""

    def resolve(self, domain: str, *, ask: bool) -> str:
        """Return the id of the tenant that owns a domain; empty if unknown. With `ask` the network may be used."""


class TenantPolicy:
    """The configured list; an empty one allows every organisation."""

    def __init__(self, allowed: Sequence[str], tenants: Tenants | None) -> None:
        entries = {entry.strip().casefold().lstrip("@") for entry in allowed}
        self._ids = {entry for entry in entries if is_tenant_id(entry)}
        self._domains = sorted(entries - self._ids)
        self._tenants = tenants

    def allows(self, tenant: str, *, ask: bool) -> bool | None:
        """Whether members of this tenant may sign in; None while a domain of the list cannot be resolved."""
        if not self._ids and not self._domains:
            return True
        if not tenant:
            return False
        if tenant.casefold() in self._ids:
            return True
        found = [self._tenants.resolve(domain, ask=ask) if self._tenants else "" for domain in self._domains]
        if tenant.casefold() in found:
            return True
        return None if "" in found else False

    def refuses(self, account_id: str, tenant: str, *, ask: bool) -> bool:
        """Whether a signed-in account is no longer allowed; False while that is unknown."""
        known = tenant or (self._tenants.of(account_id) if self._tenants else "")
        if (not known and self._tenants) or self.allows(known, ask=False):
            return False
        return self.allows(known, ask=ask) is False
