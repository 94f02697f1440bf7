"""Where meetings are: coordinates of the calendar, or those of the address, which are found once and kept in memory."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import islice

from carlendar.domain.account import Account
from carlendar.domain.agenda import event_id_of, occurrence_key
from carlendar.domain.event import Event
from carlendar.domain.place import Place, Position
from carlendar.domain.ports import Geocoder
from carlendar.domain.travel import Destination, reachable_place
from carlendar.errors import CarlendarError
from carlendar.service.retry_later import RetryLater
from carlendar.text.clean import clean

MOST = 200
"""Addresses that are kept, found or not; the one that was not needed for the longest time is dropped first."""
MOST_LINES = 10
"""Lines of an address: a geocoder tries them against each other."""
_log = logging.getLogger(__name__)


def address_lines(place: Place) -> tuple[str, ...]:
    """Return the lines of a place's address, up to `MOST_LINES`; none for a room."""
    lines = (line for part in place.postal_address.replace("\n", ",").split(",") if (line := clean(part)))
    return tuple(islice(lines, MOST_LINES))


class AddressSearch:
    """Finds positions of addresses by the first of `geocoders()` that knows one. Not thread-safe.

    `geocoders` returns those that may be used now. Nothing is written to disk; `forget` deletes all.
    """

    def __init__(self, geocoders: Callable[[], Sequence[Geocoder]], retry: RetryLater) -> None:
        self._geocoders, self._retry = geocoders, retry
        self._known: OrderedDict[tuple[str, ...], tuple[Position | None, tuple[Geocoder, ...]]] = OrderedDict()
        """Positions, None for unknown, and the geocoders that did not know."""

    def available(self) -> bool:
        """Whether there is a geocoder that may be used."""
        return bool(self._geocoders())

    def forget(self) -> None:
        """Forget all addresses."""
        self._known.clear()

    def find(self, address: tuple[str, ...], near: Position | None) -> Position | None:
        """Return the position of an address; None if it is unknown, or cannot be searched for now. Blocks."""
        if not address:
            return None
        known, asked = self._known.get(address, (None, ()))
        if known is not None:
            return self._keep(address, known, asked)
        for geocoder in self._geocoders():
            if geocoder in asked or not self._retry.due(geocoder):
                continue
            try:
                found = geocoder.find(address, near)
            except CarlendarError as error:
                self._retry.failed(geocoder, error)
                _log.info("an address could not be searched for: %s", error.key)
                continue
            if found is not None:
                return self._keep(address, found, ())
            asked = (*asked, geocoder)
        return self._keep(address, None, asked)

    def _keep(
        self, address: tuple[str, ...], found: Position | None, asked: tuple[Geocoder, ...]
    ) -> Position | None:  # fmt: skip
        self._known[address] = found, asked
        self._known.move_to_end(address)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return found


class MeetingPlaces:
    """Places of meetings, by occurrence key. `event` returns an account's event, `accounts` those to look in."""

    def __init__(
        self,
        event: Callable[[str, str], Event | None],
        accounts: Callable[[], Sequence[Account]],
        search: AddressSearch,
    ) -> None:
        self._event, self._accounts, self.search = event, accounts, search

    def place(self, key: str) -> Place | None:
        """Return the place of a meeting that can be driven to; None for any other. Raises StoreError."""
        event_id = event_id_of(key)
        for account in self._accounts():
            found = self._event(account.id, event_id)
            if found is not None and occurrence_key(found) == key:
                return found.place if reachable_place(found.place) else None
        return None

    def position(self, place: Place, near: Position | None) -> Position | None:
        """Return where the place is; None if that is unknown. Blocks if its address must be searched for."""
        return place.position or self.search.find(address_lines(place), near)

    def destination(self, key: str, near: Position | None) -> Destination | None:
        """Return the place of a meeting as a destination; None if it is unknown. Blocks. Raises StoreError."""
        place = self.place(key)
        at = None if place is None else self.position(place, near)
        if place is None or at is None:
            return None
        return Destination(at, clean(place.name), address_lines(place))
