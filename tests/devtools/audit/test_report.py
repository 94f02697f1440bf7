"""`carlendar audit` as a command: its JSON, its page, its exit code; and what it covers."""

from __future__ import annotations

import json
import re
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest

from carlendar.cli import main
from carlendar.presentation.states import ScreenName
from carlendar.safety.policy import IDLING_LIMITS, MOVING_LIMITS
from carlendar.safety.restrictions import ContentLimits
from carlendar_devtools.audit.column import IDLING, MOVING, ProfileColumn, column_of
from carlendar_devtools.audit.finding import Findings, Judge, Scope, Violation
from carlendar_devtools.audit.phrases import forbidden_phrase, languages
from carlendar_devtools.audit.report import Report
from carlendar_devtools.audit.rules import RULES
from carlendar_devtools.commands import audit
from carlendar_devtools.emulator.presets import PRESETS
from carlendar_devtools.stories.audit_matrix import AUDITED, DISPLAYS, TEXT_SCALES
from carlendar_devtools.stories.audit_work import AuditWorker, Unit, WorkResult

SCOPE = Scope("small-7", "drive", "moving", "night", "de", "carlendar", "drive-next")
KEYS = {
    "rule",
    "display",
    "screen",
    "state",
    "theme",
    "language",
    "brand",
    "node",
    "measured",
    "required",
    "unit",
    "picture",
}
REPRESENTATIVE = (
    "drive-next",
    "reminder",
    "agenda-moving",
    "call-connected",
    "settings",
    "worst-drive-9",
    "event-parked",
)


@pytest.fixture(scope="module")
def representative(workshop: AuditWorker) -> AuditWorker:
    """With the largest and the smallest display alone."""
    return AuditWorker(workshop.folder, {key: DISPLAYS[key] for key in ("wide-12.9", "small-7")})


@pytest.mark.parametrize("name", REPRESENTATIVE)
def test_a_part_of_the_audit_finds_nothing(representative: AuditWorker, name: str) -> None:
    found = representative.do(Unit("pages", name, "de")).findings
    assert found.renders > 4
    assert not found.violations, Counter((each.rule, each.node, each.scope.display) for each in found.violations)


def report_of(found: Findings) -> Report:
    """A report of those findings."""
    return Report(found, (), {"python": "3"}, 1.5)


def one_violation() -> Findings:
    """A single one, with a picture of a pixel."""
    found = Findings(checks=Counter({"T5": 3}))
    found.violations.append(Violation("T5", SCOPE, "title<b>", 15.2, 16.0, "Ä & b", None, b"\x89PNG"))
    return found


def test_the_json_has_what_is_documented() -> None:
    made = report_of(one_violation()).to_json()
    assert {"displays", "screens", "layouts", "renders", "nodes", "checks", "violations"} <= set(made)
    assert made["checks"] == 3
    assert set(made["violations"][0]) >= KEYS
    assert made["violations"][0]["unit"] == "arcmin"
    assert json.loads(json.dumps(made)) == made


def test_the_worst_value_of_each_rule_stands_beside_its_limit() -> None:
    found, more = Findings(), Findings()
    verdict = Judge(found, SCOPE)
    for height in (21.0, 17.5, 30.0):
        verdict.least("T5", f"text of {height:g}", height, 16.0)
    verdict.absent("L1", "nothing", there=False)
    Judge(more, SCOPE).least("T5", "another", 16.5, 16.0)
    found.add(more)
    made, page = report_of(found).to_json()["nearest"], report_of(found).to_html()
    assert (made["T5"]["measured"], made["T5"]["required"], made["T5"]["node"]) == (16.5, 16.0, "another")
    assert json.loads(json.dumps(made)) == made
    assert "another: drive-next, moving, small-7" in page
    assert "not measured" in page


def test_the_page_stands_alone_and_shows_a_picture_of_each_violation() -> None:
    page = report_of(one_violation()).to_html()
    assert "data:image/png;base64,iVBORw==" in page
    assert "title&lt;b&gt;" in page
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)


@pytest.mark.parametrize(("found", "code"), [(Findings(), 0), (one_violation(), 1)])
def test_the_command_writes_its_reports_and_tells_by_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: Findings, code: int
) -> None:
    monkeypatch.setattr(audit, "work", lambda *_: WorkResult(found))
    files = [str(tmp_path / name) for name in ("a.json", "a.html", "pictures")]
    assert main(["audit", "--json", files[0], "--html", files[1], "--screens", files[2]]) == code
    made = json.loads(Path(files[0]).read_text(encoding="utf-8"))
    assert len(made["violations"]) == code
    if code:
        assert (tmp_path / "pictures" / made["violations"][0]["picture"]).read_bytes() == b"\x89PNG"
    assert "violations" in capsys.readouterr().out


def test_a_place_that_cannot_be_written_is_reported_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "work", lambda *_: WorkResult())
    assert main(["audit", "--json", str(tmp_path / "none" / "a.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_whole_audit_covers_every_screen_state_language_and_display() -> None:
    units = audit.units()
    pages = [unit for unit in units if unit.kind == "pages"]
    for language in audit.languages()[:2]:
        assert {unit.name for unit in pages if unit.language == language} == set(AUDITED)
    assert {unit.language for unit in pages} == set(audit.languages())
    assert set(DISPLAYS) >= {each.name for each in PRESETS}
    assert len(TEXT_SCALES) > 2
    assert {situation.scenario for situation in AUDITED.values()} >= {"huge", "busy", "world", "worst"}
    assert {situation.state for situation in AUDITED.values()} == set(audit_states())
    assert len(ScreenName) == 8


def test_pages_of_one_moment_and_language_are_measured_together_and_each_unit_once() -> None:
    units = audit.units()
    groups = audit.together(units)
    assert sorted(unit for group in groups for unit in group) == sorted(units)
    moments = [
        {(AUDITED[unit.name].scenario, AUDITED[unit.name].at, unit.language) for unit in group}
        for group in groups
        if group[0].kind == "pages"
    ]
    assert all(len(moment) == 1 for moment in moments)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)


def audit_states() -> tuple[object, ...]:
    """All driving states."""
    from carlendar_devtools.stories.audit_matrix import STATES

    return STATES


@pytest.mark.parametrize(("column", "limits"), [(MOVING, MOVING_LIMITS), (IDLING, IDLING_LIMITS)])
def test_the_audits_own_numbers_and_the_applications_are_the_same(column: ProfileColumn, limits: ContentLimits) -> None:
    ours = (
        column.rows,
        column.items,
        column.depth,
        column.title,
        column.title_wide,
        column.string,
        column.page,
        column.groups,
    )
    theirs = (
        limits.rows,
        limits.items,
        limits.depth,
        limits.title,
        limits.title_cjk,
        limits.string,
        limits.page,
        limits.groups,
    )
    assert ours == theirs


def test_a_state_that_no_one_knows_is_held_against_the_tightest_column() -> None:
    assert column_of("flying") is MOVING
    assert not column_of("moving", passenger=True).restricted


def test_every_language_has_its_own_forbidden_phrases() -> None:
    spoken = {language.partition("-")[0] for language in audit.languages()}
    assert spoken <= set(languages())
    assert forbidden_phrase("Bitte nehmen Sie bitte Ihr Handy", "de-AT")
    assert not forbidden_phrase("Phone connected. Your phone is needed only when safe", "en")


def test_every_rule_has_a_source_with_its_mark() -> None:
    assert all(rule.source and set(rule.mark) <= set("VSMD/") for rule in RULES.values())


def test_an_interrupt_while_workers_are_started_takes_effect_afterwards() -> None:
    reached: list[str] = []

    def begin() -> None:
        with audit._interrupts_blocked():
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert reached


def test_a_loop_that_sleeps_by_kivys_clock_does_not_spin_after_an_audit() -> None:
    from kivy.clock import Clock

    from carlendar_devtools.audit.kivy_hooks import unlimited_frame_rate

    pace = Clock._max_fps
    with unlimited_frame_rate():
        assert Clock._max_fps == 0
    assert Clock._max_fps == pace > 0
