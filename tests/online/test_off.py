"""A car that does not join over data loads nothing of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from carlendar.settings import Setting, Settings, load
from carlendar.wiring import online
from tests.fakes.clocks import ManualClock
from tests.fakes.hidden_browser import FakeTokens

CODE = """
import sys
from carlendar.settings import load
from carlendar.wiring import service, online
from carlendar.wiring.host import elapsed_clock
settings = load(managed=None, platform=None)
assert online.online_call(settings, elapsed_clock()) is None
assert online.readiness(settings).needs
print(sorted(name for name in sys.modules if name.split(".")[0] in {"aiortc", "aioice", "av"}
             or name.startswith("carlendar.online")))
"""


def test_without_the_settings_nothing_of_it_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env={"HOME": str(tmp_path)}
    )
    assert done.stdout.strip() == "[]"


def test_with_the_settings_the_adapter_is_made_and_nothing_is_started(tmp_path: Path) -> None:
    given = {"online.sdk_folder": str(tmp_path), "online.tokens_url": "https://tokens.example"}
    plain = load(managed=None, platform=None, environ={"HOME": str(tmp_path)})
    settings = Settings({**plain.values, **{key: Setting(key, value, "managed") for key, value in given.items()}})
    make = online.online_call(settings, ManualClock())
    assert make is not None
    call = make(FakeTokens())
    assert call.readiness().adapter == online.TEAMS_WEB
    assert [need.value for need in call.readiness().needs] == ["sdk"], "the folder is empty"
    call.stop()
