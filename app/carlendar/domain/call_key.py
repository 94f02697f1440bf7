"""Keys of the steering wheel and the head unit that act on a call: what they mean, and when they count as pressed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from carlendar.domain.base import Value

LONG_SECONDS = 0.8
"""Seconds after which a key is held."""
LONG = ":long"
"""The end of the name of a key that is to be held."""


class CallKey(StrEnum):
    """What a key does to the call that is up."""

    MUTE = "mute"
    """Mutes, or unmutes what is muted."""
    LEAVE = "leave"
    CONSENT = "consent"
    """Agrees to being recorded."""


class Presses(Value, frozen=True):
    """What a short press and holding of one key do; None for nothing."""

    short: CallKey | None = None
    long: CallKey | None = None


def bindings(keys: Mapping[CallKey, Iterable[str]]) -> dict[str, Presses]:
    """Return the presses of each key, of names such as `KEY_PHONE` and `KEY_PHONE:long`.

    A press that is named twice does what is named first.
    """
    found: dict[str, Presses] = {}
    for key, names in keys.items():
        for name in names:
            plain = name.removesuffix(LONG)
            before = found.get(plain, Presses())
            if name.endswith(LONG):
                found[plain] = Presses(before.short, before.long or key)
            else:
                found[plain] = Presses(before.short or key, before.long)
    return found


class PressDetector:
    """Detects short and long presses. Not thread-safe; times are seconds of one clock.

    A key without a long press acts when it goes down, one with a long press when it is released or has been held for
    `LONG_SECONDS`. Repetitions of a key that is down are ignored.
    """

    def __init__(self, presses: Mapping[str, Presses]) -> None:
        self._presses = presses
        self._down: dict[str, float | None] = {}
        """When a key went down; None once it has acted."""

    def down(self, name: str, at: float) -> CallKey | None:
        """A key goes down; return what it does at once."""
        presses = self._presses.get(name)
        if presses is None or name in self._down:
            return None
        self._down[name] = at if presses.long is not None else None
        return presses.short if presses.long is None else None

    def up(self, name: str, at: float) -> CallKey | None:
        """A key is released; return what it does."""
        since = self._down.pop(name, None)
        presses = self._presses.get(name)
        if since is None or presses is None:
            return None
        return presses.long if at >= since + LONG_SECONDS else presses.short

    def since(self, name: str) -> float | None:
        """Return when the key went down; None if it is not down, or has acted."""
        return self._down.get(name)

    def held(self, at: float) -> list[CallKey]:
        """Return what is done by the keys that have been held for long enough."""
        due = [name for name, since in self._down.items() if since is not None and at >= since + LONG_SECONDS]
        self._down.update(dict.fromkeys(due))
        return [key for name in due if (key := self._presses[name].long) is not None]

    def next_due(self) -> float | None:
        """Return when `held` has to be called; None while no key is down that may be held."""
        return min((since + LONG_SECONDS for since in self._down.values() if since is not None), default=None)

    def forget(self) -> None:
        """Events were lost: keys that are down count as released, and do nothing."""
        self._down.clear()
