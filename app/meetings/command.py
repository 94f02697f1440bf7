"""`carlendar invitation FILE`: how a meeting would be joined, as text or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from app.meetings import invitation
from app.meetings.extract import way_in
from app.meetings.plan import Plan, Situation, Step, plan
from app.meetings.way_in import WayIn

FOUND, NOTHING_FOUND = 0, 1


def run(path: Path, region: str, *, phone: bool, data: bool, as_json: bool, out: TextIO) -> int:
    """Print how to join to `out`; returns 1 where there is no way in. Raises UsageError."""
    event, body = invitation.read(path)
    found = way_in(event, body, region.upper())
    plans = {name: plan(found, situation) for name, situation in _situations(region.upper(), phone, data).items()}
    if as_json:
        json.dump(_as_json(found, plans), out, ensure_ascii=False)
        out.write("\n")
    else:
        out.writelines(f"{line}\n" for line in _as_text(found, plans))
    return FOUND if found.found else NOTHING_FOUND


def _situations(region: str, phone: bool, data: bool) -> dict[str, Situation]:
    driving = Situation(parked=False, phone=phone, data=data, region=region)
    return {
        "moving": driving,
        "idling": driving,
        "parked": Situation(parked=True, phone=phone, data=data, region=region),
        "passenger": Situation(parked=False, passenger=True, phone=phone, data=data, browser=True, region=region),
    }


def _as_json(found: WayIn, plans: dict[str, Plan]) -> dict[str, Any]:
    return {
        "service": found.service or None,
        "url": found.url or None,
        "host": found.host or None,
        "found_in": found.found_in or None,
        "meeting_id": found.meeting_id or None,
        "passcode": found.passcode or None,
        "dial_ins": [
            {
                "number": each.number,
                "digits": each.digits,
                "country": each.country,
                "toll_free": each.toll_free,
                "label": each.label,
            }
            for each in found.dial_ins
        ],
        "refused": [{"text": each.text, "why": each.why} for each in found.refused],
        "retired": found.retired,
        "plan": {name: _plan_json(made) for name, made in plans.items()},
    }


def _plan_json(made: Plan) -> dict[str, Any]:
    first = _step_json(made.first)
    return first | {"also": [_step_json(step) for step in made.also]} if made.also else first


def _step_json(step: Step) -> dict[str, Any]:
    values: dict[str, Any] = {
        "number": step.number,
        "tones": step.tones,
        "url": step.url,
        "country": step.country,
        "why": str(step.why),
        "confirm": step.confirm,
    }
    return {"action": str(step.action)} | {name: value for name, value in values.items() if value}


def _as_text(found: WayIn, plans: dict[str, Plan]) -> list[str]:
    facts = {
        "Service": found.service + (" (no longer exists)" if found.retired else ""),
        "Link": found.url,
        "Found in": found.found_in.replace("_", " "),
        "Meeting ID": found.meeting_id,
        "Passcode": found.passcode,
    }
    lines = [f"{name}: {_printable(value)}" for name, value in facts.items() if value] or ["No meeting found."]
    lines += [
        f"Dial-in: {each.number} {each.digits} {each.country} {_printable(each.label)}" for each in found.dial_ins
    ]
    lines += [f"Refused: {_printable(each.text)}: {each.why}" for each in found.refused]
    return lines + [f"{name.capitalize()}: {_step_text(made.first)}" for name, made in plans.items()]


def _step_text(step: Step) -> str:
    said = {"call": f"call {step.number}, then {step.tones or 'nothing'}", "none": f"no way ({step.why})"}
    return said.get(step.action, f"{step.action.replace('_', ' ')} {step.url}")


def _printable(text: str) -> str:
    """Calendar text on a terminal: no control characters."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
