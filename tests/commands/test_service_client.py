"""What a command takes for the service's answer."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from carlendar.commands.service_client import CommandFailedError, ServiceClient
from carlendar.ipc.messages import Command, DataChanged, Done, Failure
from carlendar.settings import load
from tests.fakes.waiting import wait_until


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceClient:
    """A client without a service."""
    monkeypatch.setenv("CARLENDAR_DATA_FOLDER", str(tmp_path / "data"))
    return ServiceClient(load())


def sent(client: ServiceClient, monkeypatch: pytest.MonkeyPatch) -> list[Command]:
    commands: list[Command] = []
    monkeypatch.setattr(client._client, "send", commands.append)
    return commands


def test_a_change_by_something_else_is_not_taken_for_the_answer(
    client: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = sent(client, monkeypatch)
    waiting = threading.Thread(target=client.carry_out, args=("add_feed",), kwargs={"source": "x"})
    waiting.start()
    wait_until(lambda: commands)
    client._messages.put(DataChanged("accounts"))
    client._messages.put(DataChanged("events"))
    client._messages.put(Done("another command"))
    wait_until(client._messages.empty)
    assert waiting.is_alive()
    client._messages.put(Done(commands[0].reply))
    waiting.join(20)
    assert not waiting.is_alive()
    assert commands[0].arguments == {"source": "x"}


def test_a_command_that_fails_raises_its_reason(client: ServiceClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(client, monkeypatch)
    client._messages.put(Failure("add_feed", "feed_twice"))
    with pytest.raises(CommandFailedError):
        client.carry_out("add_feed")
