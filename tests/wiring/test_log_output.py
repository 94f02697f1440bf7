"""Log records: structured lines without content, at the level that was chosen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import logging, sys
from carlendar.wiring.log_output import child_arguments, configure
configure(*sys.argv[1:])
own, library = logging.getLogger("carlendar.sync.engine"), logging.getLogger("urllib3.connectionpool")
own.debug("debug record"); own.info("info record"); own.warning("two\\nlines of %d", 2)
library.info("secret address"); library.warning("secret %s", "address")
try:
    raise ValueError("secret title")
except ValueError:
    own.exception("a listener failed")
    library.exception("secret again")
print(child_arguments())
"""


def _run(*level: str, journal: bool = False, tmp_path: Path) -> tuple[list[str], str]:
    error = tmp_path / "stderr"
    with error.open("w") as stream:
        status = error.stat()
        variables = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"} if journal else {}
        done = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM, *level],
            stdout=subprocess.PIPE, stderr=stream, env=variables, text=True, timeout=60, check=True,
        )  # fmt: skip
    return error.read_text().splitlines(), done.stdout.strip()


def test_warnings_are_written_without_a_level(tmp_path: Path) -> None:
    lines, arguments = _run(tmp_path=tmp_path)
    assert len(lines) == 4
    assert 'level=warning logger=carlendar.sync.engine message="two\\nlines of 2"' in lines[0]
    assert arguments == "()"


@pytest.mark.parametrize(("level", "records"), [("debug", 6), ("info", 5), ("warning", 4), ("error", 2)])
def test_a_level_applies_to_own_records(level: str, records: int, tmp_path: Path) -> None:
    lines, arguments = _run(level, tmp_path=tmp_path)
    assert len(lines) == records
    assert all(line.startswith("time=2") for line in lines)
    assert arguments == f"('--log-level={level}',)"


@pytest.mark.parametrize("level", [(), ("debug",)])
@pytest.mark.parametrize("journal", [False, True])
def test_no_text_of_libraries_and_exceptions_is_written(level: tuple[str, ...], journal: bool, tmp_path: Path) -> None:
    lines, _ = _run(*level, journal=journal, tmp_path=tmp_path)
    assert "secret" not in "\n".join(lines)
    assert any("logger=urllib3.connectionpool" in line for line in lines)
    assert any('message="a listener failed" error=ValueError at=<string>:' in line for line in lines)


def test_the_journal_gets_priorities_and_no_time(tmp_path: Path) -> None:
    lines, _ = _run("info", journal=True, tmp_path=tmp_path)
    assert lines[0] == '<6>level=info logger=carlendar.sync.engine message="info record"'
    assert lines[1].startswith("<4>level=warning ")
    assert lines[-1].startswith("<3>level=error ")


UNCAUGHT = """
import asyncio, gc, sys, threading, warnings
from carlendar.wiring.log_output import configure
configure(*sys.argv[1:])

def fails(*_):
    raise ValueError("secret title")

class Fails:
    __del__ = fails

thread = threading.Thread(target=fails, name="secret name")
thread.start()
thread.join()
Fails()
gc.collect()
warnings.warn("secret address")
async def wait():
    asyncio.get_running_loop().create_task(failing())
    await asyncio.sleep(0)
async def failing():
    fails()
asyncio.run(wait())
gc.collect()
fails()
"""


@pytest.mark.parametrize("level", [(), ("debug",)])
def test_no_text_of_what_nothing_catches_is_written(level: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", UNCAUGHT, *level], capture_output=True, text=True, timeout=60, check=False
    )
    lines = done.stderr.splitlines()
    assert "secret" not in done.stderr
    assert all(line.startswith("time=") for line in lines), lines
    for text in ("a thread failed", "a clean-up failed", "the program failed"):
        assert any(f'message="{text}" error=ValueError at=<string>:7' in line for line in lines), (text, lines)
    assert done.returncode == 1


def test_a_developer_sees_the_whole_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-X", "dev", "-c", UNCAUGHT], capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" in done.stderr
