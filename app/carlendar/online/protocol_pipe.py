"""The Chrome DevTools Protocol over `--remote-debugging-pipe`: JSON messages that end with NUL, and no open port.

Tokens go through this pipe: nothing of it is logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from typing import Any

import msgspec

from carlendar.domain.online_call import OnlineEnd
from carlendar.errors import CarlendarError

LONGEST = 4 * 1024 * 1024
"""Bytes of a message from the browser. A longer one closes the pipe."""

Parameters = dict[str, Any]
EventListener = Callable[[str, str, Parameters], None]
"""Gets the session, the method and the parameters of an event."""


class EngineError(CarlendarError):
    """The browser did not do what was asked: it refused, took too long, or is gone."""


class UnusableError(CarlendarError):
    """This car's browser or SDK cannot be used; `end` is what a call ends with."""

    def __init__(self, text: str, end: OnlineEnd) -> None:
        super().__init__(text, detail=end.value)
        self.end = end


class ProtocolPipe:
    """The protocol's two pipes, on the running event loop. `on_event` is called for each event."""

    def __init__(self, on_event: EventListener) -> None:
        self._on_event = on_event
        self._pending: dict[int, asyncio.Future[Parameters]] = {}
        self._last = 0
        self._writing: asyncio.WriteTransport | None = None
        self._reading: asyncio.Task[None] | None = None
        self.closed = asyncio.Event()

    async def open(self, reading: int, writing: int) -> None:
        """Use these file descriptors, which are closed with the pipe."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST)
        incoming, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", buffering=0)
        )
        self._writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writing, "wb", buffering=0))
        self._reading = asyncio.create_task(self._read(reader, incoming))

    async def call(self, method: str, parameters: Parameters, *, session: str = "", seconds: float) -> Parameters:
        """Call a method and return its result. Raises EngineError, also when no answer comes in time."""
        if self._writing is None or self.closed.is_set():
            raise EngineError("the browser is gone", detail=method)
        self._last += 1
        number = self._last
        answer: asyncio.Future[Parameters] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        message = {"id": number, "method": method, "params": parameters}
        self._writing.write(msgspec.json.encode(message | ({"sessionId": session} if session else {})) + b"\0")
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as error:
            raise EngineError("the browser does not answer", detail=method) from error
        finally:
            self._pending.pop(number, None)

    async def close(self) -> None:
        """Close both pipes; the browser ends on that."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writing is not None and not self._writing.is_closing():
            self._writing.abort()

    async def _read(self, reader: asyncio.StreamReader, incoming: asyncio.BaseTransport) -> None:
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
                while True:
                    self._take(await reader.readuntil(b"\0"))
        finally:
            incoming.close()
            self.closed.set()
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(EngineError("the browser is gone"))

    def _take(self, raw: bytes) -> None:
        try:
            message = msgspec.json.decode(raw[:-1], type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if "id" not in message:
            self._on_event(message.get("sessionId", ""), message.get("method", ""), message.get("params", {}))
            return
        answer = self._pending.get(message["id"])
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(EngineError("the browser refused", detail=str(message["error"].get("code"))))
        else:
            answer.set_result(message.get("result", {}))
