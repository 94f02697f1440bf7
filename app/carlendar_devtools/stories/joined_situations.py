"""Situations of a driver who is in a meeting already, has been in some, or goes on with one on the phone."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from carlendar.domain.account import PRESENCE_SCOPE, Permission
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.timespan import Timespan
from carlendar.ipc.messages import PresenceStatus
from carlendar.store.records import JoinedLine, JoinedMeeting, Snapshot, StoredEvent
from carlendar_devtools.stories.data_situations import BY_DATA, attaches
from carlendar_devtools.stories.outbox_story import NEXT
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    IDLING,
    PARKED,
    Act,
    StorySituation,
    after_reminders,
    amends,
    chain,
    drives,
    joins,
    passes,
    settings_of,
    touches,
)

ORGANIZER = "+493012345678"
PERMISSIONS = settings_of(optional_permissions=frozenset({Permission.PRESENCE, Permission.CALLS}))


def _organized(stored: StoredEvent, country: str = "DE") -> StoredEvent:
    """The meeting with the organiser's own number."""
    if stored.join_details is None:
        return stored
    details = replace(stored.join_details, organizer_number=ORGANIZER, organizer_number_country=country)
    return replace(stored, join_details=details)


def _earlier(stored: StoredEvent, days: int) -> StoredEvent:
    """The same meeting some days before."""
    span = stored.event.span
    if not isinstance(span, Timespan):
        return stored
    before = timedelta(days=days)
    event = replace(stored.event, id=f"earlier-{days}", span=Timespan(span.start - before, span.end - before))
    return replace(stored, event=event)


def _joined(snapshot: Snapshot) -> Snapshot:
    """The meeting of now was joined, and four earlier ones."""
    first = next(stored for stored in snapshot.events if stored.event.title == NEXT)
    held = (
        (first, JoinedLine.DATA), (_organized(_earlier(first, 1)), JoinedLine.PHONE),
        (_organized(_earlier(first, 2), "FR"), JoinedLine.PHONE), (_earlier(first, 3), JoinedLine.DATA),
        (_earlier(first, 4), JoinedLine.PHONE),
    )  # fmt: skip
    joined = (
        JoinedMeeting(occurrence_key(stored.event), stored, line, stored.event.moments(snapshot.zone).start)
        for stored, line in held
    )
    return replace(snapshot, joined=tuple(joined))


def _permitted(snapshot: Snapshot) -> Snapshot:
    """The driver allowed Carlendar to see whether Teams has them in a call."""
    accounts = {each.id: replace(each, scopes=(*each.scopes, PRESENCE_SCOPE)) for each in snapshot.accounts}
    events = tuple(replace(each, account=accounts[each.account.id]) for each in snapshot.events)
    return replace(snapshot, accounts=tuple(accounts.values()), events=events)


def _reports(session: RigSession) -> None:
    for account in session.read().accounts:
        session.presenter.service_said(PresenceStatus(account.id, in_call=True))
    session.pass_time(15)


IN_TEAMS = chain(amends(_permitted), _reports)


AGENDA = chain(after_reminders(), amends(_joined), touches("agenda"))


def _parked_in_call(*acts: Act) -> Act:
    return chain(joins(30), drives(PARKED), *acts)


JOINED = (
    StorySituation("agenda-joined", "09:20", PARKED, AGENDA, scroll=0.93),
    StorySituation("agenda-joined-over", "12:40", PARKED, AGENDA, scroll=0.94),
    StorySituation("agenda-joined-evening", "19:00", PARKED, AGENDA),
    StorySituation("drive-in-teams-call", "08:52", act=IN_TEAMS),
    StorySituation("drive-in-teams-call-idling", "08:52", IDLING, IN_TEAMS),
    StorySituation("drive-in-teams-call-parked", "08:52", PARKED, IN_TEAMS),
    StorySituation("agenda-in-teams-call", "08:52", IDLING, chain(IN_TEAMS, touches("agenda"))),
    StorySituation("drive-asking-teams", "08:52", PARKED, chain(amends(_permitted), touches("join"))),
    StorySituation("drive-asks-teams-call", "08:52", PARKED, chain(IN_TEAMS, touches("join"))),
    StorySituation("call-parked-phone", "08:50", act=_parked_in_call()),
    StorySituation("event-continue-on-phone", "08:50", act=_parked_in_call(passes(), touches("hand_over"))),
    StorySituation("call-parked-data", "08:50", act=chain(attaches, _parked_in_call()), options=BY_DATA),
    StorySituation("settings-permissions", "08:48", PARKED, touches("settings"), options=PERMISSIONS),
)  # fmt: skip
