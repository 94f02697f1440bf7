"""What the view-models need of the rest, as narrow Protocols; `carlendar.wiring` hands the parts over."""

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
    from carlendar.domain.ports import ElapsedClock, LinkOpener, Navigation, Sound, Telephony, WallClock
    from carlendar.i18n.catalogue import Words
    from carlendar.ipc.messages import Command
    from carlendar.store.records import OutboxItem, Snapshot

JoinPlan = Callable[[JoinDetails | None, Situation], Plan]
"""`carlendar.meetings.plan.plan`."""


class UserMemory(Protocol):
    """What a person decides, kept in the car (`carlendar.store.user_writer.UserWriter`).

    Methods return at once; the writing is done elsewhere, and the next snapshot shows what was
    written. Keys are `event id@start`.
    """

    def dismiss(self, key: str, account_id: str, now: datetime) -> None:
        """Never remind of this occurrence again."""

    def snooze(self, key: str, account_id: str, until: datetime, now: datetime) -> None:
        """Do not remind of this occurrence before `until`."""

    def prefer(self, key: str, value: str) -> None:
        """Keep a preference; an empty value takes it back."""

    def show_calendar(self, account_id: str, calendar_id: str, shown: bool) -> None:
        """Whether a calendar belongs to the agenda."""

    def create_profile(self, profile: Profile) -> None:
        """Add a profile."""

    def choose_profile(self, profile_id: str) -> None:
        """Make it the profile in the seat; empty for none."""

    def put(self, item: OutboxItem) -> None:
        """Put something into the outbox; the service hears of it once it is written."""

    def withdraw(self, key: str) -> None:
        """Take something back that has not been sent."""

    def acknowledge(self, key: str) -> None:
        """Remember that the person knows that this was not sent."""

    def acknowledge_change(self, account_id: str, event_id: str) -> None:
        """Remember that the person has seen what changed about this meeting."""


class ServiceLink(Protocol):
    """The way to the service process."""

    def send(self, command: Command) -> None:
        """Ask for something; returns at once, and a failure is reported by `service_lost`."""


class Ports(Value, frozen=True):
    """Everything that a presenter talks to. `read` answers from the local store without waiting."""

    read: Callable[[], Snapshot]
    memory: UserMemory
    service: ServiceLink
    telephony: Telephony
    links: LinkOpener
    navigation: Navigation
    sound: Sound
    wall: WallClock
    elapsed: ElapsedClock
    words: Callable[[str], Words]
    """The words of a language, English for one that has none."""
    languages: tuple[str, ...]
    plan: JoinPlan
    new_key: Callable[[], str]
    """A fresh id for what is put into the outbox and for profiles."""
    agenda_cache: AgendaCache = field(default_factory=AgendaCache)
    """Shared with the thread that reads the store, which builds the index ahead."""
