"""Band and ring of a call's card."""

from __future__ import annotations

from carlendar.presentation.states import Band, Ring, Tone
from carlendar.text.wrap import set_title, steps
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, BandPart, IconPart, Part, RingPart
from carlendar.ui.screens.page import LINE, TOKENS, Page
from carlendar.ui.theme import Role


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
