"""What is heard in this car besides Carlendar: by the roles of audio streams and by switches of VSS, as set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from carlendar.domain.audio_order import CarSound
from carlendar.domain.ports import AudioFocus, Reading, Unsubscribe
from carlendar.platform.probes import Check
from carlendar.platform.streams import PipeWireStreams

if TYPE_CHECKING:
    from carlendar.settings import Settings

SETTINGS = {
    "audio.guidance": CarSound.GUIDANCE,
    "audio.warnings": CarSound.WARNING,
    "audio.emergency": CarSound.EMERGENCY,
}
ROLE = "role:"
"""Begins the name of a role; other names are paths in VSS."""
Listener = Callable[[frozenset[CarSound]], None]


def sources(settings: Settings) -> dict[str, CarSound]:
    """Return what says that a sound is heard, by its name in the settings."""
    return {name: sound for key, sound in SETTINGS.items() for name in settings.names(key)}


class CarSounds:
    """`AudioFocus` of the car. `take` receives the readings of the switches, whether or not something listens."""

    def __init__(self, names: Mapping[str, CarSound], streams: AudioFocus | None = None) -> None:
        self._switches = {name: sound for name, sound in names.items() if not name.startswith(ROLE)}
        roles = {name.removeprefix(ROLE).lower(): each for name, each in names.items() if name.startswith(ROLE)}
        self._streams = streams or (PipeWireStreams(roles) if roles else None)
        self._lock = threading.RLock()
        self._on: set[str] = set()
        self._heard: frozenset[CarSound] | None = None if self._streams is not None else frozenset()
        """By streams; None while that is not known."""
        self._listeners: list[Listener] = []
        self._unsubscribe: Unsubscribe | None = None
        self._reported: frozenset[CarSound] | None = None

    @property
    def switches(self) -> tuple[str, ...]:
        """The paths of VSS to read."""
        return tuple(self._switches)

    def take(self, readings: Iterable[Reading]) -> None:
        """Take over the switches of these readings; one that is not known is off."""
        with self._lock:
            for reading in readings:
                if reading.signal in self._switches:
                    (self._on.add if reading.value is True else self._on.discard)(reading.signal)
            self._report()

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """As `AudioFocus`."""
        with self._lock:
            first, streams = not self._listeners, self._streams
            self._listeners.append(listener)
            if not first and (sounds := self._sounds()) is not None:
                listener(sounds)
        if first:
            self._reported = None
            if streams is not None:
                self._unsubscribe = streams.subscribe(self._on_streams)
            else:
                self._report()
        return lambda: self._leave(listener)

    def _leave(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
            unsubscribe = None
            if not self._listeners:
                unsubscribe, self._unsubscribe = self._unsubscribe, None
                self._heard = None if self._streams is not None else frozenset()
        if unsubscribe is not None:
            unsubscribe()

    def _on_streams(self, sounds: frozenset[CarSound]) -> None:
        with self._lock:
            self._heard = sounds
            self._report()

    def _sounds(self) -> frozenset[CarSound] | None:
        return None if self._heard is None else self._heard | {self._switches[path] for path in self._on}

    def _report(self) -> None:
        with self._lock:
            sounds = self._sounds()
            if sounds is not None and sounds != self._reported:
                self._reported = sounds
                for listener in tuple(self._listeners):
                    listener(sounds)


class SoundWatch:
    """Starts and ends one listener of the car's sounds; used on one thread."""

    def __init__(self, sounds: AudioFocus, listener: Listener) -> None:
        self._sounds, self._listener = sounds, listener
        self._unsubscribe: Unsubscribe | None = None

    def watch(self, wanted: bool) -> None:
        """Listen, or not any more."""
        if wanted and self._unsubscribe is None:
            self._unsubscribe = self._sounds.subscribe(self._listener)
        elif not wanted and self._unsubscribe is not None:
            unsubscribe, self._unsubscribe = self._unsubscribe, None
            unsubscribe()


def check(settings: Settings) -> Check:
    """Check what guidance and warnings are recognised by."""
    names = sources(settings)
    if not names:
        detail = "guidance and warnings are not recognised: the car's own audio policy alone decides"
        return Check("sounds", ok=True, detail=detail, fix=None)
    if any(name.startswith(ROLE) for name in names) and not PipeWireStreams({}).available():
        fix = "install pipewire-bin (pw-dump), or name switches of VSS in [audio]"
        return Check("sounds", ok=False, detail="the roles of audio streams cannot be read", fix=fix)
    return Check("sounds", ok=True, detail=f"by {', '.join(sorted(names))}", fix=None)
