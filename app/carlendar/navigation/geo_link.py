"""Hand-over of a place as a `geo:` link, to a map application of the head unit or, as a QR code, to a phone."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.guidance import geo_link
from carlendar.domain.ports import Unsubscribe
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.errors import RefusedError


class LinkNavigation:
    """`Navigation` that opens links by `open_link`, which raises CarlendarError on failure.

    What the application does with a place is not reported: as far as is known here it never guides. It asks the driver
    itself before it replaces a destination.
    """

    def __init__(self, open_link: Callable[[str], None]) -> None:
        self._open = open_link

    def available(self) -> bool:
        """Whether links can be opened: always."""
        return True

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Unsubscribe:
        """Call `listener` with the state, which never changes."""
        listener(NavigationState(NavigationPhase.READY))
        return lambda: None

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:  # noqa: ARG002 - the port's
        """Open the place's link. Raises CarlendarError."""
        self._open(geo_link(destination))
        return NavigationOutcome.SET

    def clear(self) -> None:
        """Raise RefusedError: the application is not controlled from here."""
        raise RefusedError("Guidance is ended in the map application.", detail="clear")
