"""An emulated speech-dispatcher: it speaks the protocol SSIP on a Unix socket, and reports what would be heard.

A text takes as long as it would take to be spoken. Source: `info ssip`, speech-dispatcher 0.11.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LETTER_SECONDS = 0.07
VOICES = (("English (Great Britain)", "en-GB"), ("German", "de"))
LONGEST = 16 * 1024
"""Bytes of a line at most."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that begins to be heard, or is silenced before its end."""

    text: str
    language: str
    silenced: bool = False


@dataclass(slots=True)
class _Client:
    writer: asyncio.StreamWriter
    language: str = "en"
    notified: set[str] = field(default_factory=set)
    message: str = ""
    """Id of the text that is being spoken or waits; empty for none."""
    waiting: list[tuple[str, str, str]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class SpeechServer:
    """Listens at `path`; `heard` is called on the loop with what begins and what is silenced."""

    def __init__(self, path: Path, heard: Callable[[Spoken], None], *, letter: float = LETTER_SECONDS) -> None:
        self._path, self._heard, self._letter = path, heard, letter
        self._ids = itertools.count(1)
        self._server: asyncio.Server | None = None
        self._clients: set[_ClientTask] = set()

    async def start(self) -> None:
        """Listen. Raises OSError."""
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LONGEST)

    async def stop(self) -> None:
        """Close all connections; what is being spoken is silenced."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        tasks = tuple(self._clients)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(writer)
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
        try:
            while line := await reader.readline():
                await self._handle(client, reader, line.decode("utf-8", "replace").rstrip("\r\n"))
        except (OSError, ValueError, asyncio.CancelledError):
            return  # the client has gone, sent an endless line, or the emulator ends
        finally:
            self._silence(client)
            writer.close()
            if task is not None:
                self._clients.discard(task)

    async def _handle(self, client: _Client, reader: asyncio.StreamReader, line: str) -> None:
        words = line.split()
        command = " ".join(words[:2]).upper() if words[:1] != ["SPEAK"] else "SPEAK"
        if command == "SPEAK":
            self._reply(client, "230 OK RECEIVING DATA")
            text = await _text(reader)
            message = str(next(self._ids))
            client.waiting.append((message, text, client.language))
            self._reply(client, f"225-{message}", "225 OK MESSAGE QUEUED")
            if client.task is None or client.task.done():
                client.task = asyncio.create_task(self._speak(client))
        elif command == "SET SELF" and len(words) > 3:
            if words[2].upper() == "LANGUAGE":
                client.language = words[3]
            elif words[2].upper() == "NOTIFICATION" and words[-1].lower() == "on":
                client.notified.add(words[3].lower())
            self._reply(client, "200 OK SET")
        elif command == "LIST SYNTHESIS_VOICES":
            voices = (f"249-{name}\t{language}\tnone" for name, language in VOICES)
            self._reply(client, *voices, "249 OK VOICE LIST SENT")
        elif command == "CANCEL SELF":
            self._silence(client)
            self._reply(client, "210 OK CANCELED")
        else:
            self._reply(client, "500 ERR INVALID COMMAND")

    async def _speak(self, client: _Client) -> None:
        """Speak what waits, one after the other."""
        while client.waiting:
            message, text, language = client.waiting.pop(0)
            client.message = message
            self._heard(Spoken(text, language))
            try:
                await asyncio.sleep(self._letter * len(text))
            except asyncio.CancelledError:
                self._heard(Spoken(text, language, silenced=True))
                raise
            client.message = ""
            self._notify(client, message, "end", 702)

    def _silence(self, client: _Client) -> None:
        """Cancel what is being spoken and what waits."""
        task, client.task = client.task, None
        messages = [*filter(None, (client.message,)), *(message for message, _, _ in client.waiting)]
        client.message = ""
        client.waiting.clear()
        if task is not None:
            task.cancel()
        for message in messages:
            self._notify(client, message, "cancel", 703)

    def _notify(self, client: _Client, message: str, event: str, code: int) -> None:
        if {event, "all"} & client.notified:
            self._reply(client, f"{code}-{message}", f"{code}-1", f"{code} {event.upper()}")

    def _reply(self, client: _Client, *lines: str) -> None:
        with suppress(OSError):
            client.writer.write("".join(f"{line}\r\n" for line in lines).encode())


_ClientTask = asyncio.Task[None]


async def _text(reader: asyncio.StreamReader) -> str:
    """Read the lines of a text up to a single dot; a doubled dot at the beginning of a line is one."""
    lines: list[str] = []
    while (line := (await reader.readline()).decode("utf-8", "replace")) and line.rstrip("\r\n") != ".":
        lines.append(line.rstrip("\r\n").removeprefix(".") if line.startswith("..") else line.rstrip("\r\n"))
    return "\n".join(lines)
