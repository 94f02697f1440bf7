"""What a text lies on: the card that is visible under it."""

from __future__ import annotations

import pytest

from carlendar.ui.geometry import Rect
from carlendar.ui.metrics import PRESETS
from carlendar_devtools.audit.column import PARKED
from carlendar_devtools.audit.nodes import Node, NodeKind
from carlendar_devtools.audit.page import PageView

LIST = Rect(0, 0, 400, 100)
TOAST = Node("toast", NodeKind.CARD, Rect(0, 110, 600, 60))
ROW = Node("row", NodeKind.CARD, Rect(0, 90, 400, 80), clip=LIST)
"""The last row of a list, of which the list shows ten pixels; the rest of it would lie under the toast."""


@pytest.mark.parametrize(("y", "card"), [(130, "toast"), (92, "row"), (104, "")])
def test_a_row_holds_only_what_lies_on_the_part_that_its_list_shows(y: float, card: str) -> None:
    text = Node("text", NodeKind.TEXT, Rect(20, y, 100, 4))
    page = PageView((TOAST, ROW, text), PRESETS["12.3"], PARKED, "agenda", "parked", "en")
    found = page.card_of(text)
    assert (found.key if found else "") == card
