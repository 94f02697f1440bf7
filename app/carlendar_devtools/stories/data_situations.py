"""Situations of a call on the data connection: how it begins, what happens in it, and each way it ends."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.online_call import MANY_PEOPLE, OnlineEnd, OnlineNeed, Quality
from carlendar.presentation.intents import GoHome, Intent, ShowAgenda
from carlendar.presentation.states import Action
from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall
from carlendar_devtools.stories.outbox_story import NEXT
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    MOVING,
    PARKED,
    Act,
    StorySituation,
    chain,
    drives,
    found,
    joins,
    passes,
    settings_of,
    touches,
    ways_in,
)

OTHER = "+493012345678"
BY_DATA = settings_of(join_by="data")
"""The driver prefers data, and the meeting has a number as well."""


def attaches(session: RigSession) -> None:
    """The car joins over data."""
    session.data.attach()


def online(edit: Act | None = None, **fields: object) -> Act:
    """Change what joining meets, before the car can join over data."""

    def act(session: RigSession) -> None:
        for name, value in fields.items():
            setattr(session.data.call, name, value)
        attaches(session)
        if edit is not None:
            edit(session)

    return act


def _does(change: Callable[[SimulatedOnlineCall], None]) -> Act:
    """Let the other end do something."""

    def act(session: RigSession) -> None:
        change(session.data.call)
        session.presenter.tick()

    return act


_RECORDS = _does(lambda call: call.record(on=True))
_UP = chain(attaches, joins(240))
_RECORDED = chain(_UP, _RECORDS)
_CONSENT = chain(online(requires_consent=True), joins(240), _RECORDS)
_NO_AUDIO = chain(_UP, _does(lambda call: call.lose_audio()), passes())
_NO_NUMBER = ways_in(NEXT, dial_ins=())


def _goes(intent: Intent) -> Act:
    """Go to another screen by a key, which needs no target."""
    return lambda session: session.presenter.act(Action(intent, ()))


def _ended(end: OnlineEnd) -> Act:
    """End the call in this way, before it connected where that is how it happens."""
    late = end in (OnlineEnd.LEFT, OnlineEnd.ENDED_FOR_ALL, OnlineEnd.REMOVED, OnlineEnd.CONNECTION_LOST)
    ends = _does(lambda call: call.end(end))
    return chain(_UP, ends) if late else chain(online(connects_after=None), joins(2), ends)


def _rings(session: RigSession) -> None:
    session.phone.incoming(OTHER)


def _found(session: RigSession) -> None:
    """The call was joined before this screen started."""
    attaches(session)
    session.data.found(occurrence_key(found(session.read(), NEXT).event))
    session.pass_time(360)


def _service_gone(session: RigSession) -> None:
    _UP(session)
    session.presenter.service_lost()


ENDS = tuple(
    StorySituation(f"call-data-{end.value.replace('_', '-')}", "08:58", act=_ended(end), options=BY_DATA,
                   like="" if end in (OnlineEnd.REMOVED, OnlineEnd.ENDED_FOR_ALL, OnlineEnd.NOT_ALLOWED)
                   else "call-data-removed")
    for end in OnlineEnd if end is not OnlineEnd.NOT_SET_UP  # shown as an engine that is too old
)  # fmt: skip

DATA = (
    StorySituation("call-data-connecting", "08:58", act=chain(attaches, joins(0.1)), options=BY_DATA,
                   like="call-data-slow"),
    StorySituation("call-data-slow", "08:58", act=chain(online(connects_after=None), joins(21)), options=BY_DATA),
    StorySituation("call-data-lobby", "08:58", act=chain(online(holds_lobby=True), joins(30)), options=BY_DATA),
    StorySituation("call-data-up", "08:58", act=chain(_UP, touches("unmute")), options=BY_DATA,
                   like="call-data-muted"),
    StorySituation("call-data-muted", "08:58", act=_UP, options=BY_DATA),
    StorySituation("call-data-organiser", "08:58", act=chain(_UP, touches("unmute"), _does(
                   lambda call: call.mute_by_organizer())), options=BY_DATA),
    StorySituation("call-data-many", "08:58", act=chain(_UP, _does(lambda call: call.people(MANY_PEOPLE))),
                   options=BY_DATA,
                   like="call-data-muted"),
    StorySituation("call-data-poor", "08:58", act=chain(_UP, _does(lambda call: call.quality(Quality.POOR))),
                   options=BY_DATA,
                   like="call-data-bad"),
    StorySituation("call-data-bad", "08:58", act=chain(_UP, _does(lambda call: call.quality(Quality.BAD)), passes(16)),
                   options=BY_DATA),
    StorySituation("call-data-no-audio", "08:58", act=_NO_AUDIO, options=BY_DATA),
    StorySituation("call-data-no-audio-only", "08:58", act=chain(_NO_NUMBER, _NO_AUDIO), like="call-data-no-audio"),
    StorySituation("call-data-tunnel", "08:58", act=chain(_UP, _does(lambda call: call.cut(lost=True)), passes(10)),
                   options=BY_DATA),
    StorySituation("call-data-recorded", "08:58", act=_RECORDED, options=BY_DATA,
                   like="call-data-transcribed"),
    StorySituation("call-data-transcribed", "08:58", act=chain(_RECORDED, _does(lambda call: call.transcribe(on=True))),
                   options=BY_DATA),
    StorySituation("call-data-consent", "08:58", act=_CONSENT, options=BY_DATA),
    StorySituation("call-data-consented", "08:58", act=chain(_CONSENT, touches("give_consent", "unmute")),
                   options=BY_DATA,
                   like="call-data-transcribed"),
    StorySituation("call-data-waiting", "08:58", act=chain(_RECORDED, _rings), options=BY_DATA),
    StorySituation("call-data-consent-waiting", "08:58", act=chain(_CONSENT, _rings), options=BY_DATA),
    StorySituation("call-data-emergency", "08:58", act=chain(_UP, lambda session: session.phone.incoming("112",
                   emergency=True)), options=BY_DATA),
    StorySituation("call-data-changing", "08:58", act=chain(online(connects_after=None), joins(21),
                   touches("change_line")), options=BY_DATA,
                   like="call-data-slow"),
    StorySituation("call-data-only", "08:58", act=chain(_NO_NUMBER, online(connects_after=None), joins(21)),
                   like="call-data-slow"),
    StorySituation("call-data-refused-only", "08:58", act=chain(_NO_NUMBER, _ended(OnlineEnd.NOT_ALLOWED))),
    StorySituation("call-data-found", "08:58", act=_found, options=BY_DATA, like="call-data-muted"),
    StorySituation("call-data-service-gone", "08:58", act=_service_gone, options=BY_DATA, like="call-data-tunnel"),
    StorySituation("call-data-sign-in-parked", "08:58", PARKED, _ended(OnlineEnd.SIGN_IN), options=BY_DATA),
    StorySituation("call-data-recorded-parked", "08:58", PARKED, _RECORDED, options=BY_DATA),
    StorySituation("call-data-passenger", "08:58", act=chain(_RECORDED, drives(MOVING, passenger=True)),
                   options=BY_DATA),
    StorySituation("call-phone-slow", "08:58", act=chain(attaches, lambda session: setattr(session.phone,
                   "answer_after", None), joins(22))),
    StorySituation("call-phone-line", "08:58", act=chain(attaches, joins(240))),
    StorySituation("call-phone-lost-line", "08:58", act=chain(attaches, joins(240), lambda session:
                   session.phone.disconnect())),
    StorySituation("drive-data-join", "08:58", act=chain(_NO_NUMBER, attaches, passes())),
    StorySituation("drive-phone-join", "08:58", act=chain(attaches, passes())),
    StorySituation("drive-recorded", "08:58", act=chain(_RECORDED, _goes(GoHome())), options=BY_DATA),
    StorySituation("agenda-recorded", "08:58", act=chain(_RECORDED, _goes(ShowAgenda())), options=BY_DATA),
    StorySituation("agenda-recorded-parked", "08:58", PARKED, chain(_RECORDED, touches("agenda")), options=BY_DATA),
    StorySituation("settings-recorded", "08:58", PARKED, chain(_RECORDED, touches("settings")), options=BY_DATA),
    StorySituation("call-data-transcribed-only", "08:58", act=chain(_UP, _does(lambda call: call.transcribe(on=True))),
                   options=BY_DATA, like="call-data-transcribed"),
    StorySituation("drive-data-offline", "08:58", act=chain(_NO_NUMBER, online(needs=(OnlineNeed.NETWORK,)), passes())),
    StorySituation("agenda-data-other", "08:58", act=chain(attaches, joins(3900), _goes(ShowAgenda())),
                   options=BY_DATA),
    StorySituation("settings-line", "08:58", PARKED, chain(attaches, touches("settings")), scroll=0.5),
    *ENDS,
)  # fmt: skip
