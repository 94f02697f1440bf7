"""More situations of the home screen: what was sent, what changed, why joining is not offered, what happened."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.domain.place import Position
from carlendar.errors import UsageError
from carlendar.ipc.messages import DataChanged, Stored, SyncStatus
from carlendar.known_settings import TELEMETRY_TOPICS
from carlendar.meetings.join_details import DialIn
from carlendar.presentation.placeholder import textless
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.store.records import ChangeNotice, OutboxState, Snapshot, StoredEvent
from carlendar.store.user import UserStore
from carlendar_devtools.stories.outbox_story import NEXT, outbox, settled
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    MOVING,
    PARKED,
    Act,
    StorySituation,
    after_reminders,
    amends,
    chain,
    drives,
    events,
    found,
    joins,
    passes,
    service_said,
    settings_of,
    touches,
    ways_in,
)

HERE = Position(53.5461, 9.9665)
"""Place of the lunch in the scenario `commute`."""
SECOND = DialIn("+496900009876", "987654321", "p987654321#", "DE")
ABROAD = DialIn("+13235550199", "987654321", "p987654321#", "US")
STRANGE = DialIn("+496900005555", "987654321", "p987654321#", "DE", of_service=False)


def _changed(kind: str) -> Act:
    def act(session: RigSession) -> None:
        after_reminders()(session)

        def edit(snapshot: Snapshot) -> Snapshot:
            stored = found(snapshot, "Lunch with Ben")
            before = session.clock.now() + timedelta(hours=3)
            notice = ChangeNotice(stored.account.id, stored.event.id, kind, before)
            return replace(snapshot, news=(notice,))

        cancelled = events(
            lambda stored: replace(stored, event=replace(stored.event, cancelled=kind == "cancelled")), "Lunch with Ben"
        )
        session.amend(cancelled)
        session.amend(edit)
        session.pass_time(15)

    return act


def _status(**status: object) -> Act:
    def act(session: RigSession) -> None:
        session.presenter.service_said(SyncStatus(**{"running": False, "as_of": "", "online": True, **status}))  # type: ignore[arg-type]  # named fields of the message
        session.pass_time(15)

    return act


def _emptied(*, known: bool) -> Act:
    """Remove all meetings; nothing was ever fetched."""

    def edit(snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, events=(), sources=snapshot.sources if known else ())

    return amends(edit)


def _only_next(snapshot: Snapshot) -> Snapshot:
    """Remove everything after the next meeting."""
    return replace(snapshot, events=tuple(each for each in snapshot.events if each.event.title == NEXT))


def _car(vehicle: VehicleContext) -> Act:
    def act(session: RigSession) -> None:
        session.presenter.vehicle(vehicle)
        session.pass_time(15)

    return act


def _destination(outcome: str) -> Act:
    def act(session: RigSession) -> None:
        session.navigation.outcome = outcome
        after_reminders("navigate")(session)

    return act


def _no_browser(session: RigSession) -> None:
    session.links.refusal = UsageError("there is no browser")
    session.touch("join")


def _stale(session: RigSession) -> None:
    after_reminders()(session)
    session.fresh(28)
    session.pass_time(15)


def _full(session: RigSession) -> None:
    after_reminders()(session)
    session.fresh(3, failing="store_full")
    session.pass_time(15)


def _too_late(session: RigSession) -> None:
    session.touch("late")
    session.written()
    session.touch("undo")
    settled(OutboxState.SENT)(session)


def _asked_for_more(session: RigSession) -> None:
    touches("settings")(session)
    session.touch("sign_in")
    session.touch("accept_notice")
    account = session.read().accounts[0]
    service_said(phase="done", account=account.id)(session)


def reading_only(user: UserStore) -> None:
    """Limit the accounts to reading."""
    for account in user.accounts():
        user.save_account(replace(account, scopes=()))


def signed_out(user: UserStore) -> None:
    """Let the accounts require a new sign-in."""
    for account in user.accounts():
        user.set_account_state(account.id, AccountState.SIGN_IN_NEEDED, "password_changed", account.since)


def _own(session: RigSession) -> None:
    """Make the driver the organiser of the next meeting, with one guest."""

    def edit(stored: StoredEvent) -> StoredEvent:
        return replace(stored, event=replace(stored.event, is_organizer=True, attendees=stored.event.attendees[:1]))

    session.amend(events(edit, NEXT))
    session.touch("late")


NOW = (
    StorySituation("drive-late-choice", "08:48", PARKED, touches("late_choice")),
    StorySituation("drive-late-own", "08:48", act=_own, like="drive-late-undo"),
    StorySituation("drive-late-sent", "08:48", act=outbox("late", OutboxState.SENT)),
    StorySituation("drive-late-not-sent", "08:48", act=outbox("late", OutboxState.GIVEN_UP, reason="too_late")),
    StorySituation("drive-late-unsure", "08:48", act=outbox("late", OutboxState.GIVEN_UP, reason="unsure")),
    StorySituation("drive-late-undone", "08:48", act=chain(touches("late"), RigSession.written, touches("undo"),
                   RigSession.written)),
    StorySituation("drive-late-too-late", "08:48", act=_too_late, like="drive-late-undone"),
    StorySituation("drive-reminder-elsewhere", "08:48", PARKED, outbox("dismiss", OutboxState.GIVEN_UP,
                   reason="outage")),
    StorySituation("drive-moved", "08:48", act=_changed("moved")),
    StorySituation("drive-cancelled", "08:48", act=_changed("cancelled"), like="drive-moved"),
    StorySituation("drive-back-to-call", "08:48", PARKED, chain(joins(240, "home"), drives(MOVING))),
    StorySituation("drive-back-to-call-parked", "08:48", PARKED, joins(240, "home")),
    StorySituation("drive-phone-busy", "08:48", act=lambda session: session.phone.incoming("+493012345678")),
    StorySituation("drive-no-dial-in", "08:48", act=ways_in(NEXT, dial_ins=())),
    StorySituation("drive-service-ended", "08:48", act=ways_in(NEXT, dial_ins=(), url="", retired=True),
                   like="drive-no-dial-in"),
    StorySituation("drive-confirm-later", "08:48", act=ways_in(NEXT, dial_ins=(STRANGE,)), like="drive-no-dial-in"),
    StorySituation("drive-call-organiser", "08:48", act=ways_in(NEXT, dial_ins=(), organizer_number="+496900001111",
                   organizer_number_country="DE")),
    StorySituation("drive-online", "08:48", act=ways_in(NEXT, service="unknown")),
    StorySituation("drive-telephone", "08:48", act=ways_in(NEXT, service="", url=""), like="drive-online"),
    StorySituation("drive-qr-code", "08:48", PARKED, ways_in(NEXT, dial_ins=())),
    StorySituation("drive-confirm-number", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=(STRANGE,)),
                   touches("join"))),
    StorySituation("drive-confirm-abroad", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=(ABROAD,),
                   organizer_country="DE"), touches("join"))),
    StorySituation("drive-confirm-not-accepted", "08:48", PARKED, chain(amends(events(lambda stored: replace(stored,
                   event=replace(stored.event, response="not_responded")), NEXT)), touches("join"))),
    StorySituation("drive-doubt-number", "08:48", PARKED, ways_in(NEXT, dial_ins=(STRANGE,))),
    StorySituation("drive-doubt-not-accepted", "08:48", PARKED, amends(events(lambda stored: replace(stored,
                   event=replace(stored.event, response="not_responded")), NEXT)), like="drive-doubt-number"),
    StorySituation("drive-confirm-link", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=(), service="unknown"),
                   touches("join")), browser=True),
    StorySituation("drive-no-browser", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=()), _no_browser), browser=True),
    StorySituation("drive-passenger", "08:48", act=drives(MOVING, passenger=True), browser=True),
    StorySituation("drive-storage-full", "11:20", act=_full),
    StorySituation("drive-sign-in-needed", "08:48", before=signed_out),
    StorySituation("drive-stale", "11:20", act=_stale),
    StorySituation("drive-stale-today", "17:40", act=_stale, like="drive-stale"),
    StorySituation("drive-old", "00:10", act=_stale, day=1),
    StorySituation("drive-loading", "08:48", act=chain(_emptied(known=False), _status())),
    StorySituation("drive-not-loaded", "08:48", act=chain(_emptied(known=False), _status(online=False)),
                   like="drive-loading"),
    StorySituation("drive-nothing-known", "08:48", act=chain(_emptied(known=True), lambda session: session.fresh(28),
                   passes())),
    StorySituation("drive-tomorrow", "17:40", act=after_reminders()),
    StorySituation("drive-ended", "09:33", act=chain(after_reminders(), amends(_only_next))),
    StorySituation("drive-textless", "08:48", act=amends(textless), options=settings_of(textless=True)),
    StorySituation("drive-textless-free", "11:20", PARKED, chain(after_reminders(), amends(textless)),
                   options=settings_of(textless=True)),
    StorySituation("drive-tentative", "15:20", act=after_reminders()),
    StorySituation("drive-place", "12:48", act=after_reminders()),
    StorySituation("drive-at-place", "12:48", act=chain(_car(VehicleContext(here=HERE)), after_reminders())),
    StorySituation("drive-destination", "12:48", act=_destination("set")),
    StorySituation("drive-destination-ask", "12:48", act=_destination("ask")),
    StorySituation("drive-destination-ask-parked", "12:48", PARKED, _destination("ask")),
    StorySituation("drive-destination-guiding", "12:48", act=_destination("guiding_there"), like="drive-destination"),
    *(
        StorySituation(f"drive-destination-{outcome.replace('_', '-')}", "12:48", act=_destination(outcome),
                       like="drive-destination")
        for outcome in ("there", "refused", "perhaps", "unknown", "lost", "none", "failed", "changed", "cleared",
                        "not_ours", "incomplete", "not_here", "not_cleared")
    ),
    StorySituation("drive-permission", "08:48", PARKED, _asked_for_more, before=reading_only),
    StorySituation("drive-signed-in", "08:48", PARKED, _asked_for_more),
    StorySituation("drive-stored", "08:48", PARKED, lambda session: session.presenter.service_said(Stored(
                   {"meetings": 50, "accounts": 2}))),
    StorySituation("drive-consent", "08:48", PARKED, passes(), options=settings_of(telemetry=TELEMETRY_TOPICS)),
    StorySituation("drive-erased", "08:48", PARKED, lambda session: session.presenter.service_said(
                   DataChanged("erased")), signed_in=False),
    StorySituation("drive-right-hand", "08:48", PARKED, _car(VehicleContext(Side.RIGHT))),
    StorySituation("drive-twelve-hours", "08:48", region="US"),
    StorySituation("drive-large-text", "08:48", act=chain(lambda session: session.presenter.car(language="", hours="",
                   text_scale=1.15), passes())),
    StorySituation("reminder-late-choice", "08:56", PARKED, touches("late_choice")),
    StorySituation("reminder-parked", "08:56", PARKED),
    StorySituation("reminder-started", "09:03"),
    StorySituation("reminder-ended", "09:31"),
    StorySituation("reminder-silent", "08:56", act=_car(VehicleContext(loudness=0.0)), like="reminder"),
    StorySituation("reminder-no-phone", "08:56", act=lambda session: session.phone.disconnect()),
)  # fmt: skip
