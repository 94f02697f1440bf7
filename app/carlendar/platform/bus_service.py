"""One service on a message bus: the owner of its name, the owner's signals, and calls to it.

Every connection on a bus can send any signal, and a unicast signal arrives regardless of the match rules. A
signal is therefore accepted only if its sender is the unique name that owns the service's name, and the owner
is learned from the bus itself (D-Bus Specification, `NameOwnerChanged`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from dbus_fast import (
    AuthError,
    BusType,
    DBusError,
    Message,
    MessageFlag,
    MessageType,
    NameFlag,
    RequestNameReply,
    Variant,
)
from dbus_fast.aio import MessageBus

REPLY_SECONDS = 20.0
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 1.0

BUS = "org.freedesktop.DBus"
BUS_PATH = "/org/freedesktop/DBus"
ACCESS_DENIED = f"{BUS}.Error.AccessDenied"
TIMEOUT, DISCONNECTED, MALFORMED, NO_OWNER = "timeout", "disconnected", "malformed", "no_owner"
NAME_TAKEN = "name_taken"
"""Error names in addition to those of D-Bus."""

GONE = frozenset({
    DISCONNECTED, NO_OWNER, f"{BUS}.Error.ServiceUnknown", f"{BUS}.Error.NameHasNoOwner",
    f"{BUS}.Error.Disconnected",
})  # fmt: skip
"""Error names that mean that the service or the bus is not available."""

_log = logging.getLogger(__name__)


class BusError(Exception):
    """A call failed, or there is no bus; `name` is the D-Bus error name or one defined in this module."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class BusService:
    """A connection to the bus for talking to one service. Not thread-safe: used on one event loop.

    After `connect`, `on_signal` receives the signals of the name's owner, and `on_owner` whether there is one, at
    each change. Neither is called for messages from other senders.
    """

    def __init__(
        self, bus: MessageBus, name: str, on_signal: Callable[[Message], None], on_owner: Callable[[bool], None]
    ) -> None:
        self._bus, self._name = bus, name
        self._on_signal, self._on_owner = on_signal, on_owner
        self._on_call: Callable[[Message], None] | None = None
        self._owner: str | None = None

    @classmethod
    async def connect(
        cls,
        name: str,
        address: str,
        on_signal: Callable[[Message], None],
        on_owner: Callable[[bool], None],
        *,
        rule: str = "",
    ) -> BusService:
        """Connect to `address`, or to the system bus if it is empty; `rule` narrows the match rule for signals.

        Raises BusError if the bus cannot be reached.
        """
        try:
            bus = MessageBus(bus_address=address or None, bus_type=BusType.SYSTEM)
        except (OSError, ValueError, KeyError, DBusError) as error:
            raise BusError(type(error).__name__) from error
        service = cls(bus, name, on_signal, on_owner)
        try:
            await service._open()
            bus.add_message_handler(service._on_message)
            for each in (
                f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged',arg0='{name}'",
                f"type='signal',sender='{name}'{rule and ','}{rule}",
            ):
                await service._ask_bus("AddMatch", each)
            await service._learn_owner()
        except BaseException:
            await service.close()
            raise
        return service

    @property
    def present(self) -> bool:
        """Whether the service is on the bus."""
        return bool(self._owner)

    async def call(
        self,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        *,
        reply: str | None = None,
        seconds: float = REPLY_SECONDS,
    ) -> list[Any]:
        """Call the owner and return the reply's body with variants unwrapped. `reply` is the required signature.

        Raises BusError.
        """
        owner = self._owner
        if not owner:
            raise BusError(NO_OWNER)
        message = Message(
            destination=owner, path=path, interface=interface, member=member, signature=signature, body=body or []
        )
        return await self._exchange(message, owner, reply, seconds)

    async def serve(self, name: str, on_call: Callable[[Message], None]) -> None:
        """Own `name` on the bus, and pass on the calls that are sent to it, which `reply` or `refuse` answers.

        Calls of other senders than the service's owner are refused. Raises BusError, also if the name is taken.
        """
        self._on_call = on_call
        message = Message(
            destination=BUS, path=BUS_PATH, interface=BUS, member="RequestName", signature="su",
            body=[name, int(NameFlag.DO_NOT_QUEUE)],
        )  # fmt: skip
        (answer,) = await self._exchange(message, BUS, "u", REPLY_SECONDS)
        if answer not in (RequestNameReply.PRIMARY_OWNER.value, RequestNameReply.ALREADY_OWNER.value):
            raise BusError(NAME_TAKEN)

    def reply(self, call: Message, signature: str, *body: Any) -> None:
        """Answer a call, unless its sender wants no answer."""
        self._answer(call, Message.new_method_return(call, signature, [*body]))

    def refuse(self, call: Message, error: str, text: str) -> None:
        """Answer a call with an error, unless its sender wants no answer."""
        self._answer(call, Message.new_error(call, error, text))

    def _answer(self, call: Message, answer: Message) -> None:
        if not call.flags & MessageFlag.NO_REPLY_EXPECTED and self._bus.connected:
            self._bus.send(answer)

    async def closed(self) -> None:
        """Wait until the connection is lost."""
        with contextlib.suppress(Exception):  # any exception means that the connection is lost
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # not annotated in dbus-fast

    async def close(self) -> None:
        """Close the connection and wait until its socket is closed."""
        if self._bus.connected:
            self._bus.disconnect()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.closed()

    async def _open(self) -> None:
        """Connect. A cancellation takes effect only afterwards, since a half-open connection cannot be closed."""
        opening = asyncio.ensure_future(self._bus.connect())
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.shield(opening)
        except TimeoutError as error:
            opening.cancel()
            raise BusError(TIMEOUT) from error
        except (AuthError, DBusError, EOFError, OSError, ValueError, AttributeError) as error:
            raise BusError(type(error).__name__) from error
        except asyncio.CancelledError:
            await asyncio.wait({opening}, timeout=CLOSE_SECONDS)
            raise

    async def _learn_owner(self) -> None:
        try:
            (owner,) = await self._ask_bus("GetNameOwner", self._name, reply="s")
        except BusError as error:
            if error.name not in GONE or error.name == DISCONNECTED:
                raise
            owner = ""
        if self._owner is None:  # a change signalled in the meantime is at least as recent
            self._owner = owner

    async def _ask_bus(self, member: str, argument: str, *, reply: str = "") -> list[Any]:
        message = Message(destination=BUS, path=BUS_PATH, interface=BUS, member=member, signature="s", body=[argument])
        return await self._exchange(message, BUS, reply, REPLY_SECONDS)

    async def _exchange(self, message: Message, owner: str, signature: str | None, seconds: float) -> list[Any]:
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that arrives together with the reply.
            async with asyncio.timeout(seconds):
                reply = await self._bus.call(message)
        except TimeoutError as error:
            raise BusError(TIMEOUT) from error
        except (EOFError, OSError, DBusError) as error:
            raise BusError(DISCONNECTED) from error
        if reply.message_type is MessageType.ERROR:
            raise BusError(reply.error_name or MALFORMED)
        if reply.sender != owner or (signature is not None and reply.signature != signature):
            raise BusError(MALFORMED)
        return [bare(part) for part in reply.body]

    def _on_message(self, message: Message) -> bool:
        # Through the loop, like the tasks that wait for replies, so that a reply is processed before the signals
        # that were sent after it.
        if message.message_type is MessageType.SIGNAL:
            asyncio.get_running_loop().call_soon(self._receive, message)
        elif message.message_type is MessageType.METHOD_CALL and self._on_call is not None:
            # like a signal: a change of the owner that came before it counts
            asyncio.get_running_loop().call_soon(self._receive_call, message, self._on_call)
            return True
        return False

    def _receive_call(self, message: Message, on_call: Callable[[Message], None]) -> None:
        if self._owner and message.sender == self._owner:
            on_call(message)
        else:
            self.refuse(message, ACCESS_DENIED, "this is for another program alone")

    def _receive(self, message: Message) -> None:
        try:
            if message.sender == BUS:
                self._on_bus_signal(message)
            elif self._owner and message.sender == self._owner:
                self._on_signal(message)
        except Exception as error:  # noqa: BLE001  # a bad signal must not end the connection, and dbus-fast would log its content
            _log.warning("a signal of %s could not be decoded: %s", self._name, type(error).__name__)

    def _on_bus_signal(self, message: Message) -> None:
        if (message.path, message.interface, message.member) != (BUS_PATH, BUS, "NameOwnerChanged"):
            return
        name, _, owner = message.body
        if name == self._name:
            self._owner = owner
            self._on_owner(bool(owner))


def bare(value: Any) -> Any:
    """Return the value with all variants unwrapped, recursively."""
    if isinstance(value, Variant):
        return bare(value.value)
    if isinstance(value, dict):
        return {key: bare(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [bare(part) for part in value]
    return value
