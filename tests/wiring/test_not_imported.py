"""What the first frame does without is imported later: it costs no time before that frame."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carlendar.domain.account import Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventUpsert, StoredSyncToken
from tests.fakes.stores import ana_account, event_store, user_store

OF_FEATURES = (
    "carlendar.domain.audio_order", "carlendar.domain.consent", "carlendar.domain.driver_settings",
    "carlendar.domain.guidance", "carlendar.fleet_policy", "carlendar.platform.input_keys",
    "carlendar.platform.speech", "carlendar.platform.ssip", "carlendar.platform.streams",
    "carlendar.domain.voice_command", "carlendar.platform.assistant", "carlendar.presentation.call.voice",
    "carlendar.presentation.dispatch", "carlendar.presentation.now.reminder", "carlendar.presentation.reasons",
    "carlendar.presentation.spoken", "carlendar.presentation.travel.departure",
    "carlendar.presentation.travel.facts", "carlendar.presentation.travel.tomorrow",
    "carlendar.presentation.travel.tracking", "carlendar.store.salvage", "carlendar.telemetry",
    "carlendar.ui.layout.fact_list", "carlendar.ui.layout.lists", "carlendar.ui.layout.paragraphs",
    "carlendar.wiring.call_keys", "carlendar.wiring.car_sounds", "carlendar.wiring.connections",
    "carlendar.wiring.speech",
)  # fmt: skip
OF_LIBRARIES = (
    "asyncio", "dataclasses", "dbus_fast", "filetype", "grpc", "msal", "phonenumbers", "requests", "tomllib",
    "typing_extensions", "zipfile",
)  # fmt: skip
PROGRAM = """
import os, sys
from carlendar import cli
from carlendar.wiring.screen import ScreenProcess

def first_frame(screen):
    print(*sorted(set(sys.modules) & set(sys.argv[1:])), "drawn", flush=True)
    os._exit(0)

ScreenProcess._first_frame = first_frame
cli.main(["drive"])
"""


def test_the_first_frame_of_a_meeting_needs_none_of_the_features_that_wait(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    account = ana_account(now)
    calendar = Calendar("c", account.id, "Calendar", is_default=True)
    span = Timespan(now + timedelta(minutes=40), now + timedelta(minutes=70))
    with user_store(tmp_path, account) as user, event_store(tmp_path, user) as events:
        events.save_calendars(account.id, [calendar])
        events.save(calendar, [EventUpsert(Event("e", "c", "Review", span), None)], [], StoredSyncToken(), now)
    environment = {
        **os.environ, "SDL_VIDEODRIVER": "offscreen", "CARLENDAR_DATA_FOLDER": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, *OF_FEATURES, *OF_LIBRARIES],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["drawn"], done.stderr
