"""Fixtures for every test, and an environment in which Kivy draws off-screen and leaves no files."""

from __future__ import annotations

import atexit
import os
import re
import signal
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, NoReturn
from unittest.mock import patch

import pytest

from carlendar_devtools.emulator.child_process import scratch

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")
os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
_KIVY_HOMES = ExitStack()
os.environ["KIVY_HOME"] = str(_KIVY_HOMES.enter_context(scratch("carlendar-kivy-")))
atexit.register(_KIVY_HOMES.close)
for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
    os.environ.pop(variable, None)

if TYPE_CHECKING:
    from tests.fakes.http_server import Certificates

RULE = re.compile(r"test_(s\d{1,2}|[glthd]\d{1,2})_")
"""Names of tests that begin with the id of a rule show that rule; others bear `@pytest.mark.rule("S5", …)`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write into each test's record which rules it shows: the evidence is made of these."""
    for item in items:
        rules = {rule for mark in item.iter_markers("rule") for rule in mark.args}
        if (named := RULE.match(item.name)) is not None:
            rules.add(named[1].upper())
        item.user_properties += [("rule", rule) for rule in sorted(rules)]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """What the HTTP servers of the tests show, and a client trusts."""
    from tests.fakes.http_server import Certificates  # trustme takes a while to import, and few tests need it

    return Certificates(tmp_path_factory.mktemp("ca"))


Tick = Callable[[], None]
Work = Callable[[Tick], object]


@pytest.fixture
def killed_at() -> Callable[[int, Work], bool]:
    """Kill a program at its n-th step: `killed_at(n, work)` is True when `work` was killed there, False when it ended.

    `work` runs in a forked process that SIGKILLs itself right before its n-th SQL statement, counted over
    all connections that it opens through `sqlite3.connect` (open the stores within `work`). It is handed
    `tick`, a further step to die at, for moments between statements: a double of a service calls it before
    and after what it does takes effect. What `work` changes in memory is lost, so an effect to be looked at
    afterwards goes to a file or a server. To die at every step there is:

        steps = 0
        while killed_at(steps + 1, work):
            steps += 1
            ...  # open the stores again, in this process or in another `work`, and hold them to the promise

    A `work` that raises fails the test with its traceback.
    """
    return _killed_at


def _killed_at(step: int, work: Work) -> bool:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _die_at(step, work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        trace = told.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise AssertionError(f"what was to be killed ended by itself ({status}):\n{trace}")
    return False


def _die_at(step: int, work: Work, writing: int) -> NoReturn:
    """The forked process: never comes back."""
    status = 1
    with suppress(BaseException):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60)  # its parent waits for it
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

        connect = sqlite3.connect

        def watched(*values: Any, **named: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*values, **named)
            connection.set_trace_callback(tick)
            return connection

        try:
            with patch.object(sqlite3, "connect", watched):
                work(tick)
            status = 0
        except BaseException:
            os.write(writing, traceback.format_exc().encode())
            raise
    os._exit(status)
