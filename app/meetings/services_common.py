"""The services that most invitations are of. Shapes as seen in invitations of the services themselves."""

from __future__ import annotations

from app.meetings.services import Service

_TEAMS_HOSTS = (
    "teams.microsoft.com",
    "gov.teams.microsoft.com",
    "teams.microsoft.us",
    "gov.teams.microsoft.us",
    "dod.teams.microsoft.us",
    "teams.cloud.microsoft",
)
_TEAMS_PATH = (
    r"/(?:[a-z]{2}-[a-z]{2}/|_#/|v2/\?meetingjoin=true#/|dl/launcher/launcher\.html\?url=)?"
    r"(?:%2f_%23%2f|/_#/)?(?:(?:l|%2fl)(?:/|%2f)meetup-join(?:/|%2f)[^/?#\s]|(?:l/)?meet/\w{6,})"
)
_ZOOM_PATH = (
    r"/(?:(?:j|s|w)/(?:\d{3,11}(?!\d)|[a-z][\w.-]{2,})|my/[\w.-]+|wc/(?:join/)?\d{9,11}(?!\d)"
    r"|wc/[\w.-]+/(?:join|start)|(?:webinar|meeting)/register/\w|webinar/join/\d{9,11}"
    r"|join\?(?:[^#\s]*&)?confno=\d{9,11})"
)

COMMON: tuple[Service, ...] = (
    Service(
        "teams",
        _TEAMS_HOSTS,
        _TEAMS_PATH,
        joins=(
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d",
            "https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/1600000000000?context=%7b%7d",
            "https://teams.microsoft.com/meet/281442953617?p=aB3dE9fG",
            "https://teams.microsoft.us/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0",
            "https://gov.teams.microsoft.us/l/meetup-join/19%3agcch%40thread.v2/0",
            "https://gov.teams.microsoft.com/meet/281442953617?p=aB3dE9",
            "https://dod.teams.microsoft.us/l/meetup-join/19%3adod%40thread.v2/0",
            "https://teams.cloud.microsoft/meet/281442953617?p=aB3dE9fG",
            "https://teams.microsoft.com/l/meetup-join/19:meeting_QUJD@thread.v2/0",
            "https://teams.microsoft.com/_#/l/meetup-join/19:meeting_QUJD@thread.v2/0",
            "https://teams.microsoft.com/meet/abc123def?p=aB3dE9",
        ),
        others=(
            "https://teams.microsoft.com/l/meeting/new?subject=x",
            "https://teams.microsoft.com/meetingOptions/?organizerId=1&tenantId=2",
            "https://teams.microsoft.com/downloads",
            "https://teams.microsoft.com/favicon.ico",
            "https://teams.microsoft.com/meet",
            "https://teams.microsoft.com/l/channel/19%3aabc%40thread.tacv2/General",
            "https://teams.microsoft.com/",
            "https://teams.microsoft.com/l/meetup-join/",
        ),
    ),
    Service(
        "teams",
        ("teams.live.com",),
        r"/(?:meet/\w{6,}|l/meetup-join/[^/?#\s])",
        joins=(
            "https://teams.live.com/meet/9312345678901?p=abcDEF12",
            "https://teams.live.com/l/meetup-join/19:meeting_QUJD@thread.v2/0",
        ),
        others=("https://teams.live.com/meet/", "https://teams.live.com/free"),
    ),
    Service(
        "teams",
        (),
        r"/(?:l/meetup-join/[^/?#\s]|meet/\d{9,})",
        scheme="msteams",
        joins=("msteams:/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0", "msteams:/meet/281442953617"),
        others=("msteams:/l/chat/0/0",),
    ),
    Service(
        "teams",
        ("dialin.teams.microsoft.com", "dialin.teams.microsoft.us"),
        r"(?!)",
        joins=(),
        others=(
            "https://dialin.teams.microsoft.com/6c1d5b3e?id=123456789",
            "https://dialin.teams.microsoft.com/usp/pstnconferencing",
        ),
    ),
    Service(
        "zoom",
        (".zoom.us", ".zoom.com", ".zoom.com.cn", ".zoom-x.de", ".zoomgov.com"),
        _ZOOM_PATH,
        joins=(
            "https://zoom.us/j/85775884256",
            "https://us02web.zoom.us/j/85775884256?pwd=VG9rZW4.1",
            "https://contoso.zoom.us/s/857758842",
            "https://zoom.us/w/85775884256?tk=abc",
            "https://contoso.zoom.us/my/ana.meyer",
            "https://zoom.us/wc/85775884256/join",
            "https://app.zoom.us/wc/join/85775884256",
            "https://zoom.us/webinar/register/WN_abc",
            "https://zoom.us/meeting/register/tJAbCdEfGh",
            "https://contoso.zoom.us/j/review.room",
            "https://contoso.zoom.us/j/123456?pwd=abc",
            "http://zoom.us/j/85775884256#success",
            "https://zoom.us/join?confno=85775884256&pwd=abc",
            "https://contoso.zoom-x.de/j/85775884256",
            "https://agency.zoomgov.com/j/1601234567",
            "https://zoom.com/j/85775884256",
            "https://zoom.com.cn/j/85775884256",
        ),
        others=(
            "https://zoom.us/u/abcdEFGH",
            "https://zoom.us/download",
            "https://zoom.us/signin",
            "https://zoom.us/launch/jc/85775884256",
            "https://zoom.us/meetings/85775884256/invitations?signature=abc",
            "https://docs.zoom.us/doc/1",
            "https://support.zoom.us/hc",
            "https://zoom.us/j/",
            "https://zoom.us/favicon.png",
            "https://zoom.us/rec/share/AbCd",
            "https://zoom.us/j/123456789012",
            "https://zoom.us/pricing",
        ),
        never=r"/my/(?:home|profile|meetings?)$",
    ),
    Service(
        "zoom",
        (),
        r"(?://[^/?#\s]*)?/join\?(?:[^#\s]*&)?confno=\d{9,11}",
        scheme="zoommtg",
        joins=("zoommtg://zoom.us/join?confno=85775884256&pwd=abc",),
        others=("zoommtg://zoom.us/start",),
    ),
    Service(
        "zoom",
        (),
        r"(?://[^/?#\s]*)?/join\?(?:[^#\s]*&)?confno=\d{9,11}",
        scheme="zoomus",
        joins=("zoomus://zoom.us/join?confno=85775884256",),
        others=("zoomus://zoom.us/",),
    ),
    Service(
        "webex",
        (".webex.com", ".webex.com.cn"),
        r"/(?:[\w.-]+/)?(?:[jegw]\.php\?(?:[^#\s]*&)?(?:MTID=m?\w{4,}|(?:ED|UID)=\d{4,})|(?:meet|join)/[\w.@+-]+"
        r"|wbxmjs/joinservice/\S|webappng/sites/\S+/(?:meeting|webinar)/\S)"
        r"|/collabs/meetings/join\?\S|/(?:weblink|webinar)/register/\w|/m/[\w-]{8,}",
        joins=(
            "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef",
            "https://contoso.webex.com/meet/ana.meyer",
            "https://contoso.webex.com/join/ana.meyer",
            "https://contoso.webex.com/wbxmjs/joinservice/sites/contoso/meeting/download/abc",
            "https://contoso.my.webex.com/contoso.my/j.php?MTID=mabcdef01",
            "https://contoso.webex.com/contoso/j.php?ED=235400000&UID=1634400000&PW=NZTh",
            "https://meetings.webex.com/collabs/meetings/join?uuid=M8X65K8I6T5W",
            "https://contoso.webex.com/weblink/register/rabcdef0123",
            "https://contoso.webex.com/webappng/sites/contoso/meeting/info/abc",
        ),
        others=(
            "https://help.webex.com/article",
            "https://contoso.webex.com/contoso/globalcallin.php?MTID=mabcdef",
            "https://www.webex.com/downloads.html",
            "https://contoso.webex.com/",
        ),
        never=r"/(?:[\w.-]+/)?globalcallin\.php",
    ),
    Service(
        "meet",
        ("meet.google.com",),
        r"/(?:_meet/[a-z-]{4,}|lookup/[\w-]+|(?=[a-z-]*[\d-])[a-z\d][a-z\d-]{5,}(?![\w.-]))",
        joins=(
            "https://meet.google.com/abc-defg-hij",
            "https://meet.google.com/abc-defg-hij?authuser=1",
            "https://meet.google.com/_meet/abc-defg-hij",
            "https://meet.google.com/lookup/abcdef12",
            "https://meet.google.com/_meet/abc-defg",
            "https://meet.google.com/review2",
        ),
        others=(
            "https://meet.google.com/new",
            "https://meet.google.com/support",
            "https://meet.google.com/",
            "https://meet.google.com/landing",
            "https://meet.google.com/favicon.ico",
            "https://meet.google.com/tel-numbers/abc",
        ),
        never=r"/(?:new|landing|support|about|help|tel)\b",
    ),
    Service(
        "meet",
        ("stream.meet.google.com",),
        r"/stream/[0-9a-z-]{6,}",
        joins=("https://stream.meet.google.com/stream/6c1d5b3e-0000-4000-8000-1234567890ab",),
        others=("https://stream.meet.google.com/",),
    ),
    Service(
        "meet",
        ("tel.meet",),
        r"(?!)",
        joins=(),
        others=("https://tel.meet/abc-defg-hij?pin=1234567890123",),
    ),
    Service(
        "skype_for_business",
        ("meet.lync.com", ".online.lync.com"),
        r"/[\w.-]+/[\w.-]+/\w{4,}",
        retired=True,
        joins=("https://meet.lync.com/contoso/ana.meyer/ABC123DE",),
        others=("https://meet.lync.com/", "https://meet.lync.com/contoso"),
    ),
    Service(
        "skype",
        ("join.skype.com",),
        r"/(?:meet/)?\w{6,}",
        retired=True,
        joins=("https://join.skype.com/AbCdEfGhIjKl",),
        others=("https://join.skype.com/",),
    ),
    Service(
        "jitsi",
        ("meet.jit.si", "beta.meet.jit.si"),
        r"/(?!static/|libs/|images/)[^/?#\s]+",
        joins=("https://meet.jit.si/CarlendarReview", "https://meet.jit.si/Room#config.startWithAudioMuted=true"),
        others=("https://meet.jit.si/", "https://meet.jit.si/static/close.html"),
    ),
    Service(
        "8x8",
        ("8x8.vc",),
        r"/[\w-]+(?:/[\w%-]+)?",
        joins=("https://8x8.vc/contoso/review", "https://8x8.vc/vpaas-magic-cookie-1/room"),
        others=("https://8x8.vc/",),
    ),
    Service(
        "goto",
        (".gotomeeting.com", ".gotomeet.me", ".goto.com", ".gotomeet.at"),
        r"/(?:join/(?:\d{9}(?!\d)|[a-z][\w.-]{2,})|meeting/\d{9}(?!\d)|(?!join\b|support\b|download\b|meeting\b|$)[\w.-]{3,}(?:/[\w.-]+)?(?:\?|$))",
        joins=(
            "https://global.gotomeeting.com/join/123456789",
            "https://www.gotomeet.me/anameyer",
            "https://meet.goto.com/anameyer",
            "https://meet.goto.com/123456789",
            "https://global.gotomeeting.com/join/review-room",
            "https://app.goto.com/meeting/123456789",
            "https://gotomeeting.com/anameyer",
        ),
        others=("https://global.gotomeeting.com/join/12", "https://www.gotomeet.me/", "https://www.goto.com/"),
        never=r"/(?:pricing|blog|company|legal|login|signin|system-check|contact|features|resources)\b",
    ),
    Service(
        "gotowebinar",
        (".gotowebinar.com",),
        r"/(?:(?:join|register|s)/\w{6,}|(?!support|pricing)[\w-]{5,}$)",
        joins=(
            "https://attendee.gotowebinar.com/join/1234567890123456789",
            "https://attendee.gotowebinar.com/register/123456789",
        ),
        others=("https://www.gotowebinar.com/",),
    ),
    Service(
        "skype_for_business",
        (),
        r"/(?:[\w.-]+\.[a-z]{2,}/)?(?:meet/)?[\w.-]+/(?=[A-Z]*+[0-9])[A-Z0-9]{6,10}(?:[?#].*)?$",
        host_pattern=r"(?:meet|join|lync|lyncweb|skype|sfb)\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}",
        joins=(
            "https://meet.contoso.example/ana.meyer/ABC123DE",
            "https://join.contoso.example/meet/ana.meyer/ABC123DE",
        ),
        others=("https://meet.contoso.example/", "https://www.contoso.example/ana.meyer/ABC123DE"),
    ),
    Service(
        "jitsi",
        (),
        r"/(?!static/|libs/|images/)[\w%-]{3,}(?:[?#].*)?$",
        host_pattern=r"(?:[a-z0-9-]{1,63}\.){0,4}[a-z0-9-]*jitsi[a-z0-9-]*\.(?:[a-z0-9-]{1,63}\.){0,4}[a-z]{2,24}",
        joins=("https://jitsi.fabrikam.example/Review", "https://meet.jitsi.contoso.example/Room42"),
        others=("https://jitsi.fabrikam.example/", "https://jitsi.fabrikam.example/static/x.html"),
    ),
)
