"""`carlendar invitation FILE`: how a meeting would be joined, as text or as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TextIO

from msgspec.structs import replace

from carlendar.domain.event import Event, Response
from carlendar.domain.online_call import OnlineReadiness
from carlendar.errors import UsageError, one_line
from carlendar.meetings import invitation
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.join_details import JoinDetails
from carlendar.meetings.plan import JoinAction, JoinStep, Plan, PreferredLine, Situation, plan

FOUND, NOTHING_FOUND = 0, 1
PAUSE = 3
"""Seconds of a `p` among tones, as in oFono."""
_LABEL = 12


def run(
    path: Path,
    region: str,
    *,
    phone: bool,
    data: bool,
    as_json: bool,
    out: TextIO,
    raw: bytes | None = None,
    online: OnlineReadiness | None = None,
    line: PreferredLine = PreferredLine.AUTO,
) -> int:
    """Print how to join to `out`; returns 1 if the meeting cannot be joined.

    `raw` is the file's content if already read. `online` is what joins over data in this car, `line` which line is
    preferred.

    Raises UsageError if the file cannot be read as an invitation.
    """
    event, found = _first_found(invitation.content(path) if raw is None else raw, path, region.upper())
    usual = Situation(
        parked=False,
        phone=phone,
        data=data,
        region=region.upper(),
        accepted=event.response not in (Response.NOT_RESPONDED, Response.DECLINED),
        late=bool(event.organizer and event.organizer.address and not event.is_organizer),
        online=online,
        line=line,
    )
    plans = {name: plan(found, situation) for name, situation in _situations(usual).items()}
    if as_json:
        json.dump(_as_json(found, plans), out)
        out.write("\n")
    else:
        out.writelines(f"{line}\n" for line in _as_text(found, plans))
    return FOUND if found.found else NOTHING_FOUND


def _first_found(raw: bytes, path: Path, region: str) -> tuple[Event, JoinDetails]:
    """Return the first event of the file with join details, else the first one."""
    nothing: tuple[Event, JoinDetails] | None = None
    for event, body in invitation.parsed(raw, path):
        try:
            found = find_join_details(event, body, region)
        except Exception:  # noqa: BLE001, S112 - a stranger wrote it: it costs that one event
            continue
        if found.found:
            return event, found
        nothing = nothing or (event, found)
    if nothing is None:
        raise UsageError(f"{path} holds no event that can be read")
    return nothing


def _situations(usual: Situation) -> dict[str, Situation]:
    return {
        "moving": usual,
        "idling": usual,
        "parked": replace(usual, parked=True),
        "passenger": replace(usual, passenger=True, browser=True),
    }


def _as_json(found: JoinDetails, plans: dict[str, Plan]) -> dict[str, Any]:
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
        "organizer_country": found.organizer_country or None,
        "organizer_number": found.organizer_number or None,
        "plan": {name: _plan_json(made) for name, made in plans.items()},
    }


def _plan_json(made: Plan) -> dict[str, Any]:
    further = {"also": made.also, "instead": made.instead}
    return _step_json(made.first) | {
        name: [_step_json(step) for step in steps] for name, steps in further.items() if steps
    }


def _step_json(step: JoinStep) -> dict[str, Any]:
    values: dict[str, Any] = {
        "number": step.number,
        "tones": step.tones,
        "url": step.url,
        "country": step.country,
        "why": str(step.why),
        "confirm": step.confirm,
        "doubt": str(step.doubt),
        "organizer": step.organizer,
        "adapter": step.adapter,
    }
    given = {"action": str(step.action)} | {name: value for name, value in values.items() if value}
    return given | ({"needs": [str(need) for need in step.needs]} if step.adapter else {})


def _as_text(found: JoinDetails, plans: dict[str, Plan]) -> list[str]:
    facts = {
        "Service": found.service + (" (no longer exists)" if found.retired else ""),
        "Link": found.url,
        "Found in": found.found_in.replace("_", " "),
        "Meeting ID": found.meeting_id,
        "Passcode": found.passcode,
    }
    lines = [_fact(name, value) for name, value in facts.items() if value] or ["No meeting found."]
    for each in found.dial_ins:
        parts = (each.number, each.digits, each.country, each.label)
        lines.append(_fact("Dial-in", " ".join(part for part in parts if part)))
    lines += [_fact("Refused", f"{each.text}: {each.why}") for each in found.refused]
    if found.organizer_number:
        lines.append(_fact("Organiser", found.organizer_number))
    return lines + [line for name, made in plans.items() for line in _plan_text(name, made)]


def _fact(name: str, value: str) -> str:
    return f"{name + ':' if name else '':<{_LABEL}}{one_line(value)}"


def _plan_text(situation: str, made: Plan) -> list[str]:
    """Return the first step, and each further one on a separate line."""
    further = [_fact("", f"or {_step_text(step)}") for step in (*made.also, *made.instead)]
    return [_fact(situation.capitalize(), _step_text(made.first)), *further]


def _step_text(step: JoinStep) -> str:
    asked = f" (confirm: {step.doubt.replace('_', ' ')})" if step.doubt else ""
    whom = "the organiser " if step.organizer else ""
    abroad = f" in {step.country}" if step.country else ""
    typed = "" if step.organizer or not step.tones else f", then {_typing(step.tones)}"
    said = {
        JoinAction.CALL: f"call {whom}{step.number}{abroad}{typed}{asked}",
        JoinAction.JOIN_ONLINE: f"join over the data connection{_lacking(step)}",
        JoinAction.LATE: "tell the others that you are late",
        JoinAction.NONE: f"no way ({step.why.replace('_', ' ')}){asked}",
    }
    return said.get(step.action, f"{step.action.replace('_', ' ')} {step.url}")


def _lacking(step: JoinStep) -> str:
    return f" (not possible: no {', no '.join(step.needs)})" if step.needs else ""


def _typing(tones: str) -> str:
    """Return the digits to type, with pauses as text: "after 3 s 123456789#"."""
    parts = re.findall(r"(p*)([^p]+)", tones)
    return ", ".join(f"after {PAUSE * len(pauses)} s {digits}" if pauses else digits for pauses, digits in parts)
