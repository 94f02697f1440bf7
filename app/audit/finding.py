"""What the audit finds: violations, and how much was looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.audit.rules import RULES

if TYPE_CHECKING:
    from app.ui.geometry import Rect


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something was measured: names of the display, screen, driving state and so on, as the report says them."""

    display: str
    screen: str
    state: str
    theme: str
    language: str
    brand: str
    situation: str
    text_scale: float = 1.0
    passenger: bool = False
    """Whether the display is one that only the passenger sees."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A measure that does not reach what its rule asks for; `rect` is the node's place in px, None for a whole page.

    `image` is a PNG of the place, empty where none was made; `picture` its file's name, if it was written.
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
        """Of what was measured."""
        return RULES[self.rule].unit


@dataclass
class Findings:
    """Collects while the audit goes on. `passed` and `violations` count by rule."""

    violations: list[Violation] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    layouts: int = 0
    renders: int = 0
    nodes: int = 0
    laid_out: set[Scope] = field(default_factory=set)
    """Everywhere that places and sizes were measured."""
    pictured: set[Scope] = field(default_factory=set)
    """Everywhere that pixels were measured; one picture stands for all of which it is the very same one."""

    def add(self, other: Findings) -> None:
        """Take in what another part of the audit found."""
        self.violations += other.violations
        self.checks += other.checks
        self.layouts += other.layouts
        self.renders += other.renders
        self.nodes += other.nodes
        self.laid_out |= other.laid_out
        self.pictured |= other.pictured


@dataclass
class Judge:
    """Holds measures of one page against numbers; what fails becomes a violation of `findings`."""

    findings: Findings
    scope: Scope

    def least(self, rule: str, node: str, measured: float, required: float, rect: Rect | None = None) -> bool:
        """The measure must not be below what is required, by more than rounding."""
        return self._held(rule, node, measured, required, rect, ok=measured >= required * (1 - 1e-3) - 1e-6)

    def most(
        self, rule: str, node: str, measured: float, allowed: float | None, rect: Rect | None = None, text: str = ""
    ) -> bool:
        """The measure must not be above what is allowed; None allows anything."""
        if allowed is None:
            return True
        return self._held(rule, node, measured, allowed, rect, ok=measured <= allowed + 1e-6, text=text)

    def absent(self, rule: str, node: str, rect: Rect | None = None, *, there: bool = True, text: str = "") -> bool:
        """Nothing of the kind may be there."""
        return self._held(rule, node, 1.0 if there else 0.0, 0.0, rect, ok=not there, text=text)

    def _held(
        self, rule: str, node: str, measured: float, required: float, rect: Rect | None, *, ok: bool, text: str = ""
    ) -> bool:
        self.findings.checks[rule] += 1
        if not ok:
            self.findings.violations.append(Violation(rule, self.scope, node, round(measured, 2), required, text, rect))
        return ok


def pictured(violation: Violation, image: bytes) -> Violation:
    """The violation with a picture of its place."""
    return replace(violation, image=image)
