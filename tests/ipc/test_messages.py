"""Messages of the two processes are bounded JSON lines with a `kind`; what is none of them is refused."""

from __future__ import annotations

import json

import pytest

from carlendar.domain.bounded import LARGEST
from carlendar.errors import ChannelError
from carlendar.ipc.messages import (
    LINE_LIMIT,
    Command,
    DataChanged,
    Failure,
    Hello,
    Message,
    SignInStatus,
    SyncStatus,
    decode,
    encode,
)

MESSAGES: dict[str, Message] = {
    "hello": Hello(1, "1.0", 3, 4711),
    "command": Command("add_feed", {"source": "/media/\udcff.ics", "title": "Räder"}),
    "data_changed": DataChanged("events"),
    "sync_status": SyncStatus(running=False, as_of="2026-11-23T08:00:00+00:00", online=True),
    "sign_in_status": SignInStatus("code", "ABC", expires_in=899.5),
    "failure": Failure("refresh", "offline"),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_is_one_line_with_its_kind(kind: str) -> None:
    line = encode(MESSAGES[kind])
    assert json.loads(line)["kind"] == kind
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == MESSAGES[kind]


def test_unknown_keys_are_ignored_and_missing_ones_have_their_default() -> None:
    assert decode(b'{"later": [{}], "kind": "command", "name": "refresh"}\n') == Command("refresh")
    assert decode(b'{"kind": "sign_in_status", "phase": "done", "expires_in": 5}') == SignInStatus(
        "done", expires_in=5.0
    )
    deep = b'{"kind": "data_changed", "what": "events", "later": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    assert decode(deep) == DataChanged("events")


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"null", b"[]", b"5", b'"hello"', b"\xff", b"{}", b'{"kind": null}', b'{"kind": []}',
        b'{"kind": "Hello"}',
        b'{"kind": "data_changed"}', b'{"kind": "data_changed", "what": null}', b'{"kind": "data_changed", "what": 5}',
        b'{"kind": "command", "name": "x", "arguments": {"a": 1}}',
        b'{"kind": "command", "name": "x", "arguments": []}',
        b'{"kind": "sync_status", "running": 1, "as_of": "", "online": true}',
        b'{"kind": "sign_in_status", "phase": "code", "expires_in": 1e400}',
        b'{"kind": "sign_in_status", "phase": "code", "expires_in": NaN}',
        b'{"kind": "sign_in_status", "phase": "code", "expires_in": "5"}',
        b'{"kind": "sign_in_status", "phase": "code", "expires_in": true}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(ChannelError):
        decode(line)


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1, 10**30, 1.5, True, "1", None])
def test_an_integer_out_of_bounds_is_refused(number: object) -> None:
    line = {"kind": "hello", "protocol": 1, "code": "", "schema": LARGEST, "pid": -LARGEST}
    assert decode(json.dumps(line).encode()) == Hello(1, "", LARGEST, -LARGEST)
    for name in ("protocol", "schema", "pid"):
        with pytest.raises(ChannelError):
            decode(json.dumps({**line, name: number}).encode())


def test_a_line_that_is_too_long_is_neither_sent_nor_read() -> None:
    with pytest.raises(ChannelError):
        encode(Failure("refresh", "x" * LINE_LIMIT))
    with pytest.raises(ChannelError):
        decode(b'{"kind": "data_changed", "what": "' + b"x" * LINE_LIMIT + b'"}')
