"""The check of fonts in `carlendar doctor`."""

from __future__ import annotations

import pytest

from carlendar.ui import font_files
from carlendar.wiring import fonts


def test_scripts_without_a_font_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_files, "font_of", lambda char: None if "\u1780" <= char <= "\u17ff" else "font")
    monkeypatch.setattr(font_files, "look_up", lambda _: {})
    found = fonts.check()
    assert (found.ok, found.detail) == (False, "no font for Khmer")
    assert "fonts-noto-core" in (found.fix or "")


def test_nothing_is_missing_where_every_script_has_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_files, "font_of", lambda _: "font")
    assert fonts.check().ok
