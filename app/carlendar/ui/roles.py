"""What a text on the display is: each text has one role, which decides its size, its floors and what an audit asks."""

from __future__ import annotations

from enum import StrEnum


class TextRole(StrEnum):
    """All roles. Their sizes are in kv/tokens.kv, by the same names."""

    EVENT_TITLE = "event_title"
    """The title of a screen: of a meeting, or of what the screen is about."""
    COUNTDOWN = "countdown"
    """The number in a ring."""
    UNIT = "unit"
    CODE = "code"
    """A code to be typed elsewhere."""
    CLOCK = "clock"
    TIME = "time"
    """When the meeting of a card or a row begins."""
    WHEN = "when"
    """Date and times of the meeting that a screen is about."""
    ROW_TITLE = "row_title"
    """The title of a row of a list."""
    CARD_TITLE = "card_title"
    """The title of one of several cards."""
    BAND_TEXT = "band_text"
    PRIMARY_ACTION = "primary_action"
    SECONDARY_ACTION = "secondary_action"
    LINE = "line"
    """A line of facts under a title."""
    DETAIL = "detail"
    """What stands under the title of a card or a row."""
    BODY = "body"
    """Text to be read when parked."""
    STATUS_TEXT = "status_text"
    """How fresh the data is, the date, and other small words at the edge."""
    INITIALS = "initials"
    """Of a person without a picture."""
    HEADING = "heading"
    """The heading of a part of a list."""

    @property
    def main(self) -> bool:
        """Whether it is a title, a time or a label, for which the higher floors of the restriction profile hold."""
        return self in _MAIN


_MAIN = frozenset({
    TextRole.EVENT_TITLE, TextRole.COUNTDOWN, TextRole.CODE, TextRole.CLOCK, TextRole.TIME, TextRole.WHEN,
    TextRole.ROW_TITLE, TextRole.CARD_TITLE, TextRole.BAND_TEXT, TextRole.PRIMARY_ACTION, TextRole.SECONDARY_ACTION,
})  # fmt: skip
