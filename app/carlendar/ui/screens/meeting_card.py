"""What a card says of a meeting: band or ring, title and lines; and the small cards of those after it."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from carlendar.presentation.states import Band, ClashCard, DriveState, Line, MiniCard, Ring, Tone
from carlendar.text.wrap import SetText, place_forms, set_title, steps
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, BandPart, CardPart, IconPart, Part, RingPart
from carlendar.ui.screens.page import LINE, TOKENS, Page
from carlendar.ui.theme import Measure, Role

TIGHT = 1.2
"""Distance of lines, in parts of their size, where a card is low."""

ROOMY = 45.0
"""Millimetres of height from which a high display writes larger, by `ROOMY_SCALE`, what would float in its card."""
ROOMY_SCALE = 1.2


def band_parts(band: Band, at: Rect, page: Page, padding: float) -> list[Part]:
    """The band at the head of a card, with its words."""
    ink = "warn" if band.tone is Tone.WARN else "accent"
    parts: list[Part] = [BandPart("band", at, "band", radius=page.card_radius, ink=ink)]
    return parts + band_words(band.text, band.icon, at.inset(padding, 0), page, ink=f"on_{ink}")


def band_words(text: str, icon: str, at: Rect, page: Page, *, ink: str = "on_accent") -> list[Part]:
    """Icon and text of a band."""
    px = page.px(Role.ROW_TITLE)
    size = min(round(px * 1.2), round(at.height * 0.8))
    parts: list[Part] = []
    if icon:
        place = Rect(at.x, at.y + (at.height - size) / 2, size, size)
        parts.append(IconPart("band.icon", place, "band", name=icon, ink=ink))
        at = at.without_left(size + page.mm(4.0))
    set_text = page.title(text, at.width, at.height, Role.ROW_TITLE, lines=1)
    place = Rect(at.x, at.y + (at.height - set_text.height(LINE)) / 2, at.width, 1)
    parts.append(page.block("band.text", set_text, place, ink=ink, bold=True, main=True, group="band"))
    return parts


def countdown(state: Ring, at: Rect, page: Page) -> list[Part]:
    """The ring with its number and unit, which shrink to stay inside it."""
    thickness = max(3.0, at.width * 0.056)
    hole = at.inset(thickness * 2)
    parts: list[Part] = [
        RingPart("ring", at, "meeting", fraction=state.fraction, thickness=thickness, ink=TOKENS[state.tone])
    ]
    largest = min(page.px(Role.COUNTDOWN), round(hole.height * (0.58 if page.compact else 0.51)))
    least = min(largest, page.sizes(Role.FLOOR)[-1])
    number = set_title(state.number, hole.width * 0.9, steps(largest, least), page.ruler, lines=1)
    unit_px = min(page.px(Role.DETAIL), max(page.metrics.floor(Role.FLOOR), round(at.width * 0.2)))
    unit = page.line((state.unit, state.short_unit), hole.width * 0.82, unit_px)
    # figures fill ascent to baseline: of the block's height only the capitals are seen
    height = number.px * 0.711 + unit_px * 1.25
    top = at.y + (at.height - height) / 2 - number.px * (0.928 - 0.711)
    centre = Align.CENTER
    parts.append(
        page.block(
            "ring.number", number, Rect(hole.x, top, hole.width, 1), bold=True, main=True, align=centre, group="meeting"
        )
    )
    below = top + number.px * 0.928 + unit_px * 0.3
    parts.append(
        page.block("ring.unit", unit, Rect(hole.x, below, hole.width, 1), ink="mute", align=centre, group="meeting")
    )
    return parts


class SetTexts(NamedTuple):
    """Title and lines as they were set: one block, each line `pitch` pixels under the last."""

    title: SetText
    lines: tuple[Line, ...]
    px: int
    pitch: int
    spare: float

    @property
    def height(self) -> float:
        """Height of the block in pixels."""
        return self.title.height(LINE) + self.spare + len(self.lines) * self.pitch


def words(state: DriveState, at: Rect, page: Page, *, align: Align = Align.START, most: int = 4) -> list[Part]:
    """Title and lines, centred in height as one block."""
    block = set_words(state, at, page, most=most)
    top = at.y + (at.height - block.height) / 2
    parts: list[Part] = [
        page.block(
            "title", block.title, Rect(at.x, top, at.width, 1), bold=True, main=True, align=align, group="meeting"
        )
    ]
    top += block.title.height(LINE) + block.spare
    for number, line in enumerate(block.lines):
        place = Rect(at.x, top + number * block.pitch, at.width, block.pitch)
        parts += page.iconed(f"line.{number}", line, place, block.px, group="meeting", align=align)
    return parts


def set_words(state: DriveState, at: Rect, page: Page, *, most: int = 4) -> SetTexts:
    """The title and the lines that have room in `at`.

    Lines without room get smaller and closer before they are left out, the last first, warnings at last; the title
    makes room for what must be read: when it is, and what warns.
    """
    least = page.sizes(Role.TITLE)[-1] * LINE
    needed = min(len(state.lines), most, 1 + sum(map(warns, state.lines[1:])))
    scale = ROOMY_SCALE if page.metrics.portrait and at.height >= page.mm(ROOMY) else 1.0
    px = page.px(Role.BODY * scale)
    pitch = round(px * (1.45 if page.compact else 1.72))
    for size in page.reading_sizes(Role.BODY * scale):
        if not needed or at.height >= least + needed * pitch:
            break
        px, pitch = size, min(pitch, round(size * TIGHT))
    while needed and at.height < least + needed * pitch:
        needed -= 1
    title = page.title(state.title, at.width, at.height - needed * pitch, Role.TITLE * scale)
    fitting = min(most, max(needed, int((at.height - title.height(LINE)) // pitch))) if needed else 0
    lines = _most_needed(state.lines, fitting)
    spare = min(page.mm(1.3), max(0.0, at.height - title.height(LINE) - len(lines) * pitch))
    return SetTexts(title, lines, px, pitch, spare)


def _most_needed(lines: tuple[Line, ...], count: int) -> tuple[Line, ...]:
    """`count` of the lines in their order: the first, then warnings, then the others."""
    ranked = sorted(range(len(lines)), key=lambda at: (at > 0, not warns(lines[at]), at))
    return tuple(lines[at] for at in sorted(ranked[:count]))


def warns(line: Line) -> bool:
    """Whether the line is a warning, which must be read in words."""
    return line.tone is Tone.WARN or line.icon == "alert"


def glance(lines: tuple[Line, ...], at: Rect, page: Page) -> tuple[Line, ...]:
    """For a card that is low: one line, or under it a second one with the warnings where `at` has room for both.

    One line says when it is beside what warns wherever smaller letters can.
    """
    plain, warnings = _parted(lines)
    pitch = round(page.px(Role.BODY) * 1.45)
    if at.height >= page.sizes(Role.TITLE)[-1] * LINE + 2 * pitch:
        return merged(plain) + merged(warnings)
    line = merged(lines)[:1]
    if plain and warnings:
        longer = line[0].variants[:-1]
        px = page.px(Role.BODY)
        if not page.fitted(longer, at.width - round(px * 1.16) - page.mm(2.7), px).cut:
            return (replace(line[0], variants=longer),)
    return line


def merged(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines in one. Warnings stand first and in words, for their colour and icon alone do not say it."""
    if len(lines) < 2:
        return lines
    plain, warnings = _parted(lines)
    ranked = (*warnings, *plain)
    warned = " · ".join(line.variants[-1] for line in warnings)
    shortest = " · ".join(line.variants[-1] for line in ranked)
    least = " · ".join(line.variants[-1] for line in (*warnings, *plain[:1]))
    variants = (" · ".join(line.text for line in ranked), shortest, least, warned or plain[0].variants[-1])
    marked = warnings[0] if warnings else lines[-1]
    return (Line(variants, marked.icon or lines[0].icon, marked.tone if warnings else lines[0].tone),)


def _parted(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The plain ones and the warnings."""
    return tuple(line for line in lines if not warns(line)), tuple(line for line in lines if warns(line))


def clash_card(key: str, card: ClashCard, at: Rect, page: Page) -> list[Part]:
    """The meeting at the same time: a border, an icon and words say so, and its Join stands at the end."""
    border = page.border_width * 1.5
    parts: list[Part] = [CardPart(key, at, key, radius=page.card_radius, ink="surface", border=border, edge="warn")]
    inner = at.inset(page.mm(6.9), 0)
    if card.action is not None:
        height = min(page.metrics.least(Measure.ROW_ACTION), at.height - 2 * page.mm(2.0))
        width = min(page.mm(Measure.NARROW_BUTTON), at.width * 0.4)
        place = Rect(inner.right - width, at.y + (at.height - height) / 2, width, height)
        parts.append(page.button(f"{key}.action", card.action, place, group=key))
        inner = inner.without_right(width + page.gap)
    icon = min(page.mm(8.4), round(at.height * 0.5))
    place = Rect(inner.x, at.y + (at.height - icon) / 2, icon, icon)
    parts.append(IconPart(f"{key}.icon", place, key, name="alert", ink="warn"))
    words = inner.without_left(icon + page.mm(4.0))
    px, small = page.main_px(Role.SECONDARY), page.px(Role.DETAIL)
    title = page.heading(card.title, card.titles, words.width, px)
    detail = page.fitted((card.detail, card.detail.partition(" · ")[0]), words.width, small)
    height = title.height(LINE) + page.mm(0.8) + detail.height(LINE)
    top = at.y + (at.height - height) / 2
    parts.append(page.block(f"{key}.title", title, Rect(words.x, top, words.width, 1), main=True, group=key))
    below = Rect(words.x, top + title.height(LINE) + page.mm(0.8), words.width, 1)
    parts.append(page.block(f"{key}.detail", detail, below, ink="warn", group=key))
    return parts


def mini_card(key: str, card: MiniCard, at: Rect, page: Page) -> list[Part]:
    """One of the meetings after the next: when, what, and where or what about it."""
    parts: list[Part] = [CardPart(key, at, key, radius=page.card_radius)]
    inner = at.inset(min(page.mm(7.0), at.width * 0.06), 0)
    time_px, px, small = page.main_px(Role.ROW_TIME), page.main_px(Role.SECONDARY), page.px(Role.DETAIL)
    time = page.line((card.time,), inner.width * 0.55, time_px, bold=True)
    least = page.ruler.width(card.time, time_px, bold=True) + page.mm(3.6)
    column = max(least, min(page.mm(32.8), inner.width * 0.34))
    place = Rect(inner.x, at.y + (at.height - time.height(LINE)) / 2, inner.width, 1)
    parts.append(page.block(f"{key}.time", time, place, bold=True, main=True, group=key))
    words = inner.without_left(column)
    two = at.height >= (2 * px + small) * LINE + page.mm(2.8)
    title = page.heading(card.title, card.titles, words.width, px, lines=2 if two else 1)
    small = max(page.least_px, min(small, round(title.px * 0.94)))
    detail = page.fitted((card.detail,), words.width, small)
    if detail.cut or card.tone is not Tone.WARN:  # of what warns everything is worth more than large letters
        detail = page.fitted(place_forms(card.detail), words.width, small)
    height = title.height(LINE) + (detail.height(LINE) + page.mm(0.8) if card.detail else 0)
    top = at.y + (at.height - height) / 2
    parts.append(page.block(f"{key}.title", title, Rect(words.x, top, words.width, 1), main=True, group=key))
    if card.detail:
        ink = "warn" if card.tone.value == "warn" else "mute"
        below = Rect(words.x, top + title.height(LINE) + page.mm(0.8), words.width, 1)
        parts.append(page.block(f"{key}.detail", detail, below, ink=ink, group=key))
    return parts
