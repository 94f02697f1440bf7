"""What the tests of the developer tools share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def short_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose sockets' paths keep within the 107 bytes of unix(7), in whatever folder the tests run."""
    return tmp_path_factory.mktemp("e")
