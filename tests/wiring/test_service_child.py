"""The service that a screen starts gives way to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GROUP = Path("/proc/self/autogroup")
NICE = str(min(os.nice(0) + 5, 19))
DIVIDED = Path("/proc/sys/kernel/sched_autogroup_enabled")
PROGRAM = f"""
import os
from carlendar.wiring.service_child import give_way
give_way()
print(os.nice(0))
print(open("{GROUP}").read() if os.path.exists("{GROUP}") else "")
"""


def _given(*, alone: bool) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True,
                          start_new_session=alone)  # fmt: skip
    own, _, group = done.stdout.strip().partition("\n")
    return own, group.rpartition(" ")[2]


def test_a_session_of_its_own_gives_way_as_a_whole_where_nice_says_nothing_to_other_sessions() -> None:
    divided = DIVIDED.exists() and DIVIDED.read_text(encoding="ascii").strip() == "1"
    assert _given(alone=True) == (NICE, "5" if divided else "")


def test_a_session_of_others_is_left_alone() -> None:
    groups = GROUP.read_text(encoding="ascii") if GROUP.exists() else ""  # empty where the session is in no group
    before = groups.strip().rpartition(" ")[2]
    assert _given(alone=False) == (NICE, before)


IMPORTED = """
import sys, warnings
from carlendar.wiring.charset_detection import without_charset_detection
warnings.simplefilter("error")
with without_charset_detection():
    from carlendar.wiring.service import run
import requests
assert not {"chardet", "charset_normalizer"} & set(sys.modules)
answer = requests.Response()
answer._content, answer.encoding = "Grüße".encode(), None
assert answer.content.decode() == "Grüße"
"""


def test_the_service_is_imported_without_the_detection_of_character_sets_and_without_a_warning() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
