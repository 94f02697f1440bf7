"""Which organisations' people may sign in: `identity.tenants_allowed`, by the tenant's id alone.

The domain of an address proves nothing: an organisation may use any address as a person's name, and a guest keeps
that of another one. A domain in the list stands for the tenant that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from carlendar.domain.account import is_tenant_id


class Tenants(Protocol):
    """What knows tenants (`carlendar.microsoft.tenants`)."""

    def of(self, account_id: str) -> str:
        """The tenant's id of a signed-in account; empty where that is not known at the moment."""

    def resolve(self, domain: str, *, ask: bool) -> str:
        """The id of the tenant of a domain; empty where that is not known. With `ask` the network may be asked."""


class TenantPolicy:
    """The list as set; an empty one allows everybody."""

    def __init__(self, allowed: Sequence[str], tenants: Tenants | None) -> None:
        entries = {entry.strip().casefold().lstrip("@") for entry in allowed}
        self._ids = {entry for entry in entries if is_tenant_id(entry)}
        self._domains = sorted(entries - self._ids)
        self._tenants = tenants

    def allows(self, tenant: str, *, ask: bool) -> bool | None:
        """Whether people of this tenant may sign in; None while a domain of the list could not be looked up."""
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
        """Whether an account that is signed in may not be any more; False as long as that is not known."""
        known = tenant or (self._tenants.of(account_id) if self._tenants else "")
        if (not known and self._tenants) or self.allows(known, ask=False):
            return False
        return self.allows(known, ask=ask) is False
