"""A terminal command's client of the service: the running one, or one that it starts."""

from __future__ import annotations

import os
import queue
from types import TracebackType
from typing import Self
from uuid import uuid4

from carlendar import __version__
from carlendar.errors import ChannelError, ServiceError, UsageError
from carlendar.ipc.client import ChannelClient
from carlendar.ipc.messages import PROTOCOL, Command, Done, Failure, Hello, Message
from carlendar.presentation import reasons
from carlendar.service.supervisor import Supervisor
from carlendar.settings import Settings
from carlendar.store.events import EventStore
from carlendar.store.schema import SCHEMA
from carlendar.store.user import UserStore
from carlendar.wiring import host
from carlendar.wiring.erasing import resume
from carlendar.wiring.microsoft import microsoft
from carlendar.wiring.service_child import QUIET, SERVICE

ANSWER_TIMEOUT = 60.0
"""Seconds without a message after which the service counts as unreachable."""

FAILED_STARTS = 3
"""Number of services that end before answering after which the client gives up."""


class CommandFailedError(ServiceError):
    """The service could not execute the command; `reason` is the key that it reported."""

    def __init__(self, reason: str) -> None:
        super().__init__(reasons.terminal(reason, host="Microsoft"))
        self.reason = reason
        if reason.startswith("feed_"):
            self.exit_code = UsageError.exit_code


class ServiceClient:
    """Use as a context manager. Screens that run at the same time are not disturbed."""

    def __init__(self, settings: Settings) -> None:
        elapsed = host.elapsed_clock()
        mine = Hello(PROTOCOL, __version__, SCHEMA, os.getpid())
        self._settings = settings
        self._failed_starts = 0
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._client = ChannelClient(settings.socket, mine, self._messages.put, elapsed)
        argv = () if settings.switch("service.standing") else (*SERVICE, QUIET)
        environment = settings.child_environment(os.environ)
        self._supervisor = Supervisor(
            argv, settings.socket, mine, elapsed, environment=environment, on_event=self._on_supervisor
        )

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
        """Raise here what would keep the service from starting, instead of at every attempt to start it."""
        microsoft(self._settings)
        UserStore(self._settings.data_folder).close()
        EventStore(self._settings.data_folder).close()

    def ask(self, name: str, **arguments: str) -> None:
        """Send a command as soon as the service is connected."""
        self._client.send(Command(name, arguments))

    def carry_out(self, name: str, **arguments: str) -> None:
        """Send a command and wait until the service has carried it out. Raises as `hear` does.

        Notifications of changed data are no answer: a synchronisation may cause them at the same time.
        """
        reply = uuid4().hex
        self._client.send(Command(name, arguments, reply))
        while self.hear() != Done(reply):
            pass

    def hear(self, timeout: float = ANSWER_TIMEOUT) -> Message:
        """Return the next message. Raises ServiceError or FeedError if a command failed, ChannelError on a time-out."""
        try:
            message = self._messages.get(timeout=timeout)
        except queue.Empty as error:
            raise ChannelError(
                f"the service did not answer within {timeout:.0f} s: try again, or run `carlendar service`"
            ) from error
        if isinstance(message, Failure):
            raise CommandFailedError(message.reason)
        return message

    def _on_supervisor(self, what: str) -> None:
        if what in ("started", "replaced", "answers"):
            self._client.reconnect_now()
        if what == "answers":
            self._failed_starts = 0
        elif what == "died":
            self._failed_starts += 1
            if self._failed_starts == FAILED_STARTS:
                self._messages.put(Failure("service", "channel"))
