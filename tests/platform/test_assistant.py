"""The car's voice assistant on a real bus: a closed list of intents, from one named caller alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

from carlendar.domain.voice_command import VoiceCommand
from carlendar.platform import assistant as assistant_module
from carlendar.platform import bus_thread
from carlendar.platform.assistant import INTERFACE, METHOD, NAME, PATH, AssistantBus
from carlendar.platform.bus_service import BusService
from tests.fakes.waiting import wait_until_async

ASSISTANT = "org.example.Assistant"
ERROR = "org.freedesktop.DBus.Error."
Answer = Callable[[bool], None]


class Screen:
    """Carries out commands: what was commanded, and what it answers; None for not at all."""

    def __init__(self) -> None:
        self.commanded: list[VoiceCommand] = []
        self.done: bool | None = True
        self.waiting: list[Answer] = []

    def command(self, command: VoiceCommand, answer: Answer) -> None:
        self.commanded.append(command)
        if self.done is None:
            self.waiting.append(answer)
        else:
            answer(self.done)


@pytest.fixture
def screen(bus: str) -> Iterator[Screen]:
    screen = Screen()
    served = AssistantBus(ASSISTANT, screen.command, bus)
    served.start()
    yield screen
    served.stop()


async def connected(address: str, name: str = ASSISTANT) -> MessageBus:
    """A program on the bus, with a name of its own if one is given, once the screen is there as well."""
    bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
    if name:
        await bus.request_name(name)
    asked = Message(
        destination="org.freedesktop.DBus", path="/", interface="org.freedesktop.DBus", member="NameHasOwner",
        signature="s", body=[NAME],
    )  # fmt: skip

    async with asyncio.timeout(20):
        while not (await bus.call(asked)).body[0]:  # noqa: ASYNC110  # the bus is asked
            await asyncio.sleep(0.01)
    return bus


async def do(bus: MessageBus, *body: object, signature: str = "s", path: str = PATH, member: str = METHOD) -> object:
    """Call; returns the answer, or the name of the error."""
    message = Message(
        destination=NAME, path=path, interface=INTERFACE, member=member, signature=signature, body=[*body]
    )
    answer = await bus.call(message)

    if answer.message_type is MessageType.ERROR:
        return str(answer.error_name).removeprefix(ERROR)
    assert answer.signature == "b"
    return answer.body[0]


def talk(address: str, story: Callable[[MessageBus], Awaitable[None]], name: str = ASSISTANT) -> None:
    async def run() -> None:
        bus = await connected(address, name)
        try:
            await story(bus)
        finally:
            bus.disconnect()

    asyncio.run(run())


def test_every_intent_is_passed_on_and_answered(bus: str, screen: Screen) -> None:
    async def story(assistant: MessageBus) -> None:
        for command in VoiceCommand:
            assert await do(assistant, command.value) is True
        screen.done = False
        assert await do(assistant, "consent") is False

    talk(bus, story)
    assert screen.commanded == [*VoiceCommand, VoiceCommand.CONSENT]


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (("I agree",), "s"), (("CONSENT",), "s"), (("",), "s"), (("x" * 100_000,), "s"), ((1,), "i"), ((), ""),
        (("consent", "consent"), "ss"), ((["consent"],), "as"),
    ],
)  # fmt: skip
def test_what_is_no_intent_is_refused(
    body: tuple[object, ...], signature: str, bus: str, screen: Screen, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(assistant: MessageBus) -> None:
        assert await do(assistant, *body, signature=signature) == "InvalidArgs"

    talk(bus, story)
    assert screen.commanded == []
    assert "agree" not in caplog.text


def test_another_object_or_method_is_refused(bus: str, screen: Screen) -> None:
    async def story(assistant: MessageBus) -> None:
        assert await do(assistant, "leave", path="/") == "UnknownMethod"
        assert await do(assistant, "leave", member="Say") == "UnknownMethod"

    talk(bus, story)
    assert screen.commanded == []


@pytest.mark.parametrize("name", ["", "org.example.AssistantToo"])
def test_another_program_is_refused(name: str, bus: str, screen: Screen) -> None:
    async def story(stranger: MessageBus) -> None:
        assert await do(stranger, "consent") == "AccessDenied"

    talk(bus, story, name)
    assert screen.commanded == []


def test_a_program_that_gave_the_name_up_is_refused(bus: str, screen: Screen) -> None:
    async def story(assistant: MessageBus) -> None:
        assert await do(assistant, "mute") is True
        await assistant.release_name(ASSISTANT)
        assert await do(assistant, "consent") == "AccessDenied"

    talk(bus, story)
    assert screen.commanded == [VoiceCommand.MUTE]


def test_a_flood_is_bounded_to_one_command_at_a_time(bus: str, screen: Screen) -> None:
    async def story(assistant: MessageBus) -> None:
        screen.done = None
        first = asyncio.create_task(do(assistant, "mute"))
        await wait_until_async(lambda: bool(screen.waiting))
        answers = await asyncio.gather(*(do(assistant, "leave") for _ in range(200)))
        assert set(answers) == {"LimitsExceeded"}
        screen.waiting[0](True)
        assert await first is True

    talk(bus, story)
    assert screen.commanded == [VoiceCommand.MUTE]


def test_a_screen_that_does_not_answer_is_an_error(bus: str, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant_module, "ANSWER_SECONDS", 0.05)

    async def story(assistant: MessageBus) -> None:
        screen.done = None
        assert await do(assistant, "mute") == "Timeout"
        screen.waiting[0](True)  # too late: nothing happens
        screen.done = True
        assert await do(assistant, "unmute") is True

    talk(bus, story)


def test_after_the_bus_was_restarted_it_is_served_again(
    tmp_path: Path, bus_at: Callable[[Path], AbstractContextManager[str]]
) -> None:
    screen = Screen()

    async def story(assistant: MessageBus) -> None:
        assert await do(assistant, "leave") is True

    with bus_at(tmp_path) as address:
        served = AssistantBus(ASSISTANT, screen.command, address)
        served.start()
        talk(address, story)
    try:
        with bus_at(tmp_path) as address:
            talk(address, story)
    finally:
        served.stop()
    assert screen.commanded == [VoiceCommand.LEAVE] * 2


def test_an_unexpected_failure_of_a_session_ends_that_session_only(
    bus: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    screen, failures, connect = Screen(), [TypeError("a title"), OSError("a title")], BusService.connect

    async def failing(*arguments: Any, **options: Any) -> BusService:
        if failures:
            raise failures.pop()
        return await connect(*arguments, **options)

    monkeypatch.setattr(BusService, "connect", failing)
    monkeypatch.setattr(bus_thread, "wait_before", lambda _attempt: 0.0)
    served = AssistantBus(ASSISTANT, screen.command, bus)
    served.start()

    async def story(assistant: MessageBus) -> None:
        assert await do(assistant, "leave") is True

    talk(bus, story)
    served.stop()
    assert "a title" not in caplog.text
    assert "assistant to the bus failed: OSError" in caplog.text


def test_stopping_ends_a_command_that_is_not_answered_yet(bus: str) -> None:
    screen = Screen()
    screen.done = None
    served = AssistantBus(ASSISTANT, screen.command, bus)
    served.start()

    async def story(assistant: MessageBus) -> None:
        command = asyncio.create_task(do(assistant, "mute"))
        await wait_until_async(lambda: bool(screen.waiting))
        await asyncio.to_thread(served.stop)
        assert await command == "NoReply"

    talk(bus, story)
    assert served._answering is not None
    assert served._answering.cancelled()
    screen.waiting[0](True)  # too late: nothing happens


def test_without_a_bus_stopping_is_immediate(tmp_path: Path) -> None:
    served = AssistantBus(ASSISTANT, Screen().command, f"unix:path={tmp_path}/none")
    served.start()
    served.stop()
    assert not served._thread.is_alive()
