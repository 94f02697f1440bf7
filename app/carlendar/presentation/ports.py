"""Interfaces that the presenter needs; `carlendar.wiring` provides them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import field

from carlendar.domain.base import Value
from carlendar.meetings.join_details import JoinDetails
from carlendar.meetings.plan import Plan, Situation
from carlendar.presentation.agenda.index import AgendaCache

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.domain.account import Profile
    from carlendar.domain.ports import ElapsedClock, LinkOpener, Sound, Speech, Telephony, WallClock
    from carlendar.domain.travel import Destination
    from carlendar.i18n.catalogue import Words
    from carlendar.ipc.messages import Command
    from carlendar.ipc.online_line import OnlineLine
    from carlendar.store.records import OutboxItem, Snapshot

JoinPlan = Callable[[JoinDetails | None, Situation], Plan]
"""`carlendar.meetings.plan.plan`."""


class UserMemory(Protocol):
    """Stores the user's decisions in the car (`carlendar.store.user_writer.UserWriter`).

    Methods return immediately; writing is asynchronous, and the next snapshot contains the result. Keys are `event
    id@start`.
    """

    def dismiss(self, key: str, account_id: str, now: datetime) -> None:
        """Never remind of this occurrence again."""

    def snooze(self, key: str, account_id: str, until: datetime, now: datetime) -> None:
        """Do not remind of this occurrence before `until`."""

    def joined(self, key: str, account_id: str, line: str, now: datetime) -> None:
        """Remember that this occurrence was joined, by `phone` or `data`."""

    def prefer(self, key: str, value: str) -> None:
        """Store a preference; an empty value deletes it."""

    def show_calendar(self, account_id: str, calendar_id: str, shown: bool) -> None:
        """Whether a calendar belongs to the agenda."""

    def create_profile(self, profile: Profile) -> None:
        """Add a profile."""

    def choose_profile(self, profile_id: str) -> None:
        """Make it the current profile; empty for none."""

    def put(self, item: OutboxItem) -> None:
        """Add an item to the outbox; the service is notified once it is written."""

    def withdraw(self, key: str) -> None:
        """Withdraw an item that has not been sent."""

    def acknowledge(self, key: str) -> None:
        """Remember that the user has seen this failure."""

    def acknowledge_change(self, account_id: str, event_id: str) -> None:
        """Remember that the user has seen this change."""


class ServiceLink(Protocol):
    """The connection to the service process."""

    def send(self, command: Command) -> None:
        """Send a command; returns immediately, and failures are reported by `service_lost`."""


class NavigationLink(Protocol):
    """A navigation that is reached from this process; another one is reached by commands to the service."""

    def available(self) -> bool:
        """Whether it accepts destinations."""

    def navigate(self, key: str, destination: Destination, *, replace: bool) -> None:
        """Set the destination for a meeting; returns immediately, and the outcome is reported as `Navigated`."""


class SilentSpeech:
    """`Speech` of a display that does not speak."""

    def say(self, text: str, language: str) -> None:
        """Speak nothing."""

    def cancel(self) -> None:
        """There is nothing to silence."""


class Ports(Value, frozen=True):
    """The dependencies of a presenter. `read` returns data from the local store without blocking."""

    read: Callable[[], Snapshot]
    memory: UserMemory
    service: ServiceLink
    telephony: Telephony
    links: LinkOpener
    navigation: NavigationLink
    sound: Sound
    wall: WallClock
    elapsed: ElapsedClock
    words: Callable[[str], Words]
    """Returns the texts of a language, English if there is no catalogue."""
    languages: tuple[str, ...]
    plan: JoinPlan
    new_key: Callable[[], str]
    """Generates ids for outbox items and profiles."""
    agenda_cache: AgendaCache = field(default_factory=AgendaCache)
    """Shared with the thread that reads the store, which builds the index in advance."""
    speech: Speech = field(default_factory=SilentSpeech)
    watch_sounds: Callable[[bool], None] | None = None
    """Starts and ends the watch on what else is heard in the car, which is reported to `Presenter.sounds_changed`; None
    where nothing is watched.
    """
    watch_position: Callable[[bool], None] = lambda _: None
    """Whether `Presenter.vehicle` is to receive the car's position: only while a meeting with a place is near."""

    @property
    def online(self) -> OnlineLine:
        """The service's data call."""
        from carlendar.ipc.online_line import OnlineLine  # not needed in a car that does not join over data

        return OnlineLine(self.service.send)
