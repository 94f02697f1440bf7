"""The folder of the socket is this user's own, or there is no channel."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.errors import ChannelError
from carlendar.ipc.client import open_channel
from carlendar.ipc.messages import Hello
from carlendar.ipc.server import ChannelServer, listen

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's folder")
NOBODY = 65534


def linked(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to(folder.parent / "elsewhere", target_is_directory=True)


def strange(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    os.chown(folder, NOBODY, NOBODY)


def in_the_open(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    folder.parent.chmod(0o777)


def a_file(folder: Path) -> None:
    folder.touch()


WAYS = [linked, in_the_open, a_file, pytest.param(strange, marks=AS_ROOT)]


@pytest.mark.parametrize("way", WAYS)
def test_a_squatted_folder_is_used_by_neither_end(tmp_path: Path, hello: Hello, way: Callable[[Path], None]) -> None:
    way(tmp_path / "run")
    path = tmp_path / "run" / "service.sock"
    with pytest.raises(OSError, match=r"folder|directory"):
        listen(path)
    with pytest.raises(OSError, match=r"folder|directory"):
        open_channel(path, 1.0)
    server = ChannelServer(path, hello, lambda _: None)
    with pytest.raises(ChannelError):
        server.start()
    server.stop()
    assert not path.exists()


def test_a_folder_of_this_users_that_is_too_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    with listen(folder / "service.sock"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_another_file_in_the_sockets_place_is_not_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    (folder / "service.sock").write_text("another user's")
    with pytest.raises(OSError, match="in use"):
        listen(folder / "service.sock")
    assert (folder / "service.sock").read_text() == "another user's"


@AS_ROOT
def test_a_server_of_another_user_is_not_talked_to(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    child = os.fork()
    if child == 0:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / "service.sock"))
            os.setuid(NOBODY)
            listener.listen()
            listener.settimeout(20)
            try:
                listener.accept()
            finally:
                os._exit(0)
    try:
        attempts = 2000
        while attempts:
            attempts -= 1
            try:
                open_channel(folder / "service.sock", 1.0).close()
            except PermissionError:
                break
            except OSError:
                continue
            pytest.fail("it talked to another user's server")
        assert attempts
    finally:
        os.waitpid(child, 0)
