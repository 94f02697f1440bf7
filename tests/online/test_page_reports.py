"""Reports of the page are read strictly."""

from __future__ import annotations

import json

import pytest

from carlendar.domain.online_call import MANY_PEOPLE, OnlinePhase, Quality
from carlendar.online.page_reports import CallReport, read_report

CALL = {
    "state": "Connected", "muted": False, "mutedByOthers": False, "people": 3, "recording": False,
    "transcription": True, "consent": False, "network": 1, "reconnecting": False, "registered": True, "end": None,
}  # fmt: skip


def call(**changes: object) -> CallReport:
    report = read_report(json.dumps({"call": CALL | changes}).encode())
    assert report is not None
    assert report.call is not None
    return report.call


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("None", OnlinePhase.CONNECTING),
        ("Connecting", OnlinePhase.CONNECTING),
        ("EarlyMedia", OnlinePhase.CONNECTING),
        ("InLobby", OnlinePhase.LOBBY),
        ("Connected", OnlinePhase.CONNECTED),
        ("LocalHold", OnlinePhase.CONNECTED),
        ("RemoteHold", OnlinePhase.CONNECTED),
    ],
)
def test_each_state_of_the_sdk_is_a_phase(state: str, phase: OnlinePhase) -> None:
    assert call(state=state).phase is phase


def test_lost_audio_is_reported() -> None:
    assert call(audioLost=True).audio_lost
    assert not call().audio_lost


def test_a_lost_connection_is_a_phase_of_its_own() -> None:
    assert call(reconnecting=True).phase is OnlinePhase.RECONNECTING
    assert call(state="InLobby", reconnecting=True).phase is OnlinePhase.LOBBY


@pytest.mark.parametrize(
    ("network", "quality"),
    [(0, Quality.GOOD), (1, Quality.GOOD), (2, Quality.POOR), (3, Quality.BAD), (9, Quality.BAD)],
)
def test_the_sdks_grades_are_qualities(network: int, quality: Quality) -> None:
    assert call(network=network).quality is quality


@pytest.mark.parametrize(("people", "count"), [(-1, 1), (0, 1), (7, 7), (100, MANY_PEOPLE), (10_000, MANY_PEOPLE)])
def test_people_are_counted_within_bounds(people: int, count: int) -> None:
    assert call(people=people).count == count


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b'"call"', b'{"call": 1}', b'{"call": {"state": "Connected"}}', b'{"token": "yes"}', b"\xff",
        b'{"refused": {"code": "403"}}', b'{"x": "' + b"x" * 5000 + b'"}',
    ],
)  # fmt: skip
def test_anything_else_is_no_report(raw: bytes) -> None:
    assert read_report(raw) is None
