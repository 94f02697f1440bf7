"""Sending mail, and looking at what was sent. All of it is kept in the world, visible to tests and to the panel."""

from __future__ import annotations

import re
from typing import Any

from carlendar_devtools.emulator.cloud.call import Call, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.incoming import contact_of

_SENT_ITEMS = "sentitems"
_MARKED = re.compile(
    r"singleValueExtendedProperties/any\(\s*ep:\s*ep/id eq '(?P<id>[^']+)' and ep/value eq '(?P<value>[^']*)'\s*\)"
)


def send(call: Call) -> Reply:
    """Send one message (user: sendMail)."""
    body = {name.casefold(): value for name, value in call.json_object().items()}
    message = body.get("message")
    if not isinstance(message, dict):
        raise bad_request("The parameter 'Message' is required.", "ErrorInvalidRequest")
    lists = ("toRecipients", "ccRecipients", "bccRecipients")
    to = tuple(contact_of(each).address for name in lists for each in message.get(name) or ())
    if not to:
        raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
    content = message.get("body") if isinstance(message.get("body"), dict) else {}
    call.mailbox.send(
        "mail", to, str(message.get("subject") or ""), str((content or {}).get("content") or ""), marks=_marks(message)
    )
    return Reply(status=202)


def listed(call: Call) -> Reply:
    """The messages of Sent Items, the newest first; other folders are empty.

    Of $filter only the search for one extended property is offered, as clients look for what they sent.
    """
    folder = call.keys["folder"].casefold()
    if folder not in (_SENT_ITEMS, "inbox", "drafts"):
        raise not_found()
    marked = _asked(call)
    found = [
        {
            "id": f"sent-{number}",
            "subject": sent.subject,
            "isDraft": False,
            "sentDateTime": f"{sent.at:%Y-%m-%dT%H:%M:%SZ}",
            "toRecipients": [{"emailAddress": {"address": address}} for address in sent.to],
        }
        for number, sent in enumerate(call.mailbox.sent)
        if sent.kind == "mail" and folder == _SENT_ITEMS and (marked is None or marked in sent.marks)
    ]
    return Reply(body={"@odata.context": f"{call.root}/$metadata#Collection(message)", "value": found[::-1]})


def _asked(call: Call) -> tuple[str, str] | None:
    text = call.option("filter")
    if text is None:
        return None
    match = _MARKED.fullmatch(text.strip())
    if match is None:
        raise bad_request("The query filter is not offered here.", "ErrorInvalidUrlQueryFilter")
    return match["id"], match["value"]


def _marks(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The extended properties of a message, which its copy in Sent Items keeps."""
    given = message.get("singleValueExtendedProperties") or ()
    return tuple((str(each["id"]), str(each["value"])) for each in given)
