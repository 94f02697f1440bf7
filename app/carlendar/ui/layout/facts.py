"""A title with lines of facts under it, as one block: what has no room gets smaller and closer, then goes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from msgspec.structs import replace

from carlendar.presentation.states import DriveState, Line, Tone
from carlendar.text.wrap import SetText
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.boxes import Row
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import IconLine, cap_of
from carlendar.ui.page import LINE
from carlendar.ui.parts import Align
from carlendar.ui.roles import TextRole
from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from carlendar.ui.page import Page


class _Block(NamedTuple):
    """Title and lines as they were set: each line `pitch` pixels under the last, or more where it is `broken`."""

    title: SetText
    lines: tuple[Line, ...]
    px: int
    pitch: int
    spare: float
    broken: Mapping[int, SetText] = MappingProxyType({})
    """Lines that stand on two, by their numbers."""
    cut: bool = False
    """Whether a line of them is cut."""

    @property
    def height(self) -> float:
        """Height of the block in pixels."""
        return self.title.height(LINE) + self.spare + sum(map(self.along, range(len(self.lines))))

    def along(self, number: int) -> float:
        """Height that a line takes."""
        text = self.broken.get(number)
        return self.pitch + (len(text.lines) - 1) * text.px * LINE if text else self.pitch


class Facts(IconLine):
    """Title and lines, centred in height as one block.

    Lines without room get smaller and closer before they are left out, the last first, warnings at last; the title
    makes room for what must be read: when it is, and what warns.
    """

    repeats = True
    role = StringProperty(TextRole.LINE.value)
    title = StringProperty("")
    title_cap = ObjectProperty(None, allownone=True)
    facts = ObjectProperty(())
    """The lines under the title (`Line`)."""
    most = NumericProperty()
    """So many lines are shown at most."""
    pitch = NumericProperty()
    """Distance of lines in parts of their size."""
    tight = NumericProperty()
    """The same where there is little room."""
    title_gap = ObjectProperty(NOTHING)
    """Between title and lines, where there is room for it."""
    roomy = ObjectProperty(None, allownone=True)
    """A height of the room from which everything is larger, by `roomy_scale`: it would float in its card."""
    roomy_scale = NumericProperty()
    low = BooleanProperty(False)
    """The card is low: one line, or under it a second one with the warnings where there is room for both."""
    unless = ObjectProperty(None, allownone=True)
    """Another node, by its id, in whose place this stands where that is not shown."""

    def present(self, page: Page, room: Extent) -> bool:
        """Whether it is to be shown."""
        return Node.present(self, page, room) and (self.unless is None or not self.unless.present(page, room))

    def whole(self, page: Page, room: Extent) -> bool:
        """Whether nothing of title and lines is cut in a room."""
        block = self._fitted(Rect(0, 0, room.width, room.height), page)
        return not block.title.cut and not block.cut

    def natural(self, page: Page, room: Extent) -> float | None:
        """It takes what the box leaves."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add title and lines."""
        page, group = sheet.page, self.group or sheet.group
        block = self._fitted(at, page)
        top = at.y + (at.height - block.height) / 2
        sheet.parts.append(
            page.block(
                sheet.key("title"),
                block.title,
                Rect(at.x, top, at.width, 1),
                bold=True,
                main=True,
                align=Align(self.align),
                group=group,
                role=TextRole.EVENT_TITLE,
            )
        )
        top += block.title.height(LINE) + block.spare
        for number, line in enumerate(block.lines):
            place = Rect(at.x, top, at.width, block.along(number))
            self.place_line(line, sheet.key(f"line.{number}"), place, sheet, block.px, block.broken.get(number))
            top += place.height

    def _fitted(self, at: Rect, page: Page) -> _Block:
        facts = self._condensed(at, page) if self.low else self.facts
        extent = Extent(at.width, at.height)
        title_cap = cap_of(TextRole.EVENT_TITLE) if self.title_cap is None else self.title_cap
        cap = cap_of(self.role) if self.cap is None else self.cap
        if self.roomy is not None and at.height >= px_of(self.roomy, page, extent):
            title_cap, cap = title_cap * self.roomy_scale, cap * self.roomy_scale
        least = page.sizes(title_cap)[-1] * LINE
        needed = min(len(facts), self.most, 1 + sum(map(matters, facts[1:])))
        px, pitch = self._closer(at.height - least, needed, cap, page)
        while needed and at.height < least + needed * pitch:
            needed -= 1
        title = page.title(self.title, at.width, at.height - needed * pitch, title_cap, few=t.title_steps)
        if title.cut and needed:  # closer lines may leave it a second one
            smaller, closer = self._closer(at.height - 2 * least, needed, cap, page)
            longer = page.title(self.title, at.width, at.height - needed * closer, title_cap, few=t.title_steps)
            if not longer.cut:
                title, px, pitch = longer, smaller, closer
        room = int((at.height - title.height(LINE)) // pitch)
        fitting = min(int(self.most), max(needed, room)) if needed else 0
        lines = _most_needed(facts, fitting)
        free = max(0.0, at.height - title.height(LINE) - len(lines) * pitch)
        block = _Block(title, lines, px, pitch, min(px_of(self.title_gap, page, extent), free))
        return self._unbroken(block, at, cap, page)

    def _unbroken(self, block: _Block, at: Rect, cap: float, page: Page) -> _Block:
        """The block with lines on two that would be cut, smaller and closer if need be; without room it is cut."""

        def cut(line: Line, size: int) -> bool:
            return page.fitted(line.variants, at.width - self._indent(line, size, page), size).cut

        if not any(cut(line, block.px) for line in block.lines):
            return block
        for size in () if self.low else (px for px in page.reading_sizes(cap) if px <= block.px):
            texts = {
                number: page.fitted(line.variants, at.width - self._indent(line, size, page), size, lines=2)
                for number, line in enumerate(block.lines)
                if cut(line, size)
            }
            for pitch in (block.pitch, round(size * self.tight)):
                tried = block._replace(px=size, pitch=min(block.pitch, pitch), broken=texts)
                tried = tried._replace(spare=max(0.0, min(block.spare, block.spare + at.height - tried.height)))
                if tried.height <= at.height and not any(text.cut for text in texts.values()):
                    return tried
        return block._replace(cut=True)

    def _closer(self, height: float, count: int, cap: float, page: Page) -> tuple[int, int]:
        """Size and distance of so many lines: where they have no room, smaller and closer, down to the least size."""
        px = page.px(cap)
        pitch = round(px * self.pitch)
        for size in page.reading_sizes(cap):
            if not count or height >= count * pitch:
                break
            px, pitch = size, min(pitch, round(size * self.tight))
        return px, pitch

    def _condensed(self, at: Rect, page: Page) -> tuple[Line, ...]:
        """One line, which says when it is beside what warns wherever smaller letters can; or two."""
        plain, warnings = parted(self.facts)
        cap = cap_of(self.role) if self.cap is None else self.cap
        px = page.px(cap)
        if at.height >= page.sizes(cap_of(TextRole.EVENT_TITLE))[-1] * LINE + 2 * round(px * self.pitch):
            rest = tuple(replace(line, icon=plain[1].icon) for line in merged(plain[1:]))
            return merged_by_kind(self.facts) if warnings else (*plain[:1], *rest)
        line = merged(self.facts)[:1]
        if plain and warnings:
            longer = replace(line[0], variants=line[0].variants[:-1])
            if not page.fitted(longer.variants, at.width - self._indent(longer, px, page), px).cut:
                return (longer,)
        return line


class FactsBeside(Row):
    """Facts, its first node, and what stands beside them: only where nothing of the facts is cut for it."""

    def present(self, page: Page, room: Extent) -> bool:
        """Whether it is to be shown."""
        if not super().present(page, room):
            return False
        extent = self.within(page, room)
        (facts, width), *others = self._widths(self.seen(page, extent), extent, page)
        return not others or cast("Facts", facts).whole(page, Extent(width, extent.height))


def _most_needed(lines: tuple[Line, ...], count: int) -> tuple[Line, ...]:
    """`count` of the lines in their order: the first, then warnings, then what is vital, then the others."""
    ranked = sorted(range(len(lines)), key=lambda at: (at > 0, not warns(lines[at]), not matters(lines[at]), at))
    return tuple(lines[at] for at in sorted(ranked[:count]))


def warns(line: Line) -> bool:
    """Whether the line is a warning, which must be read in words."""
    return line.tone is Tone.WARN or line.icon == "alert"


def matters(line: Line) -> bool:
    """Whether the line is to be read even where there is little room."""
    return warns(line) or line.vital


def merged(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines in one. Warnings stand first and in words, for their colour and icon alone do not say it."""
    if len(lines) < 2:
        return lines
    plain, warnings = parted(lines)
    ranked = (*warnings, *plain)
    warned = " · ".join(line.variants[-1] for line in warnings)
    shortest = " · ".join(line.variants[-1] for line in ranked)
    least = " · ".join(line.variants[-1] for line in (*warnings, *plain[:1], *filter(matters, plain[1:])))
    variants = (" · ".join(line.text for line in ranked), shortest, least, warned or plain[0].variants[-1])
    marked = warnings[0] if warnings else lines[-1]
    vital = any(map(matters, lines))
    return (Line(variants, marked.icon or lines[0].icon, marked.tone if warnings else lines[0].tone, vital=vital),)


def merged_by_kind(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The plain lines in one, and under it the warnings in one."""
    plain, warnings = parted(lines)
    return merged(plain) + merged(warnings)


def with_clash(state: DriveState) -> tuple[Line, ...]:
    """The lines under a title with the clash in words, where no card says it."""
    if state.clash is None:
        return state.lines
    return (*state.lines[:1], state.clash.line, *state.lines[1:])


def with_arrival(state: DriveState, lines: tuple[Line, ...], room: int) -> tuple[Line, ...]:
    """The lines under a title with the arrival in words, where no panel says it: before what has no `room` beside it.

    When the meeting is and what warns stand before it. Its time is left out where a line says that it was sent.
    """
    if state.arrival is None:
        return lines
    first = tuple(map(_with_start, lines[:1]))
    plain, warnings = parted(lines[1:])
    kept = plain[: max(0, room - len(first) - len(warnings) - 1)]
    arrival, time = state.arrival.line, state.arrival.time
    if state.arrival.note is not None and any(time in line.text for line in kept):
        arrival = replace(arrival, variants=state.arrival.note.variants)
        kept = tuple(replace(line, vital=line.vital or time in line.text) for line in kept)
    return (*first, arrival, *warnings, *kept)


def _with_start(line: Line) -> Line:
    """The line with its beginning alone as the last form: the end of a meeting gives way to the arrival."""
    start, _, end = line.variants[-1].partition(" – ")
    return replace(line, variants=(*line.variants, start)) if end else line


def parted(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The plain ones and the warnings."""
    return tuple(line for line in lines if not warns(line)), tuple(line for line in lines if warns(line))
