"""What both ends of the socket share: lines out of bytes, who is there, and whether the versions agree."""

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
    """Cuts what arrives on a socket into lines, and keeps the unfinished one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._unfinished = bytearray()

    def receive(self) -> list[bytes]:
        """Lines that are complete after one read; ConnectionError at the end, ChannelError for a long one."""
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
    """PermissionError unless the folder is this user's own, for this user alone, and no link.

    One of this user's that is too open is closed. Other users must not be able to replace it either.
    """
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise PermissionError("the socket's folder is not this user's own")
    if stat.S_IMODE(facts.st_mode) & 0o077:
        folder.chmod(0o700)
    above = folder.parent.stat()
    if above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX:
        raise PermissionError("every user could replace the socket's folder")


def credentials(connection: socket.socket) -> tuple[int, int]:
    """Process id and user id at the other end, as the kernel saw them when it connected or listened."""
    packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, user, _ = struct.unpack("3i", packed)
    return pid, user


def same_version(theirs: Hello, ours: Hello) -> bool:
    """Whether the two speak the same protocol, run the same code and know the same schema."""
    return (theirs.protocol, theirs.code, theirs.schema) == (ours.protocol, ours.code, ours.schema)
