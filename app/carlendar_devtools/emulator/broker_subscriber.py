"""The messages that a subscriber of an emulated databroker has not received yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping

from kuksa.val.v2 import types_pb2

from carlendar_devtools.emulator.broker_tokens import BrokerGrant


class Subscriber:
    """Keeps the latest `size` + 1 messages; older ones are lost, regardless of their paths."""

    def __init__(self, paths: Iterable[str], size: int, grant: BrokerGrant) -> None:
        self.paths = frozenset(path for path in paths if grant.covers(path))
        self.grant = grant
        self._updates: deque[dict[str, types_pb2.Datapoint]] = deque(maxlen=size + 1)
        self._ended = False
        self._woken = asyncio.Event()

    def put(self, update: Mapping[str, types_pb2.Datapoint]) -> None:
        """A message, of which the paths that are subscribed to and covered by the token are kept, if there are any."""
        mine = {path: point for path, point in update.items() if path in self.paths}
        if mine:
            self._updates.append(mine)
            self._woken.set()

    def begin(self, update: Mapping[str, types_pb2.Datapoint]) -> None:
        """The first message, which comes even if it is empty."""
        self._updates.append({path: point for path, point in update.items() if path in self.paths})
        self._woken.set()

    def end(self) -> None:
        """End the stream, discarding pending messages."""
        self._ended = True
        self._woken.set()

    async def woken(self) -> None:
        """Return when there is something to take."""
        await self._woken.wait()

    def take(self) -> dict[str, types_pb2.Datapoint] | None:
        """The oldest message that is kept; None at the end."""
        if self._ended:
            return None
        update = self._updates.popleft()
        if not self._updates:
            self._woken.clear()
        return update
