"""The evidence names what it was drawn with."""

from __future__ import annotations

import re

from carlendar_devtools.stories.render_fingerprint import renderer_versions


def test_the_driver_and_every_font_file_are_named_by_their_content() -> None:
    found = renderer_versions()
    assert re.search(r"\d+\.\d+", found.pop("opengl"))
    assert "materialdesignicons-webfont.ttf" in found
    assert len(found) > 4
    assert all(re.fullmatch("sha256 [0-9a-f]{16}", content) for content in found.values())
