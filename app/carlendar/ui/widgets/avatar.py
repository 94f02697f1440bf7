"""A person's round picture, or the disc that initials stand on."""

from __future__ import annotations

from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty

from carlendar.domain.avatar import SIDE, SIZE
from carlendar.ui.parts import AvatarPart, Part
from carlendar.ui.style import load_rule
from carlendar.ui.widgets.part_widget import PartWidget

load_rule("avatar")


class AvatarWidget(PartWidget):
    """Draws a `LikenessPart`. Pixels are uploaded as they are; nothing is decoded here."""

    texture = ObjectProperty(None, allownone=True)
    _pixels = b""

    def draw(self, part: Part) -> None:
        """Take the picture when it is another one."""
        if not isinstance(part, AvatarPart) or part.pixels == self._pixels:
            return
        self._pixels = part.pixels
        self.texture = _texture(part.pixels) if len(part.pixels) == SIZE else None


def _texture(pixels: bytes) -> Texture:
    texture = Texture.create(size=(SIDE, SIDE), colorfmt="rgba", mipmap=True)
    texture.min_filter = "linear_mipmap_linear"
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    return texture
