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
    told = GROUP.read_text(encoding="ascii") if GROUP.exists() else ""  # empty where the session is in no group
    before = told.strip().rpartition(" ")[2]
    assert _given(alone=False) == (NICE, before)
