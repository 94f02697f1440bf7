"""What stands around every screen: the status bar, the rail of the parked screens, and a word on what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.states import Action, DriveState, Frame, StatusBar, Tone
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, Arrangement, ButtonPart, CardPart, IconPart, Part
from carlendar.ui.screens.page import TOKENS, Page
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.brands.brand import Brand
    from carlendar.text.wrap import Ruler
    from carlendar.ui.metrics import DisplayMetrics


def page_of(frame: Frame, metrics: DisplayMetrics, ruler: Ruler, brand: Brand) -> Page:
    """The room that is left for the screen's body."""
    margin = metrics.mm(Measure.MARGIN_COMPACT if metrics.compact else Measure.MARGIN)
    top = metrics.mm(Measure.STATUS_COMPACT if metrics.compact else Measure.STATUS)
    bottom = metrics.mm(Measure.MARGIN)
    screen = Rect(0, 0, metrics.width_px, metrics.height_px)
    if frame.rail:
        thickness = rail_thickness(metrics)
        if metrics.portrait:
            screen = screen.without_bottom(thickness - bottom // 2)
        else:
            screen = screen.without_right(thickness) if frame.rail_at_end else screen.without_left(thickness)
    under = 0
    if frame.toast is not None and not replaces_cards(frame, metrics):
        room = _toast_height(metrics) + metrics.least(Measure.GAP)
        if isinstance(frame.body, DriveState):
            under = room
        else:
            screen = screen.without_bottom(room)
    content = screen.without_top(top).without_bottom(bottom).without_left(margin).without_right(margin)
    edge = _edge(frame, metrics, content)
    restricted = frame.restrictions.restricted and not frame.restrictions.passenger
    return Page(metrics, ruler, content, edge, restricted, brand, under)


def _edge(frame: Frame, metrics: DisplayMetrics, content: Rect) -> float:
    """How far down a list may run: to the display's edge, to the rail at its foot, or not beyond the content."""
    if frame.toast is not None:
        return content.bottom
    return metrics.height_px - (rail_thickness(metrics) if frame.rail and metrics.portrait else 0)


def rail_thickness(metrics: DisplayMetrics) -> int:
    """How wide the rail is; in portrait how high."""
    return metrics.mm(19.0 if metrics.compact else Measure.RAIL)


def chrome(frame: Frame, page: Page) -> list[Part]:
    """The parts that every screen has around it."""
    return status_bar(frame.status, page) + rail(frame.rail, page, at_end=frame.rail_at_end)


def status_bar(status: StatusBar, page: Page) -> list[Part]:
    """The clock at the start, how fresh the data is at the end."""
    bar = Rect(page.content.x, 0, page.content.width, page.content.y)
    clock_px = max(page.px(Role.CLOCK), page.metrics.floor(Role.FLOOR_MAIN))
    parts: list[Part] = []
    text = page.line((status.clock,), bar.width / 2, clock_px, bold=True)
    top = (bar.height - text.height()) / 2
    clock = page.block("status.clock", text, Rect(bar.x, top, bar.width, 1), bold=True, main=True, group="status")
    used = bar.x
    if status.clock:
        parts.append(clock)
        used = clock.rect.right
    strong = status.tone is Tone.WARN
    padding = page.mm(2.6) if strong else 0
    ink = "on_warn" if strong else TOKENS[status.tone]
    icon_px = round(page.px(Role.STATUS) * 1.28)
    icon = Rect(bar.right - padding - icon_px, (bar.height - icon_px) / 2, icon_px, icon_px)
    right = icon.x - page.mm(2.6 if strong else 5.2) if status.icon else bar.right - padding
    room = right - used - page.gap
    said: list[Part] = [IconPart("status.icon", icon, "status", name=status.icon, ink=ink)] if status.icon else []
    left = icon.x if status.icon else bar.right
    if wording := _wording(status, page, room):
        fit = page.line(wording, room - padding, page.px(Role.STATUS))
        at = Rect(bar.x, (bar.height - fit.height()) / 2, right - bar.x, 1)
        shown = page.block("status.text", fit, at, ink=ink, align=Align.END, group="status")
        said.append(shown)
        left = shown.rect.x
    if strong and said:  # seen at a glance: a filled shape, not a line of grey
        height = min(bar.height - page.mm(2.0), icon_px + 2 * page.mm(1.3))
        pill = Rect(left - padding, (bar.height - height) / 2, bar.right - left + padding, height)
        parts.append(CardPart("status.pill", pill, "status", radius=height / 2, ink="warn"))
    date = page.line((status.date,), room, page.px(Role.STATUS))
    place = Rect(used + page.mm(4.2), (bar.height - date.height()) / 2, room, 1)
    day = page.block("status.date", date, place, ink="mute", group="status")
    if status.date and not page.compact and day.rect.right + page.gap < left - padding:
        parts.append(day)
    return parts + said


def _wording(status: StatusBar, page: Page, room: float) -> tuple[str, ...]:
    """Nothing on a small display while all is well: the icon says it."""
    short = status.short_text or status.text
    if page.compact:
        return () if TOKENS[status.tone] == "mute" and status.icon else tuple(filter(None, (status.text, short)))
    return tuple(filter(None, (status.text, short))) if room > 0 else ()


def rail(actions: tuple[Action, ...], page: Page, *, at_end: bool = False) -> list[Part]:
    """The column of the parked screens, at the start or the end of lines; a row at the foot of a portrait display."""
    if not actions:
        return []
    metrics = page.metrics
    thickness = rail_thickness(metrics)
    size = metrics.least(14.4 if metrics.compact else Measure.RAIL_BUTTON)
    if metrics.portrait:
        foot = Rect(0, metrics.height_px - thickness, metrics.width_px, thickness)
        cells = foot.columns(len(actions), 0)
        places = [
            Rect(cell.x + (cell.width - size) / 2, cell.y + (cell.height - size) / 2, size, size) for cell in cells
        ]
    else:
        foot = Rect(metrics.width_px - thickness if at_end else 0, 0, thickness, metrics.height_px)
        step = min(size + metrics.mm(5.4), (metrics.height_px - 2 * metrics.mm(4)) / len(actions))
        start = metrics.mm(4.6 if metrics.compact else 7.5)
        x = foot.x + (thickness - size) / 2
        places = [Rect(x, start + at * step, size, size) for at in range(len(actions))]
    parts: list[Part] = [CardPart("rail", foot, "rail", radius=0)]
    for at, (action, place) in enumerate(zip(actions, places, strict=True)):
        parts.append(
            ButtonPart(
                f"rail.{at}",
                place,
                "rail",
                action=action,
                lines=(),
                px=page.px(Role.STATUS),
                icon_px=round(size * 0.56),
                radius=page.button_radius,
                border=page.border_width if action.selected else 0,
                arrangement=Arrangement.ICON,
                rail=True,
            )
        )
    return parts


def toast(frame: Frame, page: Page, body: list[Part]) -> list[Part]:
    """A short word with at most one action beside it; it covers nothing, and on Drive no target makes room for it."""
    line = frame.toast
    if line is None:
        return []
    at = toast_place(frame, page, body)
    parts: list[Part] = [CardPart("toast", at, "toast", radius=page.card_radius, ink="surface_2")]
    inner = at.inset(page.mm(6.0), 0)
    if frame.toast_action is not None:
        width = min(page.mm(58.0), at.width * 0.4)
        button = Rect(at.right - width, at.y, width, at.height)
        parts = [
            CardPart("toast", at.without_right(width + page.gap), "toast", radius=page.card_radius, ink="surface_2")
        ]
        parts.append(page.button("toast.action", frame.toast_action, button, group="toast"))
        inner = at.without_right(width + page.gap).inset(page.mm(6.0), 0)
    ink = TOKENS[line.tone] if line.tone is not Tone.MUTE else "text"
    return parts + page.iconed("toast.text", line, inner, page.px(Role.BODY), ink=ink, group="toast", lines=2)


def toast_place(frame: Frame, page: Page, body: list[Part]) -> Rect:
    """Where it stands: in place of Drive's cards or under the card of its meeting, else under the content."""
    if replaces_cards(frame, page.metrics):
        foot = page.content.from_bottom(min(page.mm(Measure.BOTTOM_ROW), page.content.height * 0.3))
        return foot.without_right(min(page.mm(Measure.NARROW_BUTTON), foot.width * 0.3) + page.gap)
    height = _toast_height(page.metrics)
    card = next((part.rect for part in body if part.key == "card"), None)
    if page.under and card is not None:
        return Rect(card.x, card.bottom + page.gap, card.width, height)
    return Rect(page.content.x, page.content.bottom + page.gap, page.content.width, height)


def replaces_cards(frame: Frame, metrics: DisplayMetrics) -> bool:
    """Whether the toast stands in place of Drive's cards, so that Join stays where it is."""
    wide = not metrics.portrait and not metrics.compact
    return wide and isinstance(frame.body, DriveState) and frame.body.agenda is not None


def _toast_height(metrics: DisplayMetrics) -> int:
    return metrics.least(16.0 if metrics.compact else 20.0)
