"""The evidence for a safety department: requirements, their verification, and the latest results.

Generated: rules come from the tables of the audit and of the driving-state machine, results from the last test run
and this run of the audit, limits from the application's policy, versions from the installation. A rule without
verification is printed first, and makes the evidence incomplete.
"""

from __future__ import annotations

import html
import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from msgspec import structs

from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import ContentLimits, DrivingState
from carlendar_devtools.audit.claims import ASSUMPTIONS, MISUSE, SAFETY_RULES, Claim
from carlendar_devtools.audit.report import page, table, versions_table
from carlendar_devtools.audit.results import FAILED, SKIPPED
from carlendar_devtools.audit.rules import RULES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from carlendar_devtools.audit.report import Report
    from carlendar_devtools.audit.results import TestRun

MARKS = {
    "V": "read in the primary or the vendor's text",
    "S": "read in a secondary text only",
    "M": "cited from memory, unverified",
    "D": "this project's own choice; no source claims it",
}
NOTHING, BAD, GOOD = "nothing shows it", "broken", "held"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule and its latest results. `verdict` is "held", "broken" or "nothing shows it"."""

    rule: str
    asks: str
    source: str
    mark: str
    tests: tuple[str, ...]
    result: str
    verdict: str
    failing: tuple[str, ...] = ()
    """Tests that failed in the last run."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The content of the evidence; `made` is the time of its creation."""

    made: datetime
    report: Report
    run: TestRun
    versions: dict[str, str]

    def rows(self) -> tuple[RuleRow, ...]:
        """Return all rules in order: those of the state machine, then those of the display."""
        machine = tuple(
            self._row(rule.id, rule.asks, "restriction profile, Driving state", "D") for rule in SAFETY_RULES
        )
        return machine + tuple(self._row(rule.id, rule.asks, rule.source, rule.mark) for rule in RULES.values())

    def gaps(self) -> tuple[RuleRow, ...]:
        """Return the rules that are not verified, or violated."""
        return tuple(row for row in self.rows() if row.verdict != GOOD)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write `evidence.html` and `evidence.json` into the folder. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        written, read = folder / "evidence.html", folder / "evidence.json"
        written.write_text(self.to_html(), encoding="utf-8")
        read.write_text(json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return written, read

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as a JSON object."""
        return {
            "made": self.made.isoformat(),
            "tests_at": self.run.at.isoformat() if self.run.at else None,
            "rules": [asdict(row) for row in self.rows()],
            "limits": {state: structs.asdict(limits) for state, limits in _limits().items()},
            "assumptions": [asdict(claim) for claim in ASSUMPTIONS],
            "misuse": [asdict(claim) for claim in MISUSE],
            "unverified": [row.rule for row in self.rows() if set(row.mark) & {"S", "M"}],
            "tasks": [task.to_json() for task in self.report.tasks],
            "versions": self.versions,
        }

    def to_html(self) -> str:
        """Return one self-contained HTML page."""
        return page("Evidence", [
            "<h1>Carlendar: evidence on driver distraction</h1>", self._summary(),
            _rows_table("What is broken, or shown by nothing", self.gaps()),
            _failed_tests(self.run),
            _rows_table("Rules, their tests and their last results", self.rows()), _limits_table(),
            _claims_table("Assumptions of use", "assumed", ASSUMPTIONS, self.rows()),
            _claims_table("Foreseeable misuse", "misuse", MISUSE, self.rows()),
            _unverified(self.rows()), versions_table(self.versions),
        ])  # fmt: skip

    def _row(self, rule: str, asks: str, source: str, mark: str) -> RuleRow:
        shown = self.run.showing(rule)
        failing = sum(outcomes[FAILED] for outcomes in shown.values())
        cases = sum(outcomes.total() - outcomes[SKIPPED] for outcomes in shown.values())
        checks = self.report.findings.checks[rule]
        violations = sum(each.rule == rule for each in self.report.findings.violations)
        words = []
        if cases:
            words.append(f"{cases - failing} of {cases} test cases passed")
        if checks:
            words.append(f"{violations} violations in {checks:,} checks of the audit")
        verdict = BAD if failing or violations else GOOD if words else NOTHING
        failed = tuple(sorted(test for test, outcomes in shown.items() if outcomes[FAILED]))
        return RuleRow(rule, asks, source, mark, tuple(sorted(shown)), "; ".join(words) or NOTHING, verdict, failed)

    def _summary(self) -> str:
        rows = self.rows()
        verdicts = Counter(row.verdict for row in rows)
        outcomes = self.run.outcomes
        counted = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items())) or "none on record"
        when = f"{self.run.at:%Y-%m-%d %H:%M}" if self.run.at else "at no time that is known"
        found = self.report.findings
        return (
            f"<p>Made {self.made:%Y-%m-%d %H:%M}. {verdicts[GOOD]} of {len(rows)} rules held, {verdicts[BAD]} broken, "
            f"{verdicts[NOTHING]} shown by nothing. "
            f"Tests ({when}): {counted}. Audit: {found.layouts:,} layouts, {found.renders:,} pictures, "
            f"{sum(found.checks.values()):,} checks, {len(found.violations):,} violations.</p>"
            "<p>This page states measures and results of software tests on a desktop. It is no homologation, no legal "
            "opinion and no study with people.</p>"
        )


def _failed_tests(run: TestRun) -> str:
    """Return a section with all failed tests, including those without a rule; empty if none failed."""
    names = sorted({result.name for result in run.results if result.outcome == FAILED})
    if not names:
        return ""
    rows = [
        (name, ", ".join(sorted({rule for each in run.results if each.name == name for rule in each.rules})) or "none")
        for name in names
    ]
    return "<h2>Tests that failed</h2>" + table(("test", "shows"), rows)


def _limits() -> dict[str, ContentLimits]:
    return {state.value: restrictions_for(state, "evidence").limits for state in DrivingState}


def _limits_table() -> str:
    limits = _limits()
    rows = [
        (name, *(_said(getattr(held, name)) for held in limits.values())) for name in ContentLimits.__struct_fields__
    ]
    flags = tuple(f"{int(restrictions_for(DrivingState(state), 'evidence').flags):#05x}" for state in limits)
    return "<h2>Limits in force in each driving state</h2>" + table(
        ("limit", *limits), [("flags (AOSP bits)", *flags), *rows]
    )


def _said(limit: int | None) -> str:
    return "free" if limit is None else str(limit)


def _rows_table(title: str, rows: tuple[RuleRow, ...]) -> str:
    if not rows:
        return f"<h2>{html.escape(title)}</h2><p>Nothing.</p>"
    heads = ("rule", "asks", "verdict", "last result", "tests", "source")
    lines = [(row.rule, row.asks, row.verdict, row.result, _tests(row), f"{row.source} ({row.mark})") for row in rows]
    return f"<h2>{html.escape(title)}</h2>" + table(heads, lines)


def _tests(row: RuleRow) -> str:
    """Return the names of the rule's tests, with failed ones first and highlighted."""
    named = [f"{test} (FAILED)" for test in row.failing] + [test for test in row.tests if test not in row.failing]
    return ", ".join(named) or "–"


def _claims_table(title: str, head: str, claims: tuple[Claim, ...], rows: tuple[RuleRow, ...]) -> str:
    verdicts = {row.rule: row.verdict for row in rows}
    lines = [
        (
            claim.id, claim.what, claim.answer,
            ", ".join(f"{rule} ({verdicts[rule]})" for rule in claim.rules) or "–", claim.left_to or "–",
        )
        for claim in claims
    ]  # fmt: skip
    return f"<h2>{html.escape(title)}</h2>" + table(("id", head, "what Carlendar does", "shown by", "left to"), lines)


def _unverified(rows: tuple[RuleRow, ...]) -> str:
    marks = table(("mark", "how well the source is known"), MARKS.items())
    lines = [(row.rule, row.source, row.mark) for row in rows if set(row.mark) & {"S", "M"}]
    return (
        "<h2>What is unverified</h2><p>Law and standards behind these rules were not read in the original:</p>"
        + table(("rule", "source", "mark"), lines)
        + marks
    )
