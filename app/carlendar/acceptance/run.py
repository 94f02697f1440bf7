"""What a run of acceptance checks works with, and how checks end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from carlendar.acceptance.recorder import Recorder
from carlendar.domain.account import Calendar
from carlendar.domain.ports import SignedIn
from carlendar.microsoft.actions import MicrosoftActions
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import MAIL_SCOPE, RESPOND_SCOPE, Cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity

MAIL_ACCESS = "Mail.ReadWrite"
"""Needed to see that a message arrived, and to remove it."""
WRITE_SCOPES = (RESPOND_SCOPE, MAIL_SCOPE, MAIL_ACCESS)
AHEAD = timedelta(days=7)
"""How far ahead what is made lies: it rings in no calendar while it exists."""
WINDOW = timedelta(days=14)

Figures = Mapping[str, int]


class CheckFailedError(Exception):
    """The service does not do what is expected; the text says what, without content."""

    def __init__(self, reason: str, figures: Figures | None = None) -> None:
        super().__init__(reason)
        self.figures = figures or {}


class CheckSkippedError(Exception):
    """The check does not apply here; the text says why."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The outside world. `open_url` is None where there is no browser; `say` shows a line to the user."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    pause: Callable[[float], object]
    say: Callable[[str], object]
    token: Callable[[], str]
    """Twelve random hexadecimal digits."""
    open_url: Callable[[str], None] | None = None
    browser_limit: float = 300.0
    """Seconds for a sign-in in the browser."""
    tries: int = 12
    """How often the service is asked for what must appear after a while."""
    interval: float = 5.0
    """Seconds between two of these questions."""


def _every_tenant(_tenant: str) -> bool:
    return True


@dataclass(slots=True)
class AcceptanceRun:
    """One run: the adapters of production, and what is known so far."""

    world: Surroundings
    cloud: Cloud
    identity: MicrosoftIdentity
    http: Recorder
    scopes: tuple[str, ...]
    mark: str
    allows: Callable[[str], bool] = _every_tenant
    """Whether people of a tenant, by its id, may sign in here."""
    account: SignedIn | None = None
    made: int = 0
    mails: int = 0
    """How many messages were sent to oneself: each arrives, and stays with what was sent."""
    late: str = ""
    """The transaction of the message that was sent; empty for none."""
    calendar: Calendar | None = None
    begun: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.world.now()

    @property
    def signed_in(self) -> SignedIn:
        """Who is signed in. CheckSkippedError where no sign-in succeeded."""
        if self.account is None:
            raise CheckSkippedError("not signed in")
        return self.account

    @property
    def graph(self) -> GraphClient:
        """Graph in the account's name, by the code of production."""
        account = self.signed_in.account_id
        scopes = [scope for scope in self.scopes if self.has((scope,))] or self.scopes
        return GraphClient(self.cloud, self.http, lambda claims: self.identity.token(account, scopes, claims))

    @property
    def source(self) -> MicrosoftCalendar:
        """The account's calendars as for one synchronisation."""
        return MicrosoftCalendar(self.graph, self.signed_in.account_id, self.world.pause)

    @property
    def actions(self) -> MicrosoftActions:
        """What acts on the account's calendar and mail."""
        return MicrosoftActions(self.graph, self.signed_in.scopes)

    @property
    def default_calendar(self) -> Calendar:
        """The account's default calendar."""
        if self.calendar is None:
            calendars = self.source.calendars()
            self.calendar = next((each for each in calendars if each.is_default), None)
        if self.calendar is None:
            raise CheckFailedError("no calendar is marked as the default one")
        return self.calendar

    def has(self, scopes: Sequence[str]) -> bool:
        """Whether all of these permissions were granted."""
        granted = {scope.casefold() for scope in self.signed_in.scopes}
        return all(scope.casefold() in granted for scope in scopes)

    def slot(self) -> datetime:
        """The start of the next thing that is made: full hours, a week ahead."""
        self.made += 1
        start = (self.begun + AHEAD).replace(minute=0, second=0, microsecond=0)
        return start + timedelta(hours=self.made)

    def wait_for(self, happened: Callable[[], bool]) -> bool:
        """Ask again and again until it has happened; False where it does not in the time that is given."""
        for attempt in range(self.world.tries):
            if attempt:
                self.world.pause(self.world.interval)
            if happened():
                return True
        return False
