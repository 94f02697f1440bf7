"""More situations of the agenda, a meeting, signing in, drivers and the settings."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from carlendar.domain.account import AccountState, AppRole, Profile
from carlendar.domain.timespan import Timespan
from carlendar.ipc.messages import Failure, SyncStatus
from carlendar.known_settings import TELEMETRY_TOPICS
from carlendar.presentation.placeholder import textless
from carlendar.presentation.reasons import REASONS, SIGN_IN
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.store.records import PHONE, OutboxState, Snapshot, StoredEvent
from carlendar.store.user import UserStore
from carlendar_devtools.stories.now_situations import HERE, STRANGE, reading_only, signed_out
from carlendar_devtools.stories.outbox_story import NEXT, outbox
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    CODE,
    IDLING,
    MOVING,
    PARKED,
    Act,
    StorySituation,
    after_reminders,
    amends,
    chain,
    drives,
    events,
    opens,
    passes,
    service_said,
    settings_of,
    signs_in,
    touches,
    ways_in,
)

LONGEST = max(SIGN_IN, key=lambda key: len(SIGN_IN[key].text))
"""The longest reason of a failed sign-in."""
LONGEST_UNSENT = max(REASONS, key=lambda key: len(REASONS[key].unsent))
"""The longest reason that a message was not sent."""
STAND_UP = "Team stand-up"
FAR = replace(HERE, latitude=53.25)
NUMEROUS = 200
POINT = "Open points of the release: risks, costs, and the decision on the pilot in Hamburg."
COLORS = ("#0078d4", "#038387", "#498205", "#c19c00", "#ca5010", "#d13438", "#e3008c", "#8764b8", "")
"""Of Outlook; one calendar has none."""


def _long_text(stored: StoredEvent) -> StoredEvent:
    """Give a meeting a text that has no room on any display."""
    text = "\n\n".join(f"{number}. {POINT}" for number in range(1, 9))
    return replace(stored, event=replace(stored.event, body=text))


def _many(snapshot: Snapshot) -> Snapshot:
    """Add more meetings than a list shows at once."""
    first = next(stored for stored in snapshot.events if stored.event.title == NEXT)
    span = first.event.span
    if not isinstance(span, Timespan):
        return snapshot
    copies = []
    for number in range(NUMEROUS):
        later = timedelta(hours=number)
        event = replace(first.event, id=f"copy-{number}", span=Timespan(span.start + later, span.end + later))
        copies.append(replace(first, event=event))
    return replace(snapshot, events=tuple(copies))


def _colored(snapshot: Snapshot) -> Snapshot:
    """Each meeting in a calendar of another colour."""
    held = []
    for number, stored in enumerate(snapshot.events):
        color = COLORS[number % len(COLORS)]
        held.append(replace(stored, calendar=replace(stored.calendar, id=f"c{number}", color=color, is_default=False)))
    calendars = {each.calendar.id: each.calendar for each in held}
    return replace(snapshot, events=tuple(held), calendars=tuple(calendars.values()))


def _away(here: VehicleContext) -> Act:
    def act(session: RigSession) -> None:
        session.presenter.vehicle(here)
        session.pass_time(15)

    return act


def _stale(session: RigSession) -> None:
    session.fresh(28)
    session.pass_time(15)


def _not_loaded(session: RigSession) -> None:
    session.amend(lambda snapshot: replace(snapshot, events=(), sources=()))
    session.presenter.service_said(SyncStatus(running=True, as_of="", online=True))
    session.pass_time(15)


def _failed(reason: str) -> Act:
    def act(session: RigSession) -> None:
        session.touch("refresh")
        session.presenter.service_said(Failure("refresh", reason))
        session.presenter.tick()

    return act


def _without_telemetry(snapshot: Snapshot) -> Snapshot:
    """The driver's organisation allows no telemetry."""
    accounts = tuple(replace(account, roles=(AppRole.NO_TELEMETRY,)) for account in snapshot.accounts)
    return replace(snapshot, accounts=accounts)


def _guest(session: RigSession) -> None:
    touches("settings", "profiles", "add_guest")(session)
    session.written()
    session.touch("settings")


def _new_driver(session: RigSession) -> None:
    touches("settings", "profiles", "add_profile")(session)
    session.written()
    session.touch("settings")


def _second_bound(user: UserStore) -> None:
    user.save_profile(Profile("ben", "Ben Okafor", "subject-ben"))


def _unknown_driver(session: RigSession) -> None:
    session.presenter.set_occupants(passenger_aboard=None, driver_subject="")
    session.touch("profiles")


def _phones(session: RigSession) -> None:
    session.phone.other_phone("Ben’s phone")
    session.touch("settings")


def _phone_away(user: UserStore) -> None:
    user.prefer(f"{PHONE}ana", "away|Ana’s old phone")


def _failing(session: RigSession) -> None:
    def edit(snapshot: Snapshot) -> Snapshot:
        first = snapshot.calendars[0].id
        calendars = tuple(replace(each, name="" if each.id == first else each.name) for each in snapshot.calendars)
        sources = tuple(replace(each, error="mailbox") if each.calendar_id == first else each
                        for each in snapshot.sources)  # fmt: skip
        return replace(snapshot, calendars=calendars, sources=sources)

    session.amend(edit)
    session.touch("settings")


def _switched_off(session: RigSession) -> None:
    """Every switch is off."""
    session.touch("settings")
    for choice in getattr(session.presenter.frame.body, "choices", ()):
        if choice.switch and choice.switch.on:
            session.presenter.act(choice.open)
    session.written()
    session.pass_time(1.0)


def _second_driver(user: UserStore) -> None:
    user.save_profile(Profile("ben", "Ben Okafor"))


def _blocked(user: UserStore) -> None:
    for account in user.accounts():
        user.set_account_state(account.id, AccountState.BLOCKED, "disabled", account.since)


def _answer(intent: str, title: str = NEXT, *then: str) -> Act:
    return chain(opens(title), touches("answer_choice", intent, *then))


PARKED_SCREENS = (
    StorySituation("agenda-moving-last", "08:48", act=after_reminders("agenda", "later", "later"), scenario="busy"),
    StorySituation("agenda-no-more", "17:40", act=after_reminders("agenda")),
    StorySituation("agenda-all-day", "08:48", act=after_reminders("agenda"), day=6),
    StorySituation("agenda-nothing-known", "08:48", PARKED, chain(touches("agenda"), _stale), scenario="empty"),
    StorySituation("agenda-not-loaded", "08:48", PARKED, chain(touches("agenda"), _not_loaded),
                   like="agenda-nothing-known"),
    StorySituation("agenda-not-signed-in", "08:48", PARKED, touches("agenda"), signed_in=False,
                   like="agenda-nothing-known"),
    StorySituation("agenda-choose-driver", "08:48", PARKED, touches("agenda"), before=_second_driver),
    StorySituation("agenda-choose-driver-moving", "08:48", PARKED, chain(touches("agenda"), drives(MOVING)),
                   before=_second_driver),
    StorySituation("agenda-guest", "08:48", PARKED, chain(_guest, touches("agenda"))),
    StorySituation("agenda-blocked", "08:48", PARKED, chain(touches("agenda"), _not_loaded), before=_blocked),
    StorySituation("agenda-sign-in-again", "08:48", PARKED, chain(touches("agenda"), _not_loaded), before=signed_out),
    StorySituation("agenda-number-abroad", "08:48", act=touches("agenda"), region="CH"),
    StorySituation("agenda-confirm-later", "08:48", act=chain(ways_in(NEXT, dial_ins=(STRANGE,)), touches("agenda"))),
    StorySituation("agenda-doubt", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=(STRANGE,)), touches("agenda"))),
    StorySituation("event-number-abroad", "08:48", IDLING, opens(NEXT), region="CH"),
    StorySituation("event-doubt", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=(STRANGE,)), opens(NEXT))),
    StorySituation("agenda-colours", "08:48", PARKED, chain(amends(_colored), touches("agenda")), scenario="world"),
    StorySituation("agenda-lower", "08:48", PARKED, touches("agenda"), scroll=0.0),
    StorySituation("agenda-more", "08:48", PARKED, chain(amends(_many), touches("agenda")), scroll=0.0),
    StorySituation("agenda-reminder", "08:56", PARKED, touches("agenda")),
    StorySituation("agenda-reminder-place", "12:56", PARKED, after_reminders("agenda")),
    StorySituation("agenda-declined", "08:30", PARKED, touches("agenda"), day=2),
    StorySituation("agenda-cancelled", "08:30", IDLING, touches("agenda"), day=3),
    StorySituation("agenda-passenger", "08:48", act=chain(drives(MOVING, passenger=True), touches("agenda")),
                   browser=True),
    StorySituation("event-late-choice", "08:48", PARKED, chain(opens(NEXT), touches("late_choice"))),
    StorySituation("event-series", "08:30", PARKED, chain(opens(STAND_UP), touches("answer_choice", "answer_series")),
                   day=1),
    StorySituation("event-answer-series", "08:30", PARKED, chain(opens(STAND_UP), touches("answer_choice")), day=1,
                   like="event-answer"),
    StorySituation("event-series-maybe", "08:30", PARKED, chain(opens(STAND_UP), touches("answer_choice"),
                   lambda session: session.touch("answer_series", 1)), day=1, like="event-series"),
    StorySituation("event-series-decline", "08:30", PARKED, chain(opens(STAND_UP), touches("answer_choice"),
                   lambda session: session.touch("answer_series", 2)), day=1, like="event-series"),
    StorySituation("event-answer-sending", "08:48", PARKED, _answer("respond")),
    StorySituation("event-answer-series-sending", "08:30", PARKED, chain(opens(STAND_UP), touches("answer_choice",
                   "answer_series"), lambda session: session.touch("respond", 1)), day=1, like="event-answer-sending"),
    StorySituation("event-answer-waiting", "08:48", PARKED, chain(opens(NEXT), outbox("accept", OutboxState.WAITING))),
    StorySituation("event-answer-not-sent", "08:48", PARKED, chain(opens(NEXT), outbox("decline",
                   OutboxState.GIVEN_UP, reason=LONGEST_UNSENT))),
    StorySituation("event-answer-unsure", "08:48", PARKED, chain(opens(NEXT), outbox("decline", OutboxState.GIVEN_UP,
                   reason="unsure")), like="event-answer-not-sent"),
    StorySituation("event-gone", "08:48", PARKED, chain(opens(NEXT), amends(lambda snapshot: replace(snapshot,
                   events=())))),
    StorySituation("event-private", "18:48", PARKED, opens("Parents' evening"), day=1),
    StorySituation("event-textless", "08:48", PARKED, chain(amends(textless), touches("agenda", "open")),
                   options=settings_of(textless=True)),
    StorySituation("event-service-ended", "08:48", PARKED, chain(ways_in(NEXT, dial_ins=(), url="", retired=True),
                   opens(NEXT))),
    StorySituation("event-online", "08:48", PARKED, chain(ways_in(NEXT, service="unknown"), opens(NEXT)),
                   like="event-parked"),
    StorySituation("event-telephone", "08:48", PARKED, chain(ways_in(NEXT, service="", url=""), opens(NEXT)),
                   like="event-parked"),
    StorySituation("event-long-text", "08:48", PARKED, chain(amends(events(_long_text, NEXT)), opens(NEXT))),
    StorySituation("event-long-text-end", "08:48", PARKED, chain(amends(events(_long_text, NEXT)), opens(NEXT)),
                   scroll=0.0, like="event-long-text"),
    StorySituation("event-own", "08:48", PARKED, opens("Lunch with Ben")),
    StorySituation("event-distance", "08:48", PARKED, chain(_away(VehicleContext(here=FAR)), opens("Lunch with Ben"))),
    StorySituation("event-miles", "08:48", PARKED, chain(_away(VehicleContext(here=FAR, miles=True)),
                   opens("Lunch with Ben")), like="event-distance"),
    StorySituation("event-maybe", "08:48", PARKED, opens("Supplier call: battery housings")),
    StorySituation("event-not-answered", "08:30", PARKED, opens("Interview: test engineer"), day=1),
    StorySituation("event-not-answered-idling", "08:20", IDLING, chain(after_reminders(),
                   opens("Interview: test engineer")), day=1),
    StorySituation("event-declined", "08:30", PARKED, opens("Vendor demo"), day=2),
    StorySituation("event-cancelled", "08:30", PARKED, opens("Canceled: Steering committee"), day=3),
    StorySituation("event-overnight", "08:30", PARKED, opens("Night shift start-up"), day=3),
    StorySituation("event-other-zone", "08:30", PARKED, opens("Review with Detroit"), day=4),
    StorySituation("event-days", "08:30", PARKED, opens("Family weekend in Lübeck"), day=5),
    StorySituation("event-passenger", "08:48", act=chain(drives(MOVING, passenger=True), opens(NEXT)), browser=True),
    StorySituation("notice-driven-off", "08:41", PARKED, chain(touches("sign_in"), drives(MOVING)), signed_in=False,
                   like="sign-in-driven-off"),
    StorySituation("sign-in-requesting", "08:41", PARKED, touches("sign_in", "accept_notice"), signed_in=False),
    StorySituation("sign-in-starting", "08:41", PARKED, chain(lambda session: session.presenter.service_lost(),
                   touches("sign_in", "accept_notice")), signed_in=False, like="sign-in-requesting"),
    StorySituation("sign-in-browser", "08:41", PARKED, signs_in(phase="browser"), signed_in=False, browser=True),
    StorySituation("sign-in-again", "08:41", PARKED, chain(touches("settings"), signs_in(**CODE)), before=signed_out,
                   like="sign-in-code"),
    StorySituation("sign-in-more", "08:41", PARKED, chain(touches("settings", "allow_more"), service_said(**CODE)),
                   before=reading_only, like="sign-in-code"),
    StorySituation("sign-in-longest", "08:41", PARKED, signs_in(phase="failed", reason=LONGEST, number="AADSTS50105",
                   reference="6f1c1a52-0d7b-4a5e-9b0e-2f6c8d1e4a77", at="2026-11-23T07:41:00Z"), signed_in=False,
                   browser=True),
    StorySituation("sign-in-offline", "08:41", PARKED, chain(signs_in(**CODE), lambda session: session.fresh(
                   online=False)), signed_in=False, like="sign-in-code"),
    StorySituation("sign-in-parked-again", "08:41", PARKED, chain(signs_in(**CODE), drives(MOVING), drives(PARKED)),
                   signed_in=False),
    StorySituation("profiles-bound", "08:48", PARKED, _unknown_driver, before=_second_bound),
    StorySituation("settings-off", "08:48", PARKED, _switched_off, scroll=0.75),
    StorySituation("settings-middle", "08:48", PARKED, touches("settings"), scroll=0.5, like="settings"),
    StorySituation("settings-lower", "08:48", PARKED, touches("settings"), scroll=0.0, like="settings"),
    StorySituation("settings-telemetry", "08:48", PARKED, chain(passes(), touches("consent", "settings")),
                   options=settings_of(telemetry=TELEMETRY_TOPICS), scroll=0.1),
    StorySituation("settings-telemetry-forbidden", "08:48", PARKED, chain(amends(_without_telemetry),
                   touches("settings")), options=settings_of(telemetry=TELEMETRY_TOPICS), scroll=0.1),
    StorySituation("settings-sign-out", "08:48", PARKED, touches("settings", "ask_sign_out")),
    StorySituation("settings-signed-out", "08:48", PARKED, touches("settings", "ask_sign_out", "sign_out")),
    StorySituation("settings-guest", "08:48", PARKED, _guest, scroll=0.0),
    StorySituation("settings-new-driver", "08:48", PARKED, _new_driver, scroll=0.0),
    StorySituation("settings-reading-only", "08:48", PARKED, touches("settings"), before=reading_only),
    StorySituation("settings-sign-in-needed", "08:48", PARKED, touches("settings"), before=signed_out),
    StorySituation("settings-locked", "08:48", PARKED, touches("settings"), options=settings_of(locked=frozenset(
                   {"theme", "mask", "language", "join_muted", "hide_declined", "reminder_minutes"})), scroll=0.5),
    StorySituation("settings-phones", "08:48", PARKED, _phones, scroll=0.3),
    StorySituation("settings-phone-away", "08:48", PARKED, touches("settings"), before=_phone_away, scroll=0.3),
    StorySituation("settings-failing", "08:48", PARKED, _failing, scroll=0.72),
    StorySituation("settings-update-failed", "08:48", PARKED, chain(touches("settings"), _failed("portal"))),
)  # fmt: skip
