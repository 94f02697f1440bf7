"""Checks a frame against all rules that apply to a single page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar_devtools.audit import colours, legibility, lockouts, placement, structure, targets
from carlendar_devtools.audit.column import column_of
from carlendar_devtools.audit.finding import Findings, Judge, Scope, pictured
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer, excerpt
from carlendar_devtools.audit.page import PageView, Private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.presentation.states import Frame

SHOWN = 40
"""Maximum number of violation images per rule and examiner."""


def words(value: object) -> Iterator[str]:
    """Yield every string in a frame."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from words(each)
    elif isinstance(value, Value):
        for name in value.__struct_fields__:
            yield from words(getattr(value, name))


class Examiner:
    """Examines frames on one bench, and collects the findings."""

    def __init__(self, renderer: OffscreenRenderer, findings: Findings) -> None:
        self.renderer, self.findings = renderer, findings
        self._shown: dict[str, int] = {}

    def examine(
        self, frame: Frame, scope: Scope, private: Private, *, lay_out: bool = True, render: bool = False
    ) -> PageView:
        """Measure the frame: its geometry with `lay_out`, its pixels with `render`."""
        restrictions = frame.restrictions
        nodes = tuple(self.renderer.show(frame))
        column = column_of(restrictions.state.value, passenger=restrictions.passenger)
        page = PageView(
            nodes, self.renderer.metrics, column, frame.screen.value, restrictions.state.value, frame.language,
            frozenset(words(frame)), private,
        )  # fmt: skip
        first = len(self.findings.violations)
        verdict = Judge(self.findings, scope)
        if lay_out:
            for rule in (legibility, structure, targets, placement, lockouts):
                rule.judge(page, verdict)
            self.findings.layouts += 1
        if render:
            colours.judge(page, self.renderer.picture(), verdict, night=frame.night)
            self.findings.renders += 1
        self.findings.nodes += len(nodes)
        self._picture(first)
        return page

    def _picture(self, first: int) -> None:
        """Add images to the violations from index `first` on."""
        found = self.findings.violations
        wanted = [at for at in range(first, len(found)) if self._shown.get(found[at].rule, 0) < SHOWN]
        if not wanted:
            return
        picture = self.renderer.picture()
        for at in wanted:
            self._shown[found[at].rule] = self._shown.get(found[at].rule, 0) + 1
            found[at] = pictured(found[at], excerpt(picture, found[at].rect))
