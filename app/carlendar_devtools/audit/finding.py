"""Findings of the audit: violations and coverage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

from carlendar_devtools.audit.rules import RULES

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something was measured: display, screen, driving state and so on, as named in the report."""

    display: str
    screen: str
    state: str
    theme: str
    language: str
    brand: str
    situation: str
    text_scale: float = 1.0
    passenger: bool = False
    """Whether the display is visible to the passenger only."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A measurement that violates its rule; `rect` is the node's rectangle in px, None for a whole page.

    `image` is a PNG of the area, empty if there is none; `picture` is its file name, if it was written.
    """

    rule: str
    scope: Scope
    node: str
    measured: float | None
    required: float | None
    text: str = ""
    rect: Rect | None = None
    image: bytes = b""
    picture: str | None = None

    @property
    def unit(self) -> str:
        """The unit of the measurement."""
        return RULES[self.rule].unit


@dataclass(frozen=True, slots=True)
class Nearest:
    """The measurement of a rule that is closest to its limit, or furthest beyond it.

    `share` is the fraction of the requirement that was met: 1 at the limit, less beyond it.
    """

    share: float
    measured: float
    required: float
    node: str
    scope: Scope


@dataclass
class Findings:
    """Collects the results of a running audit; `checks` and `nearest` are per rule."""

    violations: list[Violation] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    layouts: int = 0
    renders: int = 0
    nodes: int = 0
    laid_out: set[Scope] = field(default_factory=set)
    """Scopes in which positions and sizes were measured."""
    pictured: set[Scope] = field(default_factory=set)
    """Scopes in which pixels were measured; one image counts for all scopes in which it is identical."""
    nearest: dict[str, Nearest] = field(default_factory=dict)

    def add(self, other: Findings) -> None:
        """Merge the findings of another part of the audit."""
        self.violations += other.violations
        self.checks += other.checks
        self.layouts += other.layouts
        self.renders += other.renders
        self.nodes += other.nodes
        self.laid_out |= other.laid_out
        self.pictured |= other.pictured
        for rule, near in other.nearest.items():
            if rule not in self.nearest or near.share < self.nearest[rule].share:
                self.nearest[rule] = near


@dataclass
class Judge:
    """Compares measurements of a page with limits; failures become violations in `findings`."""

    findings: Findings
    scope: Scope

    def least(self, rule: str, node: str, measured: float, required: float, rect: Rect | None = None) -> bool:
        """Require a minimum, with a tolerance for rounding."""
        share = measured / required if required else 1.0
        ok = measured >= required * (1 - 1e-3) - 1e-6
        return self._held(rule, node, measured, required, rect, ok=ok, share=share)

    def most(
        self, rule: str, node: str, measured: float, allowed: float | None, rect: Rect | None = None, text: str = ""
    ) -> bool:
        """Require a maximum; None is unlimited."""
        if allowed is None:
            return True
        share = allowed / measured if measured > 0 else inf
        return self._held(rule, node, measured, allowed, rect, ok=measured <= allowed + 1e-6, share=share, text=text)

    def nothing(self, rule: str, count: int, allowed: float) -> None:
        """Count so many checks that measured 0 where a maximum is required."""
        found = self.findings
        found.checks[rule] += count
        if count and rule not in found.nearest:
            found.nearest[rule] = Nearest(inf, 0.0, allowed, "", self.scope)

    def absent(self, rule: str, node: str, rect: Rect | None = None, *, there: bool = True, text: str = "") -> bool:
        """Require that something is absent."""
        share = 0.0 if there else inf
        return self._held(rule, node, float(there), 0.0, rect, ok=not there, share=share, text=text)

    def _held(
        self, rule: str, node: str, measured: float, required: float, rect: Rect | None, *, ok: bool, share: float,
        text: str = "",
    ) -> bool:  # fmt: skip
        found = self.findings
        found.checks[rule] += 1
        near = found.nearest.get(rule)
        if near is None or share < near.share:
            found.nearest[rule] = Nearest(share, measured, required, node, self.scope)
        if not ok:
            self.findings.violations.append(Violation(rule, self.scope, node, round(measured, 2), required, text, rect))
        return ok


def pictured(violation: Violation, image: bytes) -> Violation:
    """Return the violation with an image of its area."""
    return replace(violation, image=image)
