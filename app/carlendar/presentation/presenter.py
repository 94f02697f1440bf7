"""The presenter: handles changes and touches, and composes the frame to draw.

It runs on the UI thread only. Inputs (`snapshot_changed`, `phone_changed`, `service_said`, `set_occupants`, `theme`,
`service_lost`, `service_found`) arrive through the bridge; the output is one frozen `Frame`, announced whenever it
changes.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import PRESENCE_SCOPE
from carlendar.ipc.messages import (
    DataChanged,
    Failure,
    Message,
    Navigated,
    NavigationStatus,
    OnlineStatus,
    PresenceStatus,
    SignInStatus,
    Stored,
    SyncStatus,
    Travel,
)
from carlendar.presentation.account import driver
from carlendar.presentation.frames import compose
from carlendar.presentation.intent_context import IntentContext
from carlendar.presentation.intents import NewsSeen
from carlendar.presentation.now.change_notices import spoken_news
from carlendar.presentation.quarantine import Quarantine
from carlendar.presentation.scroll_hold import ScrollHold
from carlendar.presentation.session import NEWS_SECONDS, Session
from carlendar.presentation.states import Action, DriveState, Frame, ScreenName, Tone
from carlendar.presentation.update_throttle import UpdateThrottle, until_minute
from carlendar.presentation.view_context import Panel
from carlendar.safety.restrictions import DrivingState

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.audio_order import CarSound
    from carlendar.domain.call import PhoneState
    from carlendar.domain.call_key import CallKey
    from carlendar.domain.voice_command import VoiceCommand
    from carlendar.presentation.options import Options
    from carlendar.presentation.ports import Ports
    from carlendar.presentation.spoken_state import TextMaker
    from carlendar.presentation.travel.departure import Departure
    from carlendar.presentation.usage_meter import UsageMeter
    from carlendar.presentation.vehicle_context import VehicleContext
    from carlendar.presentation.view_context import ViewContext
    from carlendar.safety.restrictions import Restrictions
    from carlendar.store.records import Snapshot


class Cause(Enum):
    """Why a frame changes: touches and safety take effect immediately, the rest is throttled."""

    TOUCH = auto()
    SAFETY = auto()
    TIME = auto()
    DATA = auto()


class Presenter:
    """`ScreenController` for one display. Starts with the restrictions given, which should be the tightest."""

    def __init__(self, ports: Ports, options: Options, restrictions: Restrictions, *, night: bool = True) -> None:
        stored = ports.read()
        self._agenda_cache = ports.agenda_cache
        self._session = Session(restrictions, stored, self._agenda_cache.of(stored), night=night)
        self._quarantine = Quarantine(self._session)
        self._take(stored)
        self._context = IntentContext(ports, self._session, options)
        self._ports = ports
        self._listeners: list[Callable[[Frame], None]] = []
        self.meter: UsageMeter | None = None
        """Counts how the screen is used, where the car has a fleet; attached after the first frame."""
        self._throttle, self._scrolling = UpdateThrottle(), ScrollHold()
        self._frame = self._quarantine.run(self._compose)

    # --- the screen controller -----------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The frame to draw now."""
        return self._frame

    def attach_meter(self, meter: UsageMeter) -> None:
        """Count how the screen is used from now on."""
        self.meter = meter
        self._quarantine.on_hold = meter.disabled
        self._send_emergency()

    @property
    def asks_consent(self) -> bool:
        """Whether drivers are asked for consent to telemetry."""
        return bool(self._context.base.telemetry)

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        """Call `listener` at once and whenever the frame changes."""
        self._listeners.append(listener)
        listener(self._frame)

    def restrict(self, restrictions: Restrictions) -> Frame:
        """Apply newly published restrictions; the returned frame complies with them."""
        session = self._session
        if restrictions != session.restrictions:
            if restrictions.state is DrivingState.PARKED and session.restrictions.state is not DrivingState.PARKED:
                session.takes_destinations = True  # the drive has ended
            if self.meter is not None:
                self.meter.restricted(session.restrictions, restrictions)
            session.restrictions = restrictions
            session.back_stack.tighten(restrictions)
            if restrictions.restricted:
                session.panel, session.panel_subject = Panel.NONE, ""
            self._show(Cause.SAFETY)
        return self._frame

    def act(self, action: Action) -> None:
        """Carry out an action; one that is no longer offered does nothing."""
        from carlendar.presentation import (
            dispatch,  # not needed for the first frame, like the others of this kind below
        )

        late = frozenset(item.key for item in self._session.late.values()) if self.meter is not None else frozenset()
        if dispatch.carry_out(self._context, action):
            if self.meter is not None:
                self.meter.acted(self._session, action.intent, late)
            self._show(Cause.TOUCH)

    def key_pressed(self, key: CallKey) -> None:
        """Do what a key of the steering wheel does to the call."""
        from carlendar.presentation import dispatch
        from carlendar.presentation.call import keys

        intent = self._quarantine.run(lambda: keys.intent_of(self._context.view(), key))
        if intent is not None and dispatch.carry_out(self._context, Action(intent, ("",))):
            self._show(Cause.TOUCH)

    def voice_commanded(self, command: VoiceCommand) -> bool:
        """Do what a command to the car's voice assistant does; return whether it did something."""
        from carlendar.presentation.call import voice

        intent = self._quarantine.run(lambda: voice.intent_of(self._context.view(), command))
        if intent is None:
            return False
        self.act(Action(intent, ("",)))
        return True

    def scrolled(self, place: str, offset: float) -> None:
        """Remember the scroll position of a list; while it moves, updates wait."""
        if self.offset(place) != offset:
            self._scrolling.moved(self._ports.elapsed.seconds())
        self._session.scroll[place] = offset

    def offset(self, place: str) -> float:
        """Return the scroll position of the list of `place`; 1.0, the top, by default."""
        return self._session.scroll.get(place, 1.0)

    def tick(self) -> float:
        """Handle the passing of time; returns elapsed seconds until the next call, at most 60."""
        reminded = self._session.last_sounded
        over, view = self._attend()
        waits = [60.0, until_minute(self._ports.wall)]
        at_once = over or reminded != self._session.last_sounded
        if not at_once and (held := self._held_back()):
            waits.append(held)
        else:
            # Undo disappears when its time is over, without throttling: later it would have no effect.
            self._show(Cause.TOUCH if over else Cause.TIME, view)
        if (due := self._session.spoken.next_due()) is not None:
            waits.append(due - self._ports.elapsed.seconds())
        if self._session.toast is not None and self._session.toast.ends is not None:
            waits.append(self._session.toast.ends - self._ports.elapsed.seconds())
        if self._session.data_line is not None:
            from carlendar.presentation.call import data_intents

            if (offer := data_intents.next_offer(self._session)) is not None and not self._session.other_line_due:
                waits.append(offer - self._ports.elapsed.seconds())
        if self._session.waiting_join is not None:
            waits.append(self._session.waiting_join.ends - self._ports.elapsed.seconds())
        if self._throttle.waiting:
            waits.append(self._throttle.wait(self._ports.elapsed.seconds(), self._ports.wall))
        return max(0.05, min(waits))

    # --- what happens --------------------------------------------------------------------------

    def clock_changed(self) -> None:
        """The clock was set, or the zone changed: the frame is wrong, so the update is not throttled."""
        self._session.travel.forget()
        self._session.travel.request_again()
        _, view = self._attend()
        self._show(Cause.SAFETY, view)

    def snapshot_changed(self) -> None:
        """The store has changed: read it."""
        from carlendar.presentation import outbox_intents

        session, before = self._session, self._session.snapshot
        stored = self._ports.read()
        self._take(stored)
        if driver.another(before, session.snapshot):
            driver.leave(self._context)
        answered = outbox_intents.settle(self._context)
        self._settle_seat(stored)
        # Privacy and the result of a touch are not throttled; all else waits for the tick.
        strangers = _owners(before) != _owners(session.snapshot)
        if strangers or answered:
            _, view = self._attend()
            self._show(Cause.SAFETY if strangers else Cause.TOUCH, view)

    def phone_changed(self, state: PhoneState) -> None:
        """The phone's state has changed."""
        from carlendar.presentation.call import call_intents

        before = self._session.phone
        call_intents.phone_changed(self._context, state)
        if self._session.data_line is not None:
            from carlendar.presentation.call import lines

            lines.phone_changed(self._context, before)
        if self.meter is not None:
            self.meter.phone_changed(self._session)
        if self._session.phone.emergency is not before.emergency and self._reports_emergencies:
            self._send_emergency()
        _, view = self._attend()
        self._show(Cause.TOUCH, view)

    def sounds_changed(self, sounds: frozenset[CarSound]) -> None:
        """What else is heard in the car has changed."""
        from carlendar.presentation import spoken

        spoken.sounds_changed(self._context, sounds)

    def service_said(self, message: Message) -> None:
        """Handle a message of the service process."""
        match message:
            case SyncStatus():
                self._session.sync = message
                self._show(Cause.DATA)
            case SignInStatus():
                self._sign_in_changed(message)
                self._show(Cause.TOUCH)
            case OnlineStatus():
                from carlendar.presentation.call import lines

                if self._session.data_line is None and self._session.phone.emergency:
                    self._send_emergency()
                lines.status_changed(self._context, message)
                if self.meter is not None:
                    self.meter.data_changed(self._session)
                _, view = self._attend()
                self._show(Cause.TOUCH, view)
            case PresenceStatus():
                self._presence_changed(message)
            case DataChanged():
                if message.what == "erased":
                    from carlendar.presentation.account import account_intents

                    account_intents.erased(self._context)
                self.snapshot_changed()
            case Failure():
                self._failed(message)
            case Stored():
                self._stored(message)
            case Travel() | NavigationStatus() | Navigated():
                self._road_changed(message)
            case _:
                return

    def service_lost(self) -> None:
        """The connection to the service was lost, and with it a sign-in in progress; it is being restarted."""
        self._session.service_there = False
        flight = self._session.sign_in
        if flight is not None and flight.status.phase in ("starting", "code", "browser"):
            self._sign_in_changed(SignInStatus("failed", reason="channel"))
        if self._session.data_line is not None:
            from carlendar.presentation.call import lines

            lines.service_lost(self._context)
        self._show(Cause.TOUCH if self._session.data_line is not None else Cause.TIME)

    def service_found(self) -> None:
        """The service is connected again; it is sent the current profile."""
        self._session.service_there = True
        self._session.travel.request_again()
        profile = self._session.snapshot.profile
        self._context.send("profile", profile=profile.id if profile else "")
        if self._reports_emergencies:
            self._send_emergency()
        self._show(Cause.TIME)

    def theme(self, *, night: bool) -> None:
        """The car switched between day and night."""
        self._session.night = night
        self._show(Cause.SAFETY)

    def set_occupants(self, *, passenger_aboard: bool | None, driver_subject: str) -> None:
        """Whether a passenger is aboard (None for unknown), and who drives; takes effect immediately."""
        session = self._session
        session.aboard = passenger_aboard
        if driver_subject != session.driver:
            driver.changed(self._context, driver_subject)
            stored = self._ports.read()
            self._take(stored)
            self._settle_seat(stored)
        self._show(Cause.SAFETY)

    def car(self, *, language: str, hours: str, text_scale: float) -> None:
        """Settings of the car's own screens; the user's and administrator's choices take precedence."""
        session = self._session
        session.car_language, session.car_hours, session.text_scale = language, hours, text_scale
        self._show(Cause.TIME)

    def vehicle(self, vehicle: VehicleContext) -> None:
        """Where the driver sits, where the car is, and how loud it is."""
        if vehicle.ignition_off is not self._session.vehicle.ignition_off:
            self._session.travel.leaving = vehicle.ignition_off
        self._session.vehicle, self._session.travel.connected = vehicle, True
        self._show(Cause.TIME)

    # --- within --------------------------------------------------------------------------------

    def _take(self, stored: Snapshot) -> None:
        """Apply the part of the store's data that the driver may see."""
        session = self._session
        session.snapshot = driver.admitted(session, stored)
        self._quarantine.take(self._agenda_cache.of(session.snapshot))

    def _settle_seat(self, stored: Snapshot) -> None:
        """Update store, service and phone for the current profile."""
        from carlendar.presentation.call import call_intents

        driver.settle(self._context, stored)
        call_intents.notify_phone(self._context)
        if self._session.meeting_call is None and self._session.phone.calls:
            call_intents.phone_changed(self._context, self._session.phone)  # a call to a meeting that is known only now

    def _road_changed(self, message: Travel | NavigationStatus | Navigated) -> None:
        """Take travel times and the state of the navigation, and report what came of a destination."""
        if isinstance(message, Navigated):
            from carlendar.presentation.travel import navigation

            navigation.navigated(self._context, message)
            self._show(Cause.TOUCH)
        elif isinstance(message, Travel):
            from carlendar.presentation.travel import tracking

            tracking.received(self._context, message)
        else:
            from carlendar.presentation.travel import navigation

            if navigation.status_changed(self._context, message):
                self._show(Cause.TIME)

    def _sign_in_changed(self, status: SignInStatus) -> None:
        from carlendar.presentation.account import account_intents

        account_intents.sign_in_changed(self._context, status)

    def _presence_changed(self, message: PresenceStatus) -> None:
        from carlendar.presentation.call import join_intents, presence_intents

        if (intent := presence_intents.status_changed(self._context, message)) is not None:
            join_intents.join_now(self._context, intent)
        asked = self._session.panel is Panel.PRESENCE or intent is not None
        self._show(Cause.TOUCH if asked else Cause.DATA)

    def _attend_to_presence(self) -> None:
        """Ask Teams when Join appears; join when a touch has waited long enough for the answer."""
        if not any(account.grants(PRESENCE_SCOPE) for account in self._session.snapshot.accounts):
            return
        from carlendar.presentation.call import join_intents, presence_intents

        intent = self._quarantine.run(lambda: presence_intents.attend(self._context))
        if intent is not None:
            join_intents.join_now(self._context, intent)

    def _send_emergency(self) -> None:
        """Report whether an emergency call is up: no command of the fleet may interrupt it, nor a data call mix in."""
        self._context.send("emergency", on=str(int(self._session.phone.emergency)))

    @property
    def _reports_emergencies(self) -> bool:
        """Whether the service does anything that an emergency call forbids."""
        return self.meter is not None or self._session.data_line is not None

    def _stored(self, message: Stored) -> None:
        """Show what is stored, as the fleet's back end asked for."""
        words, counts = self._context.words(), message.counts
        text = words.say_number("Stored: {n} meeting", "Stored: {n} meetings", counts.get("meetings", 0))
        accounts = words.say_number("{n} account", "{n} accounts", counts.get("accounts", 0))
        self._context.toast(f"{text} · {accounts}", "database")
        self._show(Cause.TIME)

    def _failed(self, failure: Failure) -> None:
        from carlendar.presentation.reasons import failed

        if failure.command == "sign_in":
            self._sign_in_changed(SignInStatus("failed", reason=failure.reason))
        elif text := failed(self._context.words(), failure.command, failure.reason):
            self._context.toast(text, "alert", Tone.WARN)
        self._show(Cause.TIME)

    def _attend(self) -> tuple[bool, ViewContext | None]:
        """Handle everything that depends on time.

        Return whether a confirmation has expired, and the view of now; None if that has changed since it was read.
        A reminder that has become due plays its sound, and while driving switches to Now.
        """
        session = self._session
        if session.snapshot.news and self._context.options.spoken_notices:
            news = self._quarantine.run(lambda: spoken_news(self._context.view()))
            if news is not None:
                self._announce(*news)
        if session.spoken.active or session.meeting_online:
            from carlendar.presentation import spoken

            spoken.follow(self._context)
        ends = session.toast.ends if session.toast is not None else None
        over = ends is not None and ends <= self._ports.elapsed.seconds()
        if over:
            session.toast = None
        if session.data_line is not None:
            from carlendar.presentation.call import data_intents

            over = data_intents.attend(self._context) or over
        if session.meeting_call is None and session.phone.calls:
            from carlendar.presentation.call import call_intents

            call_intents.find(self._context)  # its meeting's time for joining may have come
        self._attend_to_presence()
        self._watch_news()
        self._follow_the_road()
        if session.travel.leaving and not session.restrictions.restricted:
            self._say_tomorrow()
        self._ask_consent()
        view, leaving = self._quarantine.run(self._due)
        reminder = view.reminder
        if reminder is None and leaving is not None:
            self._notify_departure(leaving)
            return over, None
        if reminder is None or (reminder.keys, reminder.stage.value) == session.last_sounded:
            return over, view
        session.last_sounded = (reminder.keys, reminder.stage.value)
        if self.meter is not None:
            self.meter.reminded(session)
        if session.toast is not None and session.toast.action is None:
            session.toast = None  # it must not displace Join; an item that can be undone stays
        self._call_attention()
        return over, None

    def _call_attention(self) -> None:
        """Play the sound of reminders, and while driving switch to Now."""
        session = self._session
        if session.vehicle.loudness > 0:
            from carlendar.presentation import spoken

            if spoken.order(self._context).notification:
                self._ports.sound.play("reminder", session.vehicle.loudness)
        if session.restrictions.restricted and session.back_stack.here.screen in (ScreenName.AGENDA, ScreenName.EVENT):
            session.back_stack.home()
            session.turn()

    def _follow_the_road(self) -> None:
        """Update the displayed travel times, and request new ones, once the car has reported anything."""
        if self._session.travel.connected:
            from carlendar.presentation.travel import tracking

            tracking.refresh(self._context)
            tracking.request(self._context)

    def _say_tomorrow(self) -> None:
        """After the ignition went off, display the line about tomorrow once, unless the screen has it already."""
        from carlendar.presentation.travel import tomorrow

        found = self._quarantine.run(lambda: tomorrow.farewell(self._context.view()))
        if found is None:
            return
        session, body = self._session, self._frame.body
        session.travel.leaving = False
        if session.toast is None and not (isinstance(body, DriveState) and found in body.lines):
            self._context.toast(found.text, found.icon, stays=tomorrow.STAYS)

    def _due(self) -> tuple[ViewContext, Departure | None]:
        """The view with the reminder to show now, and the notice of departure."""
        view = self._context.view()
        if not view.road.arrivals:
            return view, None
        from carlendar.presentation.travel import departure

        return view, departure.due(view)

    def _notify_departure(self, found: Departure) -> None:
        """Announce a departure, once for each stage."""
        from carlendar.presentation.travel import departure

        stage = (found.entry.key, found.stage)
        if self._session.travel.noticed != stage:
            self._session.travel.noticed = stage
            self._call_attention()
            key = "/".join(("departure", found.stage.value, found.entry.key))
            self._announce(key, partial(departure.spoken, key=found.entry.key, expected=found.stage))

    def _announce(self, key: str, text: TextMaker) -> None:
        """Speak a notice, by the driver's setting."""
        from carlendar.presentation import spoken

        spoken.announce(self._context, key, text)

    def _ask_consent(self) -> None:
        if self._context.base.telemetry:
            from carlendar.presentation.settings.telemetry import is_due

            if self._quarantine.run(lambda: is_due(self._context)):
                self._session.panel = Panel.CONSENT

    def _watch_news(self) -> None:
        """A change counts as seen once it was displayed for long enough."""
        shown = self._frame.toast_action
        news = shown.intent if shown is not None and isinstance(shown.intent, NewsSeen) else None
        before, since = self._session.shown_news
        now = self._ports.elapsed.seconds()
        if news != before:
            self._session.shown_news = (news, now)
        elif news is not None and now - since >= NEWS_SECONDS:
            from carlendar.presentation import outbox_intents

            outbox_intents.news_seen(self._context, news)

    def _compose(self, view: ViewContext | None = None) -> Frame:
        session, options = self._session, self._context.options
        night = session.night if options.theme == "auto" else options.theme == "night"
        suspended = session.back_stack.suspended is not None
        place = session.back_stack.suspended or session.back_stack.here
        if view is None or view.agenda is not session.agenda:  # the quarantine composes with another agenda
            view = self._context.view()
        frame = compose(view, place, suspended=suspended, toast=session.toast, night=night)
        return frame if session.text_scale == 1.0 else replace(frame, text_scale=session.text_scale)

    def _held_back(self) -> float:
        """Elapsed seconds for which updates wait as a list is scrolled; under restrictions the throttle decides."""
        return 0.0 if self._session.restrictions.restricted else self._scrolling.wait(self._ports.elapsed.seconds())

    def _show(self, cause: Cause, view: ViewContext | None = None) -> None:
        """Announce the current frame, unless nothing changed or it is throttled. `view` is that of now, if it is known.

        Data wait for the `tick` that follows every call of the bridge, so that a burst of changes results in one frame.
        """
        if cause is Cause.DATA:
            return
        frame = self._quarantine.run(lambda: self._compose(view))
        elapsed = self._ports.elapsed.seconds()
        if frame == self._frame:
            self._throttle.settled()
            self._start_toast(elapsed)
            return
        if cause is Cause.TIME and frame.restrictions.restricted:
            if not self._throttle.may_change(elapsed, self._ports.wall):
                return
            self._throttle.changed(elapsed)
        self._throttle.settled()
        self._start_toast(elapsed)
        self._frame = frame
        for listener in tuple(self._listeners):
            listener(frame)

    def _start_toast(self, elapsed: float) -> None:
        """Let the time of a confirmation run from the first frame that is composed with it."""
        toast = self._session.toast
        if toast is not None and toast.ends is None:
            self._session.toast = replace(toast, ends=elapsed + toast.stays)


def _owners(snapshot: Snapshot) -> tuple[object, ...]:
    """Return whose day it is, and which accounts may be shown."""
    return (snapshot.profile, tuple((account.id, account.state) for account in snapshot.accounts))
