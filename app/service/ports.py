"""What a service is composed of: where it keeps things, the outside world, and its options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.account import Account
from app.domain.event import Event
from app.domain.ports import CalendarActions, CalendarSource, ElapsedClock, Identity, NetworkState, WallClock
from app.meetings.way_in import WayIn
from app.store.retention import Limits
from app.sync.scheduler import Pace


@dataclass(frozen=True, slots=True)
class Paths:
    """The data folder, the socket, and the files or folders that hold tokens (deleted by "Clear this car")."""

    folder: Path
    socket: Path
    tokens: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world. `open_url` is None where there is no browser; `forget` empties what lies elsewhere.

    `chance` gives numbers from 0 to 1, `new_id` names that never come twice.
    """

    identity: Identity
    source_of: Callable[[Account], CalendarSource]
    actions_of: Callable[[Account], CalendarActions]
    extract: Callable[[Event, str], WayIn]
    text_of: Callable[[str], str]
    wall: WallClock
    elapsed: ElapsedClock
    network: NetworkState
    chance: Callable[[], float]
    new_id: Callable[[], str]
    open_url: Callable[[str], None] | None = None
    forget: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Options:
    """`code` is the version told in the Hello; `occasion` names this drive (the boot), for guests.

    With `linger` the service ends when no screen has been there for so many elapsed seconds.
    """

    code: str
    scopes: Sequence[str] = ()
    occasion: str = ""
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    linger: float | None = None
    lock_patience: float = 5.0
