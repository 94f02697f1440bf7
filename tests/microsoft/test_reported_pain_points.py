"""What other programs' users ran into with cancelled meetings, personal accounts and blocked sign-ins, played through.

The numbers are those of section 3 of the facts on Graph and identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from carlendar.domain.agenda import AgendaEntry, blocks, shown
from carlendar.domain.cancellation import plain_title
from carlendar.domain.event import Event, Response
from carlendar.domain.ports import SignedIn
from carlendar.errors import SignInRefusedError
from carlendar.i18n import catalogue
from carlendar.meetings.extract import find_join_details
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import READ_SCOPES, Cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.session import HttpSession
from carlendar.presentation.reasons import SIGN_IN, sentence
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.entry import Contact
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.world import World

ADA = "ada@contoso.example"
START = datetime(2026, 11, 23, tzinfo=UTC)
LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"
SignedInAs = Callable[..., SignedIn]


@pytest.fixture
def ada(world: World) -> Mailbox:
    return world.mailboxes[ADA]


@pytest.fixture
def listed(
    cloud: Cloud, http: HttpSession, identity: MicrosoftIdentity, signed_in: SignedInAs
) -> Callable[[], list[Event]]:
    """What the adapter lists of the default calendar; texts of invitations included."""

    def read() -> list[Event]:
        account = signed_in(identity)
        graph = GraphClient(cloud, http, lambda claims: identity.token(account.account_id, READ_SCOPES, claims))
        source = MicrosoftCalendar(graph, account.account_id)
        calendar = source.calendars()[0]
        events = source.listing(calendar, START, START + timedelta(days=14), "").events or ()
        bodies = source.bodies(calendar, [event.id for event in events])
        return [structs.replace(event, body=str(bodies.get(event.id, ""))) for event in events]

    return read


# --- 8: cancelled meetings stay listed, declined ones too -----------------------------------------


def test_8_a_cancelled_meeting_is_known_by_its_flag_and_bears_its_own_title(
    ada: Mailbox, listed: Callable[[], list[Event]]
) -> None:
    jonas = Contact("Jonas Weber", "jonas@fabrikam.example")
    review = ada.add("Review", START.replace(hour=10), timedelta(hours=1), organizer=jonas, is_organizer=False)
    ada.cancel(review.key)
    ada.cancel(review.key)
    ada.add("Canceled: a talk about cancelling", START.replace(hour=12), timedelta(hours=1))
    cancelled, talk = listed()
    assert (cancelled.cancelled, cancelled.title) == (True, "Canceled: Canceled: Review")
    assert plain_title(cancelled) == "Review"
    assert plain_title(talk) == "Canceled: a talk about cancelling"
    assert not blocks(AgendaEntry(cancelled))
    entries = (AgendaEntry(cancelled), AgendaEntry(talk))
    assert shown(entries, hide_declined=False) == entries
    assert shown(entries, hide_declined=True) == (AgendaEntry(talk),)


def test_8_a_declined_meeting_takes_no_time_and_can_be_hidden(ada: Mailbox, listed: Callable[[], list[Event]]) -> None:
    jonas = Contact("Jonas Weber", "jonas@fabrikam.example")
    ada.add(
        "Lunch", START.replace(hour=12), timedelta(hours=1), organizer=jonas, is_organizer=False, response="declined"
    )
    (declined,) = listed()
    assert declined.response is Response.DECLINED
    assert not blocks(AgendaEntry(declined))
    assert shown((AgendaEntry(declined),), hide_declined=True) == ()


# --- 10: personal accounts have no online meetings ------------------------------------------------


def test_10_a_personal_account_finds_its_join_details_by_place_or_text(
    ada: Mailbox, listed: Callable[[], list[Event]]
) -> None:
    ada.person = replace(ada.person, personal=True)
    link = "https://teams.live.com/meet/9312345678901"
    ada.add("By text", START.replace(hour=10), timedelta(hours=1), body=f"<p>Join: <a href='{link}'>here</a></p>")
    ada.add("Without", START.replace(hour=12), timedelta(hours=1), body="<p>See you there</p>")
    by_text, without = listed()
    assert by_text.online is None or not by_text.online.join_url
    assert find_join_details(by_text, by_text.body, "DE").url == link
    assert not find_join_details(without, without.body, "DE").found


# --- 11 and 12: registrations and tenants that refuse the device code -----------------------------


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (9002331, "account_kind"), (50059, "unknown_tenant"), (70002, "not_public"), (7000218, "not_public"),
        (53003, "policy"), (50097, "device"), (530034, "policy"),
    ],
)  # fmt: skip
def test_11_and_12_a_refusal_is_reported_in_plain_words_in_every_language_and_keeps_its_number(
    identity: MicrosoftIdentity, running: RunningCloud, number: int, reason: str
) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    running.approve(flow.code.user_code, ADA)
    running.inject(Fault("identity", 1, "device_code", code="invalid_request", number=number))
    with pytest.raises(SignInRefusedError) as caught:
        flow.poll()
    assert (caught.value.reason, caught.value.code) == (reason, f"AADSTS{number}")
    said = {sentence(catalogue.load(tag, LOCALE), reason, caught.value.code) for tag in catalogue.available(LOCALE)}
    assert len(said) == len(catalogue.available(LOCALE))
    assert not any("AADSTS" in text for text in said)
    assert identity.account_ids() == frozenset()


def test_11_a_personal_account_signs_in_by_the_code(
    identity: MicrosoftIdentity, signed_in: SignedInAs, ada: Mailbox
) -> None:
    ada.person = replace(ada.person, personal=True)
    assert signed_in(identity).address == ADA


def test_12_where_the_code_is_blocked_the_words_lead_to_the_browser_and_that_way_works(
    identity: MicrosoftIdentity, running: RunningCloud
) -> None:
    running.inject(Fault("identity", 1, "device_code", code="access_denied", number=53003))
    flow = identity.start_device_code(READ_SCOPES)
    with pytest.raises(SignInRefusedError) as caught:
        flow.poll()
    assert "browser" in SIGN_IN[caught.value.reason].text.casefold()


# --- 13: a service that breaks a loop, and unknown error numbers ------------------------------


def test_13_an_unknown_number_is_no_riddle_and_a_new_code_can_be_had_at_once(
    identity: MicrosoftIdentity, running: RunningCloud, signed_in: SignedInAs
) -> None:
    running.inject(Fault("identity", 1, "device_code", code="server_rejects", number=50999))
    flow = identity.start_device_code(READ_SCOPES)
    with pytest.raises(SignInRefusedError) as caught:
        flow.poll()
    words = catalogue.load("en", LOCALE)
    assert sentence(words, caught.value.reason, caught.value.code) == (
        "Microsoft refused the sign-in (AADSTS50999). Ask your administrator."
    )
    assert signed_in(identity).address == ADA
