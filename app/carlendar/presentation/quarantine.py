"""Isolates an event that makes composing a screen fail.

If composing raises, the event that causes it is identified, and shown without its texts until its calendar has another
version of it.
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
"""Number of events identified individually; further ones are found by bisection."""


class _Noted(dict[str, "StoredEvent"]):
    """The stored events of an index, recording which was accessed last."""

    last = ""

    def __getitem__(self, key: str) -> StoredEvent:
        self.last = key
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.last = key
        return super().get(key, default)


class Quarantine:
    """Guards composing from a session's index. Used on the UI thread only."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.on_hold: Callable[[], None] = lambda: None
        """Called for each event that is put into quarantine."""
        self._held: dict[str, Event] = {}
        """The version that could not be composed, by occurrence key."""

    def take(self, index: AgendaIndex) -> None:
        """Set the session's index, with quarantined events without texts."""
        still = {key for key, event in self._held.items() if key in index.stored and index.stored[key].event == event}
        self._held = {key: event for key, event in self._held.items() if key in still}
        self._session.agenda = _with_plain(index, still) if still else index

    def run(self, make: Callable[[], _T]) -> _T:
        """Return the result of `make`, which must not change the session; repeated with one more event in quarantine if
        it raises.

        Re-raises the exception if no event of the index causes it.
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
        """Return the causes, each tested; all events if no subset is sufficient. Raises `error` if none is a cause."""
        every = set(whole.stored)
        if not self._works(make, whole, every):
            raise error
        found = self._by_halves(make, whole, list(every))
        return found if self._works(make, whole, found) else every

    def _works(self, make: Callable[[], object], whole: AgendaIndex, taken: set[str]) -> bool:
        """Whether composing succeeds with these events without texts."""
        return self._last_asked(make, _with_plain(whole, taken)) is None

    def _last_asked(self, make: Callable[[], object], index: AgendaIndex) -> str | None:
        """Return the key of the event accessed last before composing raised; None if it does not raise."""
        noted = _Noted(index.stored)
        self._session.agenda = replace(index, stored=noted)
        try:
            make()
        except Exception:  # noqa: BLE001  # that is the question
            return noted.last
        return None

    def _by_last(self, make: Callable[[], object], whole: AgendaIndex) -> set[str]:
        """Return the causes, assuming that each was accessed last: nearly always right, and fast. Empty if not."""
        taken: set[str] = set()
        while (last := self._last_asked(make, _with_plain(whole, taken))) is not None:
            if last in taken or last not in whole.stored or len(taken) == MOST:
                return set()
            taken.add(last)
        return taken if len(taken) == 1 else {key for key in taken if not self._works(make, whole, taken - {key})}

    def _by_halves(self, make: Callable[[], object], whole: AgendaIndex, suspects: list[str]) -> set[str]:
        """Return the causes among the suspects by bisection, with all others without texts."""
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
            self.on_hold()
            _log.error(
                "event %d of %d cannot be shown: %s", order.index(key) + 1, len(order), type(error).__name__
            )  # without its text, which is private


def _with_plain(index: AgendaIndex, keys: set[str]) -> AgendaIndex:
    """Return the index with the events of these keys without texts."""
    if not keys:
        return index
    held = ((entry.key in keys, index.stored[entry.key]) for entry in index.entries)
    return index_of([plain(stored) if taken else stored for taken, stored in held], index.zone)
