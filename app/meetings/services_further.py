"""Further services that calendars know: those of MeetingBar, GNOME Calendar, Cinnamon and others."""

from __future__ import annotations

from app.meetings.services import Service


def simple(name: str, hosts: str, path: str, join: str, other: str, *, retired: bool = False) -> Service:
    """A service in short; `hosts` and the examples of both kinds are apart by spaces."""
    return Service(name, tuple(hosts.split()), path, tuple(join.split()), tuple(other.split()), retired=retired)


NAMED = r"/(?!(?:pricing|about|login|signin|signup|download|downloads|support|help|legal|blog|features)\b)[\w%.@+-]{3,}"

FURTHER: tuple[Service, ...] = (
    simple(
        "hangouts",
        "hangouts.google.com",
        r"/(?:hangouts/_|call)/\S|/\w{6,}$",
        "https://hangouts.google.com/call/AbC https://hangouts.google.com/hangouts/_/contoso/review",
        "https://hangouts.google.com/",
        retired=True,
    ),
    simple("duo", "duo.app.goo.gl", r"/\w", "https://duo.app.goo.gl/AbCdEf", "https://duo.app.goo.gl/", retired=True),
    simple(
        "proton_meet",
        "meet.proton.me",
        r"/(?:[a-z]{2}/)?join/id-\w+",
        "https://meet.proton.me/join/id-ABC123#pwd-xyz",
        "https://meet.proton.me/",
    ),
    simple(
        "chime",
        ".chime.aws",
        r"/(?:meetings/)?(?:\d{6,}|(?!dialinnumbers|download|signin)[a-z][\w.-]{3,}$)",
        "https://chime.aws/1234567890 https://contoso.chime.aws/review https://app.chime.aws/meetings/1234567890",
        "https://chime.aws/dialinnumbers/ https://chime.aws/",
    ),
    simple(
        "ringcentral",
        ".v.ringcentral.com meetings.ringcentral.com video.ringcentral.com meetings.officeathand.att.com"
        " video.unifyoffice.com video.rainbowoffice.com video.cloudoffice.avaya.com video-atos.ringcentral.com"
        " meetings.btcloudphone.bt.com meetings.businessconnect.telus.com",
        r"/(?:(?:join|j|conf/on)/[\w-]+|join\?mid=\d{6,})",
        "https://v.ringcentral.com/join/123456789 https://v.ringcentral.com/conf/on/123456789"
        " https://meetings.ringcentral.com/j/1234567890 https://video.unifyoffice.com/join/123456789",
        "https://v.ringcentral.com/teleconference https://v.ringcentral.com/",
    ),
    simple(
        "bluejeans",
        ".bluejeans.com",
        r"/(?:meet/|join/)?\d{6,}",
        "https://bluejeans.com/123456789",
        "https://bluejeans.com/numbers",
        retired=True,
    ),
    simple(
        "8x8",
        "8x8.vc .8x8.com",
        r"/(?:join|meet|vc)/\w|/[\w-]+/[\w-]+",
        "https://meet.8x8.com/join/abc",
        "https://www.8x8.com/",
    ),
    simple(
        "demio",
        "event.demio.com my.demio.com",
        r"/(?:(?:ref|recording|stage|s)/\w|\w{5,}$)",
        "https://event.demio.com/ref/AbCdEf https://event.demio.com/review",
        "https://event.demio.com/",
    ),
    simple("joinme", ".join.me", NAMED, "https://join.me/ana-meyer", "https://join.me/", retired=True),
    simple(
        "whereby",
        ".whereby.com",
        r"/(?!(?:information|blog|user|org|pricing|sitemap|login|download)\b)[\w-]{2,}",
        "https://contoso.whereby.com/review https://whereby.com/review-room",
        "https://whereby.com/information/about https://whereby.com/pricing https://whereby.com/sitemap",
    ),
    simple(
        "uberconference",
        ".uberconference.com",
        NAMED,
        "https://www.uberconference.com/anameyer",
        "https://www.uberconference.com/",
    ),
    simple(
        "dialpad",
        "meetings.dialpad.com dialpad.com",
        r"/(?:meetings|room|join)/[\w-]{3,}|/(?!meetings|features|pricing|blog|download|login)[\w-]{3,}$",
        "https://meetings.dialpad.com/room/anameyer https://meetings.dialpad.com/anameyer"
        " https://dialpad.com/meetings/anameyer",
        "https://meetings.dialpad.com/",
    ),
    simple(
        "blizz",
        "go.blizz.com",
        r"/join/\d+|/\w{4,}",
        "https://go.blizz.com/join/123456789",
        "https://go.blizz.com/",
        retired=True,
    ),
    simple(
        "teamviewer",
        "go.teamviewer.com",
        r"/(?:meet/|v\d+/)?\w{6,}",
        "https://go.teamviewer.com/meet/m12345678 https://go.teamviewer.com/v15/m12345678",
        "https://go.teamviewer.com/",
    ),
    simple(
        "vsee",
        "my.vsee.com vsee.com .vsee.me",
        r"/(?!download|pricing|login)\w[\w/-]{2,}",
        "https://my.vsee.com/ana/meeting https://vsee.com/anameyer",
        "https://my.vsee.com/",
    ),
    simple(
        "starleaf",
        "meet.starleaf.com",
        r"/\d{6,}",
        "https://meet.starleaf.com/4112345678",
        "https://meet.starleaf.com/",
        retired=True,
    ),
    simple(
        "voov",
        "voovmeeting.com .voovmeeting.com",
        r"/(?:(?:dm|p|s)/\w|(?!download|pricing|login)\w{4,}$)",
        "https://voovmeeting.com/dm/AbCdEf https://voovmeeting.com/review",
        "https://voovmeeting.com/download",
    ),
    simple(
        "tencent_meeting",
        "meeting.tencent.com",
        r"/(?:dm|p|s|dw)/\w",
        "https://meeting.tencent.com/dm/AbCdEf",
        "https://meeting.tencent.com/download",
    ),
    simple(
        "workplace",
        ".workplace.com",
        r"/groupcall/\w",
        "https://contoso.workplace.com/groupcall/LINK:abc",
        "https://contoso.workplace.com/",
        retired=True,
    ),
    simple(
        "lifesize",
        "call.lifesizecloud.com",
        r"/(?!download)\w{4,}",
        "https://call.lifesizecloud.com/1234567 https://call.lifesizecloud.com/review",
        "https://call.lifesizecloud.com/",
    ),
    simple(
        "facetime",
        "facetime.apple.com",
        r"/join#\S",
        "https://facetime.apple.com/join#v=1&p=abc",
        "https://facetime.apple.com/",
    ),
    simple("pop", "pop.com", r"/j/\d[\d-]+", "https://pop.com/j/810-218-630", "https://pop.com/"),
    simple("chorus", "go.chorus.ai", r"/\w{3,}", "https://go.chorus.ai/123456789", "https://go.chorus.ai/"),
    simple(
        "gong",
        "join.gong.io .join.gong.io",
        r"/[\w.-]+/\w",
        "https://join.gong.io/contoso/ana.meyer",
        "https://join.gong.io/",
    ),
    simple(
        "livestorm",
        "app.livestorm.com",
        r"/p/[\w-]+",
        "https://app.livestorm.com/p/6c1d5b3e-0000",
        "https://app.livestorm.com/login",
    ),
    simple(
        "youtube",
        ".youtube.com youtu.be",
        r"/(?:watch\?(?:[^#\s]*&)?v=[\w-]{6,}|live/[\w-]{6,}|[\w-]{11}$)",
        "https://www.youtube.com/watch?v=AbCdEfGhIjK",
        "https://www.youtube.com/c/contoso",
    ),
    simple(
        "vonage",
        "meetings.vonage.com freeconferencing.vonage.com",
        r"/\??(?:room_token=)?[\w-]{3,}",
        "https://meetings.vonage.com/123456789 https://meetings.vonage.com/?room_token=abc"
        " https://freeconferencing.vonage.com/review",
        "https://meetings.vonage.com/",
    ),
    simple(
        "around",
        ".around.co",
        r"/(?:r/)?\w[\w-]{2,}",
        "https://meet.around.co/r/review https://around.co/r/review",
        "https://www.around.co/",
        retired=True,
    ),
    simple("jam", "jam.systems", NAMED, "https://jam.systems/review", "https://jam.systems/"),
    simple(
        "discord",
        ".discord.com .discord.gg .discordapp.com",
        r"/(?:invite/|channels/\S+/\d|[\w-]{6,}$)",
        "https://discord.com/invite/AbCdEf https://discord.gg/review1 https://discord.com/channels/123456/654321",
        "https://discord.com/",
    ),
    simple(
        "blackboard",
        ".bbcollab.com .bbcollab.cloud",
        r"/(?:collab/ui/session/)?(?:guest/|join/|invite/|recording/)?\w{6,}",
        "https://us.bbcollab.com/guest/0123abcd https://us.bbcollab.com/invite/0123ABCD",
        "https://us.bbcollab.com/",
    ),
    simple(
        "coscreen",
        "join.coscreen.co",
        r"/\S{3,}",
        "https://join.coscreen.co/contoso/review",
        "https://join.coscreen.co/",
        retired=True,
    ),
    simple(
        "vowel",
        ".vowel.com",
        r"/#/g/\w|/[\w-]*/?g/\w",
        "https://contoso.vowel.com/#/g/0123abcd",
        "https://www.vowel.com/",
        retired=True,
    ),
    simple(
        "zhumu",
        "welink.zhumu.com .zhumu.com",
        r"/j/\d{6,}",
        "https://welink.zhumu.com/j/123456789",
        "https://welink.zhumu.com/",
    ),
    simple(
        "lark", "vc.larksuite.com", r"/j/\d{6,}", "https://vc.larksuite.com/j/123456789", "https://vc.larksuite.com/"
    ),
    simple("feishu", "vc.feishu.cn", r"/j/\d{6,}", "https://vc.feishu.cn/j/123456789", "https://vc.feishu.cn/"),
    simple(
        "vimeo",
        ".vimeo.com",
        r"/(?:event/|showcase/|venues/)?\d{5,}",
        "https://vimeo.com/event/1234567 https://venues.vimeo.com/12345678/abcdef",
        "https://vimeo.com/upgrade",
    ),
    simple(
        "ovice",
        ".ovice.in .ovice.com",
        r"/(?:@|ws/|\?)?\S{0,200}$",
        "https://contoso.ovice.in/",
        "https://www.ovice.com.example/",
    ),
)
