"""More situations of the Call screen: how calls start, wait and end."""

from __future__ import annotations

from msgspec.structs import replace

from carlendar.domain.account import Profile
from carlendar.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState, TonesPhase
from carlendar.store.user import UserStore
from carlendar_devtools.stories.now_situations import SECOND
from carlendar_devtools.stories.outbox_story import NEXT
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    MOVING,
    PARKED,
    Act,
    StorySituation,
    amends,
    chain,
    drives,
    events,
    joins,
    passes,
    touches,
    ways_in,
)

OTHER = "+493012345678"


def _reported(**changes: object) -> Act:
    """Report our call with these changes."""

    def edit(state: PhoneState) -> PhoneState:
        calls = tuple(replace(call, **changes) for call in state.calls)
        return replace(state, calls=calls)

    return lambda session: session.report(edit)


def _ended(by: EndedBy, *, answered: bool) -> Act:
    """End our call in this way."""

    def edit(state: PhoneState) -> PhoneState:
        ended = replace(state.calls[0], phase=CallPhase.ENDED, ended_by=by, answered=answered)
        return replace(state, calls=(), last_ended=ended)

    return chain(
        joins(240 if answered else 0.9), lambda session: session.ignore_phone(), lambda session: session.report(edit)
    )


def _refusing(command: CallCommand, *before: Act) -> Act:
    """Make the phone fail, then touch."""

    def act(session: RigSession) -> None:
        for each in before:
            each(session)
        session.phone.refused.add(command)

    return act


def _incoming(session: RigSession) -> None:
    session.phone.incoming(OTHER)


def _silent_phone(session: RigSession) -> None:
    session.ignore_phone()
    session.touch("join")


def _two_phones(session: RigSession) -> None:
    session.phone.other_phone("Ben’s phone")
    joins(0.9)(session)


def _found(session: RigSession) -> None:
    """The call was placed before this screen started."""
    number = next(
        stored.join_details.dial_ins[0].number
        for stored in session.read().events
        if stored.event.title == NEXT and stored.join_details
    )
    call = Call("found", number, CallPhase.ACTIVE, session.clock.elapsed, answered=True)
    session.report(lambda state: replace(state, calls=(call,)))


def _sim(session: RigSession) -> None:
    session.phone.asks_which_sim = True
    joins(60)(session)


def _back(session: RigSession) -> None:
    joins(240)(session)
    session.phone.disconnect()
    session.phone.connect()


def _bound(user: UserStore) -> None:
    user.save_profile(Profile("ben", "Ben Okafor", "subject-ben"))


def _another_driver(session: RigSession) -> None:
    session.presenter.set_occupants(passenger_aboard=False, driver_subject="")
    session.drive(PARKED)
    touches("profiles", "choose_profile")(session)
    session.written()
    session.drive(MOVING)
    joins(240)(session)
    session.presenter.set_occupants(passenger_aboard=False, driver_subject="subject-ben")


_TWO_NUMBERS = amends(
    events(
        lambda stored: (
            replace(stored, join_details=replace(stored.join_details, dial_ins=(*stored.join_details.dial_ins, SECOND)))
            if stored.join_details
            else stored
        ),
        NEXT,
    )
)
_HELD = chain(joins(240), _incoming, touches("answer_call"))
_REFUSES = lambda session: session.phone.refuse()  # noqa: E731  # one of many acts, the only one without a name

CALL = (
    StorySituation("call-left", "08:58", act=joins(240, "leave")),
    *(
        StorySituation(f"call-ended-{by.value.replace('_', '-')}", "08:58", act=_ended(by, answered=by in (
                       EndedBy.NETWORK, EndedBy.UNKNOWN, EndedBy.THERE)), like="call-refused")
        for by in EndedBy if by not in (EndedBy.HERE, EndedBy.THERE, EndedBy.REFUSED)
    ),
    StorySituation("call-second-number", "08:58", act=chain(_TWO_NUMBERS, joins(0.9), _REFUSES)),
    StorySituation("call-both-failed", "08:58", act=chain(_TWO_NUMBERS, joins(0.9), _REFUSES, passes(0.9), _REFUSES)),
    StorySituation("call-which-sim", "08:58", act=_sim),
    StorySituation("call-id-failed", "08:58", act=chain(joins(240), _reported(tones=TonesPhase.FAILED))),
    StorySituation("call-id-partial", "08:58", act=chain(joins(240), _reported(tones=TonesPhase.PARTIAL)),
                   like="call-id-failed"),
    StorySituation("call-held-id-waiting", "08:58", act=chain(_HELD, _reported(tones=TonesPhase.WAITING)),
                   like="call-on-hold"),
    StorySituation("call-other-phone", "08:58", act=_two_phones),
    StorySituation("call-found", "08:58", act=_found),
    StorySituation("call-emergency", "08:58", act=chain(joins(240), lambda session: session.phone.incoming("112",
                   emergency=True))),
    StorySituation("call-bad-number", "08:58", act=chain(ways_in(NEXT, dial_ins=(replace(SECOND, number="112"),)),
                   touches("join"))),
    StorySituation("call-asked", "08:58", act=_silent_phone),
    StorySituation("call-back", "08:58", act=_back),
    StorySituation("call-not-left", "08:58", act=chain(_refusing(CallCommand.HANG_UP, joins(240)), touches("leave"))),
    StorySituation("call-still-muted", "08:58", act=chain(_refusing(CallCommand.UNMUTE, joins(240)),
                   touches("unmute")), like="call-not-left"),
    StorySituation("call-still-on", "08:58", act=chain(_refusing(CallCommand.MUTE, joins(240, "unmute")),
                   touches("mute")), like="call-not-left"),
    StorySituation("call-not-answered", "08:58", act=chain(_refusing(CallCommand.HOLD_AND_ANSWER, joins(240),
                   _incoming), touches("answer_call")), like="call-not-left"),
    StorySituation("call-still-held", "08:58", act=chain(_refusing(CallCommand.RESUME, _HELD), touches("unhold")),
                   like="call-not-left"),
    StorySituation("call-parked", "08:58", PARKED, joins(240)),
    StorySituation("call-waiting-parked", "08:58", PARKED, chain(joins(240), _incoming)),
    StorySituation("call-gone-parked", "08:58", PARKED, chain(joins(240), lambda session: session.phone.disconnect())),
    StorySituation("call-passenger", "08:58", act=chain(joins(240), drives(MOVING, passenger=True))),
    StorySituation("call-another-driver", "08:58", act=_another_driver, before=_bound),
)  # fmt: skip
