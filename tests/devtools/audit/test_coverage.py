"""What the audit looked at, and what was never together."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from carlendar_devtools.audit.coverage import apart, pairs, values
from carlendar_devtools.audit.finding import Findings, Scope
from carlendar_devtools.stories.audit_matrix import AUDITED, DISPLAYS, TEXT_SCALES
from carlendar_devtools.stories.audit_pages import brands
from carlendar_devtools.stories.audit_work import AuditWorker, Unit

SCOPE = Scope("small-7", "drive", "moving", "night", "de", "carlendar", "drive-next")


def test_values_that_were_never_together_are_named() -> None:
    seen = {SCOPE, replace(SCOPE, display="wide-9", theme="day"), replace(SCOPE, theme="day", situation="other")}
    assert values(seen)["display"] == ("small-7", "wide-9")
    assert apart(seen) == [(("display", "wide-9"), ("theme", "night"))]
    assert (("display", "wide-9"), ("theme", "day")) in pairs(seen)


def test_a_passengers_display_is_a_state_of_its_own() -> None:
    assert values({SCOPE, replace(SCOPE, passenger=True)})["driving state"] == ("moving", "passenger's display")


def test_a_situation_is_pictured_everywhere_and_laid_out_in_every_state_and_size(workshop: AuditWorker) -> None:
    one = {"small-7": DISPLAYS["small-7"]}
    same = AuditWorker(workshop.folder, one)
    found = same.do(Unit("pages", "call-muted", "en")).findings
    first = {(scope.brand, scope.theme) for scope in found.pictured if not scope.passenger}
    assert {("neutral", "night"), ("neutral", "day")} <= first
    found.add(same.do(Unit("pages", "call-muted", "de")).findings)
    own = [
        scope for scope in found.pictured if scope.state == AUDITED["call-muted"].state.value and not scope.passenger
    ]
    assert {(scope.brand, scope.theme) for scope in own} >= set(product(brands(), ("night", "day")))
    laid = {(scope.state, scope.passenger, scope.text_scale) for scope in found.laid_out}
    states = {("moving", False), ("idling", False), ("parked", False), ("unknown", False), ("moving", True)}
    assert laid == {(*state, scale) for state in states for scale in TEXT_SCALES}


def test_findings_of_several_processes_are_one() -> None:
    total = Findings(laid_out={SCOPE})
    total.add(Findings(pictured={SCOPE}, laid_out={replace(SCOPE, state="idling")}))
    assert (len(total.laid_out), len(total.pictured)) == (2, 1)
