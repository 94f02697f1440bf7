"""When a touch counts (restriction profile, "Touch").

A person aims at what they saw. So for a while after the layout changed by itself nothing answers where it
changed; and for the same while after something was sent, nothing answers at the place of that touch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import field

from carlendar.domain.base import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.intents import Intent
    from carlendar.presentation.states import Action
    from carlendar.ui.geometry import Rect

PAUSE = 0.7
"""Seconds."""


class Target(NamedTuple):
    """A place that answers, and what it does."""

    rect: Rect
    action: Action


class _Block(NamedTuple):
    rect: Rect
    until: float
    only_sending: bool = False
    except_for: Intent | None = None


class TouchGuard(State):
    """Decides whether a touch on a target counts. One for each display; used on the UI thread."""

    clock: ElapsedClock
    _targets: dict[str, Target] = field(default_factory=dict)
    _blocks: list[_Block] = field(default_factory=list)

    def layout(self, targets: Mapping[str, Target], *, by_touch: bool) -> None:
        """The targets that are drawn from now on; `by_touch` when the person's own touch led to them."""
        if not by_touch and self._targets:
            until = self.clock.seconds() + PAUSE
            self._blocks += [_Block(rect, until) for rect in _changed(self._targets, targets)]
        self._targets = dict(targets)

    def allows(self, action: Action, x: float, y: float) -> bool:
        """Whether a touch at the point (pixels from the top left) on that action counts now."""
        now = self.clock.seconds()
        self._blocks = [block for block in self._blocks if block.until > now]
        return not any(_stops(block, action, x, y) for block in self._blocks)

    def acted(self, action: Action, rect: Rect) -> None:
        """A touch on `action`, drawn at `rect`, counted."""
        until = self.clock.seconds() + PAUSE
        if action.sends:
            self._blocks.append(_Block(rect, until))
        else:
            # a double tap on the way to another screen must not send what appears there
            self._blocks.append(_Block(rect, until, only_sending=True, except_for=action.intent))


def _stops(block: _Block, action: Action, x: float, y: float) -> bool:
    if not block.rect.contains(x, y) or (block.except_for == action.intent):
        return False
    return action.sends or not block.only_sending


def _changed(before: Mapping[str, Target], after: Mapping[str, Target]) -> list[Rect]:
    """Places of targets that appeared, went, moved or got another meaning."""
    old = {(target.rect, target.action.intent) for target in before.values()}
    new = {(target.rect, target.action.intent) for target in after.values()}
    return [rect for rect, _ in old ^ new]
