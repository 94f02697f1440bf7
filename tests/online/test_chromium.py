"""How Chromium is found, started and ended."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from carlendar.online import chromium
from carlendar.online.allowed_hosts import MICROSOFT
from carlendar.online.chromium import Browser, ChromiumProcess, command, find_program, major_version
from carlendar.online.protocol_pipe import EngineError
from tests.fakes.waiting import wait_until

SHELL, LISTING = 10, 5
"""File descriptors that the script's shell and the listing open themselves."""


def script(folder: Path, text: str, name: str = "chromium") -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


def old_chromium(folder: Path) -> str:
    """A program that answers the question for its version over the pipe."""
    answer = '{"id":1,"result":{"product":"Chrome/99.0.4844.51"}}'
    return script(folder, f"head -c 40 <&3 >/dev/null; printf '{answer}\\0' >&4; exec sleep 60", "old-chromium")


def test_it_opens_no_port_and_no_window_and_keeps_its_sandbox(tmp_path: Path) -> None:
    line = command(Browser("/usr/bin/chromium"), tmp_path, MICROSOFT)
    names = {argument.partition("=")[0] for argument in line[1:]}
    assert {"--remote-debugging-pipe", "--no-startup-window", "--user-data-dir", "--host-resolver-rules"} <= names
    assert "--ozone-platform=headless" in line
    assert not names & {
        "--remote-debugging-port", "--headless", "--no-sandbox", "--disable-web-security", "--user-agent",
        "--use-fake-ui-for-media-stream", "--ignore-certificate-errors", "--allow-loopback-in-peer-connection",
        "--disable-setuid-sandbox",
    }  # fmt: skip


def test_the_named_program_counts_or_none(tmp_path: Path) -> None:
    program = script(tmp_path, "")
    assert find_program(program) == program
    assert find_program(str(tmp_path / "missing")) == ""
    assert find_program(str(tmp_path)) == ""
    Path(program).chmod(stat.S_IRUSR)
    if os.geteuid() != 0:
        assert find_program(program) == ""


def test_without_a_name_the_first_installed_one_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "SYSTEM_PATH", str(tmp_path))
    assert find_program("") == ""
    program = script(tmp_path, "", "chromium-browser")
    assert find_program("") == program


@pytest.mark.parametrize(
    ("product", "version"), [("Chrome/156.0.8078.108", 156), ("HeadlessChrome/99.0.4844.51", 99), ("", 0), ("x", 0)]
)
def test_the_version_is_read(product: str, version: int) -> None:
    assert major_version(product) == version


def test_a_missing_program_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be started"):
        ChromiumProcess.start([str(tmp_path / "missing")], tmp_path, {}, None)


def test_it_gets_its_pipe_and_no_variable_but_those_for_sound(tmp_path: Path) -> None:
    program = script(tmp_path, "env >&4; head -c 5 <&3 >&4; ls /proc/self/fd | sort -n | tr '\\n' ' ' >&4")
    given = {"PATH": os.environ["PATH"], "PULSE_SERVER": "unix:/x", "SECRET": "s", "CHROMIUM_FLAGS": "--no-sandbox"}
    process = ChromiumProcess.start([program], tmp_path, given, None)
    os.write(process.writing, b"hello")
    said = b""
    while chunk := os.read(process.reading, 4096):
        said += chunk
    process.end()
    os.close(process.reading)
    os.close(process.writing)
    assert b"PULSE_SERVER=unix:/x" in said
    assert f"HOME={tmp_path}".encode() in said
    assert b"hello" in said
    assert b"SECRET" not in said
    assert b"CHROMIUM_FLAGS" not in said
    # beside its own, those that any child process of this one would get
    inherited = {int(each.name) for each in Path("/proc/self/fd").iterdir() if _is_inheritable(int(each.name))}
    assert {int(each) for each in said.rpartition(b"hello")[2].split()} <= {0, 1, 2, 3, 4, SHELL, LISTING} | inherited


def test_it_ends_with_all_its_processes(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = script(tmp_path, f"sleep 60 & echo $! > {note}.new; mv {note}.new {note}; sleep 60")
    process = ChromiumProcess.start([program], tmp_path, os.environ, None)
    wait_until(note.exists)
    child = int(note.read_text())
    process.end()
    process.end()
    wait_until(lambda: not _runs(child))
    for each in (process.reading, process.writing):
        os.close(each)


def test_it_enters_its_cgroup_first(tmp_path: Path) -> None:
    program = script(tmp_path, f'cat {tmp_path}/cgroup.procs >&4; echo " $$" >&4')
    process = ChromiumProcess.start([program], tmp_path, os.environ, tmp_path)
    deadline = time.monotonic() + 10
    said = b""
    while (chunk := os.read(process.reading, 100)) and time.monotonic() < deadline:
        said += chunk
    entered, own = said.split()
    assert entered == own
    process.end()
    for each in (process.reading, process.writing):
        os.close(each)


def _is_inheritable(number: int) -> bool:
    try:
        return os.get_inheritable(number)
    except OSError:
        return False


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
