"""The definition of a meeting service: hosts, paths of links, and examples, which the tests check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One meeting service. `path` is matched from the start of what follows the host."""

    name: str
    hosts: tuple[str, ...]
    path: str
    joins: tuple[str, ...]
    """Examples of links for joining."""
    others: tuple[str, ...] = ()
    """Examples of links on its hosts that are not for joining."""
    never: str = ""
    """Pattern of paths that are not for joining although `path` matches them."""
    host_pattern: str = ""
    """For self-hosted software: a pattern of the host. Anyone can choose such a name, so these links never count as the
    service's own and always need a confirmation.
    """
    rooms_only: bool = False
    """Its hosts have no other pages, so that any word is a room."""
    scheme: str = "https"
    retired: bool = False
