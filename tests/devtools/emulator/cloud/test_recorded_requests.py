"""The requests that other people's clients sent to the cloud, replayed byte for byte but for codes and tokens.

`recorded_requests.json` was recorded from the clients of `tests/clients` (`make clients` runs these themselves).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from carlendar_devtools.emulator.cloud.codes import challenge_of
from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.devtools.emulator.cloud.conftest import ANA, NewSession

RECORDED: dict[str, list[dict[str, str]]] = json.loads(
    (Path(__file__).parent / "recorded_requests.json").read_text(encoding="utf-8")
)
VERIFIER = "v" * 43
_HIDDEN = re.compile(r"\{(\w+)\}")


class Conversation:
    """Sends one client's requests and keeps what the answers give for the next ones."""

    def __init__(self, cloud: RunningCloud, session: requests.Session) -> None:
        self._cloud, self._session = cloud, session
        self._known = {
            "client_id": cloud.client_id,
            "correlation_id": "0f0e0d0c-0b0a-4908-8706-050403020100",
            "code_verifier": VERIFIER,
            "code_challenge": challenge_of(VERIFIER),
        }

    def send(self, request: dict[str, str]) -> requests.Response:
        headers = {"Content-Type": request["content_type"]} if "content_type" in request else {}
        if request["path"].startswith("/v1.0/"):
            headers["Authorization"] = f"Bearer {self._known['access_token']}"
        address = self._cloud.origin + self._filled(request["path"])
        body = self._filled(request.get("body", "")).encode()
        method = request["method"]
        answer = self._session.request(method, address, data=body, headers=headers, allow_redirects=False, timeout=10)
        self._learn(answer)
        return answer

    def _filled(self, text: str) -> str:
        return _HIDDEN.sub(lambda match: self._known.get(match.group(1), match.group(0)), text)

    def _learn(self, answer: requests.Response) -> None:
        if "json" in answer.headers.get("Content-Type", ""):
            found = answer.json()
            self._known |= {
                name: found[name] for name in ("device_code", "refresh_token", "access_token") if name in found
            }
            if "calendars" in str(found.get("@odata.context")) and found.get("value"):
                self._known["calendar_id"] = found["value"][0]["id"]
        elif 'name="code" value="' in answer.text:
            self._known["code"] = answer.text.split('name="code" value="', 1)[1].split('"', 1)[0]
        elif answer.status_code == 302:
            self._known["code"] = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


@pytest.mark.parametrize("client", RECORDED)
def test_a_client_signs_in_and_reads_its_calendar(cloud: RunningCloud, new_session: NewSession, client: str) -> None:
    cloud.auto_approve(ANA)
    conversation = Conversation(cloud, new_session())
    read = 0
    for request in RECORDED[client]:
        answer = conversation.send(request)
        assert answer.status_code in (200, 302), (request, answer.text)
        read += len(answer.json()["value"]) if "/calendarView" in request["path"] or "/events" in request["path"] else 0
    assert read > 0


def test_the_grant_of_msal_for_javascript_is_among_them() -> None:
    bodies = [each.get("body", "") for requests in RECORDED.values() for each in requests]
    assert any("grant_type=device_code&" in body for body in bodies)
    assert any("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code" in body for body in bodies)
    assert any("grant_type=refresh_token" in body for body in bodies)
    assert any("grant_type=authorization_code" in body for body in bodies)
