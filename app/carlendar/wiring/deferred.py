"""Placeholders for adapters that are created after the first frame.

gRPC, D-Bus and the channel are not needed to show the stored agenda, and are expensive to import. Each placeholder
implements the Protocol of the adapter and delegates to it once attached.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from carlendar.domain.call import CallCommand, PhoneState
from carlendar.errors import CallError
from carlendar.ipc.messages import Navigated

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import LinkOpener, Navigation, Sound, Speech, Telephony, Unsubscribe
    from carlendar.domain.travel import Destination
    from carlendar.ipc.messages import Command


class LateTelephony:
    """`Telephony` without a phone until an adapter is attached."""

    def __init__(self) -> None:
        self._telephony: Telephony | None = None
        self._listeners: list[Callable[[PhoneState], None]] = []
        self._lock = threading.Lock()

    def attach(self, telephony: Telephony) -> None:
        """Delegate from now on; every listener is called with the state."""
        with self._lock:
            self._telephony = telephony
            waiting, self._listeners = self._listeners, []
        for listener in waiting:
            telephony.subscribe(listener)

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Subscribe; until an adapter is attached, the state is disconnected."""
        with self._lock:
            telephony = self._telephony
            if telephony is None:
                self._listeners.append(listener)
        if telephony is not None:
            return telephony.subscribe(listener)
        listener(PhoneState(connected=False))
        return lambda: None

    def dial(self, number: str, tones: str) -> None:
        """Dial. Raises CallError until an adapter is attached."""
        self._there().dial(number, tones)

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call. Raises CallError until an adapter is attached."""
        self._there().command(name, call_id, tones)

    def stop(self) -> None:
        """Stop the attached adapter."""
        if self._telephony is not None:
            self._telephony.stop()

    def _there(self) -> Telephony:
        if self._telephony is None:
            raise CallError("No phone is connected.", key="no_phone")
        return self._telephony


class LateService:
    """Sends commands to the service; queues them until it is attached."""

    def __init__(self) -> None:
        self._send: Callable[[Command], None] | None = None
        self._waiting: list[Command] = []

    def attach(self, send: Callable[[Command], None]) -> None:
        """Delegate from now on."""
        self._send = send
        for command in self._waiting:
            send(command)
        self._waiting.clear()

    def send(self, command: Command) -> None:
        """Send a command; returns immediately."""
        if self._send is None:
            self._waiting.append(command)
        else:
            self._send(command)


class LateSound:
    """`Sound` that creates its adapter on first use."""

    def __init__(self, make: Callable[[], Sound]) -> None:
        self._sound = cache(make)

    def play(self, name: str, loudness: float = 1.0) -> None:
        """Play a sound by name."""
        self._sound().play(name, loudness)


class LateSpeech:
    """`Speech` that creates its adapter when something is to be spoken; None makes nothing, and is silent."""

    def __init__(self, make: Callable[[], Speech | None]) -> None:
        self._make = make
        self._made: list[Speech | None] = []

    def say(self, text: str, language: str) -> None:
        """Speak a text."""
        if not self._made:
            self._made.append(self._make())
        if (speech := self._made[0]) is not None:
            speech.say(text, language)

    def cancel(self) -> None:
        """Silence everything."""
        for speech in self._made:
            if speech is not None:
                speech.cancel()


class LateWatch:
    """Starts and ends a watch, as on the car's sounds or its position, from when it is attached."""

    def __init__(self) -> None:
        self._watch: Callable[[bool], None] | None = None
        self._wanted = False

    def attach(self, watch: Callable[[bool], None]) -> None:
        """Delegate from now on."""
        self._watch = watch
        if self._wanted:
            watch(True)

    def watch(self, wanted: bool) -> None:
        """Watch, or not any more."""
        self._wanted = wanted
        if self._watch is not None:
            self._watch(wanted)


class LateLinks:
    """`LinkOpener` that creates its adapter on first use."""

    def __init__(self, make: Callable[[], LinkOpener]) -> None:
        self._links = cache(make)

    def available(self) -> bool:
        """Whether there is a browser."""
        return self._links().available()

    def open(self, url: str) -> None:
        """Open a validated https address."""
        self._links().open(url)


class LateNavigation:
    """`NavigationLink` to a navigation that is attached later, called on threads of its own.

    `report` receives each outcome, from any thread.
    """

    def __init__(self, report: Callable[[Navigated], None]) -> None:
        self._navigation: Navigation | None = None
        self._report = report

    def attach(self, navigation: Navigation) -> None:
        """Delegate from now on."""
        self._navigation = navigation

    def available(self) -> bool:
        """Whether it accepts destinations."""
        return self._navigation is not None and self._navigation.available()

    def navigate(self, key: str, destination: Destination, *, replace: bool) -> None:
        """Set the destination; returns immediately."""
        arguments = (key, destination, replace)
        threading.Thread(target=self._navigate, args=arguments, name="navigation", daemon=True).start()

    def _navigate(self, key: str, destination: Destination, replace: bool) -> None:
        from carlendar.domain.guidance import navigation_outcome

        navigation = self._navigation
        outcome = "none" if navigation is None else navigation_outcome(navigation, destination, None, replace=replace)
        self._report(Navigated(key, outcome))
