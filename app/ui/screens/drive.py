"""Drive, the home screen: the next meeting, its one action, what comes after, the way to Agenda."""

from __future__ import annotations

from app.ui.geometry import Rect
from app.ui.parts import Align, Arrangement, BandPart, CardPart, IconPart, Part, RingPart
from app.ui.screens.page import LINE, Page
from app.ui.text import set_title, steps
from app.ui.theme import Measure, Role
from app.viewmodels.states import Action, DriveState, Line, MiniCard, Ring


def compose(state: DriveState, page: Page) -> list[Part]:
    """The parts of the screen; on a small display fewer, not smaller ones."""
    if page.metrics.portrait:
        return _portrait(state, page)
    if page.compact:
        return _compact(state, page)
    return _wide(state, page)


def _wide(state: DriveState, page: Page) -> list[Part]:
    room, gap = page.content, page.gap
    foot = bool(state.cards or state.agenda or state.footer)
    foot_height = min(page.mm(Measure.BOTTOM_ROW), room.height * 0.3)
    upper = room.without_bottom(foot_height + gap) if foot else room
    side = min(page.mm(Measure.SIDE), room.width * 0.36)
    parts: list[Part] = []
    main = upper
    if state.primary or state.secondary:
        main = upper.without_right(side + gap)
        parts += _actions(state, upper.from_right(side), page)
    parts += _meeting(state, main, page)
    if foot:
        parts += _foot(state, room.from_bottom(foot_height), page)
    return parts


def _actions(state: DriveState, at: Rect, page: Page) -> list[Part]:
    """Join over "late": in the same places with a reminder and without."""
    parts: list[Part] = []
    height = page.metrics.least(Measure.SECONDARY)
    both = state.primary is not None and state.secondary is not None
    if state.primary is not None:
        parts.append(page.primary("primary", state.primary, at.without_bottom(height + page.gap) if both else at))
    if state.secondary is not None:
        parts.append(page.button("secondary", state.secondary, at.from_bottom(height) if both else at))
    return parts


def _meeting(state: DriveState, at: Rect, page: Page) -> list[Part]:
    """The card: a band or a ring, the title, and its lines."""
    radius = page.mm(Measure.CARD_RADIUS)
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    padding = page.mm(8.4)
    inner = at.inset(padding, page.mm(4.0))
    if state.band is not None:
        band = at.from_top(min(page.mm(23.0), at.height * 0.36))
        parts.append(BandPart("band", band, "band", radius=radius))
        parts += _band_text(state.band.text, state.band.icon, band.inset(padding, 0), page)
        inner = at.without_top(band.height).inset(padding, page.mm(3.0))
    elif state.ring is not None:
        size = min(page.mm(54.4), inner.height, inner.width * 0.36)
        ring = Rect(inner.x, at.y + (at.height - size) / 2, size, size)
        parts += _ring(state.ring, ring, page)
        inner = inner.without_left(size + page.mm(9.2))
    return parts + _words(state, inner, page)


def _band_text(text: str, icon: str, at: Rect, page: Page) -> list[Part]:
    px = page.px(Role.ROW_TIME)
    size = round(px * 1.2)
    parts: list[Part] = []
    if icon:
        place = Rect(at.x, at.y + (at.height - size) / 2, size, size)
        parts.append(IconPart("band.icon", place, "band", name=icon, ink="on_accent"))
        at = at.without_left(size + page.mm(4.0))
    set_text = page.title(text, at.width, at.height, Role.ROW_TIME)
    place = Rect(at.x, at.y + (at.height - set_text.height(LINE)) / 2, at.width, 1)
    parts.append(page.block("band.text", set_text, place, ink="on_accent", bold=True, main=True, group="band"))
    return parts


def _ring(ring: Ring, at: Rect, page: Page) -> list[Part]:
    """The ring with its number and unit, which shrink to stay inside it."""
    thickness = max(3.0, at.width * 0.056)
    hole = at.inset(thickness * 2)
    parts: list[Part] = [RingPart("ring", at, "meeting", fraction=ring.fraction, thickness=thickness)]
    largest = min(page.px(Role.COUNTDOWN), round(hole.height * 0.51))
    least = min(largest, page.sizes(Role.FLOOR)[-1])
    number = set_title(ring.number, hole.width * 0.9, steps(largest, least), page.ruler, lines=1)
    unit_px = min(page.px(Role.DETAIL), max(page.metrics.floor(Role.FLOOR), round(at.width * 0.2)))
    unit = page.line((ring.unit, ring.short_unit), hole.width * 0.82, unit_px)
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


def _words(state: DriveState, at: Rect, page: Page, *, align: Align = Align.START, most: int = 4) -> list[Part]:
    """Title and lines, centred in height as one block; lines that have no room are left out from the end."""
    px = page.px(Role.BODY)
    pitch = round(px * (1.45 if page.compact else 1.72))
    lines = state.lines[:most]
    if at.height < page.sizes(Role.TITLE)[-1] * LINE + pitch:
        lines = ()
    title = page.title(state.title, at.width, at.height - min(len(lines), 1) * pitch)
    fitting = max(0, int((at.height - title.height(LINE)) // pitch))
    lines = lines[:fitting]
    spare = min(page.mm(1.3), max(0.0, at.height - title.height(LINE) - len(lines) * pitch))
    height = title.height(LINE) + spare + len(lines) * pitch
    top = at.y + (at.height - height) / 2
    parts: list[Part] = [
        page.block("title", title, Rect(at.x, top, at.width, 1), bold=True, main=True, align=align, group="meeting")
    ]
    top += title.height(LINE) + spare
    for number, line in enumerate(lines):
        place = Rect(at.x, top + number * pitch, at.width, pitch)
        parts += page.iconed(f"line.{number}", line, place, px, group="meeting", align=align)
    return parts


def _foot(state: DriveState, at: Rect, page: Page) -> list[Part]:
    if state.footer:
        places = at.columns(len(state.footer), page.gap)
        return [
            page.button(f"foot.{n}", action, at)
            for n, (action, at) in enumerate(zip(state.footer, places, strict=True))
        ]
    parts: list[Part] = []
    if state.agenda is not None:
        width = min(page.mm(Measure.NARROW_BUTTON), at.width * 0.3) if state.cards else page.mm(Measure.SIDE)
        button = at.from_right(width)
        parts.append(page.button("agenda", state.agenda, button, arrangement=Arrangement.STACKED, icon_scale=1.65))
        at = at.without_right(width + page.gap)
    places = at.columns(max(2, len(state.cards)), page.gap) if state.cards else ()
    for number, (card, place) in enumerate(zip(state.cards, places, strict=False)):
        parts += mini_card(f"card.{number}", card, place, page)
    return parts


def mini_card(key: str, card: MiniCard, at: Rect, page: Page) -> list[Part]:
    """One of the meetings after the next: when, what, and where or what about it."""
    parts: list[Part] = [CardPart(key, at, key, radius=page.mm(Measure.CARD_RADIUS))]
    inner = at.inset(page.mm(7.0), 0)
    time_px, px, small = page.px(Role.ROW_TIME), page.px(Role.SECONDARY), page.px(Role.DETAIL)
    time = page.line((card.time,), inner.width * 0.55, time_px, bold=True)
    column = max(page.mm(32.8), page.ruler.width(card.time, time_px, bold=True) + page.mm(5.0))
    place = Rect(inner.x, at.y + (at.height - time.height(LINE)) / 2, inner.width, 1)
    parts.append(page.block(f"{key}.time", time, place, bold=True, main=True, group=key))
    words = inner.without_left(min(column, inner.width * 0.5))
    title = page.line((card.title,), words.width, px)
    detail = page.line((card.detail,), words.width, small)
    height = title.height(LINE) + (detail.height(LINE) + page.mm(0.8) if card.detail else 0)
    top = at.y + (at.height - height) / 2
    parts.append(page.block(f"{key}.title", title, Rect(words.x, top, words.width, 1), main=True, group=key))
    if card.detail:
        ink = "warn" if card.tone.value == "warn" else "mute"
        below = Rect(words.x, top + title.height(LINE) + page.mm(0.8), words.width, 1)
        parts.append(page.block(f"{key}.detail", detail, below, ink=ink, group=key))
    return parts


def _merged(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines in one, with the icon of the last: for displays that have room for one."""
    if len(lines) < 2:
        return lines
    texts = [line.text for line in lines]
    variants = (" · ".join(texts), " · ".join(texts[:2]), texts[0])
    tone = next((line.tone for line in lines if line.tone.value == "warn"), lines[0].tone)
    return (Line(variants, lines[-1].icon or lines[0].icon, tone),)


def _compact(state: DriveState, page: Page) -> list[Part]:
    room, gap = page.content, page.gap
    buttons = [(key, action) for key, action in _targets(state) if action is not None]
    foot_height = min(page.mm(30.6), room.height * 0.45)
    upper = room.without_bottom(foot_height + gap) if buttons else room
    radius = page.mm(Measure.CARD_RADIUS)
    parts: list[Part] = [CardPart("card", upper, "meeting", radius=radius)]
    inner = upper.inset(page.mm(5.7), page.mm(3.4))
    if state.band is not None:
        band = upper.from_top(upper.height * 0.34)
        parts.append(BandPart("band", band, "band", radius=radius))
        parts += _band_text(state.band.text, state.band.icon, band.inset(page.mm(5.7), 0), page)
        inner = upper.without_top(band.height).inset(page.mm(5.7), page.mm(0.4))
    elif state.ring is not None and inner.height >= page.mm(24.0):
        size = min(page.mm(29.0), inner.height)
        ring = Rect(inner.x, inner.y + (inner.height - size) / 2, size, size)
        parts += _ring(state.ring, ring, page)
        inner = inner.without_left(size + page.mm(5.7))
    merged = DriveState(state.title, lines=_merged(state.lines))
    parts += _words(merged, inner, page, most=1)
    return parts + _compact_buttons(buttons, room.from_bottom(foot_height), page)


def _targets(state: DriveState) -> list[tuple[str, Action | None]]:
    rest = [(f"foot.{number}", action) for number, action in enumerate(state.footer)]
    return [("primary", state.primary), ("secondary", state.secondary), *rest, ("agenda", state.agenda)]


def _compact_buttons(buttons: list[tuple[str, Action]], at: Rect, page: Page) -> list[Part]:
    """One row: the primary action widest, the way to Agenda narrowest."""
    shares = {"primary": 1.72, "agenda": 0.8}
    room = at.width - page.gap * (len(buttons) - 1)
    whole = sum(shares.get(key, 1.0) for key, _ in buttons)
    parts: list[Part] = []
    x = at.x
    for key, action in buttons:
        width = room * shares.get(key, 1.0) / whole
        place = Rect(x, at.y, width, at.height)
        x += width + page.gap
        if key == "primary":
            parts.append(page.primary(key, action, place))
        else:
            parts.append(page.button(key, action, place, arrangement=Arrangement.STACKED))
    return parts


def _portrait(state: DriveState, page: Page) -> list[Part]:
    """The same parts under each other; the meeting's card takes what the others leave."""
    room, gap = page.content, page.gap
    parts: list[Part] = []
    for number, action in enumerate(reversed(state.footer)):
        parts.append(page.button(f"foot.{len(state.footer) - 1 - number}", action, room.from_bottom(page.mm(22))))
        room = room.without_bottom(page.mm(22) + gap)
    if state.agenda is not None:
        height = page.metrics.least(20.0)
        parts.append(page.button("agenda", state.agenda, room.from_bottom(height)))
        room = room.without_bottom(height + gap)
    for number in reversed(range(len(state.cards))):
        height = page.mm(22.8)
        parts += mini_card(f"card.{number}", state.cards[number], room.from_bottom(height), page)
        room = room.without_bottom(height + gap)
    if state.primary or state.secondary:
        height = page.mm(41.8)
        parts += _portrait_actions(state, room.from_bottom(height), page)
        room = room.without_bottom(height + gap)
    return parts + _portrait_meeting(state, room, page)


def _portrait_actions(state: DriveState, at: Rect, page: Page) -> list[Part]:
    if state.primary is not None and state.secondary is not None:
        left = (at.width - page.gap) * 0.6
        small = page.button(
            "secondary", state.secondary, at.without_left(left + page.gap), arrangement=Arrangement.STACKED
        )
        return [page.primary("primary", state.primary, at.from_left(left)), small]
    if state.primary is not None:
        return [page.primary("primary", state.primary, at)]
    return [page.button("secondary", state.secondary, at)] if state.secondary is not None else []


def _portrait_meeting(state: DriveState, at: Rect, page: Page) -> list[Part]:
    radius = page.mm(Measure.CARD_RADIUS)
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    inner = at.inset(page.mm(6.0))
    if state.band is not None:
        band = at.from_top(page.mm(23.0))
        parts.append(BandPart("band", band, "band", radius=radius))
        parts += _band_text(state.band.text, state.band.icon, band.inset(page.mm(6.0), 0), page)
        inner = at.without_top(band.height).inset(page.mm(6.0))
    elif state.ring is not None:
        size = min(page.mm(52.0), inner.height * 0.56, inner.width)
        ring = Rect(inner.x + (inner.width - size) / 2, inner.y, size, size)
        parts += _ring(state.ring, ring, page)
        inner = inner.without_top(size + page.mm(2.0))
    merged = DriveState(state.title, lines=_merged(state.lines))
    return parts + _words(merged, inner, page, align=Align.CENTER, most=1)
