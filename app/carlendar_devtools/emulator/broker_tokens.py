"""Authorisation of an emulated databroker: tokens, their scope and expiry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

SCHEME = "Bearer "


@dataclass(frozen=True, slots=True)
class BrokerGrant:
    """What a token allows: neither reading nor setting of `hidden` paths and what is under them, setting if `actuates`.

    `expires` is a moment of the broker's clock, in seconds; infinity for never.
    """

    hidden: tuple[str, ...] = ()
    actuates: bool = True
    expires: float = float("inf")

    def covers(self, path: str) -> bool:
        """Whether the path may be read."""
        return not any(path == each or path.startswith(f"{each}.") for each in self.hidden)


EVERYTHING = BrokerGrant()


class BrokerTokens:
    """The accepted tokens; without any, every call is allowed. `now` is in seconds."""

    def __init__(self, grants: Mapping[str, BrokerGrant], now: Callable[[], float]) -> None:
        self._now = now
        self._grants = dict(grants)
        self._free = EVERYTHING
        """The grant of calls accepted while no token was required."""

    def replace(self, grants: Mapping[str, BrokerGrant]) -> None:
        """Accept these from now on; what was granted before is withdrawn."""
        self._grants = dict(grants)
        self._free = BrokerGrant()

    def grant(self, metadata: Iterable[tuple[str, str]] | None) -> BrokerGrant | None:
        """Return the caller's grant; None without a valid token."""
        if not self._grants:
            return self._free
        given = dict(metadata or ()).get("authorization", "")
        found = self._grants.get(given.removeprefix(SCHEME)) if given.startswith(SCHEME) else None
        return found if found is not None and self.valid(found) else None

    def valid(self, grant: BrokerGrant) -> bool:
        """Whether the grant holds: not withdrawn, not expired."""
        held = any(grant is each for each in self._grants.values()) if self._grants else grant is self._free
        return held and self._now() < grant.expires
