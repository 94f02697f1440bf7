"""Sending mail. What was sent is kept in the world, visible to tests and to the panel."""

from __future__ import annotations

from app.emulator.cloud.call import Call, Reply, bad_request
from app.emulator.cloud.incoming import contact_of


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
    call.mailbox.send("mail", to, str(message.get("subject") or ""), str((content or {}).get("content") or ""))
    return Reply(status=202)
