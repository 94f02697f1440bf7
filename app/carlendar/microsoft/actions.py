"""Writes to a Microsoft calendar (answers, reminders, mail), and looks up whether they arrived."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from carlendar.domain.event import Response
from carlendar.domain.ports import ResponseKind
from carlendar.microsoft.graph import GraphClient, quoted
from carlendar.microsoft.items import response_of
from carlendar.microsoft.tolerant_reader import response_from

TRANSACTION_HEADER = "x-carlendar-transaction"
"""Message header by which recipients recognise a message that was sent twice. Its name must begin with `x-`."""

TRANSACTION_PROPERTY = "String {7d0c3f5e-51b4-4a8e-9c0e-2f6f6b1f6a11} Name CarlendarTransaction"
"""Extended property with the same id, to find the message in Sent Items, which does not keep headers (Graph:
singleValueLegacyExtendedProperty).
"""

MAIL_READING = frozenset({"mail.read", "mail.readwrite"})
"""Scopes that allow Sent Items to be read. Carlendar requests none of them; an administrator may add one."""

_PATHS = {
    ResponseKind.ACCEPT: "accept",
    ResponseKind.TENTATIVE: "tentativelyAccept",
    ResponseKind.DECLINE: "decline",
}


class MicrosoftActions:
    """`CalendarActions` and `CalendarRecords` over Graph.

    The client's token must have the scope Calendars.ReadWrite, and Mail.Send for mail; `scopes` are all scopes of the
    token.
    """

    def __init__(self, graph: GraphClient, scopes: Collection[str] = ()) -> None:
        self._graph = graph
        self._reads_mail = any(scope.casefold().rpartition("/")[2] in MAIL_READING for scope in scopes)

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        """Answer an invitation and notify the organiser. Raises GoneError if the event no longer exists."""
        body: dict[str, object] = {"sendResponse": True}
        if comment:
            body["comment"] = comment
        self._graph.post(f"/me/events/{quoted(event_id)}/{_PATHS[kind]}", body)

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        """Send a short message, marked with `transaction_id`. If Graph retries, it sends it with the same mark."""
        message = {
            "subject": subject,
            "body": {"contentType": "text", "content": text},
            "toRecipients": [{"emailAddress": {"address": address}} for address in to],
            "internetMessageHeaders": [{"name": TRANSACTION_HEADER, "value": transaction_id}],
            "singleValueExtendedProperties": [{"id": TRANSACTION_PROPERTY, "value": transaction_id}],
        }
        self._graph.post("/me/sendMail", {"message": message, "saveToSentItems": True}, request_id=transaction_id)

    def dismiss_reminder(self, event_id: str) -> None:
        """Dismiss the reminder on all devices. Raises GoneError if the event no longer exists."""
        self._graph.post(f"/me/events/{quoted(event_id)}/dismissReminder")

    def snooze_reminder(self, event_id: str, until: datetime) -> None:
        """Snooze the reminder until `until`. Raises GoneError if the event no longer exists."""
        moment = f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        body = {"newReminderTime": {"dateTime": moment, "timeZone": "UTC"}}
        self._graph.post(f"/me/events/{quoted(event_id)}/snoozeReminder", body)

    def answer_given(self, event_id: str) -> Response:
        """Return the event's `responseStatus`. Raises GoneError if the event no longer exists."""
        page = self._graph.get(f"/me/events/{quoted(event_id)}", {"$select": "responseStatus"})
        return response_of(response_from(page.data))

    def mail_sent(self, transaction_id: str) -> bool | None:
        """Whether Sent Items contains the message; None without a scope of `MAIL_READING`."""
        if not self._reads_mail:
            return None
        marked = f"ep/id eq '{TRANSACTION_PROPERTY}' and ep/value eq '{transaction_id}'"
        query = {"$filter": f"singleValueExtendedProperties/any(ep: {marked})", "$select": "id", "$top": "1"}
        return bool(self._graph.get("/me/mailFolders/sentitems/messages", query).items)
