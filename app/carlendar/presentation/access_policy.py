"""The one gate that every way to a screen goes through, and the back stack behind it.

Which screen may be shown when is the table "Screens" of the design; depths are those of the
restriction profile. A screen that is forbidden is put aside, and nothing reopens by itself: the
person goes on with a touch once the car is parked again (S7), at the place that was left (S8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.presentation.states import ScreenName

if TYPE_CHECKING:
    from carlendar.safety.restrictions import Restrictions


class Need(IntEnum):
    """What a screen needs of the car, from the tightest column that still shows it."""

    NOTHING = 0
    STANDING = 1
    """At least idling."""
    PARKED = 2


class Screen(Value, frozen=True):
    """A screen's declaration: what it needs of the car, and which function of which view-model makes it.

    Where it is forbidden, "Available when parked" stands in the place of an `explained` one; from the others the way
    leads home.
    """

    need: Need
    module: str
    maker: str
    explained: bool = False


SCREENS: dict[ScreenName, Screen] = {
    ScreenName.DRIVE: Screen(Need.NOTHING, "now.view", "drive"),
    ScreenName.AGENDA: Screen(Need.NOTHING, "agenda.view", "agenda"),
    ScreenName.CALL: Screen(Need.NOTHING, "call.view", "call"),
    ScreenName.EVENT: Screen(Need.STANDING, "event.view", "event"),
    ScreenName.SIGN_IN: Screen(Need.PARKED, "account.sign_in", "sign_in", explained=True),
    ScreenName.PROFILES: Screen(Need.PARKED, "settings.view", "profiles", explained=True),
    ScreenName.NOTICE: Screen(Need.PARKED, "notice", "privacy", explained=True),
    ScreenName.SETTINGS: Screen(Need.PARKED, "settings.view", "settings"),
}
"""Every screen, declared once; modules are those of `carlendar.presentation`, imported when they are first shown."""


def explained(screen: ScreenName) -> bool:
    """Whether a word stands in the place of `screen` where it is forbidden."""
    return SCREENS[screen].explained


def allowed(screen: ScreenName, restrictions: Restrictions) -> bool:
    """Whether `screen` may be shown under `restrictions`."""
    if not restrictions.restricted:
        return True
    need = SCREENS[screen].need
    return need is Need.NOTHING or (need is Need.STANDING and not restrictions.moving)


class ScreenAddress(Value, frozen=True):
    """A screen and what it is about (an occurrence key, an account), empty for the screen as such."""

    screen: ScreenName
    subject: str = ""


HOME = ScreenAddress(ScreenName.DRIVE)


@dataclass(slots=True)
class BackStack:
    """The back stack, home at its foot. `aside` is what driving off put aside."""

    _stack: list[ScreenAddress] = field(default_factory=lambda: [HOME])
    aside: ScreenAddress | None = None

    @property
    def here(self) -> ScreenAddress:
        """Where the person is, forbidden or not."""
        return self._stack[-1]

    @property
    def depth(self) -> int:
        """Levels of the stack, home included."""
        return len(self._stack)

    def go(self, place: ScreenAddress, restrictions: Restrictions) -> bool:
        """Go to `place` by a touch; False, and nothing happens, where the gate is shut or too deep."""
        if not allowed(place.screen, restrictions):
            return False
        stack = _stack_to(self._stack, place)
        if restrictions.limits.depth is not None and len(stack) > restrictions.limits.depth:
            return False
        self._stack = stack
        self.aside = None
        return True

    def back(self) -> None:
        """One level up; home stays."""
        if len(self._stack) > 1:
            self._stack.pop()
        self.aside = None

    def home(self) -> None:
        """All the way home."""
        self._stack = [HOME]

    def tighten(self, restrictions: Restrictions) -> None:
        """Leave what `restrictions` forbid: explained screens are put aside, from others the way leads home."""
        if self.aside is not None or allowed(self.here.screen, restrictions):
            return
        if explained(self.here.screen):
            self.aside = self.here
        else:
            self.home()

    def resume(self, restrictions: Restrictions) -> bool:
        """Go on with what was put aside, by a touch; False while it is still forbidden."""
        if self.aside is None or not allowed(self.aside.screen, restrictions):
            return False
        self.aside = None
        return True


def _stack_to(stack: list[ScreenAddress], place: ScreenAddress) -> list[ScreenAddress]:
    """Top-level screens stand on home; an event on the agenda; the rest on what leads to them."""
    if place.screen is ScreenName.DRIVE:
        return [HOME]
    if place.screen in (ScreenName.AGENDA, ScreenName.SETTINGS, ScreenName.CALL):
        return [HOME, place]
    if place.screen is ScreenName.EVENT:
        return [HOME, ScreenAddress(ScreenName.AGENDA), place]
    kept = [held for held in stack if held.screen is not place.screen]
    return [*kept, place]
