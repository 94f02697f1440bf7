"""A real browser for the tests of the emulator's page: Chromium, or what CHROMIUM and CHROMEDRIVER name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service


def browser_and_driver() -> tuple[str, str]:
    """The paths of both. Skips the test where there are none, or a snap, which cannot read the tests' folders."""
    browser = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    driver = shutil.which(os.environ.get("CHROMEDRIVER") or "chromedriver")
    if browser is None or driver is None:
        pytest.skip("no Chromium with its chromedriver (packaging/setup.sh test says how to get them)")
    if any("snap" in Path(path).resolve().parts for path in (browser, driver)):
        pytest.skip("this Chromium is a snap (packaging/setup.sh test says how to get another)")
    return browser, driver


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A headless Chromium that goes nowhere by itself."""
    browser, chromedriver = browser_and_driver()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1680,1032",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    yield driver
    driver.quit()
