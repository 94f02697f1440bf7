"""The outcome of setting a destination, by the same rules in every adapter; and the `geo:` link of a place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from carlendar.domain.place import Place, Position
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationState, reachable_place
from carlendar.errors import CarlendarError, IncompleteError, RefusedError, ServiceError

if TYPE_CHECKING:
    from carlendar.domain.ports import Navigation

LONGEST_WORDS = 60
"""Characters of a name or an address in a link: any of them fits a QR code."""


def outcome_before(state: NavigationState, destination: Destination, *, replace: bool) -> NavigationOutcome:
    """Return the outcome of setting the destination: SET or CHANGED, or why it is not to be set.

    Guidance to an unknown destination is the driver's own.
    """
    if not state.guiding:
        return NavigationOutcome.SET
    if state.destination is not None and state.destination.same(destination):
        return NavigationOutcome.GUIDING_THERE
    return NavigationOutcome.CHANGED if state.ours or replace else NavigationOutcome.ASK


def navigation_outcome(
    navigation: Navigation, destination: Destination, here: Position | None, *, replace: bool
) -> str:
    """Set a destination, blocking; return the outcome, as in `carlendar.ipc.messages.Navigated`.

    `here` is the position of the car, None if it is unknown.
    """
    if destination.near(here):
        return NavigationOutcome.THERE.value
    try:
        return navigation.navigate(destination, replace=replace).value
    except RefusedError:
        return "refused"
    except IncompleteError:
        return "incomplete"
    except CarlendarError as error:
        return "perhaps" if isinstance(error, ServiceError) and error.perhaps else "failed"


def geo_link(destination: Destination) -> str:
    """Return the place as a `geo:` URI (RFC 5870) with its name as label, as phones' map applications read it."""
    at = f"{destination.position.latitude:.6f},{destination.position.longitude:.6f}"
    label = _quoted(destination.name or ", ".join(destination.address))
    return f"geo:{at}?q={at}" + (f"({label})" if label else "")


def place_link(place: Place) -> str:
    """Return the `geo:` URI of a meeting's place, by its address where there are no coordinates.

    Empty for a place that cannot be driven to.
    """
    if place.position is not None:
        return geo_link(Destination(place.position, place.name.strip() or place.address.strip()))
    if not reachable_place(place):
        return ""
    words = dict.fromkeys(part for part in (place.name.strip(), place.address.strip()) if part)
    return f"geo:0,0?q={_quoted(', '.join(words))}"


def _quoted(words: str) -> str:
    return quote(words[:LONGEST_WORDS], safe="", errors="replace")
