"""Fixtures for every test, and an environment in which Kivy draws off-screen and leaves no files."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import re
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from carlendar.wiring.log_output import OWN
from carlendar_devtools.emulator.child_process import scratch

# Collecting makes millions of objects that all stay: looking through them for cycles took 40 % of each worker's start.
gc.disable()

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

# Hypothesis' deadline for an example measures how busy the machine is; what hangs ends by the time-out of its test.
settings.register_profile("carlendar", deadline=None)
settings.load_profile("carlendar")

# A shell starts a background job with these ignored, and each program that a test starts would inherit that.
for number, action in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, action)

if TYPE_CHECKING:
    from tests.fakes.http_server import Certificates
    from tests.fakes.kill_points import KilledAt

RULE = re.compile(r"test_(s\d{1,2}|[glthd]\d{1,2})_")
"""A test whose name starts with the id of a rule verifies that rule; others have `@pytest.mark.rule("S5", …)`."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Collect garbage from here on, but neither among the tests themselves nor after each 700 objects.

    The usual threshold cost the tests 8 % of their processor time.
    """
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Let records through again that a command in this process has held back: later tests look for them."""
    logging.disable(logging.NOTSET)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.NOTSET)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add to each test's report which rules it verifies; the audit's evidence is built from these."""
    for item in items:
        rules = {rule for mark in item.iter_markers("rule") for rule in mark.args}
        if (named := RULE.match(item.name)) is not None:
            rules.add(named[1].upper())
        item.user_properties += [("rule", rule) for rule in sorted(rules)]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for the HTTP servers of the tests, and their authority for the clients."""
    from tests.fakes.http_server import Certificates  # trustme is slow to import, and few tests need it

    return Certificates(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def killed_at() -> KilledAt:
    """Kill a program at its n-th step, see `tests.fakes.kill_points`."""
    from tests.fakes import kill_points

    return kill_points.killed_at
