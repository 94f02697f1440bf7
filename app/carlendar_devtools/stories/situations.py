"""The situations for pictures; `now_`, `call_` and `parked_situations` contain more of them."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.account import FEED, FILES, Account, AccountState, Profile
from carlendar.domain.call import CallCommand
from carlendar.store.user import UserStore
from carlendar_devtools.stories.call_situations import CALL
from carlendar_devtools.stories.data_situations import DATA
from carlendar_devtools.stories.joined_situations import JOINED
from carlendar_devtools.stories.now_situations import NOW
from carlendar_devtools.stories.parked_situations import PARKED_SCREENS
from carlendar_devtools.stories.road_situations import ROAD
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    CODE,
    IDLING,
    MOVING,
    PARKED,
    SETTLED,
    UNKNOWN,
    StorySituation,
    after_reminders,
    joins,
    signs_in,
    touches,
)


def _clock_lost(session: RigSession) -> None:
    session.clock.known = False
    session.pass_time(SETTLED)


def _offline(session: RigSession) -> None:
    after_reminders()(session)
    session.fresh(28, online=False)
    session.pass_time(SETTLED)


def _dropped(session: RigSession) -> None:
    joins(240)(session)
    session.phone.drop()


def _refused(session: RigSession) -> None:
    joins(0.6)(session)
    session.phone.refuse()


def _late_in_a_tunnel(session: RigSession) -> None:
    session.touch("late")
    session.written()
    session.pass_time(25.0)


def _waiting(session: RigSession) -> None:
    joins(240)(session)
    session.phone.incoming("+493012345678")


def _on_hold(session: RigSession) -> None:
    _waiting(session)
    session.touch("answer_call")


def _phone_gone(session: RigSession) -> None:
    joins(240)(session)
    session.phone.disconnect()


def _other_call(session: RigSession) -> None:
    session.phone.incoming("+493012345678")
    session.phone.command(CallCommand.ANSWER)
    session.pass_time(SETTLED)


def _emergency(session: RigSession) -> None:
    session.phone.incoming("112", emergency=True)
    session.pass_time(SETTLED)


def _no_phone(session: RigSession) -> None:
    session.phone.disconnect()


def _driven_off(session: RigSession) -> None:
    signs_in(**CODE)(session)
    session.drive(MOVING)


def _guest(session: RigSession) -> None:
    touches("settings", "profiles", "add_guest")(session)
    session.written()
    session.pass_time(1.0)


def _passenger(session: RigSession) -> None:
    session.presenter.set_occupants(passenger_aboard=True, driver_subject="")
    session.pass_time(SETTLED)


def _alone(*intents: str) -> Callable[[RigSession], None]:
    def act(session: RigSession) -> None:
        session.presenter.set_occupants(passenger_aboard=False, driver_subject="")
        session.pass_time(SETTLED)
        touches(*intents)(session)

    return act


def _second_driver(user: UserStore) -> None:
    user.save_profile(Profile("ben", "Ben Okafor"))


def _blocked(user: UserStore) -> None:
    for account in user.accounts():
        user.set_account_state(account.id, AccountState.BLOCKED, "disabled", account.since)


def _feeds(user: UserStore) -> None:
    (first, *_) = user.accounts()
    for number, (kind, shown, name) in enumerate(
        ((FEED, "calendar.contoso.example", "Orchester der Kreisverwaltung"), (FILES, "school.ics", "school.ics"))
    ):
        feed = Account(f"feed-{number}", first.profile_id, shown, name, kind, AccountState.SIGNED_IN, first.since)
        user.save_account(feed)


def _remove_feed(session: RigSession) -> None:
    session.touch("settings")
    session.touch("ask_sign_out", 1)


BASE = (
    StorySituation("drive-next", "08:48"),
    StorySituation("drive-next-parked", "08:48", PARKED),
    StorySituation("drive-unknown", "08:48", UNKNOWN),
    StorySituation("drive-running", "09:10", act=after_reminders()),
    StorySituation("drive-clash", "08:52", act=after_reminders(), scenario="busy"),
    StorySituation("drive-clash-later", "09:06", act=after_reminders(), scenario="busy", like="drive-clash"),
    StorySituation("reminder-two", "08:52", scenario="busy"),
    StorySituation("drive-nothing-soon", "11:20", act=after_reminders()),
    StorySituation("drive-nothing-at-all", "11:20", scenario="empty"),
    StorySituation("drive-not-signed-in", "08:48", signed_in=False),
    StorySituation("drive-not-signed-in-parked", "08:48", PARKED, signed_in=False),
    StorySituation("drive-offline", "11:20", act=_offline),
    StorySituation("drive-clock-not-set", "08:48", act=_clock_lost),
    StorySituation("drive-no-phone", "08:48", act=_no_phone),
    StorySituation("drive-late-undo", "08:48", act=touches("late")),
    StorySituation("drive-late-waiting", "08:48", act=_late_in_a_tunnel),
    StorySituation("reminder", "08:55"),
    StorySituation("reminder-at-start", "09:00"),
    StorySituation("agenda-moving", "08:48", act=touches("agenda")),
    StorySituation("agenda-moving-later", "08:48", act=after_reminders("agenda", "later"), scenario="busy"),
    StorySituation("agenda-idling", "08:48", IDLING, touches("agenda")),
    StorySituation("agenda-parked", "08:48", PARKED, touches("agenda")),
    StorySituation("agenda-world", "08:48", PARKED, touches("agenda"), scenario="world"),
    StorySituation("agenda-empty", "08:48", PARKED, touches("agenda"), scenario="empty"),
    StorySituation("event-parked", "08:48", PARKED, touches("agenda", "open")),
    StorySituation("event-idling", "08:48", IDLING, touches("agenda", "open")),
    StorySituation("event-qr", "08:48", PARKED, touches("agenda", "open", "hand_over")),
    StorySituation("event-answer", "08:48", PARKED, touches("agenda", "open", "answer_choice")),
    StorySituation("call-dialling", "08:58", act=joins(0.1)),
    StorySituation("call-ringing", "08:58", act=joins(0.9)),
    StorySituation("call-sending-id", "08:58", act=joins(3.5)),
    StorySituation("call-connected", "08:58", act=joins(240, "unmute")),
    StorySituation("call-muted", "08:58", act=joins(240)),
    StorySituation("call-refused", "08:58", act=_refused),
    StorySituation("call-dropped", "08:58", act=_dropped),
    StorySituation("call-waiting", "08:58", act=_waiting),
    StorySituation("call-on-hold", "08:58", act=_on_hold),
    StorySituation("call-phone-gone", "08:58", act=_phone_gone),
    StorySituation("drive-other-call", "08:48", act=_other_call),
    StorySituation("drive-emergency-call", "08:48", act=_emergency),
    StorySituation("drive-number-abroad", "08:48", region="CH"),
    StorySituation("notice", "08:41", PARKED, touches("sign_in"), signed_in=False),
    StorySituation("sign-in-code", "08:41", PARKED, signs_in(**CODE), signed_in=False, browser=True),
    StorySituation("sign-in-refused", "08:41", PARKED, signs_in(phase="failed", reason="policy", number="AADSTS53003"),
                   signed_in=False, browser=True),
    StorySituation("sign-in-expired", "08:41", PARKED, signs_in(phase="expired"), signed_in=False),
    StorySituation("sign-in-driven-off", "08:41", PARKED, _driven_off, signed_in=False),
    StorySituation("settings", "08:48", PARKED, touches("settings")),
    StorySituation("settings-alone", "08:48", PARKED, _alone("settings")),
    StorySituation("settings-feeds", "08:48", PARKED, touches("settings"), before=_feeds),
    StorySituation("settings-remove-feed", "08:48", PARKED, _remove_feed, before=_feeds),
    StorySituation("settings-clear", "08:48", PARKED, touches("settings", "ask_clear")),
    StorySituation("profiles", "08:48", PARKED, touches("settings", "profiles")),
    StorySituation("drive-two-drivers", "08:48", before=_second_driver),
    StorySituation("drive-two-drivers-parked", "08:48", PARKED, before=_second_driver),
    StorySituation("profiles-two-drivers", "08:48", PARKED, touches("profiles"), before=_second_driver),
    StorySituation("profiles-alone", "08:48", PARKED, _alone("profiles"), before=_second_driver),
    StorySituation("drive-guest", "08:48", PARKED, _guest),
    StorySituation("drive-blocked", "08:48", before=_blocked),
    StorySituation("drive-blocked-parked", "08:48", PARKED, before=_blocked),
    StorySituation("settings-blocked", "08:48", PARKED, touches("settings"), before=_blocked),
    StorySituation("drive-private", "18:48", act=_passenger, day=1),
    StorySituation("drive-compound", "08:48", scenario="world"),
    StorySituation("drive-chinese", "09:48", act=after_reminders(), scenario="world"),
    StorySituation("drive-japanese", "11:05", act=after_reminders(), scenario="world"),
    StorySituation("drive-arabic", "12:48", act=after_reminders(), scenario="world"),
    StorySituation("drive-hebrew", "14:05", act=after_reminders(), scenario="world"),
    StorySituation("drive-emoji", "15:05", act=after_reminders(), scenario="world"),
    StorySituation("drive-thai", "17:50", act=after_reminders(), scenario="world"),
    StorySituation("drive-markup", "18:48", act=after_reminders(), scenario="world"),
    StorySituation("drive-no-title", "19:48", act=after_reminders(), scenario="world"),
)  # fmt: skip

SITUATIONS = (*BASE, *NOW, *ROAD, *CALL, *DATA, *JOINED, *PARKED_SCREENS)
"""Every state of every screen."""
