"""The emulated car's navigation as the service knows it, from a file of the emulator's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from carlendar.domain.base import Value
from carlendar.domain.place import position
from carlendar.domain.ports import Unsubscribe
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.errors import RefusedError


class Guidance(Value, frozen=True):
    """What the emulator writes: the destination in degrees, and metres and seconds to it."""

    latitude: float
    longitude: float
    metres: float
    seconds: float


class FileNavigation:
    """A navigation that guides to what was set through the databroker, which is Carlendar's, with live traffic.

    `path` is `guidance.json`; it is `null` while the navigation does not guide. Guidance is ended by a file beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def available(self) -> bool:
        """Whether it accepts destinations: through the databroker alone."""
        return False

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Unsubscribe:
        """Call `listener` with the state now."""
        listener(self.refresh())
        return lambda: None

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:  # noqa: ARG002 - the port's
        """Raise RefusedError."""
        raise RefusedError("Destinations are set through the databroker.", detail="not by this program")

    def clear(self) -> None:
        """End guidance."""
        self._path.with_suffix(".clear").touch(mode=0o600)

    def refresh(self) -> NavigationState:
        """Read the file."""
        try:
            read = msgspec.json.decode(self._path.read_bytes(), type=Guidance | None)
        except FileNotFoundError:  # a scenario without the town
            return NavigationState()
        except (OSError, msgspec.DecodeError):
            return NavigationState(NavigationPhase.READY)
        at = None if read is None else position(read.latitude, read.longitude)
        if read is None or at is None:
            return NavigationState(NavigationPhase.READY)
        return NavigationState(
            NavigationPhase.GUIDING, Destination(at), True, read.metres, read.seconds, live_traffic=True
        )
