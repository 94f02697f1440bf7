"""The evidence says what was shown, and first of all what was not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.errors import UsageError
from carlendar_devtools.audit.claims import ASSUMPTIONS, MISUSE, SAFETY_RULES
from carlendar_devtools.audit.evidence import BAD, GOOD, NOTHING, Evidence
from carlendar_devtools.audit.finding import Findings, Scope, Violation
from carlendar_devtools.audit.report import Report
from carlendar_devtools.audit.results import TestResult, TestRun, read
from carlendar_devtools.audit.rules import RULES
from carlendar_devtools.audit.versions import versions

TESTS = Path(__file__).parents[2]
MADE = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SCOPE = Scope("wide", "drive", "moving", "day", "de", "plain", "next")
RECORD = """<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite timestamp="2026-11-26T11:00:00+00:00">
<testcase classname="tests.safety.test_rules" name="test_s1_it_starts_unknown">
<properties><property name="rule" value="S1"/></properties></testcase>
<testcase classname="tests.safety.test_rules" name="test_s5_p_while_rolling[fast]">
<properties><property name="rule" value="S5"/></properties></testcase>
<testcase classname="tests.safety.test_rules" name="test_s5_p_while_rolling[slow]">
<properties><property name="rule" value="S5"/></properties><failure message="parked"/></testcase>
<testcase classname="tests.safety.test_rules" name="test_s9_left_out">
<properties><property name="rule" value="S9"/></properties><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def run(tmp_path: Path) -> TestRun:
    file = tmp_path / "results.xml"
    file.write_text(RECORD)
    return read(file)


def made_of(run: TestRun, findings: Findings | None = None) -> Evidence:
    return Evidence(MADE, Report(findings or Findings()), run, {"carlendar": "0.1.0"})


def verdicts(evidence: Evidence) -> dict[str, str]:
    return {row.rule: row.verdict for row in evidence.rows()}


def test_a_record_of_tests_is_read(run: TestRun) -> None:
    assert run.at == datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
    assert run.outcomes == {"passed": 2, "failed": 1, "skipped": 1}
    assert run.showing("S5") == {"tests.safety.test_rules.test_s5_p_while_rolling": {"passed": 1, "failed": 1}}


@pytest.mark.parametrize("text", [None, "", "<html/>", "<testsuites>", "\0"])
def test_what_is_no_record_of_tests_is_refused_with_a_reason(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "results.xml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UsageError, match="no results of tests"):
        read(file)


def test_a_rule_holds_is_broken_or_is_shown_by_nothing(run: TestRun) -> None:
    findings = Findings()
    findings.checks.update({"T5": 1_200, "H2": 3})
    findings.violations.append(Violation("H2", SCOPE, "join", 12.0, 20.0))
    found = verdicts(made_of(run, findings))
    assert (found["S1"], found["S5"], found["T5"], found["H2"]) == (GOOD, BAD, GOOD, BAD)
    assert found["S9"] == NOTHING, "a test that was left out shows nothing"
    assert found["L3"] == NOTHING


def test_without_any_result_nothing_is_claimed() -> None:
    evidence = made_of(TestRun())
    assert set(verdicts(evidence).values()) == {NOTHING}
    assert evidence.gaps() == evidence.rows()


def test_every_rule_and_claim_is_on_the_page(run: TestRun, tmp_path: Path) -> None:
    written, data = made_of(run).write(tmp_path / "evidence")
    page, document = written.read_text("utf-8").replace("<wbr>", ""), json.loads(data.read_text("utf-8"))
    assert [row["rule"] for row in document["rules"]] == [*(rule.id for rule in SAFETY_RULES), *RULES]
    for name in (*RULES, *(claim.id for claim in (*ASSUMPTIONS, *MISUSE))):
        assert f"<td>{name}</td>" in page
    assert page.index("What is broken, or shown by nothing") < page.index("Rules, their tests")
    assert "src=" not in page
    assert "href=" not in page
    assert "1 of 2 test cases passed" in page
    assert "test_s5_p_while_rolling (FAILED)" in page
    assert document["limits"]["moving"]["rows"] == 4
    assert set(document["unverified"]) == {rule.id for rule in RULES.values() if set(rule.mark) & {"S", "M"}}


def test_a_failed_test_that_shows_no_rule_is_named_too() -> None:
    run = TestRun((TestResult("tests.other.test_it", "failed", ()), TestResult("tests.other.test_that", "passed", ())))
    page = made_of(run).to_html().replace("<wbr>", "")
    assert "<td>tests.other.test_it</td><td>none</td>" in page
    assert page.index("Tests that failed") < page.index("Rules, their tests")
    assert "Tests that failed" not in made_of(TestRun()).to_html()


def test_claims_name_rules_that_there_are() -> None:
    known = {rule.id for rule in SAFETY_RULES} | set(RULES)
    for claim in (*ASSUMPTIONS, *MISUSE):
        assert set(claim.rules) <= known, claim.id
        assert claim.rules or claim.left_to, claim.id


def test_hostile_names_are_escaped() -> None:
    result = TestResult("tests.<script>alert(1)</script>", "passed", ("S1",))
    assert "<script>" not in made_of(TestRun((result,))).to_html()


def rules_in(text: str) -> Iterator[str]:
    """Rules that tests name, by mark or by their own name."""
    yield from (found.upper() for found in re.findall(r"def test_([a-z]\d{1,2})_", text))
    for marked in re.findall(r"mark\.rule\(([^)]*)\)", text):
        yield from re.findall(r'"(\w+)"', marked)


def test_every_rule_of_the_driving_state_machine_has_a_test() -> None:
    shown = {rule for file in TESTS.rglob("test_*.py") for rule in rules_in(file.read_text("utf-8"))}
    assert {rule.id for rule in SAFETY_RULES} <= shown


def test_the_versions_are_those_of_everything_that_is_needed() -> None:
    assert {"carlendar", "python", "system", "kivy", "msal", "pillow", "pytest", "tzdata", "segno"} <= set(versions())
