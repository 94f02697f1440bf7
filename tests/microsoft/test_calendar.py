"""Calendars over the emulated Graph: every page, cheap signs of change, lost tokens, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.account import Calendar
from carlendar.domain.calendar_delta import CalendarDelta
from carlendar.domain.event import Event, Response
from carlendar.domain.ports import CalendarActions, CalendarSource, ResponseKind
from carlendar.domain.timespan import DateSpan
from carlendar.errors import GoneError, OfflineError, OutageError, RefusedError, ThrottledError
from carlendar.microsoft.actions import MicrosoftActions
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import MAIL_SCOPE, READ_SCOPES, RESPOND_SCOPE, Cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.me import Me, read_me
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.generator import fill
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.world import World

ADA = "ada@contoso.example"
START = datetime(2026, 11, 23, tzinfo=UTC)
END = START + timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed-in account's adapters."""

    source: CalendarSource
    actions: CalendarActions
    graph: GraphClient

    def default(self) -> Calendar:
        return self.source.calendars()[0]

    def list(self, position: str = "", calendar: Calendar | None = None) -> CalendarDelta:
        return self.source.listing(calendar or self.default(), START, END, position)

    def settled(self) -> CalendarDelta:
        """A listing after which changes are followed."""
        return self.list(self.list().position)


SignIn = Callable[[tuple[str, ...]], Signed]


@pytest.fixture
def sign_in(running: RunningCloud, cloud: Cloud, vault_folder: Path) -> Iterator[SignIn]:
    http = HttpSession(ca_file=cloud.ca_file)
    vault = Vault(vault_folder, sources=(FileKey(vault_folder),))
    identity = MicrosoftIdentity(cloud, running.client_id, vault, http)

    def with_scopes(scopes: tuple[str, ...]) -> Signed:
        running.auto_approve(ADA)
        account = identity.start_device_code(scopes).poll()
        assert account is not None
        graph = GraphClient(cloud, http, lambda claims: identity.token(account.account_id, scopes, claims))
        return Signed(MicrosoftCalendar(graph, account.account_id), MicrosoftActions(graph), graph)

    yield with_scopes
    http.close()


@pytest.fixture
def signed(sign_in: SignIn) -> Signed:
    return sign_in(READ_SCOPES)


@pytest.fixture
def ada(world: World) -> Mailbox:
    return world.person(ADA)


def events(listing: CalendarDelta) -> tuple[Event, ...]:
    assert listing.events is not None
    return listing.events


def test_calendars_come_with_the_default_one_first(signed: Signed) -> None:
    first, second = signed.source.calendars()
    assert (first.name, first.is_default, first.can_edit) == ("Calendar", True, True)
    assert (second.name, second.is_default) == ("Team", False)


def test_each_calendar_lists_its_own_events(signed: Signed, ada: Mailbox) -> None:
    ada.add("Mine", START + timedelta(hours=9), timedelta(hours=1))
    ada.add("Theirs", START + timedelta(hours=10), timedelta(hours=1), calendar="team")
    mine, team = signed.source.calendars()
    assert [event.title for event in events(signed.list(calendar=mine))] == ["Mine"]
    assert [event.title for event in events(signed.list(calendar=team))] == ["Theirs"]
    assert events(signed.list(calendar=team))[0].calendar_id == team.id


def test_every_page_is_read_in_few_requests(signed: Signed, ada: Mailbox) -> None:
    fill(ada, date(2026, 11, 23), events=1100, days=14)
    listing = signed.list()
    assert len(events(listing)) == 1100
    assert listing.traffic.requests == 3
    starts = [event.start(UTC) for event in events(listing)]
    assert starts == sorted(starts)


def test_whole_days_stay_dates(signed: Signed, ada: Mailbox) -> None:
    ada.add("Trade fair", date(2026, 11, 24), date(2026, 11, 26))
    assert events(signed.list())[0].span == DateSpan(date(2026, 11, 24), date(2026, 11, 26))


def test_nothing_changed_costs_one_small_request(signed: Signed, ada: Mailbox) -> None:
    fill(ada, date(2026, 11, 23), events=300, days=14)
    first = signed.list()
    assert first.again
    second = signed.list(first.position)
    third = signed.list(second.position)
    fourth = signed.list(third.position)
    for unchanged in (second, third, fourth):
        assert (unchanged.events, unchanged.again) == (None, False)
    for unchanged in (third, fourth):
        assert unchanged.traffic.requests == 1
        assert unchanged.traffic.bytes < 1000 < first.traffic.bytes / 20


@pytest.mark.parametrize("change", ["add", "change", "delete", "cancel", "leave"])
def test_any_change_is_seen_and_reported_alone(signed: Signed, ada: Mailbox, change: str) -> None:
    ada.add("Other", START + timedelta(hours=9), timedelta(hours=1))
    entry = ada.add("Review", START + timedelta(hours=9), timedelta(hours=1))
    settled = signed.settled()
    if change == "add":
        ada.add("New", START + timedelta(hours=11), timedelta(hours=1))
    elif change == "change":
        ada.move(entry.key, START + timedelta(hours=15))
    elif change == "leave":
        ada.move(entry.key, END + timedelta(hours=15))
    elif change == "delete":
        ada.delete(entry.key)
    else:
        ada.cancel(entry.key)
    after = signed.list(settled.position)
    shown = [(event.title, event.start(UTC).hour, event.cancelled) for event in events(after)]
    assert (
        shown
        == {
            "add": [("New", 11, False)],
            "change": [("Review", 15, False)],
            "delete": [],
            "leave": [],
            "cancel": [("Canceled: Review", 9, True)],
        }[change]
    )
    assert after.scope is not None
    assert (ada.identifier(EntryOccurrence(entry, "singleInstance")) in after.scope.ids) == (change != "add")
    assert signed.list(after.position).events is None


def test_a_change_between_listing_and_token_is_never_lost(signed: Signed, ada: Mailbox) -> None:
    kept = ada.add("Kept", START + timedelta(hours=9), timedelta(hours=1))
    gone = ada.add("Gone", START + timedelta(hours=9), timedelta(hours=1))
    first = signed.list()
    ada.add("One", START + timedelta(hours=9), timedelta(hours=1))
    ada.delete(gone.key)
    ada.change(kept.key, title="Changed")
    seen = signed.list(first.position)
    assert sorted(event.title for event in events(seen)) == ["Changed", "One"]
    assert seen.scope is not None
    assert ada.identifier(EntryOccurrence(gone, "singleInstance")) in seen.scope.ids
    ada.add("Two", START + timedelta(hours=10), timedelta(hours=1))
    assert [event.title for event in events(signed.list(seen.position))] == ["Two"]


def test_a_moved_window_costs_the_days_that_it_gained(signed: Signed, ada: Mailbox) -> None:
    fill(ada, date(2026, 11, 23), events=300, days=14)
    ada.add("Late", END + timedelta(hours=9), timedelta(hours=1))
    settled = signed.settled()
    days = timedelta(days=1)
    moved = signed.source.listing(signed.default(), START + days, END + days, settled.position)
    assert [event.title for event in events(moved)] == ["Late"]
    assert moved.scope is not None
    assert [(span.start, span.end) for span in moved.scope.spans] == [(END, END + days)]
    assert moved.traffic.requests == 2
    back = signed.source.listing(signed.default(), START - days, END - days, moved.position)
    assert back.scope is not None
    assert [(span.start, span.end) for span in back.scope.spans] == [(START - days, START + days)]
    far = signed.source.listing(signed.default(), START + 7 * days, END + 7 * days, back.position)
    assert far.scope is None
    assert far.again


def test_very_many_changes_lead_to_one_listing_that_is_whole(signed: Signed, ada: Mailbox) -> None:
    settled = signed.settled()
    fill(ada, date(2026, 11, 23), events=200, days=14)
    after = signed.list(settled.position)
    assert (len(events(after)), after.scope) == (200, None)
    assert signed.list(after.position).events is None


@pytest.mark.parametrize(
    "fault",
    [
        Fault("lost_token", 1, status=410, code="SyncStateNotFound"),
        Fault("lost_token", 1, status=410, code="syncStateNotFound"),
        Fault("lost_token", 1, status=400, code="resyncRequired"),
        Fault("endless_paging", 60),
        Fault("status", 1, "/delta", status=503),
        Fault("garbage", 1, "/delta"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.code}",
)
def test_a_lost_position_falls_back_to_the_listing_and_recovers(
    signed: Signed, ada: Mailbox, running: RunningCloud, fault: Fault
) -> None:
    ada.add("Review", START + timedelta(hours=9), timedelta(hours=1))
    settled = signed.settled()
    ada.add("Planning", START + timedelta(hours=11), timedelta(hours=1))
    running.inject(fault)
    lost = signed.list(settled.position)
    assert [event.title for event in events(lost)] == ["Review", "Planning"]
    running.clear_faults()
    again = signed.list(lost.position)
    assert again.events is None
    ada.add("Third", START + timedelta(hours=12), timedelta(hours=1))
    assert [event.title for event in events(signed.list(again.position))] == ["Third"]


def test_forgotten_tokens_fall_back_too(signed: Signed, ada: Mailbox, running: RunningCloud) -> None:
    ada.add("Review", START + timedelta(hours=9), timedelta(hours=1))
    settled = signed.settled()
    running.lose_sync_state()
    assert [event.title for event in events(signed.list(settled.position))] == ["Review"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("status", 1, "calendarView", status=503), OutageError),
        (Fault("status", 1, "calendarView", status=503, retry_after="4"), ThrottledError),
        (Fault("status", 1, "calendarView", status=429, retry_after="2.5"), ThrottledError),
        (Fault("status", 1, "calendarView", status=403, code="ErrorAccessDenied"), RefusedError),
        (Fault("garbage", 1, "calendarView"), OutageError),
        (Fault("garbage", 1, "calendarView", garbage="wrong_type"), OutageError),
        (Fault("cut", 2, "calendarView"), OfflineError),
        (Fault("cut_body", 2, "calendarView"), OfflineError),
    ],
    ids=lambda value: f"{value.kind} {value.status} {value.garbage}" if isinstance(value, Fault) else "",
)
def test_a_failing_listing_fails_as_a_whole(
    signed: Signed, running: RunningCloud, fault: Fault, kind: type[Exception]
) -> None:
    calendar = signed.default()
    running.inject(fault)
    with pytest.raises(kind) as caught:
        signed.list(calendar=calendar)
    assert type(caught.value) is kind
    assert events(signed.list(calendar=calendar)) == ()


def test_an_empty_answer_does_not_look_like_an_empty_calendar(
    signed: Signed, running: RunningCloud, ada: Mailbox
) -> None:
    ada.add("Review", START + timedelta(hours=9), timedelta(hours=1))
    calendar = signed.default()
    running.inject(Fault("garbage", 1, "calendarView", garbage="empty"))
    with pytest.raises(OutageError):
        signed.list(calendar=calendar)


def test_bodies_of_a_whole_day_come_in_batches(signed: Signed, ada: Mailbox) -> None:
    fill(ada, date(2026, 11, 23), events=30, days=1)
    wanted = [event.id for event in events(signed.list())]
    gone = wanted[3]
    found = next(entry for entry in ada.entries.values() if entry.title == events(signed.list())[3].title)
    ada.delete(found.key)
    bodies = signed.source.bodies(signed.default(), wanted)
    assert set(bodies) == set(wanted) - {gone}
    assert all("Notes for" in str(text) for text in bodies.values())


def test_bodies_of_another_calendar_are_found_there(signed: Signed, ada: Mailbox) -> None:
    ada.add("Theirs", START + timedelta(hours=10), timedelta(hours=1), calendar="team", body="<p>Hello</p>")
    team = signed.source.calendars()[1]
    event = events(signed.list(calendar=team))[0]
    assert "Hello" in str(signed.source.bodies(team, [event.id])[event.id])


def test_answers_reach_the_calendar_and_the_organiser(sign_in: SignIn, ada: Mailbox) -> None:
    signed = sign_in((*READ_SCOPES, RESPOND_SCOPE))
    fill(ada, date(2026, 11, 23), events=1, days=1)
    event = events(signed.list())[0]
    signed.actions.respond(event.id, ResponseKind.TENTATIVE, "Perhaps ten minutes late")
    assert events(signed.list())[0].response is Response.TENTATIVE
    assert [(sent.kind, sent.text) for sent in ada.sent] == [("response", "Perhaps ten minutes late")]
    signed.actions.dismiss_reminder(event.id)
    ada.delete(next(iter(ada.entries)))
    with pytest.raises(GoneError):
        signed.actions.respond(event.id, ResponseKind.ACCEPT)


def test_a_message_is_sent_in_the_accounts_name(sign_in: SignIn, ada: Mailbox) -> None:
    signed = sign_in((*READ_SCOPES, MAIL_SCOPE))
    signed.actions.send_mail(["ben@contoso.example"], "Running late", "Ten minutes.", "key-1")
    assert [(sent.to, sent.subject, sent.text) for sent in ada.sent] == [
        (("ben@contoso.example",), "Running late", "Ten minutes.")
    ]


def test_without_the_scope_an_action_is_refused(signed: Signed, ada: Mailbox) -> None:
    fill(ada, date(2026, 11, 23), events=1, days=1)
    with pytest.raises(RefusedError):
        signed.actions.respond(events(signed.list())[0].id, ResponseKind.ACCEPT)


def test_who_it_is_with_and_without_the_mailboxs_settings(sign_in: SignIn) -> None:
    assert read_me(sign_in(READ_SCOPES).graph).address == ADA
    assert read_me(sign_in((*READ_SCOPES, "MailboxSettings.Read")).graph) == Me("Ada Example", ADA, "en-US", "UTC")
