"""Services that fewer invitations are of, and software that people host themselves."""

from __future__ import annotations

from app.meetings.services import Service
from app.meetings.services_further import NAMED, simple

_ROOM = r"/[\w%.@~+-]+(?:/[\w%.@~+-]+){0,8}/?(?:[?#].*)?$"

RARE: tuple[Service, ...] = (
    simple(
        "luma",
        "lu.ma luma.com",
        r"/(?:join/|event/|check-in/)?[\w-]{6,}",
        "https://lu.ma/join/g-AbCdEfGh",
        "https://lu.ma/",
    ),
    simple(
        "preply",
        "preply.com",
        r"/(?:[a-z]{2}/)?(?:classroom|lesson|chat/t-room)\S",
        "https://preply.com/en/classroom/123 https://preply.com/en/chat/t-room/123?source=email",
        "https://preply.com/en/online",
    ),
    simple(
        "userzoom",
        "go.userzoom.com",
        r"/participate/\w",
        "https://go.userzoom.com/participate/0123abcd",
        "https://go.userzoom.com/",
    ),
    simple("venue", "app.venue.live", r"/app/\w", "https://app.venue.live/app/review", "https://app.venue.live/"),
    simple("teemyco", "app.teemyco.com", r"/room/\w", "https://app.teemyco.com/room/1234", "https://app.teemyco.com/"),
    simple(
        "demodesk",
        "demodesk.com",
        r"/(?:demo|meet|m)?/?\w{6,}",
        "https://demodesk.com/AbCdEf12",
        "https://demodesk.com/",
    ),
    simple(
        "zoho",
        "cliq.zoho.com cliq.zoho.eu meet.zoho.com meeting.zoho.com meeting.zoho.eu",
        r"/(?:meetings/\w|meeting/\S|join\?key=\d|\w{3,}[\w-]*$)",
        "https://cliq.zoho.eu/meetings/12345 https://cliq.zoho.eu/meetings/review1"
        " https://meeting.zoho.com/join?key=1234567890 https://meet.zoho.com/123",
        "https://cliq.zoho.eu/",
    ),
    simple(
        "slack",
        "app.slack.com",
        r"/huddle/T\w+/[CDG]\w+",
        "https://app.slack.com/huddle/T0123ABC/C0123ABC",
        "https://app.slack.com/client/T0123ABC",
    ),
    simple(
        "gather",
        "app.gather.town gather.town app.v2.gather.town",
        r"/(?:app|invite|events)[/?]\w",
        "https://app.gather.town/app/AbC123/contoso",
        "https://gather.town/",
    ),
    simple("reclaim", "reclaim.ai", r"/z/\w", "https://reclaim.ai/z/AbCdEf/join", "https://reclaim.ai/pricing"),
    simple("tuple", "tuple.app", r"/c/\w", "https://tuple.app/c/AbCdEf", "https://tuple.app/pricing"),
    simple(
        "pumble",
        "meet.pumble.com app.pumble.com",
        r"/[\w-]{3,}",
        "https://meet.pumble.com/abc-defg-hij",
        "https://meet.pumble.com/",
    ),
    simple(
        "suit_conference",
        ".conference.istesuit.com",
        r"/\S{3,}",
        "https://turkcell.conference.istesuit.com/review",
        "https://turkcell.conference.istesuit.com/",
    ),
    simple("doxy", ".doxy.me", NAMED, "https://doxy.me/drmeyer", "https://doxy.me/"),
    simple(
        "calcom",
        "app.cal.com cal.com meetco.daily.co",
        r"/video/\w|/[\w-]{8,}$",
        "https://app.cal.com/video/AbCdEf",
        "https://app.cal.com/",
    ),
    simple(
        "zm_page",
        ".zm.page",
        r"/?$|" + NAMED,
        "https://zm.page/anameyer https://contoso.zm.page",
        "https://zm.page/pricing",
    ),
    simple(
        "livekit",
        "meet.livekit.io meet-staging.livekit.io",
        r"/rooms/\w",
        "https://meet.livekit.io/rooms/abcd-efgh",
        "https://meet.livekit.io/",
    ),
    simple(
        "meetecho",
        "meetings.conf.meetecho.com .conf.meetecho.com",
        r"/\w[\w/-]*",
        "https://meetings.conf.meetecho.com/ietf120/?group=x",
        "https://meetings.conf.meetecho.com/",
    ),
    simple(
        "streamyard",
        "streamyard.com www.streamyard.com",
        r"/(?:watch/|guest/)?\w{8,}",
        "https://streamyard.com/abcdefghij https://streamyard.com/guest/abcdefgh1",
        "https://streamyard.com/",
    ),
    simple(
        "riverside",
        "riverside.fm riverside.com",
        r"/studio/\w",
        "https://riverside.fm/studio/review",
        "https://riverside.fm/pricing",
    ),
    simple(
        "daily",
        ".daily.co",
        r"/(?!(?:blog|pricing|docs|contact|products)\b)[\w-]{3,}",
        "https://contoso.daily.co/review",
        "https://www.daily.co/",
    ),
    simple(
        "kmeet", "kmeet.infomaniak.com", _ROOM, "https://kmeet.infomaniak.com/abcdefgh", "https://kmeet.infomaniak.com/"
    ),
    simple(
        "lasuite",
        "visio.numerique.gouv.fr meet.numerique.gouv.fr webconf.numerique.gouv.fr",
        r"/[\w-]{6,}",
        "https://visio.numerique.gouv.fr/abc-defg-hij",
        "https://visio.numerique.gouv.fr/",
    ),
    simple(
        "gnome_meet",
        "meet.gnome.org",
        r"/(?:b|rooms)/[\w-]+",
        "https://meet.gnome.org/rooms/ana-abc-def/join",
        "https://meet.gnome.org/",
    ),
    simple(
        "freeconferencecall",
        "join.freeconferencecall.com www.freeconferencecall.com",
        r"/(?:wall/)?[\w.-]{4,}$",
        "https://join.freeconferencecall.com/anameyer",
        "https://join.freeconferencecall.com/",
    ),
    simple(
        "mattermost",
        "calls.mattermost.com",
        _ROOM,
        "https://calls.mattermost.com/review",
        "https://calls.mattermost.com/",
    ),
    simple(
        "nextcloud",
        "talk.nextcloud.com",
        r"/call/\w",
        "https://talk.nextcloud.com/call/abcdef12",
        "https://talk.nextcloud.com/",
    ),
    simple(
        "element", "call.element.io", r"/(?:room/)?\S{2,}", "https://call.element.io/review", "https://call.element.io/"
    ),
    simple(
        "signal", "signal.link", r"/call/#key=\S", "https://signal.link/call/#key=abcd-efgh", "https://signal.link/"
    ),
    simple(
        "whatsapp",
        "call.whatsapp.com",
        r"/(?:video|voice)/\w",
        "https://call.whatsapp.com/video/AbCdEf",
        "https://call.whatsapp.com/",
    ),
    simple("telegram", "t.me", r"/call/\w|/[\w-]+\?(?:video|live)", "https://t.me/call/AbCdEf", "https://t.me/contoso"),
    simple("roam", "ro.am", r"/[\w-]+/\S|/r/\S", "https://ro.am/contoso/review", "https://ro.am/"),
    simple("butter", "app.butter.us", r"/[\w-]{3,}", "https://app.butter.us/contoso/review", "https://app.butter.us/"),
    simple(
        "airmeet", ".airmeet.com", r"/e/\w|/event/\w", "https://www.airmeet.com/e/0123abcd", "https://www.airmeet.com/"
    ),
    simple(
        "hopin",
        "hopin.com app.hopin.com",
        r"/events/\w",
        "https://hopin.com/events/review",
        "https://hopin.com/",
        retired=True,
    ),
    simple(
        "on24",
        "event.on24.com",
        r"/(?:wcc|eventRegistration)/\S",
        "https://event.on24.com/wcc/r/1234567/ABCDEF",
        "https://event.on24.com/",
    ),
    simple("pexip", "pexip.me .pexip.me", r"/(?:meet|webapp)/\S", "https://pexip.me/meet/contoso", "https://pexip.me/"),
    simple(
        "wire",
        "call.wire.com account.wire.com",
        r"/conversation-join/?\?\S",
        "https://account.wire.com/conversation-join/?key=a&code=b",
        "https://account.wire.com/",
    ),
    simple(
        "alfaview",
        "app.alfaview.com",
        r"/#/join/\S",
        "https://app.alfaview.com/#/join/contoso/1/2",
        "https://app.alfaview.com/",
    ),
    simple(
        "edudip", ".edudip.com", r"/(?:w|webinar|meeting)/\S", "https://app.edudip.com/w/abc", "https://app.edudip.com/"
    ),
    simple(
        "senfcall",
        "www.senfcall.de senfcall.de",
        r"/(?:b/)?[\w-]{5,}",
        "https://www.senfcall.de/abc-def",
        "https://www.senfcall.de/",
    ),
    simple(
        "clickmeeting",
        ".clickmeeting.com .clickwebinar.com",
        NAMED,
        "https://contoso.clickmeeting.com/review https://contoso.clickwebinar.com/training",
        "https://www.clickmeeting.com/",
    ),
    simple(
        "telemost",
        "telemost.yandex.ru telemost.360.yandex.ru",
        r"/j/\d{6,}",
        "https://telemost.yandex.ru/j/12345678901234",
        "https://telemost.yandex.ru/",
    ),
    Service(
        "discord",
        (),
        r"(?://[^/?#\s]*)?/channels/\S+/\d",
        scheme="discord",
        joins=("discord://discord.com/channels/123456/654321",),
        others=("discord://discord.com/app",),
    ),
    Service(
        "bigbluebutton",
        (),
        r"/(?:b/[\w-]{5,}|rooms/[\w-]{5,}(?:/join)?|gl/[\w-]{5,})(?:[?#].*)?$",
        host_pattern=r"(?:[a-z0-9-]{1,63}\.){0,4}(?:bbb|bigbluebutton|greenlight)[a-z0-9-]*\.(?:[a-z0-9-]{1,63}\.){0,4}[a-z]{2,24}",
        joins=("https://bbb.contoso.example/b/ana-abc-def", "https://bbb1.uni.example/rooms/ana-abc-def-ghi/join"),
        others=("https://bbb.contoso.example/", "https://bbb.contoso.example/gl"),
    ),
)
