"""Any brand is refused with a reason, or passes the rules of colour, greyscale and type on ten screens.

`make brands` tries BRANDS (500) of them; the suite a few.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from msgspec.structs import replace

from carlendar.brands import library
from carlendar.brands.brand import Brand, BrandError
from carlendar.brands.brand_file import brand_of
from carlendar_devtools.audit import colours, greyscale, legibility
from carlendar_devtools.audit.column import column_of
from carlendar_devtools.audit.examiner import words
from carlendar_devtools.audit.finding import Findings, Judge, Scope
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer
from carlendar_devtools.audit.page import PageView, Private
from carlendar_devtools.stories.audit_matrix import DISPLAYS
from tests.devtools.audit.brand_makers import brand_tables
from tests.devtools.audit.conftest import FrameOf

BRANDS = int(os.environ.get("BRANDS", "4"))
SCREENS = (
    "drive-next", "reminder", "drive-clash", "drive-not-signed-in-parked", "call-connected", "agenda-moving",
    "agenda-parked", "event-parked", "settings", "notice",
)  # fmt: skip
LISTS = frozenset({"settings", "agenda-parked"})
"""Screens with many states, which take a hundred pictures: compared once for each shipped brand."""
DISPLAY = "small-7"
REASON = re.compile(r"brand\.toml: (night|day|type)\.\w+.* (must be|at most|has no|neither|does not state)")


def made(tables: dict[str, object], folder: Path) -> tuple[Brand | None, str]:
    """The brand, or why it is refused."""
    try:
        return brand_of(tables, folder), ""
    except BrandError as refused:
        return None, str(refused)


def judge(brand: Brand, frame_of: FrameOf, *, turn: int = 0, both: bool = False) -> Findings:
    """What the audit's own functions find on the ten screens: by night and by day in turns, or by `both`."""
    findings = Findings()
    renderer = OffscreenRenderer(DISPLAYS[DISPLAY], brand)
    for number, name in enumerate(SCREENS):
        for night in (True, False) if both else ((number + turn) % 2 == 0,):
            frame = replace(frame_of(name, DISPLAY), night=night)
            theme, state = "night" if night else "day", frame.restrictions.state.value
            verdict = Judge(findings, Scope(DISPLAY, frame.screen.value, state, theme, frame.language, "made", name))
            page = PageView(
                tuple(renderer.show(frame)), renderer.metrics, column_of(state), frame.screen.value, state,
                frame.language, frozenset(words(frame)), Private(),
            )  # fmt: skip
            legibility.judge(page, verdict)
            colours.judge(page, renderer.picture(), verdict, night=night)
            if frame.rail and ((name not in LISTS) or (both and night)):
                greyscale.judge_states(renderer, frame, verdict)
    return findings


def said(findings: Findings) -> list[str]:
    return [
        f"{each.rule} {each.scope.situation} {each.scope.theme} {each.node}: {each.measured} ({each.required})"
        for each in findings.violations
    ]


@pytest.mark.timeout(600)
def test_any_brand_is_refused_with_a_reason_or_passes(frame_of: FrameOf, tmp_path: Path) -> None:
    tried: Counter[str] = Counter()

    @seed(13)
    @settings(
        max_examples=BRANDS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(brand_tables())
    def attempt(tables: dict[str, object]) -> None:
        brand, why = made(tables, tmp_path)
        if brand is None:
            tried[why.partition(": ")[2].partition(":")[0].partition(" ")[0]] += 1
            assert REASON.search(why), why
        else:
            tried["accepted"] += 1
            assert said(judge(brand, frame_of, turn=tried["accepted"])) == []

    attempt()
    sys.stderr.write(f"{tried.total()} brands: {dict(tried.most_common())}\n")


@pytest.mark.parametrize("name", library.names())
def test_the_shipped_brands_pass_on_ten_screens(frame_of: FrameOf, name: str) -> None:
    assert said(judge(library.load(name), frame_of, both=BRANDS > 100)) == []
