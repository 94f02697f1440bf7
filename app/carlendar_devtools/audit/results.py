"""Results of the last test run (JUnit XML by pytest, with a `rule` property for each verified rule)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from carlendar.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAILED, SKIPPED, PASSED = "failed", "skipped", "passed"


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test without its parameters: outcome, and the rules that it verifies."""

    __test__ = False

    name: str
    outcome: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestRun:
    """One test run; `at` is its start, None if unknown."""

    __test__ = False

    results: tuple[TestResult, ...] = ()
    at: datetime | None = None

    def showing(self, rule: str) -> dict[str, Counter[str]]:
        """Return the outcome counts (one per parameter set) of each test that verifies the rule."""
        found: dict[str, Counter[str]] = {}
        for result in self.results:
            if rule in result.rules:
                found.setdefault(result.name, Counter())[result.outcome] += 1
        return found

    @property
    def outcomes(self) -> Counter[str]:
        """Return the number of tests per outcome."""
        return Counter(result.outcome for result in self.results)


def read(path: Path) -> TestRun:
    """Read a run from a file. Raises UsageError if it cannot be read or is invalid."""
    try:
        root = ET.parse(path).getroot()  # noqa: S314  # written by pytest; expat limits entity expansion
    except (OSError, ET.ParseError) as error:
        raise UsageError(f"{path}: these are no results of tests", detail=type(error).__name__) from error
    suites = [root] if root.tag == "testsuite" else list(root.iter("testsuite"))
    if not suites:
        raise UsageError(f"{path}: these are no results of tests", detail="no suite")
    begun = [moment for suite in suites if (moment := _moment(suite.get("timestamp", ""))) is not None]
    return TestRun(tuple(_result(case) for case in root.iter("testcase")), min(begun, default=None))


def _result(case: ET.Element) -> TestResult:
    name = f"{case.get('classname', '')}.{case.get('name', '').partition('[')[0]}"
    return TestResult(name, _outcome(case), tuple(_rules(case)))


def _outcome(case: ET.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    return SKIPPED if case.find("skipped") is not None else PASSED


def _rules(case: ET.Element) -> Iterator[str]:
    for entry in case.iterfind("properties/property"):
        if entry.get("name") == "rule":
            yield entry.get("value", "")


def _moment(text: str) -> datetime | None:
    """Parse a time, in the local time zone unless it has an offset."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None
