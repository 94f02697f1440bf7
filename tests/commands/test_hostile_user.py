"""What a hostile or an unlucky user does to a command: each fault that was found, by its name."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil
import pytest

from carlendar import cli, settings
from carlendar.errors import SettingsError, one_line
from tests.commands.conftest import Machine
from tests.fakes.waiting import wait_until

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Contoso//Test//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20261126T100000Z
DTSTART:20261126T100000Z
DTEND:20261126T110000Z
SUMMARY:Straße 日本 🚗 \x1b[31mrot
END:VEVENT
END:VCALENDAR
"""


def fails(done: subprocess.CompletedProcess[str], code: int, *says: str) -> None:
    """One line with these words, this code, and nothing on standard output."""
    assert (done.returncode, done.stdout) == (code, ""), done
    assert done.stderr.startswith("carlendar: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for words in says:
        assert words in done.stderr


@pytest.mark.parametrize("command", [("agenda",), ("emulator", "cloud"), ("emulator",)])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_time_is_no_traceback(machine: Machine, command: tuple[str, ...], at: str) -> None:
    fails(machine.run(*command, "--at", at), 2, at)


@pytest.mark.parametrize("port", ["-1", "65536", "99999", "80.5", "²"])
def test_a_port_that_is_none_is_a_wrong_argument(machine: Machine, port: str) -> None:
    fails(machine.run("emulator", "cloud", f"--port={port}"), 2, port)


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1e999", "x"])
def test_a_length_of_time_that_is_none_is_stated_in_text(machine: Machine, seconds: str) -> None:
    done = machine.run("record", "-", f"--seconds={seconds}")
    fails(done, 2, f"{seconds} is no number of seconds above zero")


def test_an_option_is_not_guessed_from_its_beginning(machine: Machine) -> None:
    fails(machine.run("config", "--js"), 2, "--js")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_drive_without_an_end_does_not_fill_the_disk(machine: Machine, device: str) -> None:
    fails(machine.run("safety", device), 2, "line 1 is")


@pytest.mark.parametrize(
    ("source", "says"), [("/dev/zero", "zero is neither a file nor a folder"), ("-", "standard input is empty")]
)
def test_what_is_no_calendar_is_not_subscribed_to(machine: Machine, source: str, says: str) -> None:
    """An empty address, of all things, was the folder that one stood in."""
    done = subprocess.run(
        [sys.executable, "-I", "-m", "carlendar", "accounts", "--add-feed", source], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, env=machine.environment(),
    )  # fmt: skip
    fails(done, 2, says)


def test_a_name_for_no_calendar_is_refused(machine: Machine) -> None:
    fails(machine.run("accounts", "--name", "School"), 2, "--add-feed")


@pytest.mark.parametrize("name", ["two\nlines.ics", "red\x1b[31m.ics", "x" * 300, "ü日.ics"])
def test_a_hostile_name_of_a_file_stays_on_its_line(machine: Machine, name: str) -> None:
    for command in (("agenda", "--ics"), ("invitation",), ("safety",), ("emulator", "--trace")):
        done = machine.run(*command, str(machine.home / name))
        fails(done, 2)
        assert "\x1b" not in done.stderr


def test_a_wrong_argument_stays_on_its_line(machine: Machine) -> None:
    fails(machine.run("config", "two\nlines\x1b[2J"), 2, r"two\nlines\x1b[2J")
    assert one_line("a\u2028b\u202ec") == r"a\u2028b\u202ec"


def test_an_empty_trace_is_no_drive(machine: Machine) -> None:
    fails(machine.run("emulator", "--trace", "/dev/null"), 2, "/dev/null", "no drive")


def test_results_that_are_not_there_are_reported_before_the_audit_begins(machine: Machine) -> None:
    fails(machine.run("audit", "--results", "/none.xml", "--evidence", str(machine.home / "e")), 2, "/none.xml")


def test_a_home_of_no_user_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(SettingsError, match="set HOME or XDG_CONFIG_HOME"):
        settings.load(environ={})
    monkeypatch.undo()
    found = settings.load(environ={"CARLENDAR_DATA_FOLDER": "~no-such-user-here/data", "CARLENDAR_CONFIG": ""})
    with pytest.raises(SettingsError, match=r"data\.folder: ~no-such-user-here/data has no home"):
        _ = found.data_folder


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_without_a_letter_shows_a_mark_for_it(machine: Machine, encoding: str) -> None:
    file = machine.home / "day.ics"
    file.write_text(CALENDAR)
    at = ("--ics", str(file), "--at", "2026-11-26T09:00+00:00")
    for arguments in (("agenda", *at), ("agenda", "--json", *at), ("agenda", "--ics", "/nö/日")):
        done = subprocess.run(
            [sys.executable, "-m", "carlendar", *arguments], capture_output=True, check=False,
            env=machine.environment(PYTHONIOENCODING=encoding),
        )  # fmt: skip
        assert done.returncode == (2 if "/nö/日" in arguments else 0), done
        assert b"\x1b" not in done.stdout + done.stderr
        if "--json" in arguments:
            (event,) = json.loads(done.stdout.decode(encoding))["events"]
            assert event["title"] == "Straße 日本 🚗 \x1b[31mrot", "a program gets every letter"


@pytest.mark.parametrize(
    "arguments",
    [("config",), ("config", "--json"), ("accounts",), ("agenda", "--json"), ("--help",), ("--version",)],
    ids=" ".join,
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_the_output_is_reported_once(
    machine: Machine, arguments: tuple[str, ...], unbuffered: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "carlendar", *arguments], stdout=full, stderr=subprocess.PIPE, check=False,
            text=True, env=machine.environment(PYTHONUNBUFFERED=unbuffered),
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "carlendar: No space left on device\n")


@pytest.mark.parametrize(("arguments", "code"), [(("--help",), 3), (("config",), 3), (("fly",), 2)])
def test_a_full_disk_under_both_outputs_leaves_the_documented_code(
    machine: Machine, arguments: tuple[str, ...], code: int
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "carlendar", *arguments], stdout=full, stderr=full, check=False,
            env=machine.environment(PYTHONUNBUFFERED=""),
        )  # fmt: skip
    assert done.returncode == code


@pytest.mark.parametrize("redirection", ["| head -n 1", "| true", ">&-", "<&-"])
def test_output_that_no_one_takes_is_no_failure(machine: Machine, redirection: str) -> None:
    command = f"{sys.executable} -I -m carlendar config --json {redirection}"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, check=False, text=True, env=machine.environment()
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("invitation day.txt >&-", 0, ""),
        ("invitation day.txt --json >&-", 0, ""),
        ("safety /dev/null >&-", 0, ""),
        ("--help >&-", 0, ""),
        ("erase <&-", 2, "carlendar: there is no terminal to confirm on: add --yes to erase without confirmation\n"),
        ("fly 2>&-", 2, ""),
    ],
)
def test_a_stream_that_is_closed_is_no_fault_of_ours(machine: Machine, command: str, code: int, says: str) -> None:
    (machine.home / "day.txt").write_text("https://teams.microsoft.com/meet/281442953617?p=aB3dE9")
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -I -m carlendar {command}"], capture_output=True, check=False, text=True,
        cwd=machine.home, env=machine.environment(),
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (code, "", says)


def test_a_fault_of_our_own_is_one_line_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> Callable[[], int]:
        raise LookupError("a title that nobody may read")

    monkeypatch.setattr("carlendar.commands.config.run", broken)
    assert cli.main(["config"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("carlendar: internal error: LookupError in test_hostile_user.py:")
    assert "title" not in said
    assert os.linesep.join(said.splitlines()) + "\n" == said


def test_a_damaged_store_is_reported_and_not_shown_as_an_empty_day(machine: Machine) -> None:
    data = machine.home / "data"
    data.mkdir(mode=0o700)
    for name in ("user.db", "events.db"):
        (data / name).write_bytes(b"no database at all" * 500)
    fails(machine.run("agenda", "--json"), 3, "damaged")
    done = machine.run("accounts")
    said = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (0, "No account is signed in.\n")
    assert said[0] == "carlendar: user.db is damaged and was replaced"
    assert all(line.startswith("carlendar: ") for line in said)
    assert len(said) == len(set(said))


def test_an_audit_that_is_interrupted_ends_without_a_word(machine: Machine) -> None:
    begun = subprocess.Popen(
        [sys.executable, "-I", "-m", "carlendar", "audit"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=machine.environment(), start_new_session=True,
    )  # fmt: skip
    process = psutil.Process(begun.pid)

    def works() -> bool:
        assert begun.poll() is None
        return any("spawn_main" in " ".join(child.cmdline()) for child in process.children())

    with begun:
        assert begun.stdout is not None
        assert begun.stderr is not None
        wait_until(works, 60, "a worker runs")
        assert begun.stderr.readline().endswith(" to do\n")  # progress, written as soon as the workers are started
        os.killpg(begun.pid, signal.SIGINT)  # as a terminal does: the audit and all its workers
        begun.wait(100)
        assert (begun.returncode, begun.stdout.read(), begun.stderr.read()) == (130, "", "")


def _is_read(pipe: IO[str] | None) -> bool:
    """Whether the other end has read all that was written."""
    assert pipe is not None
    waiting = array("i", [0])
    fcntl.ioctl(pipe.fileno(), termios.FIONREAD, waiting)
    return waiting[0] == 0


@pytest.mark.parametrize(
    ("arguments", "begun"),
    [(("emulator", "--headless", "made"), "made/*"), (("safety", "/dev/stdin"), "")],
    ids=["while it draws", "while it reads a pipe"],
)
def test_a_command_that_is_asked_to_end_leaves_nothing(
    machine: Machine, arguments: tuple[str, ...], begun: str
) -> None:
    """SDL handles the signal itself where no other handler is set, and drew to the end."""
    (machine.home / "tmp").mkdir()
    with subprocess.Popen(
        [sys.executable, "-I", "-m", "carlendar", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd=machine.home, env=machine.environment(TMPDIR=str(machine.home / "tmp")),
    ) as process:  # fmt: skip

        def draws() -> bool:
            assert process.poll() is None
            return any(machine.home.glob(begun)) if begun else _is_read(process.stdin)

        if not begun:
            assert process.stdin is not None
            process.stdin.write("{")
            process.stdin.flush()
        wait_until(draws, 60, "something is being made")
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (128 + signal.SIGTERM, "")
    assert all(line.startswith("Drawing screens: ") for line in err.splitlines()), err
    assert list((machine.home / "tmp").iterdir()) == []


def test_a_doctor_without_a_home_comes_all_the_same(machine: Machine) -> None:
    done = machine.run("doctor", "--json", HOME="", DBUS_SESSION_BUS_ADDRESS="")
    assert (done.returncode, done.stderr) == (1, "")
    assert {"secrets", "sign-in"} <= {check["name"] for check in json.loads(done.stdout)["checks"]}
