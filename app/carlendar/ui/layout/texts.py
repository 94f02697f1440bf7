"""Texts that fit their room: in a shorter form, smaller, or on more lines, before anything of them is cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty
from msgspec.structs import replace

from carlendar.presentation.states import Tone
from carlendar.text.shorten import variants
from carlendar.text.wrap import SetText, place_forms, steps, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, pinned, px_of
from carlendar.ui.page import LINE, TOKENS, Spaced
from carlendar.ui.parts import Align, IconPart
from carlendar.ui.roles import TextRole
from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.presentation.states import Line
    from carlendar.ui.page import Page


def cap_of(role: str) -> float:
    """The size of a role: height of a capital letter in minutes of arc."""
    cap: float = getattr(t, TextRole(role).value)
    return cap


class Text(Node):
    """A text in one style. `role` says what it is (`carlendar.ui.roles`); `cap` its size, where that is not the role's.

    `fit` is what happens where it has no room:

    - `line`: a shorter form, else cut; the size stays.
    - `shrink`: a shorter form, else smaller, else on up to `lines` lines, else cut.
    - `title`: on up to `lines` lines, smaller, then in a shorter form.
    - `heading`: as `shrink`, but the whole title on more lines or smaller before a shorter form; with `wrap_first` more
      lines are better than a smaller size.
    - `read`: on up to `lines` lines, as many as there is room for, if any; the size stays.
    - `split`: on one line, smaller where two have no room, else split after the last `split_at` into two, smaller, else
      on up to `lines` lines.
    """

    text = StringProperty("")
    forms = ObjectProperty(None, allownone=True)
    """The text from long to short: a tuple, or `place` for one without its last parts."""
    role = StringProperty("")
    cap = ObjectProperty(None, allownone=True)
    ink = StringProperty("text")
    bold = BooleanProperty(False)
    struck = BooleanProperty(False)
    align = OptionProperty("start", options=[each.value for each in Align])
    fit = OptionProperty("shrink", options=["line", "shrink", "title", "heading", "read", "split"])
    split_at = StringProperty(", ")
    lines = NumericProperty(1)
    wrap_first = BooleanProperty(False)
    whole_first = BooleanProperty(False)
    """With `shrink`: the whole text smaller is better than a shorter form of it."""
    line_height = NumericProperty(LINE)
    letter_spacing = NumericProperty(0.0)
    """Between letters, in parts of their size: for codes of Latin letters and figures."""
    spare = ObjectProperty(NOTHING)
    """Room in height that more lines than one leave free; of a `title` all of its lines, of a `split` the second."""
    drop = BooleanProperty(False)
    """With `shrink`: it is left out where it would be cut."""
    most = ObjectProperty(None, allownone=True)
    """The width that it may take, where that is not the room's."""
    after = ObjectProperty(None, allownone=True)
    """In a row: it is as wide as its words and this, or as `width`, whichever is more."""
    under = ObjectProperty(None, allownone=True)
    """Another text, by its id, that stays the larger one: this has at most `under_share` of its size."""
    under_share = NumericProperty()
    like = StringProperty("")
    """In a `TextPair`: it makes room for this text, so that the words beside it begin at the same place in all rows."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.px = 0
        """Font size as it was set last."""
        self.scale = 1.0
        """Its largest size in parts of its own; a `ShrinkingColumn` sets it."""
        self._page: Page | None = None
        self._measured: tuple[object, ...] = ()
        self._set_as = SetText((), 0)

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is anything to read."""
        return bool(self.text or (self.forms and not isinstance(self.forms, str))) and super().present(page, room)

    def across(self, page: Page, room: Extent) -> float | None:
        """Its own width, or in a row that of its words."""
        own = super().across(page, room)
        if self.after is None:
            return own
        width = max(self.hugged(page, room) + px_of(self.after, page, room), own or 0.0)
        self._keep(self._set_as, page, width)
        return width

    def hugged(self, page: Page, room: Extent) -> float:
        """The width of its longest line."""
        text = self.set(page, room)
        width = max((page.ruler.width(line, text.px, bold=self.bold) for line in text.lines), default=0.0)
        self._keep(text, page, width)
        return width

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its lines."""
        return self._text(page, room).height(self.line_height)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the text, pinned in height, as it was measured."""
        self.draw(self._text(sheet.page, Extent(at.width, at.height)), at, sheet)

    def draw(self, text: SetText, at: Rect, sheet: Sheet) -> None:
        """Add the text as it was set, pinned in height; nothing where it has no room."""
        if not text.lines:
            return
        place = pinned(at, text.height(self.line_height), self.pin)
        sheet.parts.append(
            sheet.page.block(
                sheet.key(self.key),
                text,
                place,
                ink=self.ink,
                bold=self.bold,
                main=self.is_main,
                align=Align(self.align),
                struck=self.struck,
                group=self.group or sheet.group or sheet.key(self.key),
                line_height=self.line_height,
                role=self.role,
                letter_spacing=self.letter_spacing,
            )
        )

    @property
    def is_main(self) -> bool:
        """Whether the higher floor of sizes holds for it."""
        return TextRole(self.role).main

    def _text(self, page: Page, room: Extent) -> SetText:
        """The text as it was measured for this page in this width, or set now."""
        if self._page is not page or self._measured != (room.width, self.text, self.forms, self.scale):
            self._keep(self.set(page, room), page, room.width)
        return self._set_as

    def _keep(self, text: SetText, page: Page, width: float) -> None:
        self._page, self._measured, self._set_as = page, (width, self.text, self.forms, self.scale), text

    def largest(self, page: Page, scale: float = 1.0) -> int:
        """Its font size where there is room, at a scale."""
        cap = self._cap * scale
        return page.main_px(cap) if self.is_main else page.px(cap)

    def least(self, page: Page) -> int:
        """The font size below which it does not shrink."""
        return page.least_main_px if self.is_main else page.least_px

    def set(self, page: Page, room: Extent, largest: int = 0, *, wrap_first: bool = False) -> SetText:
        """The text as it stands in such a room, in a font size of at most `largest`, if that is not 0."""
        if self.letter_spacing:
            page = replace(page, ruler=Spaced(page.ruler, self.letter_spacing))
        if self.most is not None:
            room = room._replace(width=px_of(self.most, page, room))
        text = self._set(page, room, largest or self.largest(page), wrap_first=wrap_first or self.wrap_first)
        if self.drop and text.cut:
            text = SetText((), text.px)
        self.px = text.px
        return text

    @property
    def _cap(self) -> float:
        cap: float = cap_of(self.role) if self.cap is None else self.cap
        return cap * self.scale

    def _set(self, page: Page, room: Extent, px: int, *, wrap_first: bool) -> SetText:
        role = TextRole(self.role)
        forms = self._forms()
        if self.fit == "title":
            height = room.height - px_of(self.spare, page, room)
            return page.title(forms[0], room.width, height, self._cap, few=t.title_steps, lines=int(self.lines))
        if self.under is not None:
            px = max(page.least_px, min(px, round(self.under.px * self.under_share)))
        if self.fit == "split":
            return self._split(page, room, px)
        if self.fit == "line":
            return page.line(forms, room.width, px, bold=self.bold)
        if self.fit == "read" and room.height < px * self.line_height:
            return SetText((), px)
        if self.fit == "read":
            return wrapped(forms[0], room.width, px, page.ruler, lines=self._lines(px, room, page), bold=self.bold)
        if self.fit == "heading":
            lines = self._lines(px, room, page)
            return page.heading(
                self.text or forms[0], forms if self.forms else (), room.width, px, lines=lines,
                wrap_first=wrap_first,
            )  # fmt: skip
        if self.whole_first and len(forms) > 1:
            whole = page.fitted(forms[:1], room.width, px, main=role.main)
            if not whole.cut:
                return whole
        return page.fitted(forms, room.width, px, lines=int(self.lines), main=role.main)

    def _split(self, page: Page, room: Extent, px: int) -> SetText:
        before, mark, after = self.text.rpartition(self.split_at)
        whole = page.line((self.text,), room.width, px, bold=self.bold)
        if not whole.cut:
            return whole
        if self._lines(px, room, page) < 2:
            smaller = page.fitted((self.text,), room.width, px, main=self.is_main)
            if not smaller.cut:
                return smaller
        for size in steps(px, min(px, self.least(page))) if before else ():
            halves = [page.line((half,), room.width, size, bold=self.bold) for half in (before + mark.rstrip(), after)]
            if not any(half.cut for half in halves):
                return SetText(tuple(line for half in halves for line in half.lines), size)
        return page.fitted((self.text,), room.width, px, lines=int(self.lines), main=self.is_main)

    def _forms(self) -> Sequence[str]:
        if self.forms == "place":
            return place_forms(self.text)
        if self.forms == "title":
            return variants(self.text, None, None)
        return self.forms or (self.text,)

    def _lines(self, px: int, room: Extent, page: Page) -> int:
        free = room.height - px_of(self.spare, page, room)
        return max(1, min(int(self.lines), int(free / (px * self.line_height) + 1e-9)))


class IconLine(Node):
    """A line of a state with its icon before it, vertically centred; smaller, down to the floor, before it is cut."""

    line = ObjectProperty(None, allownone=True)
    role = StringProperty("detail")
    cap = ObjectProperty(None, allownone=True)
    ink = StringProperty("")
    """Colour of the words; empty for that of the line's tone."""
    mute_ink = StringProperty("mute")
    """The same where the line has no tone of its own."""
    icon_ink = StringProperty("accent")
    lines = NumericProperty(1)
    align = OptionProperty("start", options=[each.value for each in Align])
    icon_scale = NumericProperty()
    icon_gap = ObjectProperty(NOTHING)
    line_height = NumericProperty(LINE)
    under = ObjectProperty(None, allownone=True)
    """A text, by its id, that stays the larger one: this has at most `under_share` of its size."""
    under_share = NumericProperty()

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is a line."""
        return self.line is not None and super().present(page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its words."""
        if self.line is None:
            return 0.0
        px = self._px(page)
        return page.fitted(
            self.line.variants, room.width - self._indent(self.line, px, page), px, lines=int(self.lines)
        ).height(self.line_height)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add icon and words."""
        if self.line is not None:
            self.place_line(self.line, sheet.key(self.key), at, sheet, self._px(sheet.page))

    def place_line(self, line: Line, key: str, at: Rect, sheet: Sheet, px: int, chosen: SetText | None = None) -> None:
        """Add a line's icon and words in a size; `chosen` is how it stands where that is known already."""
        page, group = sheet.page, self.group or sheet.group or key
        ink = self.ink or (self.mute_ink if line.tone is Tone.MUTE else TOKENS[line.tone])
        icon_px, indent = round(px * self.icon_scale), self._indent(line, px, page)
        text = chosen or page.fitted(line.variants, at.width - indent, px, lines=int(self.lines))
        width = max((page.ruler.width(one, text.px, bold=False) for one in text.lines), default=0.0)
        x = at.x + ((at.width - indent - width) / 2 if self.align == Align.CENTER else 0)
        if line.icon:
            icon = Rect(x, at.y + (at.height - icon_px) / 2, icon_px, icon_px)
            tint = ink if line.tone in {Tone.WARN, Tone.STOP, Tone.GO} else self.icon_ink
            sheet.parts.append(IconPart(f"{key}.icon", icon, group, name=line.icon, ink=tint))
        top = at.y + (at.height - text.height(LINE)) / 2
        place = Rect(x + indent, top, at.width - indent - (x - at.x), px)
        sheet.parts.append(page.block(key, text, place, ink=ink, struck=line.struck, group=group, role=self.role))

    def _px(self, page: Page) -> int:
        px = page.px(cap_of(self.role) if self.cap is None else self.cap)
        if self.under is not None:
            px = max(page.least_px, min(px, round(self.under.px * self.under_share)))
        return px

    def _indent(self, line: Line, px: int, page: Page) -> float:
        if not line.icon:
            return 0
        return float(round(px * self.icon_scale)) + px_of(self.icon_gap, page, Extent(0, 0))


CLOCK_TIME = re.compile(r"(\D*)\d{1,2}\D\d\d(\D*)")
"""A time with what a format of 12 hours writes before or after it."""


def widest_time(text: str) -> str:
    """The widest time of the same form, of four figures; for words such as "All day" that of 24 hours."""
    found = CLOCK_TIME.fullmatch(text)
    return f"{found[1]}00:00{found[2]}" if found else "00:00"
