"""Bad days: planned faults, limits, connections that break."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
import requests

from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.devtools.emulator.cloud.conftest import Client, NewSession
from tests.fakes.clocks import ManualClock

ANA = "ana@contoso.example"
DAY = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-24T00:00:00Z"


def give_up(session: requests.Session, url: str) -> None:
    """Ask for something slow, and do not wait for it."""
    with pytest.raises(requests.ReadTimeout):
        session.get(url, timeout=1)


def test_a_status_hits_the_next_requests_of_a_path(ana: Client, cloud: RunningCloud) -> None:
    cloud.inject(Fault("status", 2, "calendarView", status=429, code="TooManyRequests", retry_after="2.128"))
    assert ana.get("/me").status_code == 200
    for _ in range(2):
        refused = ana.get(f"/me/calendarView?{DAY}")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2.128")
        assert refused.json()["error"]["code"] == "TooManyRequests"
    assert ana.get(f"/me/calendarView?{DAY}").status_code == 200


def test_retry_after_may_be_a_date(ana: Client, cloud: RunningCloud) -> None:
    cloud.inject(Fault("status", 1, status=503, retry_after="Mon, 23 Nov 2026 07:45:00 GMT"))
    assert ana.get("/me").headers["Retry-After"] == "Mon, 23 Nov 2026 07:45:00 GMT"


@pytest.mark.parametrize("kind", ["cut", "cut_body"])
def test_connections_are_cut(ana: Client, cloud: RunningCloud, kind: str) -> None:
    cloud.inject(Fault(kind, 1))
    with pytest.raises(requests.RequestException):
        ana.get("/me")
    assert ana.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("garbage", "starts"), [("html", "<html>"), ("truncated", '{"value": ['), ("wrong_type", "["), ("empty", "")]
)
def test_garbage_comes_with_a_200(ana: Client, cloud: RunningCloud, garbage: str, starts: str) -> None:
    cloud.inject(Fault("garbage", 1, garbage=garbage))
    response = ana.get("/me")
    assert response.status_code == 200
    assert response.text.startswith(starts)


def test_a_delay_comes_before_the_answer(ana: Client, cloud: RunningCloud) -> None:
    cloud.inject(Fault("delay", 1, seconds=5))
    with pytest.raises(requests.ReadTimeout):
        ana.session.get(f"{cloud.graph}/me", timeout=0.2)
    assert ana.get("/me").status_code == 200


def test_faults_are_forgotten_on_request(ana: Client, cloud: RunningCloud) -> None:
    cloud.inject(Fault("status", status=500))
    assert ana.get("/me").status_code == 500
    cloud.clear_faults()
    assert ana.get("/me").status_code == 200


def test_more_requests_at_once_than_allowed_are_throttled(ana: Client, cloud: RunningCloud) -> None:
    cloud.limits.at_once = 1
    cloud.inject(Fault("delay", 1, "mailboxSettings", seconds=5))
    slow = Thread(target=give_up, args=(ana.session, f"{cloud.graph}/me/mailboxSettings"))
    slow.start()
    while cloud.faults.planned():
        slow.join(0.01)
    refused = requests.get(f"{cloud.graph}/me", headers=dict(ana.session.headers), verify=str(cloud.ca_file), timeout=5)
    slow.join()
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "ApplicationThrottled")
    assert "MailboxConcurrency" in refused.json()["error"]["message"]
    assert float(refused.headers["Retry-After"]) > 0


def test_too_many_requests_in_ten_minutes_are_throttled(ana: Client, cloud: RunningCloud, elapsed: ManualClock) -> None:
    cloud.limits.in_ten_minutes = 3
    codes = [ana.get("/me").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    elapsed.now += 601
    assert ana.get("/me").status_code == 200


def test_identity_outages_are_no_refusals(cloud: RunningCloud, new_session: NewSession) -> None:
    cloud.inject(Fault("status", 1, "token", status=503))
    response = new_session().post(f"{cloud.authority}/oauth2/v2.0/token", data={"grant_type": "refresh_token"})
    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")


def test_the_log_tells_kinds_and_paths_only(ana: Client, cloud: RunningCloud) -> None:
    answered: list[Any] = []
    unsubscribe = cloud.subscribe(answered.append)
    ana.get(f"/me/calendarView?{DAY}")
    unsubscribe()
    ana.get("/me")
    assert [(each.kind, each.text, each.status) for each in answered] == [("graph", "GET /v1.0/me/calendarView", 200)]


def test_a_request_without_a_good_token_is_not_let_in(cloud: RunningCloud, new_session: NewSession) -> None:
    for header in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        response = new_session().get(f"{cloud.graph}/me", headers=header)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_client_request_ids_come_back(ana: Client) -> None:
    response = ana.get("/me/nothing", headers={"client-request-id": "mine"})
    assert response.headers["client-request-id"] == "mine"
    assert response.json()["error"]["innerError"]["client-request-id"] == "mine"
