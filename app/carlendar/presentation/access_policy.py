"""Which screen is allowed under which restrictions, and the back stack.

The table "Screens" of the design determines when a screen is allowed; depths are those of the restriction profile. A
forbidden screen is suspended and does not reopen by itself: the user resumes it with a touch once the car is parked
again (S7), at the place where it was left (S8).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from msgspec import field

from carlendar.domain.base import State, Value
from carlendar.presentation.states import ScreenName

if TYPE_CHECKING:
    from carlendar.safety.restrictions import Restrictions


class Need(IntEnum):
    """The least permissive condition of the car under which a screen is allowed."""

    NOTHING = 0
    STANDING = 1
    """At least idling."""
    PARKED = 2


class ScreenPolicy(Value, frozen=True):
    """The declaration of a screen: the condition it needs, and the function that makes its state.

    If it is forbidden, "Available when parked" replaces an `explained` screen; others are replaced by home.
    """

    need: Need
    module: str
    maker: str
    explained: bool = False


SCREENS: dict[ScreenName, ScreenPolicy] = {
    ScreenName.DRIVE: ScreenPolicy(Need.NOTHING, "now.view", "drive"),
    ScreenName.AGENDA: ScreenPolicy(Need.NOTHING, "agenda.view", "agenda"),
    ScreenName.CALL: ScreenPolicy(Need.NOTHING, "call.screen", "call"),
    ScreenName.EVENT: ScreenPolicy(Need.STANDING, "event.view", "event"),
    ScreenName.SIGN_IN: ScreenPolicy(Need.PARKED, "account.sign_in", "sign_in", explained=True),
    ScreenName.PROFILES: ScreenPolicy(Need.PARKED, "settings.view", "profiles", explained=True),
    ScreenName.NOTICE: ScreenPolicy(Need.PARKED, "notice", "privacy", explained=True),
    ScreenName.SETTINGS: ScreenPolicy(Need.PARKED, "settings.view", "settings"),
}
"""All screens; modules are those of `carlendar.presentation`, imported when first shown."""


def explained(screen: ScreenName) -> bool:
    """Whether a message replaces `screen` if it is forbidden."""
    return SCREENS[screen].explained


def allowed(screen: ScreenName, restrictions: Restrictions) -> bool:
    """Whether `screen` may be shown under `restrictions`."""
    if not restrictions.restricted:
        return True
    need = SCREENS[screen].need
    return need is Need.NOTHING or (need is Need.STANDING and not restrictions.moving)


class ScreenAddress(Value, frozen=True):
    """A screen and its subject (an occurrence key, an account), empty for none."""

    screen: ScreenName
    subject: str = ""


HOME = ScreenAddress(ScreenName.DRIVE)


class BackStack(State):
    """The back stack, with home at the bottom. `suspended` is the screen that was suspended on driving off."""

    _stack: list[ScreenAddress] = field(default_factory=lambda: [HOME])
    suspended: ScreenAddress | None = None

    @property
    def here(self) -> ScreenAddress:
        """The current screen, forbidden or not."""
        return self._stack[-1]

    @property
    def depth(self) -> int:
        """Number of levels, including home."""
        return len(self._stack)

    def go(self, place: ScreenAddress, restrictions: Restrictions) -> bool:
        """Navigate to `place` after a touch; does nothing and returns False if the screen is forbidden or too deep."""
        if not allowed(place.screen, restrictions):
            return False
        stack = _stack_to(self._stack, place)
        if restrictions.limits.depth is not None and len(stack) > restrictions.limits.depth:
            return False
        self._stack = stack
        self.suspended = None
        return True

    def back(self) -> None:
        """Go up one level; home stays."""
        if len(self._stack) > 1:
            self._stack.pop()
        self.suspended = None

    def home(self) -> None:
        """Go to home."""
        self._stack = [HOME]

    def tighten(self, restrictions: Restrictions) -> None:
        """Leave forbidden screens: explained ones are suspended, others replaced by home."""
        if self.suspended is not None or allowed(self.here.screen, restrictions):
            return
        if explained(self.here.screen):
            self.suspended = self.here
        else:
            self.home()

    def resume(self, restrictions: Restrictions) -> bool:
        """Show the suspended screen again; False while it is forbidden."""
        if self.suspended is None or not allowed(self.suspended.screen, restrictions):
            return False
        self.suspended = None
        return True


def _stack_to(stack: list[ScreenAddress], place: ScreenAddress) -> list[ScreenAddress]:
    """Top-level screens are directly above home, an event above the agenda, others above the current stack."""
    if place.screen is ScreenName.DRIVE:
        return [HOME]
    if place.screen in (ScreenName.AGENDA, ScreenName.SETTINGS, ScreenName.CALL):
        return [HOME, place]
    if place.screen is ScreenName.EVENT:
        return [HOME, ScreenAddress(ScreenName.AGENDA), place]
    kept = [held for held in stack if held.screen is not place.screen]
    return [*kept, place]
