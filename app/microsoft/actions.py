"""What a person does to a Microsoft calendar from the car."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.ports import ResponseKind
from app.microsoft.graph import GraphClient, quoted

TRANSACTION_HEADER = "x-carlendar-transaction"
"""Header of a message that tells two sendings of the same message apart from two messages (it must begin with x-)."""

_PATHS = {
    ResponseKind.ACCEPT: "accept",
    ResponseKind.TENTATIVE: "tentativelyAccept",
    ResponseKind.DECLINE: "decline",
}


class MicrosoftActions:
    """`CalendarActions` over Graph; the client's token must bear Calendars.ReadWrite, and Mail.Send for mail."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        """Answer an invitation and tell the organiser. GoneError when the event is no longer there."""
        body: dict[str, object] = {"sendResponse": True}
        if comment:
            body["comment"] = comment
        self._graph.post(f"/me/events/{quoted(event_id)}/{_PATHS[kind]}", body)

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        """Send a short message. Graph has no way to send exactly once: `transaction_id` marks it for who looks."""
        message = {
            "subject": subject,
            "body": {"contentType": "text", "content": text},
            "toRecipients": [{"emailAddress": {"address": address}} for address in to],
            "internetMessageHeaders": [{"name": TRANSACTION_HEADER, "value": transaction_id}],
        }
        self._graph.post("/me/sendMail", {"message": message, "saveToSentItems": True}, request_id=transaction_id)

    def dismiss_reminder(self, event_id: str) -> None:
        """Dismiss the reminder everywhere. GoneError when the event is no longer there."""
        self._graph.post(f"/me/events/{quoted(event_id)}/dismissReminder")
