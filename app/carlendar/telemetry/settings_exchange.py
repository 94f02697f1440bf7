"""The requests of one car for drivers' settings, and what their answers contain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from carlendar.domain.base import Value
from carlendar.domain.driver_settings import KeptSettings
from carlendar.telemetry.driver_settings import DriverKey, SettingsAnswer, SettingsRequest

PENDING = 20
"""Requests whose answers are awaited; of more, the oldest are given up."""


class _Pending(Value, frozen=True):
    profile: str
    key: DriverKey
    stored: Mapping[str, str]
    """What the request stores."""


class SettingsExchange:
    """Seals requests and opens answers. `new_id` returns UUIDs; `send` publishes an encoded request."""

    def __init__(self, new_id: Callable[[], str], send: Callable[[bytes], None]) -> None:
        self._new_id, self._send = new_id, send
        self._pending: dict[str, _Pending] = {}

    def fetch(self, profile: str, key: str) -> None:
        """Ask for what is kept. Raises ValueError for a text that is no key."""
        self._ask(profile, DriverKey(key), "get")

    def store(self, profile: str, key: str, version: int, values: Mapping[str, str]) -> None:
        """Have settings kept. Raises ValueError for a text that is no key."""
        self._ask(profile, DriverKey(key), "put", version, values)

    def delete(self, profile: str, key: str) -> None:
        """Have settings deleted. Raises ValueError for a text that is no key."""
        self._ask(profile, DriverKey(key), "delete")

    def _ask(
        self,
        profile: str,
        key: DriverKey,
        operation: Literal["get", "put", "delete"],
        version: int = 0,
        values: Mapping[str, str] | None = None,
    ) -> None:
        sealed = key.seal(values, version) if values is not None else ""
        request = SettingsRequest(self._new_id(), operation, key.name, key.proof, version, sealed)
        while len(self._pending) >= PENDING:
            self._pending.pop(next(iter(self._pending)))
        self._pending[request.id] = _Pending(profile, key, values or {})
        self._send(msgspec.json.encode(request))

    def answered(self, payload: bytes) -> KeptSettings | None:
        """Return what an answer contains; None if it belongs to no request, or cannot be opened."""
        try:
            answer = msgspec.json.decode(payload, type=SettingsAnswer)
            asked = self._pending.pop(answer.id, None)
            if asked is None:
                return None
            values = asked.key.unseal(answer.sealed, answer.version) if answer.sealed else asked.stored
        except (ValueError, RecursionError):
            return None
        return KeptSettings(asked.profile, answer.outcome, answer.version, dict(values))
