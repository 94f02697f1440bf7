"""A project that was written from hand-made results."""

from __future__ import annotations

from pathlib import Path

import pytest

from carlendar_fleet.powerbi.project import write_project
from tests.fleet.powerbi.golden import PERIOD, results


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("powerbi")
    write_project(folder, results(), PERIOD)
    return folder
