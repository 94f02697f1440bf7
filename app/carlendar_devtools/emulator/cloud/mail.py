"""Mail: sending, and reading what was sent and received. Messages are kept in the world.

Mail to the sender's own address arrives in the Inbox; an invitation in it (iCalendar, RFC 5546) is added to the
calendar as Exchange does it: tentative and unanswered.
"""

from __future__ import annotations

import base64
import binascii
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from email.utils import getaddresses
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.incoming import contact_of
from carlendar_devtools.emulator.cloud.invitation_mail import accept_invitation
from carlendar_devtools.emulator.cloud.moments import offset_time
from carlendar_devtools.emulator.cloud.odata import Rendered, collection, count, single
from carlendar_devtools.emulator.cloud.schema import MESSAGE
from carlendar_devtools.emulator.cloud.values import flag
from carlendar_devtools.emulator.world.message import FOLDERS, MailMessage, is_of

PREVIEW = 255
_RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients")


def send(call: GraphCall) -> Reply:
    """Send one message (user: sendMail), given as JSON or as MIME in base64 with the content type text/plain."""
    if isinstance(call.body, str):
        return _send_mime(call, call.body)
    body = {name.casefold(): value for name, value in call.json_object().items()}
    message = body.get("message")
    if not isinstance(message, dict):
        raise bad_request("The parameter 'Message' is required.", "ErrorInvalidRequest")
    to = tuple(contact_of(each).address for name in _RECIPIENTS for each in message.get(name) or ())
    if not to:
        raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
    content = message.get("body") if isinstance(message.get("body"), dict) else {}
    call.mailbox.send(
        "mail",
        to,
        str(message.get("subject") or ""),
        str((content or {}).get("content") or ""),
        marks=_marks(message),
        kept=flag(body.get("savetosentitems"), True),
    )
    return Reply(status=202)


def listed(call: GraphCall) -> Reply:
    """Return the messages of a folder, or of all folders, newest first."""
    return collection(call, _context(call), _messages(call), MESSAGE)


def listed_count(call: GraphCall) -> Reply:
    """Return the number of messages."""
    return count(call, _messages(call), MESSAGE)


def read(call: GraphCall) -> Reply:
    """One message."""
    return single(call, _context(call), _rendered(call, _found(call)), MESSAGE)


def delete(call: GraphCall) -> Reply:
    """Move a message to Deleted Items; delete it if it is there already."""
    call.mailbox.discard_message(_found(call).key)
    return Reply(status=204)


def _send_mime(call: GraphCall, text: str) -> Reply:
    try:
        message = message_from_bytes(base64.b64decode("".join(text.split()), validate=True), policy=policy)
    except (binascii.Error, ValueError) as err:
        raise bad_request("Invalid base64 string for MIME content.", "ErrorMimeContentInvalidBase64String") from err
    if not isinstance(message, EmailMessage):
        raise TypeError("the policy makes EmailMessage")
    headers = [str(value) for name in ("to", "cc", "bcc") for value in message.get_all(name, [])]
    to = tuple(address for _, address in getaddresses(headers) if "@" in address)
    if not to:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    plain = message.get_body(("plain", "html"))
    call.mailbox.send("mail", to, str(message.get("subject") or ""), plain.get_content() if plain else "")
    if any(is_of(each, call.mailbox.person.address) for each in to):
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                accept_invitation(call.mailbox, part.get_payload(decode=True))
    return Reply(status=202)


def _messages(call: GraphCall) -> Rendered[MailMessage]:
    folder = call.keys.get("folder", "").casefold()
    if folder and folder not in FOLDERS:
        raise not_found()
    found = [each for each in call.mailbox.in_folders() if folder in ("", each.folder)]
    return Rendered(found[::-1], lambda message: _rendered(call, message))


def _found(call: GraphCall) -> MailMessage:
    with call.mailbox.lock:
        message = call.mailbox.messages.get(call.keys["message"])
    if message is None:
        raise not_found()
    return message


def _context(call: GraphCall) -> str:
    return f"users('{call.mailbox.person.key}')/messages"


def _rendered(call: GraphCall, message: MailMessage) -> dict[str, Any]:
    sender = {"emailAddress": {"name": message.sender.name, "address": message.sender.address}}
    return {
        "id": message.key,
        "createdDateTime": offset_time(message.at),
        "sentDateTime": offset_time(message.at),
        "receivedDateTime": offset_time(message.at),
        "subject": message.subject,
        "isDraft": False,
        "hasAttachments": False,
        "internetMessageId": f"<{message.key}@{call.mailbox.person.address.rpartition('@')[2]}>",
        "parentFolderId": message.folder,
        "from": sender,
        "sender": sender,
        "toRecipients": [{"emailAddress": {"name": address, "address": address}} for address in message.to],
        "bodyPreview": message.text[:PREVIEW],
        "body": {"contentType": "text", "content": message.text},
        "singleValueExtendedProperties": [{"id": name, "value": value} for name, value in message.marks],
    }


def _marks(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The extended properties of a message, which its copy in Sent Items keeps."""
    given = message.get("singleValueExtendedProperties") or ()
    return tuple((str(each["id"]), str(each["value"])) for each in given)
