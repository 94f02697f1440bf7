"""Owns the data call: joins the meetings of the store on a screen's command, and reports the state to the screens.

In a car that does not join over data there is no adapter, and nothing is imported or started. The link is read from the
store and examined again here: only a link of a service that the adapter joins reaches it.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.domain.agenda import event_id_of
from carlendar.domain.online_call import (
    OnlineCommand,
    OnlineEnd,
    OnlineMeeting,
    OnlineNeed,
    OnlinePhase,
    OnlineReadiness,
    OnlineState,
)
from carlendar.domain.ports import ElapsedClock, OnlineCall, Unsubscribe
from carlendar.errors import UsageError
from carlendar.ipc.messages import OnlineStatus
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore

ALONE_FOR = 30.0
"""Elapsed seconds after which a call is left that no screen can mute or leave any more, or whose driver is unknown.

Both may be an interruption only.
"""
MUTED_AFTER = 3.0
"""Elapsed seconds without a known driver after which a call is muted: a screen that starts again knows them by then."""

_CODE = re.compile(r"[A-Za-z0-9._/-]{0,40}")
"""The codes of ends that are logged."""
_log = logging.getLogger(__name__)


class OnlineService:
    """The data call of one service process. `make` creates the adapter; None in a car that does not join over data.

    `notify` sends a message to the screens; `network` is whether there is a data connection; `post` runs work on the
    service's main thread, where every method but those of the adapter's listener is called.
    """

    def __init__(
        self,
        make: Callable[[], OnlineCall] | None,
        user: UserStore,
        events: EventStore,
        elapsed: ElapsedClock,
        notify: Callable[[OnlineStatus], None],
        network: Callable[[], bool],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._make, self._user, self._events = make, user, events
        self._elapsed, self._notify, self._network, self._post = elapsed, notify, network, post
        self._call: OnlineCall | None = None
        self._unsubscribe: Unsubscribe = lambda: None
        self._lock = threading.Lock()
        """Keeps the order of changes and messages; never held while the adapter is called."""
        self._readiness: OnlineReadiness | None = None
        self._key = ""
        self._state: OnlineState | None = None
        self._emergency = False
        self._profile = ""
        """The profile in whose name the call is."""
        self._active = ""
        self._alone_since: float | None = None
        self._unidentified_since: float | None = None

    def start(self) -> None:
        """Create the adapter, which starts nothing before `prepare` or a join."""
        if self._make is not None:
            self._call = self._make()
            self._look()
            self._unsubscribe = self._call.subscribe(self._changed)

    def stop(self) -> None:
        """Leave the call and release everything."""
        if self._call is not None:
            self._unsubscribe()
            self._call.stop()

    def greeting(self) -> tuple[OnlineStatus, ...]:
        """What a screen learns on connecting; thread-safe."""
        with self._lock:
            return self._status()

    def look_again(self) -> None:
        """Report again what joining needs, as after a change of the network."""
        self._look()
        self._report()

    def execute(self, name: str, given: Mapping[str, str]) -> None:
        """Carry out a command of a screen; without effect without an adapter. Raises UsageError, StoreError."""
        call = self._call
        if call is None:
            return
        if name == "online_prepare":
            call.prepare()
        elif name == "online_join":
            self._join(call, given.get("account", ""), given.get("key", ""), muted=given.get("muted") != "0")
        else:
            self._command(call, given)

    def leave(self) -> None:
        """Leave the call, if any."""
        if self._call is not None:
            self._call.command(OnlineCommand.LEAVE)

    def emergency(self, on: bool) -> None:
        """Follow whether there is an emergency call: it has the car's audio for itself, and nothing is joined."""
        self._emergency = on
        if on:
            self.leave()

    def driver(self, profile_id: str) -> None:
        """Follow which profile is in use, empty for none: no one else speaks in the name of the driver who joined.

        Another driver ends the call. While the driver is unknown it is muted, and left in the end (`watch`).
        """
        before, self._active = self._active, profile_id
        if profile_id == before or not self._up:
            return
        if profile_id == self._profile:
            self._unidentified_since = None
        elif profile_id:
            _log.info("leaving the data call: another driver is there")
            self.leave()
        else:
            self._unidentified_since = self._elapsed.seconds()

    def watch(self, screens: int) -> None:
        """Leave a call that has been without a screen, or without an identified driver, for too long.

        Called now and then with the number of screens.
        """
        now = self._elapsed.seconds()
        self._emergency = self._emergency and screens > 0
        if not self._up:
            self._alone_since = self._unidentified_since = None
            return
        if screens:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        for since, why in (
            (self._alone_since, "no screen is connected"),
            (self._unidentified_since, "the driver is not known"),
        ):
            if since is not None and now - since > ALONE_FOR:
                _log.info("leaving the data call: %s", why)
                self.leave()
        unknown = self._unidentified_since is not None and now - self._unidentified_since > MUTED_AFTER
        if unknown and self._call is not None:
            self._call.command(OnlineCommand.MUTE)

    @property
    def _up(self) -> bool:
        return self._state is not None and self._state.up

    # --- within ---------------------------------------------------------------------------------

    def _status(self) -> tuple[OnlineStatus, ...]:
        return () if self._readiness is None else (OnlineStatus(self._readiness, self._key, self._state),)

    def _report(self) -> None:
        with self._lock:
            for status in self._status():
                self._notify(status)

    def _look(self) -> None:
        """Ask the adapter what it lacks."""
        if self._call is None:
            return
        readiness = self._call.readiness()
        if not self._network() and OnlineNeed.NETWORK not in readiness.needs:
            readiness = replace(readiness, needs=(*readiness.needs, OnlineNeed.NETWORK))
        with self._lock:
            self._readiness = readiness

    def _join(self, call: OnlineCall, account_id: str, key: str, *, muted: bool) -> None:
        with self._lock:
            if self._up:
                return  # a second touch; the screen leaves one meeting before it joins another
            self._key = key
        now = self._elapsed.seconds()
        refused = OnlineEnd.BUSY if self._emergency else None
        meeting = self._meeting(call.readiness(), account_id, key)
        if meeting is None:
            refused = refused or OnlineEnd.BAD_LINK
        if refused is not None or meeting is None:
            self._changed(OnlineState(OnlinePhase.ENDED, now, end=refused))
            return
        account = self._user.account(account_id)
        self._profile = account.profile_id if account is not None else ""
        self._unidentified_since = None
        self._changed(OnlineState(OnlinePhase.CONNECTING, now, muted=muted))
        call.join(meeting, muted=muted)

    def _meeting(self, readiness: OnlineReadiness, account_id: str, key: str) -> OnlineMeeting | None:
        """Return the stored meeting with its examined link; None if it is gone or has no link that can be joined."""
        details = self._events.join_details(account_id, event_id_of(key))
        if details is None or not details.url:
            return None
        from carlendar.meetings.links import Link, examined  # large, and needed for joining only

        link = examined(details.url)
        if not isinstance(link, Link) or link.rank or link.retired or link.service not in readiness.services:
            return None
        account = self._user.account(account_id)
        profiles = {profile.id: profile.name for profile in self._user.profiles()}
        signed_in = account is not None and account.state is AccountState.SIGNED_IN and not account.is_feed
        return OnlineMeeting(
            link.url,
            details.meeting_id,
            details.passcode,
            account_id if signed_in else "",
            profiles.get(account.profile_id, "") if account is not None else "",
        )

    def _command(self, call: OnlineCall, given: Mapping[str, str]) -> None:
        do = given.get("do", "")
        if do == "sound":
            with suppress(ValueError):
                call.sound(min(1.0, max(0.0, float(given.get("heard", "1")))), given.get("microphone") != "0")
            return
        try:
            command = OnlineCommand(do)
        except ValueError as error:
            raise UsageError("there is no such command of a data call") from error
        call.command(command)

    def _changed(self, state: OnlineState | None) -> None:
        """Report a state, from whatever thread; what became of a call goes to the log, without whose it was."""
        with self._lock:
            before, self._state = self._state, state
            for status in self._status():
                self._notify(status)
        if state is not None and (before is None or before.phase is not state.phase):
            code = state.code if _CODE.fullmatch(state.code) else "?"  # a service's own text may name a meeting
            _log.info("data call %s %s %s", state.phase, state.end or "", code)
            if not state.up:
                self._post(self.look_again)  # an attempt may have shown what is missing
