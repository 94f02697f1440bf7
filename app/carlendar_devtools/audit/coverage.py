"""Coverage: which displays, screens, states, themes and so on were measured, and in which combinations."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carlendar_devtools.audit.finding import Scope

Pair = tuple[tuple[str, str], tuple[str, str]]
"""Two values, each with the name of its dimension."""


def values(scopes: Iterable[Scope]) -> dict[str, tuple[str, ...]]:
    """Return the values of each dimension, in order."""
    found: dict[str, set[str]] = {}
    for scope in scopes:
        for kind, value in _of(scope):
            found.setdefault(kind, set()).add(value)
    return {kind: tuple(sorted(each)) for kind, each in found.items()}


def pairs(scopes: Iterable[Scope]) -> set[Pair]:
    """Return the pairs of values of different dimensions that were measured together."""
    return {pair for each in {_of(scope) for scope in scopes} for pair in combinations(each, 2)}


def apart(scopes: Iterable[Scope]) -> list[Pair]:
    """Return the pairs of values that were never measured together, in order."""
    scopes = tuple(scopes)
    together = pairs(scopes)
    known = values(scopes)
    wanted = (
        ((one, first), (other, second))
        for one, other in combinations(known, 2)
        for first in known[one]
        for second in known[other]
    )
    return [pair for pair in wanted if pair not in together]


def _of(scope: Scope) -> tuple[tuple[str, str], ...]:
    return (
        ("display", scope.display),
        ("screen", scope.screen),
        ("driving state", "passenger's display" if scope.passenger else scope.state),
        ("theme", scope.theme),
        ("brand", scope.brand),
        ("language", scope.language),
        ("text size", f"{scope.text_scale:g}"),
    )
