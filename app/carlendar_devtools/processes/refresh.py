"""Asks the emulated car's service to fetch the calendars now, as a push notification would."""

from __future__ import annotations

import os
import queue
from collections.abc import Mapping

from carlendar import __version__
from carlendar.ipc.client import ChannelClient
from carlendar.ipc.messages import PROTOCOL, Command, Hello, Message
from carlendar.settings import load
from carlendar.store.schema import SCHEMA
from carlendar.wiring import host

ANSWER = 5.0
"""Seconds for the service to answer; without one it fetches at its own time."""


def refresh(environ: Mapping[str, str]) -> None:
    """Send the request to the service of the display that has this environment. Blocks until it answers."""
    settings = load(environ=environ)
    messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
    mine = Hello(PROTOCOL, __version__, SCHEMA, os.getpid())
    client = ChannelClient(settings.socket, mine, messages.put, host.elapsed_clock())
    client.start()
    try:
        client.send(Command("refresh", {}))
        messages.get(timeout=ANSWER)
    except queue.Empty:
        pass
    finally:
        client.stop()
