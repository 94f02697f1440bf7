"""The types of Microsoft Graph v1.0 that are served, as far as query options need them.

Source: Graph's metadata (CSDL, v1.0). Names are matched case-insensitively, as in Graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from carlendar_devtools.emulator.cloud.call import GraphError, bad_request


class PropertyKind(Enum):
    """Type of a primitive property. Times within `dateTimeTimeZone` are strings, as in the metadata."""

    TEXT = "Edm.String"
    FLAG = "Edm.Boolean"
    NUMBER = "Edm.Int32"
    MOMENT = "Edm.DateTimeOffset"


@dataclass(frozen=True, slots=True)
class Complex:
    """A complex type; `many` if the property is a collection of them."""

    parts: Mapping[str, Property]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """A collection of texts."""


Property = PropertyKind | Complex | Texts


@dataclass(frozen=True, slots=True)
class Type:
    """An entity type: its properties, and the expandable ones; `by_name` has both, by folded names."""

    name: str
    properties: Mapping[str, Property]
    expandable: tuple[str, ...] = ()
    by_name: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        names = (*self.properties, *self.expandable)
        object.__setattr__(self, "by_name", {name.casefold(): name for name in names})

    def first(self, path: str) -> str:
        """Return the property that a path of $select or $expand begins with, spelled as in the metadata.

        Raises GraphError for a path that the type does not have.
        """
        head, *rest = path.strip().removeprefix(f"{self.name}/").split("/")
        spelled = self.by_name.get(head.casefold())
        if spelled is None:
            raise self.unknown(head)
        found = self.properties.get(spelled)
        for part in rest:
            found = _part(found, part)
            if found is None:
                raise self.unknown(part)
        return spelled

    def primitive(self, path: str) -> tuple[str, PropertyKind]:
        """Return the primitive value at a path such as `start/dateTime`. Raises GraphError."""
        within: Mapping[str, Property] = self.properties
        spelled: list[str] = []
        for part in path.removeprefix(f"{self.name}/").split("/"):
            name = next((each for each in within if each.casefold() == part.casefold()), None)
            if name is None:
                raise self.unknown(part)
            spelled.append(name)
            found = within[name]
            if isinstance(found, PropertyKind):
                within = {}
                continue
            within = found.parts if isinstance(found, Complex) and not found.many else {}
        if not isinstance(found, PropertyKind):
            raise bad_request(f"The property '{path}' is no single value of a primitive type.", "BadRequest")
        return "/".join(spelled), found

    def unknown(self, name: str) -> GraphError:
        """Return the error for an unknown name."""
        return bad_request(f"Could not find a property named '{name}' on type '{self.name}'.", "BadRequest")


def _part(found: Property | None, name: str) -> Property | None:
    parts = found.parts if isinstance(found, Complex) else {}
    return next((value for each, value in parts.items() if each.casefold() == name.casefold()), None)


T, F, N, M = PropertyKind.TEXT, PropertyKind.FLAG, PropertyKind.NUMBER, PropertyKind.MOMENT
_ZONED = Complex({"dateTime": T, "timeZone": T})
_ADDRESS = Complex({"name": T, "address": T})
_RECIPIENT = Complex({"emailAddress": _ADDRESS})
_STATUS = Complex({"response": T, "time": M})
_PLACE: Mapping[str, Property] = {
    "displayName": T, "locationEmailAddress": T, "locationType": T, "locationUri": T, "uniqueId": T, "uniqueIdType": T,
    "address": Complex({"street": T, "city": T, "state": T, "countryOrRegion": T, "postalCode": T}),
    "coordinates": Complex({"latitude": N, "longitude": N}),
}  # fmt: skip
_BODY = Complex({"contentType": T, "content": T})

EVENT = Type(
    "microsoft.graph.event",
    {
        "id": T, "createdDateTime": M, "lastModifiedDateTime": M, "changeKey": T, "categories": Texts(),
        "transactionId": T, "originalStartTimeZone": T, "originalEndTimeZone": T, "originalStart": M, "iCalUId": T,
        "type": T, "seriesMasterId": T, "start": _ZONED, "end": _ZONED, "isAllDay": F, "webLink": T, "subject": T,
        "importance": T, "sensitivity": T, "showAs": T, "isCancelled": F, "isDraft": F, "isReminderOn": F,
        "reminderMinutesBeforeStart": N, "hasAttachments": F, "hideAttendees": F, "responseRequested": F,
        "allowNewTimeProposals": F, "location": Complex(_PLACE), "locations": Complex(_PLACE, many=True),
        "isOrganizer": F, "organizer": _RECIPIENT, "responseStatus": _STATUS, "isOnlineMeeting": F,
        "attendees": Complex({"type": T, "status": _STATUS, "emailAddress": _ADDRESS}, many=True),
        "onlineMeetingProvider": T, "onlineMeetingUrl": T, "body": _BODY, "bodyPreview": T,
        "onlineMeeting": Complex({"joinUrl": T, "conferenceId": T, "tollNumber": T, "tollFreeNumbers": Texts(),
                                  "quickDial": T, "phones": Complex({"number": T, "type": T}, many=True)}),
        "recurrence": Complex({"pattern": Complex({"type": T, "interval": N}), "range": Complex({"type": T})}),
        "cancelledOccurrences": Texts(),
        "singleValueExtendedProperties": Complex({"id": T, "value": T}, many=True),
    },
    ("attachments", "calendar", "extensions", "exceptionOccurrences", "multiValueExtendedProperties"),
)  # fmt: skip

CALENDAR = Type(
    "microsoft.graph.calendar",
    {
        "id": T, "name": T, "color": T, "hexColor": T, "isDefaultCalendar": F, "changeKey": T, "canShare": F,
        "canViewPrivateItems": F, "canEdit": F, "isRemovable": F, "isTallyingResponses": F,
        "allowedOnlineMeetingProviders": Texts(), "defaultOnlineMeetingProvider": T, "owner": _ADDRESS,
    },
)  # fmt: skip

GROUP = Type("microsoft.graph.calendarGroup", {"id": T, "name": T, "classId": T, "changeKey": T})

USER = Type(
    "microsoft.graph.user",
    {
        "id": T, "businessPhones": Texts(), "displayName": T, "givenName": T, "jobTitle": T, "mail": T,
        "mobilePhone": T, "officeLocation": T, "preferredLanguage": T, "surname": T, "userPrincipalName": T,
        "accountEnabled": F, "ageGroup": T, "city": T, "companyName": T, "country": T, "createdDateTime": M,
        "department": T, "employeeId": T, "faxNumber": T, "imAddresses": Texts(), "mailNickname": T,
        "otherMails": Texts(), "postalCode": T, "proxyAddresses": Texts(), "state": T, "streetAddress": T,
        "usageLocation": T, "userType": T, "mailboxSettings": Complex({"timeZone": T}),
    },
)  # fmt: skip

SETTINGS = Type(
    "microsoft.graph.mailboxSettings",
    {
        "archiveFolder": T, "timeZone": T, "delegateMeetingMessageDeliveryOptions": T, "dateFormat": T,
        "timeFormat": T, "userPurpose": T, "language": Complex({"locale": T, "displayName": T}),
        "automaticRepliesSetting": Complex({"status": T}), "workingHours": Complex({"startTime": T, "endTime": T}),
    },
)  # fmt: skip

MESSAGE = Type(
    "microsoft.graph.message",
    {
        "id": T, "subject": T, "isDraft": F, "sentDateTime": M, "receivedDateTime": M, "createdDateTime": M,
        "from": _RECIPIENT, "sender": _RECIPIENT, "toRecipients": Complex({"emailAddress": _ADDRESS}, many=True),
        "bodyPreview": T, "body": _BODY, "internetMessageId": T, "parentFolderId": T, "hasAttachments": F,
        "singleValueExtendedProperties": Complex({"id": T, "value": T}, many=True),
    },
)  # fmt: skip

REMINDER = Type(
    "microsoft.graph.reminder",
    {
        "eventId": T, "eventStartTime": _ZONED, "eventEndTime": _ZONED, "changeKey": T, "eventSubject": T,
        "eventLocation": Complex(_PLACE), "eventWebLink": T, "reminderFireTime": _ZONED,
    },
)  # fmt: skip

ZONE = Type("microsoft.graph.timeZoneInformation", {"alias": T, "displayName": T})
ATTACHMENT = Type("microsoft.graph.attachment", {"id": T, "name": T, "contentType": T, "size": N, "isInline": F})
PHOTO = Type("microsoft.graph.profilePhoto", {"id": T, "height": N, "width": N})
PRESENCE = Type("microsoft.graph.presence", {"id": T, "availability": T, "activity": T, "statusMessage": T})
MEETING = Type(
    "microsoft.graph.onlineMeeting",
    {
        "id": T, "subject": T, "joinWebUrl": T, "joinUrl": T, "creationDateTime": M, "startDateTime": M,
        "endDateTime": M, "audioConferencing": Complex({"conferenceId": T}), "isBroadcast": F,
        "joinMeetingIdSettings": Complex({"joinMeetingId": T}), "joinInformation": Complex({"content": T}),
        "lobbyBypassSettings": Complex({"scope": T}),
    },
)  # fmt: skip
