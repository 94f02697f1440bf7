"""Nodes without words: icons, a person's picture, a QR code, the stripe of a row, a brand's mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.properties import ObjectProperty, StringProperty

from carlendar.presentation.states import Stripe as StripeKind
from carlendar.ui.layout.node import Node, Sheet
from carlendar.ui.parts import AvatarPart, IconPart, MarkPart, QrPart, StripePart

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect
    from carlendar.ui.layout.lengths import Extent
    from carlendar.ui.page import Page


class Icon(Node):
    """A pictogram by its name, with `side` as its size; no room where the name is empty."""

    icon = StringProperty("")
    ink = StringProperty("accent")
    beside = ObjectProperty(None, allownone=True)
    """A text, by its id, that begins at the same height: the icon is centred on its first line."""

    def present(self, page: Page, room: Extent) -> bool:
        """Whether it has a name."""
        return bool(self.icon) and super().present(page, room)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the icon."""
        if self.beside is not None:
            at = at._replace(y=at.y + (self.beside.px * self.beside.line_height - at.height) / 2)
        group = self.group or sheet.group
        sheet.parts.append(IconPart(sheet.key(self.key or "icon"), at, group, name=self.icon, ink=self.ink))


class QrCode(Node):
    """A QR code of `text`; no room where that is empty."""

    repeats = True
    text = StringProperty("")

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is a text."""
        return bool(self.text) and super().present(page, room)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the code."""
        key = sheet.key(self.key or "qr")
        sheet.parts.append(
            QrPart(key, at, self.group or sheet.group or key, text=self.text, radius=sheet.page.button_radius)
        )


class Avatar(Node):
    """The ground for a person's initials, or the picture of `pixels`."""

    repeats = True
    pixels = ObjectProperty(b"")

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the disc."""
        group = self.group or sheet.group
        sheet.parts.append(AvatarPart(sheet.key(self.key or "avatar"), at, group, pixels=self.pixels))


class Stripe(Node):
    """The stripe before a row: a `Stripe` of a state, of whose kinds one draws nothing."""

    repeats = True
    stripe = ObjectProperty(StripeKind.NONE)
    ink = StringProperty("accent")

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the stripe."""
        if self.stripe is StripeKind.NONE:
            return
        key, group = sheet.key(self.key or "stripe"), self.group or sheet.group
        sheet.parts.append(StripePart(key, at, group, stripe=self.stripe, ink=self.ink))


class Mark(Node):
    """The brand's start-up mark; no room where the brand has none."""

    repeats = True

    def present(self, page: Page, room: Extent) -> bool:
        """Whether the brand has a mark."""
        return bool(page.brand.mark) and super().present(page, room)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the mark."""
        sheet.parts.append(
            MarkPart(sheet.key(self.key or "mark"), at, self.group or sheet.group, strokes=sheet.page.brand.mark)
        )
