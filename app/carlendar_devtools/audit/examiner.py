"""Checks a frame against all rules that apply to a single page."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.ui import font_files
from carlendar_devtools.audit import colours, legibility, lockouts, placement, structure, targets
from carlendar_devtools.audit.column import column_of
from carlendar_devtools.audit.finding import Findings, Judge, Scope, pictured
from carlendar_devtools.audit.nodes import Node
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer, excerpt
from carlendar_devtools.audit.page import PageView, Private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.brands.brand import Brand
    from carlendar.presentation.states import Frame

SHOWN = 40
"""Maximum number of violation images per rule and examiner."""


Geometry = tuple[font_files.Face, tuple[object, ...]]
"""All that the rules of layout read of a frame's drawing."""
_MEASURED = attrgetter(*(each.name for each in fields(Node) if each.name != "color"))


def geometry_of(nodes: tuple[Node, ...]) -> Geometry:
    """Return what was probed but for its colours, and the typeface, which the height of capitals follows from."""
    return font_files.first(), tuple(map(_MEASURED, nodes))


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


@lru_cache(maxsize=16)
def strings_of(frame: Frame) -> frozenset[str]:
    """Return all strings of a frame."""
    return frozenset(words(frame))


class Examiner:
    """Examines frames on one display, and collects the findings."""

    def __init__(self, renderer: OffscreenRenderer, findings: Findings) -> None:
        self.renderer, self.findings = renderer, findings
        self._shown: dict[str, int] = {}

    def examine(
        self, frame: Frame, scope: Scope, private: Private, *, brand: Brand | None = None, render: bool = False,
        judged: set[Geometry] | None = None,
    ) -> PageView:  # fmt: skip
        """Measure the frame: its geometry, and its pixels with `render`; in a `brand`'s look, if one is given.

        `judged` are the geometries of this frame that were judged before; this one is added. Only what is not among
        them is judged: most brands and both themes draw the same things in the same places.
        """
        restrictions = frame.restrictions
        nodes = tuple(self.renderer.show(frame, brand))
        column = column_of(restrictions.state.value, passenger=restrictions.passenger)
        page = PageView(
            nodes, self.renderer.metrics, column, frame.screen.value, restrictions.state.value, frame.language,
            strings_of(frame), private,
        )  # fmt: skip
        first = len(self.findings.violations)
        verdict = Judge(self.findings, scope)
        geometry = geometry_of(nodes)
        known = set[Geometry]() if judged is None else judged
        if geometry not in known:
            known.add(geometry)
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
