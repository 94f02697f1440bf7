"""The product's answers beside the expected ones."""

from __future__ import annotations

import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from carlendar.errors import UsageError
from carlendar.meetings import command
from tests.joining_collection.case import Case

_NAMED_SERVICES = frozenset({"teams", "zoom", "webex", "meet", "skype_for_business"})
"""The services whose names the description of the JSON output gives."""


class Outcome(StrEnum):
    """What became of a case's numbers, the gravest last."""

    RIGHT = "right"
    MISSED = "missed"
    WRONG_CODE = "wrong code"
    HOST_CODE = "host's code"
    WRONG_NUMBER = "wrong number"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case's result.

    link_right: whether the link, its service and its confirmation are as expected.
    got: briefly what the product answered.
    """

    case: Case
    outcome: Outcome
    link_right: bool
    got: str


@dataclass(slots=True)
class Tally:
    """Counts of a row of the table."""

    outcomes: Counter[Outcome]
    links: int = 0
    wrong_links: int = 0

    @property
    def cases(self) -> int:
        return self.outcomes.total()

    @property
    def share_right(self) -> float:
        """The share of right outcomes; 1 where there are no cases."""
        return self.outcomes[Outcome.RIGHT] / self.cases if self.cases else 1.0


def verdicts(cases: Iterable[Case], region: str | None = None) -> Iterator[Verdict]:
    """Judge each case, read in `region` or else in its own."""
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            path = Path(folder, f"invitation{case.suffix}")
            path.write_bytes(case.text.encode())
            yield judged(case, _answer(path, region or case.region))


def _answer(path: Path, region: str) -> dict[str, object]:
    out = io.StringIO()
    try:
        command.run(path, region, phone=True, data=True, as_json=True, out=out)
    except UsageError:
        return {"url": None, "dial_ins": [], "plan": {}}
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer


def judged(case: Case, answer: dict[str, object]) -> Verdict:
    """Compare the command's JSON with the case."""
    offers = _offers(answer)
    got = f"{answer['url']} {sorted(offers)}"
    return Verdict(case, _outcome(case, offers, _calls_while_moving(answer)), _link_right(case, answer), got)


def _offers(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """Every number with its digits, in the list and in the plans."""
    offers = {(entry["number"], entry["digits"] or "") for entry in answer["dial_ins"]}
    steps = (step for plan in answer["plan"].values() for step in _steps(plan))
    calls = (step for step in steps if step["action"] == "call")
    return offers | {(step["number"], (step.get("tones") or "").replace("p", "")) for step in calls}


def _steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *plan.get("also", [])]


def _calls_while_moving(answer: dict[str, Any]) -> bool:
    return bool(answer["plan"].get("moving", {}).get("action") == "call")


def _outcome(case: Case, offers: set[tuple[str, str]], calls: bool) -> Outcome:
    numbers = {number for number, _ in case.pairs}
    if any(number not in numbers for number, _ in offers):
        return Outcome.WRONG_NUMBER
    if any(case.host_codes & set(digits.replace("*", "#").split("#")) for _, digits in offers):
        return Outcome.HOST_CODE
    if offers - case.pairs:
        return Outcome.WRONG_CODE
    return Outcome.MISSED if case.required and not calls else Outcome.RIGHT


def _link_right(case: Case, answer: dict[str, Any]) -> bool:
    opened = [
        step for plan in answer["plan"].values() for step in _steps(plan) if step["action"] in ("open", "join_online")
    ]
    if case.confirm is True and not all(step.get("confirm") for step in opened):
        return False
    if case.confirm is False and (not opened or any(step.get("confirm") for step in opened)):
        return False
    if case.service in _NAMED_SERVICES and answer.get("service") != case.service:
        return False
    return case.url is None or bool(answer["url"] == case.url)


def tally(judgements: Iterable[Verdict]) -> Tally:
    """Add up verdicts."""
    row = Tally(Counter())
    for verdict in judgements:
        row.outcomes[verdict.outcome] += 1
        row.links += verdict.case.url is not None or verdict.case.confirm is not None
        row.wrong_links += not verdict.link_right
    return row
