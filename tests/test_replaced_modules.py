"""Modules that are imported later, or not at all."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from carlendar.replaced_modules import deferred, replaced

NAME = "colorsys"
"""A small module that nothing here needs."""


@pytest.fixture(autouse=True)
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module is not imported yet."""
    monkeypatch.delitem(sys.modules, NAME, raising=False)


def test_a_deferred_module_is_imported_when_it_is_used() -> None:
    with replaced({NAME: deferred(NAME)}):
        import colorsys
    assert NAME not in sys.modules
    assert colorsys.rgb_to_hsv(1.0, 1.0, 1.0) == (0.0, 0.0, 1.0)
    assert NAME in sys.modules


def test_a_deferred_module_can_be_used_while_it_is_replaced() -> None:
    with replaced({NAME: deferred(NAME)}):
        import colorsys

        assert colorsys.rgb_to_hsv(1.0, 1.0, 1.0) == (0.0, 0.0, 1.0)
        assert sys.modules[NAME].__spec__ is not None, "the module itself"
    assert NAME in sys.modules


def test_a_name_can_be_taken_from_a_deferred_module() -> None:
    with replaced({NAME: deferred(NAME)}):
        from colorsys import rgb_to_hsv
    assert rgb_to_hsv(1.0, 1.0, 1.0) == (0.0, 0.0, 1.0)


def test_a_module_that_was_there_before_stays() -> None:
    import colorsys

    with replaced({NAME: ModuleType(NAME)}):
        assert sys.modules[NAME] is colorsys
    assert sys.modules[NAME] is colorsys
