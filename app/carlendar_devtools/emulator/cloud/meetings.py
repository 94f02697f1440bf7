"""Online meetings, found by join URL or meeting ID; work accounts only."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.moments import offset_time
from carlendar_devtools.emulator.cloud.odata import selected, single
from carlendar_devtools.emulator.cloud.schema import MEETING
from carlendar_devtools.emulator.world.entry import Entry, RegisteredMeeting
from carlendar_devtools.emulator.world.identifiers import encode

_BY_URL = re.compile(r"JoinWebUrl\s+eq\s+'(.+)'", re.IGNORECASE)
_BY_NUMBER = re.compile(r"joinMeetingIdSettings/joinMeetingId\s+eq\s+'(\d+)'", re.IGNORECASE)


def find(call: GraphCall) -> Reply:
    """Return the meeting of a join URL (percent-encoded once more) or of a meeting ID."""
    wanted = call.option("filter")
    by_url, by_number = (pattern.fullmatch((wanted or "").strip()) for pattern in (_BY_URL, _BY_NUMBER))
    if by_url is None and by_number is None:
        raise bad_request("Filter by JoinWebUrl or joinMeetingId is required.", "InvalidArgument")
    for entry, room in _rooms(call):
        if by_url is not None and unquote(by_url.group(1)) == unquote(room.join_url) and "%" in by_url.group(1):
            return _found(call, [_meeting(entry, room)])
        if by_number is not None and by_number.group(1) == room.meeting_id:
            return _found(call, [_meeting(entry, room)])
    return _found(call, [])


def read(call: GraphCall) -> Reply:
    """Return the meeting of an identifier."""
    for entry, room in _rooms(call):
        if encode(entry.key, immutable=True) == call.keys["meeting"]:
            return single(call, _context(call), _meeting(entry, room), MEETING)
    raise not_found()


def _rooms(call: GraphCall) -> list[tuple[Entry, RegisteredMeeting]]:
    if call.personal:
        raise GraphError(403, "Forbidden", "No application access policy found for this app on the user.")
    with call.mailbox.lock:
        return [(entry, entry.room) for entry in call.mailbox.entries.values() if entry.room is not None]


def _found(call: GraphCall, meetings: list[dict[str, Any]]) -> Reply:
    value = [selected(call, each, MEETING) for each in meetings]
    return Reply(body={"@odata.context": f"{call.root}/$metadata#{_context(call)}", "value": value})


def _context(call: GraphCall) -> str:
    return f"users('{call.mailbox.person.key}')/onlineMeetings"


def _meeting(entry: Entry, room: RegisteredMeeting) -> dict[str, Any]:
    span = entry.span
    audio = None
    if room.conference_id:
        audio = {
            "conferenceId": room.conference_id,
            "tollNumber": room.toll_number,
            "tollFreeNumber": None,
            "tollNumbers": [room.toll_number],
            "tollFreeNumbers": list(room.toll_free_numbers),
            "dialinUrl": f"https://dialin.teams.microsoft.com/{room.meeting_id}?id={room.conference_id}",
        }
    moments = {} if entry.all_day else {"startDateTime": offset_time(span.start), "endDateTime": offset_time(span.end)}  # type: ignore[arg-type]  # not all-day, so these are datetimes
    return {
        "id": encode(entry.key, immutable=True),
        "subject": entry.title,
        "joinWebUrl": room.join_url,
        "joinUrl": room.join_url,
        "creationDateTime": offset_time(entry.created),
        **moments,
        "audioConferencing": audio,
        "joinMeetingIdSettings": {
            "isPasscodeRequired": True,
            "joinMeetingId": room.meeting_id,
            "passcode": room.passcode,
        },
        "joinInformation": {"content": "data:text/html," + quote(entry.body), "contentType": "html"},
        "isBroadcast": False,
        "lobbyBypassSettings": {"scope": "organization", "isDialInBypassEnabled": False},
    }
