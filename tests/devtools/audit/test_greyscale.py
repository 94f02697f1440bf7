"""States that differ in meaning differ in grey."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.brands.palette import NIGHT
from carlendar.presentation.states import AgendaState, ChoicesState, Stripe
from carlendar.ui.geometry import Rect
from carlendar_devtools.audit.finding import Findings, Judge
from carlendar_devtools.audit.greyscale import judge_parts, judge_states
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer
from carlendar_devtools.audit.pixels import grey_difference
from carlendar_devtools.stories.audit_matrix import DISPLAYS
from tests.devtools.audit.conftest import FrameOf

WIDE = DISPLAYS["wide-12.9"]


@pytest.mark.rule("D3")
def test_states_differ_in_grey(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    judge_states(OffscreenRenderer(WIDE, Brand()), frame_of("settings"), verdict)
    assert not findings.violations
    assert findings.checks["D3"] >= 12


@pytest.mark.rule("D3")
def test_a_state_that_is_shown_by_colour_alone(
    frame_of: FrameOf, findings: Findings, verdict: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = frame_of("agenda-parked")
    OffscreenRenderer(WIDE, Brand()).show(frame)
    renderer = OffscreenRenderer(WIDE, Brand(night=replace(NIGHT, accent=NIGHT.mute, outline=NIGHT.surface_2)))
    monkeypatch.setattr(
        "carlendar.ui.widgets.action_target.tokens",
        lambda action, **_: ("surface", "surface", "accent" if action.selected else "mute", "text"),
    )
    judge_states(renderer, frame, verdict)
    assert any(each.node == "rail.1 chosen" for each in findings.violations)


@pytest.mark.rule("D3")
def test_a_state_below_what_is_seen_of_a_list_is_scrolled_to(
    frame_of: FrameOf, findings: Findings, verdict: Judge
) -> None:
    frame = frame_of("settings", "small-7")
    renderer = OffscreenRenderer(DISPLAYS["small-7"], Brand())
    body = frame.body
    assert isinstance(body, ChoicesState)
    lowest = next(each for each in reversed(body.choices) if any(action.selected for action in each.actions))
    changed = replace(lowest, actions=tuple(replace(each, selected=not each.selected) for each in lowest.actions))
    other = replace(body, choices=tuple(changed if each is lowest else each for each in body.choices))
    key = f"row.{lowest.key}.0"
    assert not any(node.key == key and node.whole for node in renderer.show(frame))
    judge_parts(renderer, frame, [(replace(frame, body=other), {key: "chosen"})], verdict)
    assert findings.checks["D3"] == 1
    assert not findings.violations
    judge_parts(renderer, frame, [(frame, {key: "the same", "row.none.0": "none"})], verdict)
    assert [each.node for each in findings.violations] == ["the same", "none, never in sight"]


@pytest.mark.rule("D3")
def test_every_row_of_a_list_is_looked_at(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    frame = frame_of("agenda-parked", "small-7")
    body = frame.body
    assert isinstance(body, AgendaState)
    marked = [row for row in body.rows if row.stripe is not Stripe.NONE and not row.header]
    judge_states(OffscreenRenderer(DISPLAYS["small-7"], Brand()), frame, verdict)
    assert len(marked) > 6
    assert findings.checks["D3"] == 2 * len(marked) + len(frame.rail)
    assert not findings.violations


@pytest.mark.parametrize("area", [Rect(171.5, 100.2, 300, 200.9), Rect(-5, 650, 80, 90), Rect(2000, 0, 10, 10)])
def test_a_part_of_a_page_is_rendered_as_it_is_in_the_whole(frame_of: FrameOf, area: Rect) -> None:
    renderer = OffscreenRenderer(WIDE, Brand())
    renderer.show(frame_of("agenda-parked"))
    whole, part = renderer.picture(), renderer.picture(area)
    assert part.image.size == whole.image.size
    assert part.grey(area).tobytes() == whole.grey(area).tobytes()
    assert grey_difference(part.grey(area), whole.grey(area)) == 0
    assert renderer.picture().image.tobytes() == whole.image.tobytes()
