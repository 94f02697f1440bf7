"""Links: services' hosts and paths, wrappers around them, two links of one meeting, and look-alikes."""

from __future__ import annotations

from collections.abc import Iterator

from tests.joining_collection.case import Case, Kind, Part
from tests.joining_collection.envelopes import ENVELOPES, Letter, calendar, mail_quoted_printable, plain
from tests.joining_collection.maker import Maker
from tests.joining_collection.wrappers import WRAPPERS

_GUID = "4c0e5f0a-1b7d-4f6e-9a3c-2d8b7e6f5a41"
_TEAMS = (
    "/l/meetup-join/19%3ameeting_ZTk4NDdh%40thread.v2/0?context="
    "%7b%22Tid%22%3a%22" + _GUID + "%22%2c%22Oid%22%3a%22" + _GUID + "%22%7d"
)
SERVICES: dict[Part, tuple[str, ...]] = {
    Part.DEVELOPMENT: (
        "https://teams.microsoft.com" + _TEAMS,
        "https://gov.teams.microsoft.us" + _TEAMS,
        "https://alpha.meet.jit.si/ContosoDaily#config.startWithAudioMuted=true",
        "https://global.gotomeeting.com/meeting/join/482915377",
        "https://app.chime.aws/meetings?pin=4829153770",
        "https://events.zoom.us/ejl/AtX9_k2Lw-8fQ~A2",
        "https://eu01web.zoom.us/j/62915377048?pwd=Qk9TdWJ0.1",
        "https://contoso.zoom.us/j/92915377048?pwd=aB3_dE-9.1&from=addon",
        "https://meet.google.com/abc-defg-hij?authuser=1&hs=122",
        "https://contoso.webex.com/contoso/j.php?MTID=m0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "https://v.ringcentral.com/join/482915377?pw=9f3c2a7e",
        "https://meetings.dialpad.com/room/contosodaily",
        "https://facetime.apple.com/join#v=1&p=k3J_x9-Q&k=Zm9v-bar",
        "https://whereby.com/contoso-daily",
    ),
    Part.HELD_OUT: (
        "https://teams.microsoft.us" + _TEAMS,
        "https://teams.live.com/meet/9348291537704?p=Ab3dE9xYz1Kq",
        "https://beta.meet.jit.si/NorthwindReview",
        "https://stage.8x8.vc/vpaas-magic-cookie-1f2e3d/NorthwindReview",
        "https://instant.webex.com/visit/k3j9x2q8",
        "https://northwind.my.webex.com/meet/ana.okafor",
        "https://northwind.zoom.com.cn/j/82915377048?pwd=Qk9TdWJ0.1",
        "https://northwind.zoom-x.de/j/63915377048?pwd=Zx8Qw_e-.1",
        "https://northwind.zoomgov.com/j/1615377048?pwd=Zx8Qwe",
        "https://us06web.zoom.us/wc/84915377048/join?pwd=aB3dE9.1",
        "https://app.chime.aws/meetings/4829153771",
        "https://meet.goto.com/482915371",
        "https://global.gotowebinar.com/join/4829153770482915377/682915371",
        "https://stream.meet.google.com/stream/" + _GUID,
        "https://meet.proton.me/join/id-K3J9X2Q8#pwd-Zm9vYmFy",
        "https://app.slack.com/huddle/T01ABCD23/C04EFGH56",
    ),
    Part.FRESH: (
        "https://teams.microsoft.com/meet/2847109356128?p=Qw8RtYpLk2",
        "https://teams.cloud.microsoft/meet/2847109356128?p=Qw8RtYpLk2",
        "https://us04web.zoom.us/j/78915377041?pwd=Lk3sTdWJ.1",
        "https://adatum.zoom.us/my/jonas.winter?pwd=VGFn",
        "https://adatum.webex.com/meet/jonas.winter",
        "https://adatum.webex.com/webappng/sites/adatum/meeting/download/3f2a9c7e8d5b4a61b0c9d8e7f6a5b4c3",
        "https://meet.google.com/xyz-abcd-efg?hs=193",
        "https://meet.goto.com/AdatumDaily",
        "https://v.ringcentral.com/join/739205118462",
        "https://chime.aws/7392051184",
        "https://whereby.com/adatum-weekly?roomKey=k3J9x2",
        "https://8x8.vc/adatum/weekly",
        "https://meet.jit.si/AdatumWeekly#config.startWithVideoMuted=true",
        "https://facetime.apple.com/join#v=1&p=Qw8_R-tY&k=Zm9v_bar",
    ),
}
"""Links that open as they stand, byte for byte."""
OWN_SERVERS: dict[Part, tuple[str, ...]] = {
    Part.DEVELOPMENT: (
        "https://join.contoso.example/webapp3/m/daily.review/step-by-step?role=guest",
        "https://bbb.northwind.example/b/ana-7kq-2m9",
        "https://jitsi.contoso.example/Daily#config.prejoinPageEnabled=false",
    ),
    Part.HELD_OUT: (
        "https://pexip.northwind.example/webapp3/m/4829153",
        "https://meet.northwind.example/ana/7KQ2M9X1",
        "https://meet.lync.com/northwind/ana/7KQ2M9X1",
    ),
    Part.FRESH: (
        "https://vc.adatum.example/webapp/conference/jonas.room",
        "https://meet.adatum.example/jonas/4XK8P2QZ",
        "https://jitsi.adatum.example/WeeklyReview",
        "https://bbb.adatum.example/rooms/jon-7kq-2m9/join",
    ),
}
"""Links on companies' own servers and of retired services: found; whether they open is not examined."""
LOOK_ALIKES: dict[Part, tuple[str, ...]] = {
    Part.DEVELOPMENT: (
        "https://jitsi-login.evil.example/Room",
        "https://bbb.evil.example/b/ana-x7k-q2m",
        "https://teams.microsoft.com.evil.example" + _TEAMS,
        "https://zoom.us.evil.example/j/82915377048?pwd=aB3.1",
        "https://zoom.us@evil.example/j/82915377048",
        "https://teams-microsoft.example" + _TEAMS,
        "https://evil.example/meet.google.com/abc-defg-hij",
        "https://notzoom.example/j/82915377048",
        "https://meet.google.com.evil.example/abc-defg-hij",
    ),
    Part.HELD_OUT: (
        "https://meet.jit.si.evil.example/Room",
        "https://login.jitsi.evil.example/Room",
        "https://bigbluebutton.evil.example/b/ana-x7k-q2m",
        "https://bbb-account.evil.example/rooms/ana-x7k-q2m/join",
        "https://teams.live.com.evil.example/meet/9348291537704?p=Ab3dE9",
        "https://zo\u043em.example/j/82915377048",
        "https://global.gotomeeting.com.evil.example/join/482915377",
        "https://meet.lync.com.evil.example/northwind/ana/7KQ2M9X1",
        "https://evil.example/webapp3/m/4829153",
        "https://contoso.webex.com.evil.example/meet/ana",
        "https://app.chime.aws.evil.example/meetings/4829153770",
        "https://evil.example/zoom.us/j/82915377048",
    ),
    Part.FRESH: (
        "https://us04web-zoom.us.evil.example/j/78915377041",
        "https://teams.cloud.microsoft.evil.example/meet/2847109356128?p=Qw8",
        "https://meet-jit.si.evil.example/Room",
        "https://webex.com.evil.example/meet/ana",
        "https://z00m.example/j/78915377041",
        "https://zoorn.example/j/78915377041",
        "https://whereby.com.evil.example/adatum",
        "https://8x8.vc.evil.example/adatum/weekly",
        "https://microsoft-teams.evil.example" + _TEAMS,
        "https://evil.example/?u=teams.microsoft.com/meet/2847109356128",
    ),
}
"""Links on unknown hosts that look like a service's: never opened without confirmation."""
TWO_LINKS: dict[Part, tuple[tuple[str, str], ...]] = {
    Part.DEVELOPMENT: (
        ("https://zoom.us/j/82915377048", "https://us02web.zoom.us/j/82915377048?pwd=aB3dE9Qk.1"),
        ("https://teams.microsoft.com/meet/2814429536174", "https://teams.microsoft.com/meet/2814429536174?p=aB3dE9Qk"),
    ),
    Part.HELD_OUT: (
        ("https://northwind.zoom.us/j/93915377048", "https://northwind.zoom.us/j/93915377048?pwd=TmljZQ"),
        ("https://teams.live.com/meet/9348291537704", "https://teams.live.com/meet/9348291537704?p=Ab3dE9xYz1Kq"),
        ("https://us05web.zoom.us/j/4829153770", "https://us05web.zoom.us/j/4829153770?pwd=xYz1Kq.1"),
    ),
    Part.FRESH: (
        ("https://adatum.zoom.us/j/78915377041", "https://us04web.zoom.us/j/78915377041?pwd=Lk3sTdWJ.1"),
        ("https://teams.microsoft.com/meet/2847109356128", "https://teams.microsoft.com/meet/2847109356128?p=Qw8RtY"),
    ),
}
"""One meeting's link without and with the passcode: the second wins, wherever it stands."""


DAMAGE: dict[Part, tuple[str, ...]] = {
    Part.DEVELOPMENT: ("{}.", "({})", "<{}>", "{}, 09:00"),
    Part.HELD_OUT: ("[{}]", '"{}"', "{};", "{}>", "**{}**"),
    Part.FRESH: ("<{}>.", "{}!", "({}),", "_{}_", "{} | PIN"),
}
"""Characters around a link in running text that do not belong to it."""


def cases(part: Part) -> Iterator[Case]:
    """The cases about links; they have no dial-in."""
    for number, url in enumerate(SERVICES[part]):
        for turn, around in enumerate(DAMAGE[part]):
            yield _running_text(part, f"running text/{number}/{turn}", around.format(url), url)
        if "&" in url:
            yield _running_text(part, f"running text/{number}/entity", url.replace("&", "&amp;"), url)
    for wrapper in WRAPPERS[part]:
        for number, url in enumerate(SERVICES[part]):
            yield _case(part, f"service/{number}/{wrapper.__name__}", (wrapper(url),), url, confirm=False)
        for number, url in enumerate(OWN_SERVERS[part]):
            yield _case(part, f"own server/{number}/{wrapper.__name__}", (wrapper(url),), url, confirm=None)
        for number, url in enumerate(LOOK_ALIKES[part]):
            yield _case(part, f"look-alike/{number}/{wrapper.__name__}", (wrapper(url),), None, confirm=True)
        for number, (short, full) in enumerate(TWO_LINKS[part]):
            for order in ((short, full), (full, short)):
                name = f"two links/{number}/{wrapper.__name__}/{order.index(full)}"
                yield _case(part, name, tuple(wrapper(url) for url in order), full, confirm=False)


def _running_text(part: Part, name: str, written: str, url: str) -> Case:
    maker = Maker(f"{part}/links/{name}", part, "en")
    envelope = maker.rng.choice((plain, calendar, mail_quoted_printable))
    suffix, text = envelope(Letter(maker["agenda"], (maker["hello"], f"{maker['join']}: {written}"), maker.person))
    return _made(maker, f"{maker.seed}/{envelope.__name__}", suffix, text, url, confirm=False)


def _case(part: Part, name: str, urls: tuple[str, ...], expected: str | None, *, confirm: bool | None) -> Case:
    maker = Maker(f"{part}/links/{name}", part, "en")
    links = (f"[[{maker['join']}|{url}]]" if maker.rng.random() < 0.4 else url for url in urls)
    envelope = maker.rng.choice(ENVELOPES[part])
    suffix, text = envelope(Letter(maker["agenda"], (maker["hello"], "", *links, "", maker["regards"]), maker.person))
    return _made(maker, f"{maker.seed}/{envelope.__name__}", suffix, text, expected, confirm=confirm)


def _made(maker: Maker, name: str, suffix: str, text: str, expected: str | None, *, confirm: bool | None) -> Case:
    return Case(
        name=name,
        part=maker.part,
        kind=Kind.LINK,
        language="en",
        service=name.split("/")[2],
        region="DE",
        suffix=suffix,
        text=text,
        required=False,
        url=expected,
        confirm=confirm,
    )
