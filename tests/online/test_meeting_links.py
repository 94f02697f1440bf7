"""Only meeting links of Teams' own hosts reach the SDK, which checks no host itself."""

from __future__ import annotations

import pytest

from carlendar.domain.online_call import OnlineMeeting
from carlendar.online.meeting_links import is_joinable

THREAD = "19%3ameeting_Q29udG9zbw%40thread.v2"


@pytest.mark.parametrize(
    "url",
    [
        f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0?context=%7b%22Tid%22%3a%22x%22%7d",
        "https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/1633000000000?context=%7b%7d",
        "https://teams.microsoft.com/l/meetup-join/19:meeting_Q29udG9zbw@thread.v2/0?context=%7b%7d",
        "https://teams.microsoft.com/meet/2345678901234?p=Ab12cd",
        f"https://teams.cloud.microsoft/l/meetup-join/{THREAD}/0",
        "https://teams.cloud.microsoft/meet/2345678901234?p=Ab12cd",
        f"https://gov.teams.microsoft.us/l/meetup-join/{THREAD}/0",
    ],
)
def test_links_of_teams_are_accepted(url: str) -> None:
    assert is_joinable(OnlineMeeting(url))


@pytest.mark.parametrize(
    "url",
    [
        f"https://teams.microsoft.com.evil.example/l/meetup-join/{THREAD}/0",
        f"https://evil.example/l/meetup-join/{THREAD}/0?x=https://teams.microsoft.com/",
        f"https://evilteams.microsoft.com/l/meetup-join/{THREAD}/0",
        f"https://teams.microsoft.com@evil.example/l/meetup-join/{THREAD}/0",
        f"https://user:secret@teams.microsoft.com/l/meetup-join/{THREAD}/0",
        f"https://teams.microsoft.com:8443/l/meetup-join/{THREAD}/0",
        f"https://teams.microsoft.com./l/meetup-join/{THREAD}/0",
        f"https://TEAMS.microsoft.com/l/meetup-join/{THREAD}/0",
        f"https://teams.microsoft.com\\.evil.example/l/meetup-join/{THREAD}/0",
        f"https://evil.example\\@teams.microsoft.com/l/meetup-join/{THREAD}/0",
        f"https://teams.mіcrosoft.com/l/meetup-join/{THREAD}/0",
        f"https://teams.microsoft.com%2eevil.example/l/meetup-join/{THREAD}/0",
        f"http://teams.microsoft.com/l/meetup-join/{THREAD}/0",
        f"msteams:/l/meetup-join/{THREAD}/0",
        f"javascript://teams.microsoft.com/l/meetup-join/{THREAD}/0",
        "https://teams.microsoft.com/v2/",
        "https://teams.microsoft.com/",
        "https://teams.microsoft.com/l/chat/0/0?users=a@contoso.example",
        "https://teams.microsoft.com/meet/abc",
        "https://teams.microsoft.com/x/../l/meetup-join/a/0",
        f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0 ",
        f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0\n",
        f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0?<script>",
        "https://teams.microsoft.com/meet/2345678901234?p=" + "x" * 4096,
        "https://teams.live.com/meet/9312345678901?p=x",
        f"https://nam06.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F{THREAD}",
        "https://zoom.us/j/85512345678",
        "https://[teams.microsoft.com/meet/2345678901234",
        "teams.microsoft.com/meet/2345678901234",
    ],
)
def test_every_other_link_is_refused(url: str) -> None:
    assert not is_joinable(OnlineMeeting(url))


@pytest.mark.parametrize(
    ("meeting_id", "passcode", "accepted"),
    [
        ("234567890123", "Ab12cd", True),
        ("234567890123", "", True),
        ("abc", "Ab12cd", False),
        ("234 567 890 123", "Ab12cd", False),
        ("", "Ab12cd", False),
        ("٢٣٤٥٦٧٨٩٠١٢٣", "", False),
        ("234567890123", "a b", False),
    ],
)
def test_a_meeting_id_is_digits(meeting_id: str, passcode: str, accepted: bool) -> None:
    assert is_joinable(OnlineMeeting("", meeting_id, passcode)) is accepted


def test_a_bad_link_is_not_replaced_by_the_meeting_id() -> None:
    assert not is_joinable(OnlineMeeting("https://evil.example/meet/1", "234567890123", "Ab12cd"))
