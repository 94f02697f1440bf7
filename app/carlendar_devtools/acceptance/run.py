"""The state of an acceptance run, and the exceptions that end a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from carlendar.domain.account import Calendar
from carlendar.domain.ports import SignedIn
from carlendar.microsoft.actions import MicrosoftActions
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import MAIL_SCOPE, RESPOND_SCOPE, Cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar_devtools.acceptance.recorder import Recorder

MAIL_ACCESS = "Mail.ReadWrite"
"""Scope needed to see that a message arrived, and to delete it."""
WRITE_SCOPES = (RESPOND_SCOPE, MAIL_SCOPE, MAIL_ACCESS)
AHEAD = timedelta(days=7)
"""How far ahead events are created, so that their reminders do not fire while they exist."""
WINDOW = timedelta(days=14)

Figures = Mapping[str, int]


class CheckFailedError(Exception):
    """The service does not behave as expected; the text states what happened, without content."""

    def __init__(self, reason: str, figures: Figures | None = None) -> None:
        super().__init__(reason)
        self.figures = figures or {}


class CheckSkippedError(Exception):
    """The check does not apply; the text states why."""


@dataclass(frozen=True, slots=True)
class RunEnvironment:
    """The environment of a run. `open_url` is None without a browser; `say` prints a line for the user."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    pause: Callable[[float], object]
    say: Callable[[str], object]
    token: Callable[[], str]
    """Twelve random hexadecimal digits."""
    open_url: Callable[[str], None] | None = None
    browser_limit: float = 300.0
    """Time limit of a sign-in in the browser in seconds."""
    tries: int = 12
    """Number of attempts for a change that appears after a delay."""
    interval: float = 5.0
    """Seconds between two attempts."""


def _every_tenant(_tenant: str) -> bool:
    return True


@dataclass(slots=True)
class AcceptanceRun:
    """One run: the production adapters, and the results so far."""

    world: RunEnvironment
    cloud: Cloud
    identity: MicrosoftIdentity
    http: Recorder
    scopes: tuple[str, ...]
    mark: str
    allows: Callable[[str], bool] = _every_tenant
    """Whether users of a tenant, given by its id, may sign in."""
    account: SignedIn | None = None
    made: int = 0
    mails: int = 0
    """Number of messages sent to the account itself: each is kept as received and as sent."""
    late: str = ""
    """Transaction id of the message that was sent; empty for none."""
    calendar: Calendar | None = None
    begun: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.world.now()

    @property
    def signed_in(self) -> SignedIn:
        """Return the signed-in account. Raises CheckSkippedError if no sign-in succeeded."""
        if self.account is None:
            raise CheckSkippedError("not signed in")
        return self.account

    @property
    def graph(self) -> GraphClient:
        """Return the production Graph client for the account."""
        account = self.signed_in.account_id
        scopes = [scope for scope in self.scopes if self.has((scope,))] or self.scopes
        return GraphClient(self.cloud, self.http, lambda claims: self.identity.token(account, scopes, claims))

    @property
    def source(self) -> MicrosoftCalendar:
        """Return the account's calendars as for one synchronisation."""
        return MicrosoftCalendar(self.graph, self.signed_in.account_id, self.world.pause)

    @property
    def actions(self) -> MicrosoftActions:
        """Return the adapter that changes the account's calendar and sends mail."""
        return MicrosoftActions(self.graph, self.signed_in.scopes)

    @property
    def default_calendar(self) -> Calendar:
        """Return the account's default calendar."""
        if self.calendar is None:
            calendars = self.source.calendars()
            self.calendar = next((each for each in calendars if each.is_default), None)
        if self.calendar is None:
            raise CheckFailedError("no calendar is marked as the default one")
        return self.calendar

    def has(self, scopes: Sequence[str]) -> bool:
        """Whether all of these scopes were granted."""
        granted = {scope.casefold() for scope in self.signed_in.scopes}
        return all(scope.casefold() in granted for scope in scopes)

    def slot(self) -> datetime:
        """Return the start of the next event to create: on the hour, a week ahead."""
        self.made += 1
        start = (self.begun + AHEAD).replace(minute=0, second=0, microsecond=0)
        return start + timedelta(hours=self.made)

    def wait_for(self, happened: Callable[[], bool]) -> bool:
        """Repeat until the condition holds; False if it does not within the allowed attempts."""
        for attempt in range(self.world.tries):
            if attempt:
                self.world.pause(self.world.interval)
            if happened():
                return True
        return False
