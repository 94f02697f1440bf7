"""The signed-in person: profile, photo, mailbox settings, presence."""

from __future__ import annotations

import io
import zlib
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from carlendar_devtools.emulator.cloud.call import Call, GraphError, Reply
from carlendar_devtools.emulator.cloud.odata import selected, single
from carlendar_devtools.emulator.world.zones import supported, windows_name

_SIZES = (48, 64, 96, 120, 240, 360, 432, 504, 648)
_GROUNDS = ("#0b63ce", "#07653a", "#8a5200", "#6b2fa0")


def me(call: Call) -> Reply:
    """The person's profile (user resource, its default properties)."""
    person = call.mailbox.person
    profile: dict[str, Any] = {
        "businessPhones": [person.phone] if person.phone else [],
        "displayName": person.name,
        "givenName": person.given_name,
        "jobTitle": person.job_title or None,
        "mail": person.address,
        "mobilePhone": None,
        "officeLocation": person.office or None,
        "preferredLanguage": person.language,
        "surname": person.surname,
        "userPrincipalName": person.address,
        "id": person.key,
    }
    return single(call, "users", profile)


def photo(call: Call) -> Reply:
    """What is known of the photo, without its bytes."""
    size = _photo_size(call)
    return Reply(
        body={
            "@odata.context": f"{call.root}/$metadata#users('{call.mailbox.person.key}')/photo/$entity",
            "@odata.mediaContentType": "image/jpeg",
            "id": f"{size}x{size}",
            "height": size,
            "width": size,
        }
    )


def photo_bytes(call: Call) -> Reply:
    """The photo, a JPEG with the person's initials; 304 where the client has it already (RFC 9110 13.1.2)."""
    size, person = _photo_size(call), call.mailbox.person
    picture = Image.new("RGB", (size, size), _GROUNDS[sum(person.key.encode()) % len(_GROUNDS)])
    initials = (person.given_name[:1] + person.surname[:1]).upper()
    font = ImageFont.load_default(size * 0.45)
    ImageDraw.Draw(picture).text((size / 2, size / 2), initials, fill="white", font=font, anchor="mm")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    content = buffer.getvalue()
    tag = f'"{zlib.crc32(content):08X}"'
    if next((value for name, value in call.headers.items() if name.lower() == "if-none-match"), "") == tag:
        return Reply(304, headers={"ETag": tag})
    return Reply(raw=content, content_type="image/jpeg", headers={"ETag": tag})


def mailbox_settings(call: Call) -> Reply:
    """The person's settings of mail and calendar."""
    return Reply(
        body={
            "@odata.context": f"{call.root}/$metadata#users('{call.mailbox.person.key}')/mailboxSettings",
            **selected(call, _settings(call)),
        }
    )


def mailbox_setting(call: Call) -> Reply:
    """One of these settings, such as `/me/mailboxSettings/timeZone`."""
    settings, name = _settings(call), call.keys["setting"]
    found = next((key for key in settings if key.casefold() == name.casefold()), None)
    if found is None:
        raise GraphError(400, "BadRequest", f"Resource not found for the segment '{name}'.")
    return Reply(body={"@odata.context": f"{call.root}/$metadata#Edm.String", "value": settings[found]})


def time_zones(call: Call) -> Reply:
    """The names of zones that are understood, of the standard that the path names."""
    standard = "Iana" if "iana" in call.path.casefold() else "Windows"
    names = [{"alias": name, "displayName": name} for name in supported(standard)]
    return Reply(body={"@odata.context": f"{call.root}/$metadata#Collection(timeZoneInformation)", "value": names})


def presence(call: Call) -> Reply:
    """Whether the person is in a meeting now."""
    now = call.mailbox.now()
    busy = any(each.entry.show_as == "busy" and not each.entry.all_day for each in call.mailbox.between(now, now))
    body = {
        "id": call.mailbox.person.key,
        "availability": "Busy" if busy else "Available",
        "activity": "InAMeeting" if busy else "Available",
        "statusMessage": None,
    }
    return Reply(
        body={"@odata.context": f"{call.root}/$metadata#users('{call.mailbox.person.key}')/presence/$entity", **body}
    )


def _settings(call: Call) -> dict[str, Any]:
    person = call.mailbox.person
    home = windows_name(person.zone)
    start, end = (f"{clock}:00.0000000" for clock in (person.work_start, person.work_end))
    return {
        "archiveFolder": None,
        "timeZone": home,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "dd.MM.yyyy" if person.language.startswith("de") else "dd/MM/yyyy",
        "timeFormat": "HH:mm",
        "userPurpose": "user",
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "none"},
        "language": {"locale": person.language, "displayName": person.language},
        "workingHours": {
            "daysOfWeek": list(person.work_days),
            "startTime": start,
            "endTime": end,
            "timeZone": {"name": home},
        },
    }


def _photo_size(call: Call) -> int:
    if not call.mailbox.person.photo or call.personal:
        raise GraphError(
            404,
            "ImageNotFound",
            "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
        )
    size = int(call.keys.get("size", "648x648").partition("x")[0])
    if size not in _SIZES:
        raise GraphError(404, "ImageNotFound", "There is no photo of this size.")
    return size
