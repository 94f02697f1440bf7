"""German labels and short texts stand whole on the displays that are narrowest for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carlendar.ui.composition import Composition, compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lists import row_parts
from carlendar.ui.metrics import fit_of
from carlendar.ui.parts import ButtonPart, ListPart, Part, TextPart
from carlendar_devtools.stories.picture_choice import DISPLAYS
from carlendar_devtools.stories.pictures import Studios
from carlendar_devtools.stories.situations import SITUATIONS

NARROW = ("800x480", "1280x720", "1080x1920")
NAMES = (
    "agenda-doubt", "agenda-moving-later", "call-waiting", "drive-clash-later", "drive-late-choice", "drive-late-undo",
    "drive-running", "event-answer", "event-answer-not-sent", "event-series", "profiles-bound", "settings",
)  # fmt: skip
"""Situations with the longest labels."""


def parts(composition: Composition) -> Iterator[Part]:
    """All parts, those of the rows of a list too."""
    for part in composition.parts:
        yield part
        for row in part.rows if isinstance(part, ListPart) else ():
            at = Rect(0, 0, part.rect.width, row.height)
            yield from row_parts(row, at, composition.page)


@pytest.fixture(scope="module")
def studios(tmp_path_factory: pytest.TempPathFactory) -> Studios:
    return Studios(tmp_path_factory.mktemp("labels"))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_titles_and_bodies_is_cut_in_german(studios: Studios, name: str) -> None:
    (situation,) = [each for each in SITUATIONS if each.name == name]
    for display in NARROW:
        metrics = DISPLAYS[display]
        session = situation.session(studios.of(situation), "de", fit_of(metrics))
        try:
            frame = session.frame(night=True)
        finally:
            session.close()
        for part in parts(compose(frame, metrics, RULER)):
            if isinstance(part, ButtonPart):
                assert not any("…" in line for line in part.lines), (display, part.key, part.action.labels)
            elif isinstance(part, TextPart) and not part.key.endswith(("title", "body")):
                assert not part.cut, (display, part.key, part.lines)
