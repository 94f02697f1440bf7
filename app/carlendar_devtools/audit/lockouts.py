"""L1 to L12, D5: content that is not allowed under restrictions, even if hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.ui.roles import TextRole
from carlendar_devtools.audit.nodes import NodeKind
from carlendar_devtools.audit.phrases import forbidden_phrase

if TYPE_CHECKING:
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node
    from carlendar_devtools.audit.page import PageView

SET_UP = frozenset({
    "settings", "sign_in", "sign_in_browser", "new_code", "cancel_sign_in", "accept_notice", "allow_more", "not_now",
    "profiles", "choose_profile", "add_profile", "add_guest", "end_guest", "ask_sign_out", "sign_out", "ask_clear",
    "clear", "prefer", "show_calendar", "hand_over", "answer_choice", "late_choice",
})  # fmt: skip
"""Intents that are only allowed while parked: set-up, accounts, settings, multiple choices."""
STANDING = frozenset({"respond"})
"""Intents that are only allowed while the car stands: yes or no to one invitation."""
KEYS = 9
"""Number of single-character buttons from which on they count as a keypad."""
QUOTED = 16
"""Length from which on a text in common with a body counts as a quotation."""


def judge(page: PageView, verdict: Judge) -> None:
    """Check every node, visible or not."""
    for node in page.nodes:
        verdict.absent("D5", node.key, node.rect, there=node.kind is NodeKind.UNKNOWN)
        if node.text:
            phrase = forbidden_phrase(node.text, page.language)
            verdict.absent("L10", node.key, node.rect, there=bool(phrase), text=phrase)
    if not page.column.restricted:
        return
    moving = page.state in ("moving", "unknown")
    locked = SET_UP | STANDING if moving else SET_UP
    letters = [node for node in page.texts if node.owner and len(node.text.strip()) == 1]
    verdict.absent("L2", "pad", there=len(letters) >= KEYS)
    for node in page.nodes:
        verdict.absent("L1", node.key, node.rect, there=node.kind is NodeKind.FIELD)
        verdict.absent("L4", node.key, node.rect, there=node.kind is NodeKind.VIDEO)
        verdict.absent("L6", node.key, node.rect, there=node.kind in (NodeKind.CODE, NodeKind.PICTURE))
        verdict.absent("L12", node.key, node.rect, there=node.intent in locked, text=node.intent)
        if node.text:
            verdict.absent("L3", node.key, node.rect, there=_is_reading(node, page))
    about_one = page.screen == "event" or any(node.role == TextRole.WHEN for node in page.nodes)
    verdict.absent("L3", "event screen", there=about_one and moving)


def _is_reading(node: Node, page: PageView) -> bool:
    """Whether the node is a body or a quotation of one, or a person's name that is not part of a title."""
    if node.role == "body":
        return True
    words = " ".join(node.text.split())
    if len(words) >= QUOTED and any(words in body for body in page.private.bodies):
        return not any(words in title for title in page.strings if len(title) < 2 * len(words))
    return node.role == "detail" and any(person in words for person in page.private.names)
