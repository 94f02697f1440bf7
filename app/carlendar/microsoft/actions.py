"""What a person does to a Microsoft calendar from the car, and what the service's records say of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from carlendar.domain.event import Response
from carlendar.domain.ports import ResponseKind
from carlendar.microsoft.graph import GraphClient, quoted
from carlendar.microsoft.wire import response_of

TRANSACTION_HEADER = "x-carlendar-transaction"
"""Header of a message that tells its readers two sendings of one message from two messages (it must begin with x-)."""

TRANSACTION_PROPERTY = "String {7d0c3f5e-51b4-4a8e-9c0e-2f6f6b1f6a11} Name CarlendarTransaction"
"""The same for the sender's own records: headers are not kept with what is in Sent Items, extended properties are
(Graph: singleValueLegacyExtendedProperty)."""

MAIL_READING = frozenset({"mail.read", "mail.readwrite"})
"""Scopes that let us look into Sent Items. None of them is asked for: an administrator may add one."""

_PATHS = {
    ResponseKind.ACCEPT: "accept",
    ResponseKind.TENTATIVE: "tentativelyAccept",
    ResponseKind.DECLINE: "decline",
}


class MicrosoftActions:
    """`CalendarActions` and `CalendarRecords` over Graph.

    The client's token must bear Calendars.ReadWrite, and Mail.Send for mail; `scopes` are all that it bears.
    """

    def __init__(self, graph: GraphClient, scopes: Collection[str] = ()) -> None:
        self._graph = graph
        self._reads_mail = any(scope.casefold().rpartition("/")[2] in MAIL_READING for scope in scopes)

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        """Answer an invitation and tell the organiser. GoneError when the event is no longer there."""
        body: dict[str, object] = {"sendResponse": True}
        if comment:
            body["comment"] = comment
        self._graph.post(f"/me/events/{quoted(event_id)}/{_PATHS[kind]}", body)

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        """Send a short message, marked with `transaction_id`. Graph itself would send it again under the same mark."""
        message = {
            "subject": subject,
            "body": {"contentType": "text", "content": text},
            "toRecipients": [{"emailAddress": {"address": address}} for address in to],
            "internetMessageHeaders": [{"name": TRANSACTION_HEADER, "value": transaction_id}],
            "singleValueExtendedProperties": [{"id": TRANSACTION_PROPERTY, "value": transaction_id}],
        }
        self._graph.post("/me/sendMail", {"message": message, "saveToSentItems": True}, request_id=transaction_id)

    def dismiss_reminder(self, event_id: str) -> None:
        """Dismiss the reminder everywhere. GoneError when the event is no longer there."""
        self._graph.post(f"/me/events/{quoted(event_id)}/dismissReminder")

    def snooze_reminder(self, event_id: str, until: datetime) -> None:
        """Let the reminder come again at `until`. GoneError when the event is no longer there."""
        moment = f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        body = {"newReminderTime": {"dateTime": moment, "timeZone": "UTC"}}
        self._graph.post(f"/me/events/{quoted(event_id)}/snoozeReminder", body)

    def answer_given(self, event_id: str) -> Response:
        """The event's `responseStatus`. GoneError when the event is no longer there."""
        page = self._graph.get(f"/me/events/{quoted(event_id)}", {"$select": "responseStatus"})
        return response_of(page.data)

    def mail_sent(self, transaction_id: str) -> bool | None:
        """Whether Sent Items hold the message; None without a scope of `MAIL_READING`."""
        if not self._reads_mail:
            return None
        marked = f"ep/id eq '{TRANSACTION_PROPERTY}' and ep/value eq '{transaction_id}'"
        query = {"$filter": f"singleValueExtendedProperties/any(ep: {marked})", "$select": "id", "$top": "1"}
        return bool(self._graph.get("/me/mailFolders/sentitems/messages", query).items)
