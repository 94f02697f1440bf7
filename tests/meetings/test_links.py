"""Links that pose as a meeting, links inside wrappers, and links inside damaged text."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from carlendar.meetings.join_details import RefusedText
from carlendar.meetings.links import Link, examined, found_in
from carlendar.meetings.wrappers import unwrapped

ZOOM = "https://zoom.us/j/85775884256?pwd=abc"
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d"


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://teams.microsoft.com.evil.example/l/meetup-join/x", "host is not a meeting service"),
        ("https://evil.example/l/meetup-join/19%3a", "host is not a meeting service"),
        ("https://teams-microsoft-com.evil.example/l/meetup-join/x", "host is not a meeting service"),
        ("https://zoom.us.evil.example/j/85775884256", "host is not a meeting service"),
        ("https://meet.google.com.evil.example/abc-defg-hij", "host is not a meeting service"),
        ("https://teams.microsoft.com@evil.example/l/meetup-join/x", "user information before the host"),
        ("https://zoom.us:pw@evil.example/j/85775884256", "user information before the host"),
        ("https://zoom.us\\@evil.example/j/85775884256", "user information before the host"),
        ("https://zoom.us\\.evil.example/j/85775884256", "backslash in the address"),
        ("https://zoom.us:8443/j/85775884256", "unusual port"),
        ("https://xn--zom-1na.us/j/85775884256", "host is not plain ASCII"),
        ("https://zооm.us/j/85775884256", "host is not plain ASCII and looks like zoom.us"),
        ("https://tеams.microsoft.com/meet/281442953617", "host is not plain ASCII and looks like teams.microsoft.com"),
        ("https://xn--zm-fmca.us/j/85775884256", "host is not plain ASCII and looks like zoom.us"),
        ("https://ｚｏｏｍ.us/j/85775884256", "host is not plain ASCII and looks like zoom.us"),
        ("https://zo0m.us/j/85775884256", "host looks like zoom.us"),
        ("https://teams.rnicrosoft.com/meet/281442953617", "host looks like teams.microsoft.com"),
        ("https://contoso.vvebex.com/meet/ana", "host looks like webex.com"),
        ("https://meet.g00gle.com/abc-defg-hij", "host looks like meet.google.com"),
        ("https://evilzoom.us/j/85775884256", "host is not a meeting service"),
        ("https://zoom-us.example/j/85775884256", "host is not a meeting service"),
        ("ftp://zoom.us/j/85775884256", "not a web address"),
        ("intent://zoom.us/j/85775884256#Intent;scheme=x;end", "not a web address"),
        ("file:///zoom.us/j/85775884256", "not a web address"),
        ("https:///zoom.us/j/85775884256", "host is not a name"),
        ("https://zoom.us%2eevil.example/j/85775884256", "host is not a name"),
        ("https://zoom..us/j/85775884256", "host is not a name"),
        ("https://127.0.0.1/j/85775884256", "host is not a name"),
        ("https://[::1]/j/85775884256", "unusual port"),
        ("https://2130706433/j/85775884256", "host is not a name"),
    ],
)
def test_a_link_that_poses_as_a_meeting_is_refused(link: str, why: str) -> None:
    assert examined(link) == RefusedText(link, why)


@pytest.mark.parametrize(
    "link",
    [
        "https://evilzoom.us/j/85775884256",
        "https://notteams.microsoft.com/l/meetup-join/x",
        "https://notmeet.google.com/abc-defg-hij",
        "javascript:alert(1)//zoom.us/j/85775884256",
        "file:///zoom.us/j/85775884256",
        "data:text/html,zoom.us/j/85775884256",
        "ftp://zoom.us/j/85775884256",
        "msteams:/l/chat/0",
        "intent://zoom.us/j/85775884256#Intent;scheme=x;end",
    ],
)
def test_other_hosts_and_schemes_are_never_a_service(link: str) -> None:
    found = examined(link)
    assert not (isinstance(found, Link) and found.rank == 0)


def test_plain_http_and_an_odd_case_become_the_service_s_https_address() -> None:
    found = examined("HTTP://ZOOM.US:80/j/85775884256")
    assert isinstance(found, Link)
    assert found.url == "https://zoom.us/j/85775884256"


def safe_links(target: str) -> str:
    coded = quote(target, safe="")
    return f"https://eur02.safelinks.protection.outlook.com/ap/t-1/?url={coded}&data=05%7C02&sdata=x%3D&reserved=0"


def proofpoint2(target: str) -> str:
    coded = "".join(c if c.isalnum() or c == "." else "_" if c == "/" else f"-{ord(c):02X}" for c in target)
    return f"https://urldefense.proofpoint.com/v2/url?u={coded}&d=DwMF&c=x&e="


def proofpoint3(target: str) -> str:
    """`*` for one replaced character, `**A` for a run of two."""
    replaced = "".join(re.findall("[%?&=]", target))
    coded = re.sub("[%?&=]{2}", "**A", re.sub("(?<![%?&=])[%?&=](?![%?&=])", "*", target))
    return f"https://urldefense.com/v3/__{coded}__;{base64.urlsafe_b64encode(replaced.encode()).decode()}!!abc!def$"


WRAPPERS: dict[str, Callable[[str], str]] = {
    "safe links": safe_links,
    "proofpoint 1": lambda target: f"https://urldefense.proofpoint.com/v1/url?u={quote(target, safe='')}&k=x",
    "proofpoint 2": proofpoint2,
    "proofpoint 3": proofpoint3,
    "fireeye": lambda target: f"https://protect2.fireeye.com/v1/url?k=1&q=1&amp;u={quote(target, safe='')}",
    "google": lambda target: f"https://www.google.com/url?q={quote(target, safe='')}&sa=D&source=calendar",
    "government safe links": lambda target: (
        f"https://usg02.safelinks.protection.office365.us/?url={quote(target, safe='')}&data=05%7C01"
    ),
    "safe links in Teams": lambda target: (
        "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html"
        f"?url={quote(target, safe='')}&locale=en-us"
    ),
    "google of a country": lambda target: f"https://www.google.co.uk/url?q={quote(target, safe='')}",
    "google meet chat": lambda target: f"https://meet.google.com/linkredirect?authuser=0&dest={quote(target, safe='')}",
    "cisco": lambda target: f"https://secure-web.cisco.com/1AbC-d_E/{quote(target, safe='')}",
    "symantec": lambda target: f"https://clicktime.symantec.com/3AbCd?u={quote(target, safe='')}",
    "trend micro": lambda target: (
        f"https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url={quote(target, safe='')}&umid=1"
    ),
    "sophos": lambda target: (
        f"https://eu-west-1.protection.sophos.com/?d=zoom.us&u={base64.urlsafe_b64encode(target.encode()).decode()}&i=x"
    ),
    "outlook on the web": lambda target: (
        f"https://outlook.office365.com/owa/redir.aspx?REF=abc&URL={quote(target, safe='')}"
    ),
    "mimecast with its target": lambda target: f"https://protect-eu.mimecast.com/redirect?url={quote(target, safe='')}",
    "barracuda": lambda target: f"https://linkprotect.cudasvc.com/url?a={quote(target, safe='')}&c=E",
}


@pytest.mark.parametrize("target", [ZOOM, TEAMS])
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_wrapper_is_undone(wrapper: str, target: str) -> None:
    assert unwrapped(WRAPPERS[wrapper](target)) == target


def test_wrappers_inside_wrappers_are_undone() -> None:
    assert unwrapped(proofpoint2(safe_links(safe_links(ZOOM)))) == ZOOM


def test_runs_in_proofpoint_3_are_restored() -> None:
    coded = "https://urldefense.us/v3/__https:/zoom.us/j/85775884256*pwd**Babc__;Pz09PQ!!x$"
    assert unwrapped(coded) == "https://zoom.us/j/85775884256?pwd===abc"


def test_a_wrapper_that_never_ends_is_left() -> None:
    link = ZOOM
    for _ in range(4):
        link = safe_links(link)
    assert unwrapped(link) == ZOOM
    assert examined(safe_links("https://example.org/")) is None


def test_a_damaged_wrapper_is_no_join_details() -> None:
    assert (
        examined("https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F857%xx&data=1")
        is None
    )


@pytest.mark.parametrize("host", ["protect-eu.mimecast.com", "url.us.m.mimecastprotect.com"])
def test_a_wrapper_that_hides_a_meeting_is_named(host: str) -> None:
    link = f"https://{host}/s/AbCdEf123?domain=teams.microsoft.com"
    assert examined(link) == RefusedText(link, "the wrapper hides its target")
    assert examined(f"https://{host}/s/AbCdEf123?domain=fabrikam.example") is None


@pytest.mark.parametrize(
    "link",
    [
        "https://müller.example/impressum",
        "https://shop.example:8443/cart",
        "https://ana@intranet.example/files",
        "https://workshoppop.com/agenda",
        "mailto:ana@zoom.us.example/x",
    ],
)
def test_an_odd_link_that_poses_as_nothing_is_no_news(link: str) -> None:
    assert examined(link) is None


@pytest.mark.parametrize("text", ["Where:meet.google.com/abc-defg-hij", "Ort: meet.google.com/abc-defg-hij."])
def test_a_bare_link_right_behind_its_label_is_found(text: str) -> None:
    assert list(found_in(text)) == ["meet.google.com/abc-defg-hij"]


def test_what_a_wrapper_hides_is_judged_as_if_it_stood_there() -> None:
    found = examined(safe_links("https://zoom.us@evil.example/j/85775884256"))
    assert isinstance(found, RefusedText)


@pytest.mark.parametrize(
    "text",
    [
        f"Join: {ZOOM}.",
        f"({ZOOM})",
        f"<{ZOOM}>",
        f"here{ZOOM}, thanks",
        f'href="{ZOOM}"',
        f"[Join]({ZOOM});",
        f"„{ZOOM}“",
    ],
)
def test_punctuation_around_a_link_is_not_part_of_it(text: str) -> None:
    assert list(found_in(text)) == [ZOOM]


def test_a_bare_host_with_a_path_is_a_link() -> None:
    found = [examined(link) for link in found_in("Where: meet.google.com/abc-defg-hij")]
    assert [link.url for link in found if isinstance(link, Link)] == ["https://meet.google.com/abc-defg-hij"]
