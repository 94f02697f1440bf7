"""A meeting service as data: its hosts, the paths of its links, and examples, which the tests check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One meeting service. `path` is matched from the start of what follows the host."""

    name: str
    hosts: tuple[str, ...]
    path: str
    joins: tuple[str, ...]
    """Examples of links that are a way in."""
    others: tuple[str, ...] = ()
    """Examples of links on its hosts that are none."""
    never: str = ""
    """Pattern of paths that are no way in although `path` matches them."""
    host_pattern: str = ""
    """For software that people host themselves: what the whole host looks like. Anyone can choose such a
    name, so that these links are never the service's own and always need a confirmation."""
    rooms_only: bool = False
    """Its hosts have no pages about the service, so that any word names a room."""
    scheme: str = "https"
    retired: bool = False
