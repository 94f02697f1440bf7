"""A terminal command's talk with the service: with the one that runs, or with one started for it."""

from __future__ import annotations

import os
import queue
from types import TracebackType
from typing import Self

from carlendar import __version__
from carlendar.errors import ChannelError, ServiceError
from carlendar.ipc.client import ChannelClient
from carlendar.ipc.messages import PROTOCOL, Command, Failure, Hello, Message
from carlendar.service.supervisor import Supervisor
from carlendar.settings import Settings
from carlendar.store.events import EventStore
from carlendar.store.schema import SCHEMA
from carlendar.store.user import UserStore
from carlendar.wiring import host
from carlendar.wiring.erasing import resume
from carlendar.wiring.microsoft import microsoft
from carlendar.wiring.service_child import QUIET, SERVICE

PATIENCE = 60.0
"""Seconds without a word after which the service is given up."""

DEATHS = 3
"""Services in a row that ended before they answered, after which none is waited for."""


class Conversation:
    """Use as a context. Screens that run meanwhile notice nothing but what changes."""

    def __init__(self, settings: Settings) -> None:
        elapsed = host.elapsed_clock()
        mine = Hello(PROTOCOL, __version__, SCHEMA, os.getpid())
        self._settings = settings
        self._deaths = 0
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._client = ChannelClient(settings.socket, mine, self._messages.put, elapsed)
        argv = () if settings.switch("service.standing") else (*SERVICE, QUIET)
        environment = settings.child_environment(os.environ)
        self._supervisor = Supervisor(argv, settings.socket, mine, elapsed, environment=environment, told=self._told)

    def __enter__(self) -> Self:
        resume(self._settings)
        self._check()
        self._supervisor.start()
        self._client.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.stop()
        self._supervisor.stop()

    def _check(self) -> None:
        """What would keep the service from starting is told here, once, and not by every service that is tried."""
        microsoft(self._settings)
        UserStore(self._settings.data_folder).close()
        EventStore(self._settings.data_folder).close()

    def ask(self, name: str, **arguments: str) -> None:
        """Send a command, as soon as the service is there."""
        self._client.send(Command(name, arguments))

    def hear(self, timeout: float = PATIENCE) -> Message:
        """The next message. ServiceError for a command that failed, ChannelError when nothing comes in time."""
        try:
            message = self._messages.get(timeout=timeout)
        except queue.Empty as error:
            raise ChannelError("the service does not answer") from error
        if isinstance(message, Failure):
            raise ServiceError(f"that could not be done ({message.reason})")
        return message

    def _told(self, what: str) -> None:
        if what in ("started", "replaced", "answers"):
            self._client.hurry()
        if what == "answers":
            self._deaths = 0
        elif what == "died":
            self._deaths += 1
            if self._deaths == DEATHS:
                self._messages.put(Failure("service", "it does not start"))
