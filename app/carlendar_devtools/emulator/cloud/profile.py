"""The signed-in person: profile, photo, presence; and the time zones that the mailbox supports."""

from __future__ import annotations

import io
import zlib
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply
from carlendar_devtools.emulator.cloud.mailbox_settings import settings
from carlendar_devtools.emulator.cloud.odata import collection, selects, single
from carlendar_devtools.emulator.cloud.schema import PHOTO, PRESENCE, USER, ZONE, Texts
from carlendar_devtools.emulator.cloud.scopes import satisfies
from carlendar_devtools.emulator.cloud.state import GraphState
from carlendar_devtools.emulator.world.zones import supported, zone

_SIZES = (48, 64, 96, 120, 240, 360, 432, 504, 648)
_GROUNDS = ("#0b63ce", "#07653a", "#8a5200", "#6b2fa0")


def me(call: GraphCall) -> Reply:
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
    if call.has_option("select"):
        # Other properties are not set, and are written only if selected.
        rest: dict[str, Any] = {name: [] if isinstance(kind, Texts) else None for name, kind in USER.properties.items()}
        profile = rest | profile | {"userType": "Member", "accountEnabled": True}
    if selects(call, "mailboxSettings"):
        if not satisfies(call.scopes, "MailboxSettings.Read"):
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        profile["mailboxSettings"] = settings(call.mailbox)
    return single(call, "users", profile, USER)


def photo(call: GraphCall) -> Reply:
    """Return the photo's metadata."""
    size = _photo_size(call)
    item = {"@odata.mediaContentType": "image/jpeg", "id": f"{size}x{size}", "height": size, "width": size}
    return single(call, f"users('{call.mailbox.person.key}')/photo", item, PHOTO)


def photo_bytes(call: GraphCall) -> Reply:
    """The photo, a JPEG with the person's initials; 304 if the client has it already (RFC 9110 13.1.2)."""
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


def time_zones(call: GraphCall) -> Reply:
    """Return the supported zone names of the standard in the path (Windows by default)."""
    wanted = (call.keys.get("standard") or "Windows").casefold()
    standard = next((each for each in ("Windows", "Iana") if each.casefold() == wanted), None)
    if standard is None:
        raise GraphError(400, "BadRequest", f"Requested value '{call.keys['standard']}' was not found.")
    now = call.mailbox.now()
    names = [{"alias": name, "displayName": _shown(name, standard, now)} for name in supported(standard)]
    context = "Collection(microsoft.graph.timeZoneInformation)"
    return collection(call, context, names, ZONE, all_at_once=True)


CALLS = ("InACall", "InAConferenceCall", "Presenting")
"""Activities of a person who is in a call of Teams (presence resource)."""


def presence(call: GraphCall, state: GraphState) -> Reply:
    """What the person does: a call of Teams as set, else whether there is a meeting now. Not for personal accounts."""
    if call.personal:
        raise GraphError(403, "Forbidden", "Presence is not available for personal accounts.")
    now, activity = call.mailbox.now(), state.activities.get(call.mailbox.person.address, "")
    busy = bool(activity) or any(
        each.entry.show_as == "busy" and not each.entry.all_day for each in call.mailbox.between(now, now)
    )
    body = {
        "id": call.mailbox.person.key,
        "availability": "Busy" if busy else "Available",
        "activity": activity or ("InAMeeting" if busy else "Available"),
        "statusMessage": None,
    }
    return single(call, f"users('{call.mailbox.person.key}')/presence", body, PRESENCE)


def _shown(name: str, standard: str, now: datetime) -> str:
    """Return a zone's display name: with the current offset for Windows' names, as in Exchange."""
    if standard == "Iana":
        return name
    offset = f"{now.astimezone(zone(name)):%z}"
    return f"(UTC{offset[:3]}:{offset[3:5]}) {name}" if int(offset[1:]) else f"(UTC) {name}"


def _photo_size(call: GraphCall) -> int:
    if not call.mailbox.person.photo or call.personal:
        raise GraphError(
            404,
            "ImageNotFound",
            "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
        )
    wanted = call.keys.get("size", "648x648")
    size = next((each for each in _SIZES if wanted in (f"{each}x{each}", str(each))), None)
    if size is None:
        raise GraphError(404, "ImageNotFound", "There is no photo of this size.")
    return size
