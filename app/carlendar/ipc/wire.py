"""Shared by both ends of the socket: line framing, peer credentials, and the version check."""

from __future__ import annotations

import os
import socket
import stat
import struct
from typing import TYPE_CHECKING

from carlendar.errors import ChannelError
from carlendar.ipc.messages import LINE_LIMIT, Hello

if TYPE_CHECKING:
    from pathlib import Path


class LineReader:
    """Splits received data into lines and buffers an incomplete one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._unfinished = bytearray()

    def receive(self) -> list[bytes]:
        """Read once and return the complete lines. ConnectionError at the end, ChannelError for an overlong line."""
        chunk = self._connection.recv(LINE_LIMIT)
        if not chunk:
            raise ConnectionError("closed")
        self._unfinished += chunk
        *lines, rest = bytes(self._unfinished).split(b"\n")
        if len(rest) >= LINE_LIMIT:
            raise ChannelError("a message is too long for the channel")
        self._unfinished = bytearray(rest)
        return lines


def require_private(folder: Path) -> None:
    """Raise PermissionError unless the folder is not a link, is owned by this user and accessible to them only.

    The mode of a folder that is too open is corrected. Other users must not be able to replace it either.
    """
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise PermissionError("the socket's folder does not belong to this user")
    if stat.S_IMODE(facts.st_mode) & 0o077:
        folder.chmod(0o700)
    above = folder.parent.stat()
    if above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX:
        raise PermissionError("the socket's folder can be replaced by other users")


def credentials(connection: socket.socket) -> tuple[int, int]:
    """Return the peer's process id and user id, as recorded by the kernel when it connected or listened."""
    packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, user, _ = struct.unpack("3i", packed)
    return pid, user


def same_version(theirs: Hello, ours: Hello) -> bool:
    """Whether both sides have the same protocol, code version and store schema."""
    return (theirs.protocol, theirs.code, theirs.schema) == (ours.protocol, ours.code, ours.schema)
