"""An acceptance run against the emulated cloud: what it checks, what it leaves, what its report holds."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from carlendar_devtools.acceptance.checks import NAMES
from carlendar_devtools.acceptance.recorder import template
from carlendar_devtools.acceptance.report import AcceptanceReport, CheckStatus, to_json
from carlendar_devtools.emulator.cloud.faults import Fault
from tests.devtools.acceptance.conftest import ANA, Trial


def statuses(report: AcceptanceReport) -> dict[str, CheckStatus]:
    return {check.name: check.status for check in report.checks}


def reason(report: AcceptanceReport, name: str) -> str:
    return next(check.reason for check in report.checks if check.name == name)


def test_every_check_passes_and_nothing_is_left(trial: Trial) -> None:
    events = len(trial.mailbox.entries)
    report = trial.run()
    assert statuses(report) == dict.fromkeys(NAMES, CheckStatus.PASSED), report.text()
    assert trial.marked == []
    assert len(trial.mailbox.entries) == events
    answers = [each for each in trial.mailbox.sent if each.kind == "response"]
    assert [each.to for each in answers] == [("ana+carlendar-acceptance@contoso.example",)]
    assert {address for each in trial.mailbox.sent for address in each.to} <= {ANA, answers[0].to[0]}


def test_the_report_holds_no_content_and_the_identifiers_of_requests(trial: Trial) -> None:
    report = trial.run()
    document = to_json(report)
    for text in (document, report.text()):
        person, world = trial.mailbox.person, trial.cloud.world
        secrets = [
            person.address,
            person.name,
            person.key,
            world.tenant,
            trial.cloud.identity.tenant_id,
        ]
        secrets += [entry.title for entry in trial.mailbox.entries.values()]
        secrets += [entry.key for entry in trial.mailbox.entries.values()]
        secrets += [book.name for book in trial.mailbox.books.values() if book.name != "Calendar"]
        secrets += ["AAMk", "AAkA", "deltatoken", "localhost", trial.cloud.client_id]
        assert [secret for secret in secrets if secret.casefold() in text.casefold()] == []
    found = json.loads(document)
    assert found["passed"] == len(NAMES)
    requests = [request for check in found["checks"] for request in check["requests"]]
    assert all(request["request_id"] for request in requests)
    assert {"/v1.0/$batch", "/v1.0/me/calendarView/delta", "/v1.0/me/events/{id}"} <= {
        each["path"] for each in requests
    }


def test_reading_alone_writes_nothing(trial: Trial) -> None:
    report = trial.run(read_only=True)
    assert set(statuses(report).values()) == {CheckStatus.PASSED}
    assert "event" not in statuses(report)
    methods = {request.method for check in report.checks for request in check.requests if "oauth2" not in request.path}
    posted = {request.path for check in report.checks for request in check.requests if request.method == "POST"}
    assert methods == {"GET", "POST"}
    assert {path for path in posted if "oauth2" not in path} == {"/v1.0/$batch"}
    assert trial.mailbox.sent == []


def test_nothing_is_written_where_the_user_does_not_agree(trial: Trial) -> None:
    trial.agrees = False
    revision = trial.mailbox.revision
    report = trial.run()
    assert reason(report, "event") == reason(report, "clean_up") == "writing was not agreed to"
    assert statuses(report)["listing"] is CheckStatus.PASSED
    assert (trial.mailbox.revision, trial.mailbox.sent) == (revision, [])


def test_single_checks_bring_their_sign_in_and_removal(trial: Trial) -> None:
    assert list(statuses(trial.run("batch"))) == ["device_code", "batch"]
    assert list(statuses(trial.run("browser", "listing"))) == ["browser", "listing"]
    assert list(statuses(trial.run("event"))) == ["device_code", "leftovers", "event", "clean_up"]
    assert trial.marked == []


def test_without_a_browser_the_code_is_enough(trial: Trial) -> None:
    trial.browser = False
    report = trial.run("device_code", "browser", "profile")
    assert [check.status for check in report.checks] == [CheckStatus.PASSED, CheckStatus.SKIPPED, CheckStatus.PASSED]


def test_where_the_code_is_blocked_the_browser_goes_on(trial: Trial) -> None:
    trial.cloud.inject(Fault("identity", 1, "devicecode", code="invalid_grant", number=53003))
    report = trial.run("device_code", "browser", "profile")
    assert [check.status for check in report.checks] == [CheckStatus.FAILED, CheckStatus.PASSED, CheckStatus.PASSED]
    assert "AADSTS53003" in reason(report, "device_code")


def test_without_a_sign_in_everything_else_is_skipped(trial: Trial) -> None:
    trial.cloud.disable(ANA)
    trial.browser = False
    report = trial.run()
    assert statuses(report)["device_code"] is CheckStatus.FAILED
    assert {status for name, status in statuses(report).items() if name != "device_code"} == {CheckStatus.SKIPPED}


FAULTS: list[tuple[Fault, set[str], set[str]]] = [
    (Fault("status", 1, "/me/events$", status=503, code="ServiceUnavailable"), {"event", "series"}, {"event"}),
    (Fault("cut_answer", 1, "/me/events$"), {"event", "series"}, {"event"}),
    (Fault("status", 1, "/instances$", status=500), {"series"}, set()),
    (Fault("status", 1, "snoozeReminder", status=403, code="ErrorAccessDenied"), {"reminder"}, {"reminder"}),
    (Fault("status", 1, "/accept$", status=400, code="ErrorInvalidRequest"), {"answer"}, {"answer"}),
    (Fault("status", 1, "/sendMail$", status=503), {"late_message", "sent_items"}, {"late_message"}),
    (Fault("garbage", 1, "/me/calendars$", garbage="truncated"), {"calendars", "listing"}, {"calendars"}),
    (Fault("endless_paging", None, "delta"), {"delta", "versions", "event"}, {"delta", "versions", "event"}),
    (Fault("lost_token", None, "delta"), {"delta", "event"}, {"delta", "event"}),
    (Fault("status", 2, "/me/events/[^/]+$", status=429, retry_after="1"), {"event"}, set()),
    (Fault("expire", 1, "/me/events$"), {"event"}, set()),
    (Fault("challenge", 1, r"/\$batch$"), {"batch"}, set()),
]


@pytest.mark.parametrize(("fault", "checks", "failing"), FAULTS)
def test_a_fault_costs_its_own_check_and_leaves_nothing(
    trial: Trial, fault: Fault, checks: set[str], failing: set[str]
) -> None:
    trial.cloud.inject(fault)
    report = trial.run(*checks)
    failed = {name for name, status in statuses(report).items() if status is CheckStatus.FAILED}
    assert failed == failing, report.text()
    assert trial.marked == [], report.text()
    assert all(reason(report, name) for name in failed)


def test_a_revoked_session_ends_the_run_and_the_next_one_cleans_up(trial: Trial) -> None:
    trial.cloud.inject(Fault("revoke", 1, "/instances$"))
    report = trial.run()
    assert statuses(report)["clean_up"] is CheckStatus.FAILED
    assert trial.marked
    again = trial.run("batch", "event")
    leftovers = next(check for check in again.checks if check.name == "leftovers")
    assert leftovers.status is CheckStatus.PASSED
    assert leftovers.figures["events"] >= 1
    assert trial.marked == []


def test_the_removal_outlives_a_fault(trial: Trial) -> None:
    trial.cloud.inject(Fault("status", 2, "/me/messages/", status=500))
    trial.cloud.inject(Fault("cut", 2, "/me/mailFolders/inbox", after=1))
    assert statuses(trial.run("answer", "late_message"))["clean_up"] is CheckStatus.PASSED
    assert trial.marked == []


def test_an_interruption_skips_the_rest_and_removes_what_was_made(trial: Trial) -> None:
    def interrupt(_seconds: float) -> None:
        trial.on_pause = lambda _: None
        assert trial.marked
        raise KeyboardInterrupt

    trial.on_pause = interrupt
    trial.cloud.inject(Fault("status", 1, "/instances$", status=429, retry_after="1"))
    report = trial.run()
    assert report.interrupted
    assert reason(report, "series") == reason(report, "late_message") == "interrupted"
    assert statuses(report)["clean_up"] is CheckStatus.PASSED
    assert trial.marked == []


def test_a_second_interruption_leaves_it_to_the_next_run(trial: Trial) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    trial.on_pause = interrupt
    trial.cloud.inject(Fault("status", 1, "/instances$", status=429, retry_after="1"))
    trial.cloud.inject(Fault("status", 1, "/me/events/[^/]+$", status=429, retry_after="1"))
    report = trial.run("series")
    assert statuses(report)["clean_up"] is CheckStatus.FAILED, report.text()
    assert "next run" in reason(report, "clean_up")
    trial.on_pause = lambda _: None
    trial.run("event")
    assert trial.marked == []


def test_what_a_killed_run_left_is_removed_by_the_next(trial: Trial) -> None:
    trial.cloud.inject(Fault("status", None, "/me/events/", status=500))
    trial.run(without=("clean_up",))
    trial.cloud.clear_faults()
    assert len(trial.marked) >= 5
    report = trial.run("event")
    found = next(check for check in report.checks if check.name == "leftovers").figures
    assert found["events"] >= 2
    assert found["messages"] >= 2
    assert trial.marked == []


def test_what_is_not_its_own_stays(trial: Trial) -> None:
    at = trial.cloud.world.now() + timedelta(days=7)
    mine = trial.mailbox.add("Carlendar acceptance check", at, timedelta(minutes=30))
    foreign = trial.mailbox.add("Carlendar acceptance check 0123456789ab (1)", at, timedelta(minutes=30))
    trial.mailbox.change(
        foreign.key, is_organizer=False, organizer=trial.cloud.world.person("ben@contoso.example").contact
    )
    subject = "Fwd: Carlendar acceptance check 0123456789ab (4)"
    trial.mailbox.send("mail", ("help@contoso.example",), subject, "Is this ours?")
    trial.run()
    assert {mine.key, foreign.key} <= trial.mailbox.entries.keys()
    kept = [each.subject for each in trial.mailbox.messages.values() if each.folder == "sentitems"]
    assert kept == [subject]


def test_a_mailbox_without_plus_addresses_skips_the_answer(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    message = base64.b64encode(b"Subject: x\r\nTo: x@contoso.example\r\n\r\nx")
    monkeypatch.setattr("carlendar_devtools.acceptance.writing_checks.invitation", lambda *_: message)
    report = trial.run("answer")
    assert statuses(report)["answer"] is CheckStatus.SKIPPED
    assert "plus addresses" in reason(report, "answer")


def test_paths_keep_the_words_of_the_interface_only() -> None:
    assert template("https://graph.example/v1.0/me/events/AAMk%2F1/accept?x=1") == "/v1.0/me/events/{id}/accept"
    assert template("https://login.example/contoso.example/oauth2/v2.0/token") == "/{id}/oauth2/v2.0/token"
    assert template("https://graph.example/v1.0/me/reminderView(startDateTime='a')") == "/v1.0/me/reminderView"
