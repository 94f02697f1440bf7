"""The vault's key in the Secret Service of the desktop or head unit (freedesktop.org specification).

A bus that is missing, slow or prompting must not delay Carlendar: each access runs on its own thread with a time limit,
and never prompts. A service that exists but does not return its key (locked collection, dismissed prompt, time-out)
counts as locked.
"""

from __future__ import annotations

import base64
import binascii
import os
import time
from collections.abc import Callable
from contextlib import closing
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar

import secretstorage
from jeepney import DBusErrorResponse  # type: ignore[import-untyped]  # it has no type information
from secretstorage.exceptions import (
    ItemNotFoundException,
    SecretServiceNotAvailableException,
    SecretStorageException,
)

from carlendar.microsoft.keys import KEY_BYTES, SourceName

T = TypeVar("T")

LABEL = "Carlendar"
ATTRIBUTES = {"application": "carlendar", "purpose": "vault-key"}

_HOLD_OFF = 30.0
"""Seconds during which a service that did not answer is not tried again."""
_NO_REPLY = "org.freedesktop.DBus.Error.NoReply"
"""The D-Bus error of a service that disappeared during a call; other errors mean that there is none."""
_FAILURES = (SecretStorageException, DBusErrorResponse, OSError, ValueError, AssertionError)
"""Exceptions of secretstorage and jeepney for a missing or misbehaving service; they assert on replies."""


class _NoServiceError(Exception):
    """The Secret Service cannot be used; `there` is true if it exists."""

    def __init__(self, *, there: bool) -> None:
        super().__init__()
        self.there = there


class SecretServiceKey:
    """The key as an item of the default collection, in base64. `limit` is the time-out of one access in seconds."""

    name = SourceName.SECRET_SERVICE

    def __init__(
        self,
        *,
        limit: float = 3.0,
        seconds: Callable[[], float] = time.monotonic,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._random_bytes = random_bytes
        self._key: bytes | None = None
        self._failed_at: float | None = None
        self._there = False

    def available(self) -> bool:
        """Whether an unlocked collection answers."""
        return self._key is not None or self._ask(lambda _: True) is True

    def locked(self) -> bool:
        """Whether the service exists but does not return its key now."""
        return not self.available() and self._there

    def ask_again(self) -> None:
        """Forget that it failed recently, so that the next access tries again."""
        self._failed_at = None

    def find(self) -> bytes | None:
        """Return the stored key; None if there is none or the service is not available."""
        if self._key is None:
            self._key = self._ask(_kept_key)
        return self._key

    def create(self) -> bytes | None:
        """Return the stored key, created if necessary; None if the service is not available."""
        if self._key is None:
            self._key = self._ask(self._kept_or_new)
        return self._key

    def erase(self) -> None:
        """Delete the item if the service is available."""
        self._key = None
        self._failed_at = None
        self._ask(_delete_all)

    def _kept_or_new(self, collection: Any) -> bytes:
        key = _kept_key(collection)
        if key is not None:
            return key
        fresh = self._random_bytes(KEY_BYTES)
        collection.create_item(LABEL, ATTRIBUTES, base64.b64encode(fresh), replace=True)
        # Read the key back: a service may accept an item and lose it.
        kept = _kept_key(collection)
        if kept is None:
            raise _NoServiceError(there=True)
        return kept

    def _ask(self, talk: Callable[[Any], T]) -> T | None:
        """Return the result of `talk` with the collection; None if it failed or timed out."""
        now = self._seconds()
        if self._failed_at is not None and now - self._failed_at < _HOLD_OFF:
            return None
        try:
            result = _within(self._limit, talk)
        except _NoServiceError as error:
            self._failed_at, self._there = self._seconds(), error.there
            return None
        self._failed_at, self._there = None, True
        return result


def _within(limit: float, talk: Callable[[Any], T]) -> T:
    answers: SimpleQueue[T | _NoServiceError] = SimpleQueue()
    reached = Event()

    def work() -> None:
        try:
            answers.put(_with_collection(talk, reached))
        except _NoServiceError as error:
            answers.put(error)
        except _FAILURES:
            answers.put(_NoServiceError(there=reached.is_set()))

    # A daemon thread: a bus that hangs must not delay the exit of the program.
    Thread(target=work, name="secret-service", daemon=True).start()
    try:
        answer = answers.get(timeout=limit)
    except Empty as error:
        raise _NoServiceError(there=reached.is_set()) from error
    if isinstance(answer, _NoServiceError):
        raise answer
    return answer


def _with_collection(talk: Callable[[Any], T], reached: Event) -> T:
    """Return the result of `talk`; `reached` is set once the bus, and so perhaps the service, answers."""
    with closing(secretstorage.dbus_init()) as connection:
        reached.set()
        collection = _default_collection(connection)
        if collection.is_locked():
            raise _NoServiceError(there=True)
        return talk(collection)


def _default_collection(connection: Any) -> Any:
    try:
        return secretstorage.get_collection_by_alias(connection, "default")
    except (
        ItemNotFoundException
    ) as error:  # no error of the service: it has no default collection, so there is no keyring
        raise _NoServiceError(there=error.__cause__ is not None) from error
    except SecretServiceNotAvailableException as error:
        name = getattr(error.__cause__, "name", "")
        raise _NoServiceError(there=name == _NO_REPLY) from error


def _kept_key(collection: Any) -> bytes | None:
    for item in collection.search_items(ATTRIBUTES):
        try:
            key = base64.b64decode(item.get_secret(), validate=True)
        except binascii.Error:
            continue
        if len(key) == KEY_BYTES:
            return key
    return None


def _delete_all(collection: Any) -> None:
    for item in collection.search_items(ATTRIBUTES):
        item.delete()
