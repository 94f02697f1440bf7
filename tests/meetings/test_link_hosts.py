"""Which hosts open without a question, and which links are never a service's."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carlendar.domain.event import Event, OnlineMeetingInfo
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.meetings import lookalike
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.join_details import JoinDetails, RefusedText
from carlendar.meetings.links import Link, examined
from carlendar.meetings.plan import JoinAction, Situation, plan
from carlendar.meetings.services import PAGES, all_services

SPAN = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
ZOOM = "https://us02web.zoom.us/j/85775884256?pwd=aB3dE9Qk.1"


def found(body: str, *, join_url: str = "", place: str = "") -> JoinDetails:
    online = OnlineMeetingInfo(join_url) if join_url else None
    return find_join_details(
        Event("1", "c", "Review", SPAN, online=online, place=Place(place) if place else None), body
    )


def asks_first(way: JoinDetails) -> bool:
    steps = plan(way, Situation(parked=True, browser=True))
    return any(step.confirm for step in (steps.first, *steps.also) if step.action is JoinAction.OPEN)


@pytest.mark.parametrize(
    "link",
    [
        "https://jitsi-login.evil.example/Room",
        "https://login.jitsi.evil.example/Room",
        "https://bbb.evil.example/b/ana-x7k-q2m",
        "https://bbb-account.evil.example/rooms/ana-x7k-q2m/join",
        "https://greenlight.evil.example/gl/ana-x7k-q2m",
        "https://join.evil.example/webapp3/m/daily.review/step-by-step?role=guest",
        "https://evil.example/webapp3/m/4829153",
        "https://meet.evil.example/ana.meyer/ABC123DE",
        "https://lyncweb.evil.example/evil.example/meet/ana.meyer/ABC123DE",
        "https://cloud.evil.example/index.php/call/abcd1234",
        "https://chat.evil.example/sales/channels/review?join_call=true",
        "https://conf.evil.example/meeting/4829153?secret=AbCd.ef",
        "https://evil.example/zoom.us/j/82915377048",
        "https://zoom.uk/j/85775884256",
        "https://contoso.webex.co/meet/ana",
    ],
)
@pytest.mark.parametrize("field", ["body", "place", "join_url"])
def test_a_host_that_anyone_can_name_opens_only_after_a_confirmation(link: str, field: str) -> None:
    texts = {"body": "", field: link}
    way = found(**texts)
    assert (way.url, way.service) == (link, "unknown")
    assert asks_first(way)


@pytest.mark.parametrize(
    "link",
    [
        "https://alpha.meet.jit.si/ContosoDaily#config.startWithAudioMuted=true",
        "https://eu01web.zoom.us/j/62915377048?pwd=Qk9TdWJ0.1",
        "https://global.gotomeeting.com/meeting/join/482915377",
        "https://app.chime.aws/meetings?pin=4829153770",
        "https://events.zoom.us/ejl/AtX9_k2Lw-8fQ~A2",
        "https://pexip.me/webapp3/m/contoso/step-by-step",
        "https://staging.whereby.com/contoso-daily",
    ],
)
def test_a_service_s_link_opens_at_once_and_byte_for_byte(link: str) -> None:
    way = found(f"Join: {link}")
    assert way.url == link
    assert not asks_first(way)


@pytest.mark.parametrize("field", ["body", "place"])
@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("https://zoom.us/j/85775884256", ZOOM),
        ("https://contoso.zoom.us/j/85775884256", "https://contoso.zoom.us/j/85775884256?pwd=QkLm3x"),
        ("https://contoso.zoom.us/my/ana.meyer", "https://contoso.zoom.us/my/ana.meyer?pwd=QkLm3x"),
        ("https://teams.microsoft.com/meet/2814429536174", "https://teams.microsoft.com/meet/2814429536174?p=aB3dE9Qk"),
        ("https://v.ringcentral.com/join/482915377", "https://v.ringcentral.com/join/482915377?pw=9f3c2a7e"),
    ],
)
def test_the_link_with_the_passcode_wins_wherever_it_stands(short: str, full: str, field: str) -> None:
    assert found(f"{short}\n{full}").url == full
    assert found(f"{full}\n{short}").url == full
    texts = {"body": full, "place": "", "join_url": short} if field == "body" else {"body": full, "place": short}
    assert found(**texts).url == full


def test_a_service_that_still_exists_wins_over_a_retired_one() -> None:
    assert found(f"https://join.skype.com/AbCdEfGhIjKl\n{ZOOM}").url == ZOOM


def test_the_passcode_of_another_meeting_does_not_win() -> None:
    first = "https://zoom.us/j/81111111111"
    assert found(f"{first}\n{ZOOM}").url == first


@pytest.mark.parametrize(
    ("label", "target", "expected"),
    [
        ("https://zoom.us/j/85775884256", ZOOM, ZOOM),
        ("https://us02web.zoom.us/j/85775884256?pwd=aB3d...", ZOOM, ZOOM),
        ("zoom.us/j/85775884256", ZOOM, ZOOM),
        ("https://zoom.us/j/85775884256", "https://evil.example/", ""),
        ("https://zoom.us/j/81111111111", ZOOM, ZOOM),
        (ZOOM, "https://protect-eu.mimecast.com/s/AbCdEf123?domain=us02web.zoom.us", ZOOM),
    ],
)
def test_the_target_of_a_link_wins_over_its_label(label: str, target: str, expected: str) -> None:
    assert found(f'<p>Join: <a href="{target}">{label}</a></p>').url == expected
    assert found(f"Join: {label}<{target}>").url == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us/j/85775884256?redirect=https%3A%2F%2Fevil.example",
        "https://zoom.us/j/85775884256?redirect=https%253A%252F%252Fevil.example",
        "https://zoom.us/j/85775884256?r=https:evil.example",
        "https://zoom.us/j/85775884256?r=//evil.example",
        "https://zoom.us/j/85775884256#https://evil.example",
        "https://zoom.us/j/85775884256?r=javascript:alert(1)",
        "https://zoom.us/j/85775884256?r=" + quote(quote(quote(quote(quote("https://evil.example"))))),
        "https://meet.jit.si/https://evil.example",
        "https://meet.google.com/abc-defg-hij?continue=https%3A%2F%2Fmeet.google.com.evil.example",
        "https://contoso.webex.com/meet/ana?back=https://evil.example",
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fmeetup-join%2F19&url=https%3A%2F%2Fevil.example",
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=https%3A%2F%2Fevil.example%2Fl%2Fmeetup-join%2F19",
        "https://zoom.us/oauth/authorize?redirect_uri=https%3A%2F%2Fevil.example",
        "https://meet.google.com/linkredirect?dest=https%3A%2F%2Fevil.example",
        "https://zoom.us/j/85775884256/../../oauth?x=1",
        "https://meet.jit.si/%2e%2e/Room",
        "https://zoom.us//evil.example/j/85775884256",
    ],
)
def test_a_redirect_on_a_service_s_own_host_is_no_join_link(link: str) -> None:
    seen = examined(link)
    assert seen is None or isinstance(seen, RefusedText)


def test_a_redirect_is_judged_by_where_it_leads() -> None:
    seen = examined("https://www.google.com/url?q=https%3A%2F%2Fevil.example%2Fj%2F85775884256")
    assert isinstance(seen, Link)
    assert (seen.url, seen.service) == ("https://evil.example/j/85775884256", "unknown")


def test_an_address_of_the_same_service_inside_a_link_does_no_harm() -> None:
    link = "https://zoom.us/j/85775884256?back=https%3A%2F%2Fcontoso.zoom.us%2Fdone"
    assert isinstance(examined(link), Link)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_target_that_a_gateway_coded_several_times_is_read(times: int) -> None:
    coded = ZOOM
    for _ in range(times):
        coded = quote(coded, safe="")
    seen = examined(f"https://eur02.safelinks.protection.outlook.com/?url={coded}&data=1")
    assert isinstance(seen, Link)
    assert seen.url == ZOOM


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            "zoommtg://eu01web.zoom.us/join?confno=65775884256&pwd=Zx8.1",
            "https://eu01web.zoom.us/j/65775884256?pwd=Zx8.1",
        ),
        ("zoommtg://zoom.us/join?action=join&confno=85775884256", "https://zoom.us/j/85775884256"),
        ("msteams://teams.microsoft.us/l/meetup-join/19%3a/0", "https://teams.microsoft.us/l/meetup-join/19%3a/0"),
        ("msteams:/l/meetup-join/19%3a/0", "https://teams.microsoft.com/l/meetup-join/19%3a/0"),
    ],
)
def test_an_application_s_link_keeps_its_host(link: str, url: str) -> None:
    seen = examined(link)
    assert isinstance(seen, Link)
    assert seen.url == url


@pytest.mark.parametrize(
    "host", ["evil.example", "zoom.us.evil.example", "zoom.us@evil.example", "teams.microsoft.com"]
)
def test_an_application_s_link_to_another_host_is_none(host: str) -> None:
    assert not isinstance(examined(f"zoommtg://{host}/join?confno=85775884256"), Link)


@pytest.mark.parametrize(
    "host",
    [
        "zoom.us..",
        "zoom.us:80",
        "zoom%2eus",
        "zoom.us%00",
        "zoom．us",
        "zoom。us",
        "zoom.us;",
        "[zoom.us]",
        "zoom.us:443@a.example",
    ],
)
def test_a_host_that_is_not_plainly_the_service_s_is_refused(host: str) -> None:
    assert isinstance(examined(f"https://{host}/j/85775884256"), RefusedText)


@pytest.mark.parametrize("host", ["zoom.us.", "ZOOM.us", "zoom.us:443", "zoom.us:"])
def test_other_spellings_of_a_host_are_the_same_host(host: str) -> None:
    seen = examined(f"https://{host}/j/85775884256")
    assert isinstance(seen, Link)
    assert (seen.service, seen.host) == ("zoom", "zoom.us")
    assert seen.url == f"https://{host}/j/85775884256", "a link is handed out byte for byte"


@pytest.mark.parametrize(
    "host",
    [
        "teamsmicrosoft.com",
        "meetgoogle.com",
        "teams-microsoft.com",
        "zoorn.us",
        "m3et.google.com",
        "meet.jltsl.example",
    ],
)
def test_a_host_that_reads_like_a_service_s_is_never_the_service(host: str) -> None:
    seen = examined(f"https://{host}/meet/2814429536174")
    assert not (isinstance(seen, Link) and seen.rank == 0)


def test_no_service_s_host_reads_like_another_s() -> None:
    hosts = {host.lstrip(".") for service in all_services() for host in service.hosts}
    assert {host: lookalike.imitated(host) for host in hosts if lookalike.imitated(host)} == {}


HOSTS = sorted({host.lstrip(".") for each in all_services() if not each.rooms_only for host in each.hosts})


@pytest.mark.parametrize("host", HOSTS)
def test_pages_about_a_service_are_no_meeting(host: str) -> None:
    pages = {f"https://{host}/{page}" for page in (*PAGES, "de/login/", "pricing?a=b")}
    assert {link for link in pages if isinstance(examined(link), Link)} == set()


def test_any_word_is_a_room_where_there_are_only_rooms() -> None:
    assert isinstance(examined("https://meet.jit.si/News"), Link)


PIECES = st.sampled_from(
    [
        *("https://", "http://", "https:/", "https:\\", "//", "/", "\\", "@", ":443", ":8443", ".", "-", "%2e", "%2f"),
        *("zoom.us", "meet.jit.si", "teams.microsoft.com", "meet.google.com", "evil.example", "jitsi", "bbb.", "meet."),
        *(
            "j/85775884256",
            "meet/2814429536174",
            "abc-defg-hij",
            "b/ana-abc-def",
            "webapp3/m/1234",
            "Room",
            "?pwd=aB.1",
        ),
        *("?redirect=", "&url=", "#", "xn--", "\t", "\n", " ", "\u200b", "\u00ad", "\u202e", "о", "。", "..", "/../"),
        *(
            "www.google.com/url?q=",
            "eur02.safelinks.protection.outlook.com/?url=",
            "<",
            ">",
            '"',
            "javascript:",
            "data:",
        ),
    ]
)
OWN = tuple(f".{host.lstrip('.')}" for service in all_services() for host in service.hosts)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("https://zoom.us\\@evil.example/j/85775884256")
@example("https://zoom.us/j/85775884256#@evil.example")
@example("https://evil.example/https://zoom.us/j/85775884256")
def test_what_opens_at_once_is_on_a_host_of_the_service(text: str) -> None:
    way = found(text, place=text)
    if not way.url or asks_first(way):
        return
    parts = urlsplit(way.url)
    assert (parts.scheme, parts.netloc, parts.hostname) == ("https", way.host, way.host)
    assert f".{way.host}".endswith(OWN)
    assert "//evil.example" not in unquote(way.url)
