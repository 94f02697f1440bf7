"""The token of the page's address is kept for the user, privately."""

from __future__ import annotations

from pathlib import Path

import pytest

from carlendar_devtools.emulator.panel.token import kept_token


def test_the_token_survives_a_restart_and_only_its_user_can_read_it(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    token = kept_token(environ)
    assert kept_token(environ) == token
    path = tmp_path / ".local" / "state" / "carlendar" / "emulator-token"
    assert (path.read_text(), path.stat().st_mode & 0o777) == (token, 0o600)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_users_have_tokens_of_their_own(tmp_path: Path) -> None:
    one, other = ({"XDG_STATE_HOME": str(tmp_path / name)} for name in ("one", "other"))
    assert kept_token(one) != kept_token(other)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31 + b"/", b"\xff" * 32, b"a" * 33])
def test_what_is_no_token_is_replaced(tmp_path: Path, content: bytes) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    path = tmp_path / "carlendar" / "emulator-token"
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    token = kept_token(environ)
    assert (len(token), kept_token(environ)) == (32, token)


def test_a_token_that_others_can_read_is_replaced(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    before = kept_token(environ)
    path = tmp_path / "carlendar" / "emulator-token"
    path.chmod(0o644)
    assert kept_token(environ) != before
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_place_each_run_has_its_own(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for environ in ({}, {"HOME": "relative"}, {"HOME": str(file)}, {"XDG_STATE_HOME": "/proc/none"}):
        assert kept_token(environ) != kept_token(environ)
