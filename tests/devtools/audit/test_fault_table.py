"""Each rule of the audit has a deliberate fault that the audit must find, by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from carlendar_devtools.audit.rules import RULES

FAULTS = {
    "G1": "test_too_much_to_read",
    "G2": "test_a_task_that_keeps_the_eyes_off_the_road",
    "G3": "test_a_screen_that_leaves_by_itself",
    "G4": "test_a_goal_that_is_too_far_and_too_deep",
    "G5": "test_a_way_over_too_many_screens",
    "G6": "test_a_goal_that_is_too_far_and_too_deep",
    "G7": "test_more_items_on_all_pages_than_may_be",
    "G8": "test_an_extra_row",
    "G9": "test_three_lines_of_title",
    "G10": "test_a_screen_that_leaves_by_itself",
    "L1": "test_a_widget_that_has_no_business_there",
    "L2": "test_a_dial_pad",
    "L3": "test_a_body_that_is_there_but_not_seen",
    "L4": "test_an_animation",
    "L5": "test_moving_decoration",
    "L6": "test_a_parked_screen_while_moving",
    "L10": "test_a_phrase_that_sends_the_driver_to_the_phone",
    "L12": "test_a_parked_screen_while_moving",
    "T1": "test_too_much_to_read",
    "T2": "test_too_much_to_read",
    "T3": "test_a_label_that_is_cut",
    "T5": "test_small_text",
    "T7": "test_low_contrast",
    "T8": "test_low_contrast",
    "T10": "test_a_night_that_is_bright",
    "H1": "test_a_small_target",
    "H2": "test_a_small_target",
    "H3": "test_targets_that_are_near_and_over_each_other",
    "H4": "test_a_touch_that_is_not_seen",
    "H5": "test_moving_decoration",
    "H6": "test_texts_that_change_too_often",
    "D1": "test_a_text_on_another",
    "D2": "test_a_part_that_leaves_the_display",
    "D3": "test_a_state_that_is_shown_by_colour_alone",
    "D4": "test_too_many_actions",
    "D5": "test_a_widget_that_has_no_business_there",
    "D6": "test_a_text_without_a_role",
}
"""By rule: the test that makes the fault."""


def test_every_rule_has_a_deliberate_fault() -> None:
    assert set(FAULTS) == set(RULES)
    marked = dict(marks())
    for rule, fault in FAULTS.items():
        assert rule in marked[fault], f"{fault} does not say that it shows {rule}"


def marks() -> Iterator[tuple[str, frozenset[str]]]:
    """Each test of the audit with the rules that it says it shows."""
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.name, frozenset(_rules(node))


def _rules(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "rule":
            yield from (str(each.value) for each in mark.args if isinstance(each, ast.Constant))
