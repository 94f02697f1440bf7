"""Keeps an event that cannot be composed from costing more than itself.

Screens are composed from a book of events. Where that raises, the event that is the cause is looked for, and shown
plain from then on, until its calendar has another version of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from carlendar.presentation.agenda.index import index_of
from carlendar.presentation.placeholder import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from carlendar.domain.event import Event
    from carlendar.presentation.agenda.index import AgendaIndex
    from carlendar.presentation.session import Session
    from carlendar.store.records import StoredEvent

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

MOST = 12
"""Events that are found one by one; more are found by halving the book."""


class _Noted(dict[str, "StoredEvent"]):
    """What is stored of a book's events, and which of them was looked up last."""

    last = ""

    def __getitem__(self, key: str) -> StoredEvent:
        self.last = key
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.last = key
        return super().get(key, default)


class Quarantine:
    """Guards what is made from a session's book. Used by the interface's thread alone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: dict[str, Event] = {}
        """By occurrence key, the version that could not be composed."""

    def take(self, index: AgendaIndex) -> None:
        """Make this the session's book, with the events that are held plain."""
        still = {key for key, event in self._held.items() if key in index.stored and index.stored[key].event == event}
        self._held = {key: event for key, event in self._held.items() if key in still}
        self._session.agenda = _with_plain(index, still) if still else index

    def run(self, make: Callable[[], _T]) -> _T:
        """What `make` makes of the session, which it must not change; again with an event fewer where it raises.

        Raises what `make` raises where no event of the book is the cause.
        """
        try:
            return make()
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not cost the screen
            return self._without_culprits(make, error)

    def _without_culprits(self, make: Callable[[], _T], error: Exception) -> _T:
        whole = self._session.agenda
        try:
            taken = self._by_last(make, whole) or self._by_trial(make, whole, error)
        finally:
            self._session.agenda = whole
        self._hold(whole, taken, error)
        self._session.agenda = _with_plain(whole, taken)
        return make()

    def _by_trial(self, make: Callable[[], object], whole: AgendaIndex, error: Exception) -> set[str]:
        """The culprits, each tried; all events where no choice of them is enough. Raises `error` where none is one."""
        every = set(whole.stored)
        if not self._works(make, whole, every):
            raise error
        found = self._by_halves(make, whole, list(every))
        return found if self._works(make, whole, found) else every

    def _works(self, make: Callable[[], object], whole: AgendaIndex, taken: set[str]) -> bool:
        """Whether nothing raises with these events plain."""
        return self._last_asked(make, _with_plain(whole, taken)) is None

    def _last_asked(self, make: Callable[[], object], index: AgendaIndex) -> str | None:
        """The key of the event that was looked up last where making raises; None where it does not."""
        noted = _Noted(index.stored)
        self._session.agenda = replace(index, stored=noted)
        try:
            make()
        except Exception:  # noqa: BLE001  # that is the question
            return noted.last
        return None

    def _by_last(self, make: Callable[[], object], whole: AgendaIndex) -> set[str]:
        """The culprits, taken for those that were looked up last: nearly always right, and quick. Empty where not."""
        taken: set[str] = set()
        while (last := self._last_asked(make, _with_plain(whole, taken))) is not None:
            if last in taken or last not in whole.stored or len(taken) == MOST:
                return set()
            taken.add(last)
        return taken if len(taken) == 1 else {key for key in taken if not self._works(make, whole, taken - {key})}

    def _by_halves(self, make: Callable[[], object], whole: AgendaIndex, suspects: list[str]) -> set[str]:
        """The culprits among the suspects, all others plain, by halving."""
        if self._works(make, whole, set(whole.stored) - set(suspects)):
            return set()
        if len(suspects) == 1:
            return set(suspects)
        middle = len(suspects) // 2
        return self._by_halves(make, whole, suspects[:middle]) | self._by_halves(make, whole, suspects[middle:])

    def _hold(self, index: AgendaIndex, keys: Iterable[str], error: Exception) -> None:
        order = list(index.stored)
        for key in keys:
            self._held[key] = index.stored[key].event
            _log.error(
                "event %d of %d cannot be shown: %s", order.index(key) + 1, len(order), type(error).__name__
            )  # without its text, which is private


def _with_plain(index: AgendaIndex, keys: set[str]) -> AgendaIndex:
    """The book with the events of these keys plain."""
    if not keys:
        return index
    held = ((entry.key in keys, index.stored[entry.key]) for entry in index.entries)
    return index_of([plain(stored) if taken else stored for taken, stored in held], index.zone)
