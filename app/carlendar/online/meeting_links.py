"""Which meeting links the SDK may get.

The SDK accepts a link of any host whose path looks like Teams' (`teams.microsoft.com.evil.example`), so the link is
checked here once more, although it was unwrapped and allow-listed when the invitation was read.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from carlendar.domain.online_call import OnlineMeeting

MEETING_HOSTS = frozenset(
    {"teams.microsoft.com", "teams.cloud.microsoft", "gov.teams.microsoft.us", "dod.teams.microsoft.us"}
)
"""Hosts whose meetings the SDK joins; not teams.live.com, which it refuses (400/40238)."""

LONGEST = 4096
"""Characters of a link."""

_PLAIN = re.compile(r"https://[!#-;=?-\[\]_a-z~]+")
"""Printable ASCII without space, quotation mark, angle brackets, backslash, caret, backtick, braces and bar."""
_PATH = re.compile(r"/l/meetup-join/[^/]+(?:/[0-9]+)?|/meet/[0-9]{6,20}")
_MEETING_ID = re.compile(r"[0-9]{6,20}")
_PASSCODE = re.compile(r"[!-~]{0,32}")


def is_joinable(meeting: OnlineMeeting) -> bool:
    """Whether the SDK may get the meeting: a link of an allowed host, or a meeting ID of digits with its passcode."""
    if meeting.url:
        return _is_meeting_link(meeting.url)
    return bool(_MEETING_ID.fullmatch(meeting.meeting_id) and _PASSCODE.fullmatch(meeting.passcode))


def _is_meeting_link(url: str) -> bool:
    if len(url) > LONGEST or not _PLAIN.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # the host as it is written: neither a user, nor a port, nor another case or a final dot
    return parts.netloc in MEETING_HOSTS and _PATH.fullmatch(parts.path) is not None
