"""Asks the emulated car's service to fetch the calendars now, as a push notification would."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

from carlendar import __version__
from carlendar.errors import ChannelError
from carlendar.ipc.client import open_channel
from carlendar.ipc.messages import PROTOCOL, Command, Hello, decode, encode
from carlendar.ipc.wire import LineReader
from carlendar.settings import load
from carlendar.store.schema import SCHEMA

_log = logging.getLogger(__name__)
ANSWER = 5.0
"""Seconds for the service to answer."""


def refresh(environ: Mapping[str, str]) -> None:
    """Send the request to the service of the display that has this environment.

    Blocks until it is sent. A service that does not run, or does not answer in time, fetches when it starts.
    """
    mine = Hello(PROTOCOL, __version__, SCHEMA, os.getpid())
    try:
        with open_channel(load(environ=environ).socket, ANSWER) as connection:
            connection.sendall(encode(mine))
            incoming = LineReader(connection)
            while not any(isinstance(decode(line), Hello) for line in incoming.receive()):
                pass  # commands count only after the service's own Hello
            connection.sendall(encode(Command("refresh", {})))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass  # it closes its side once it has taken the command
    except (OSError, ChannelError) as error:
        _log.info("the service was not asked to fetch: %s", type(error).__name__)
