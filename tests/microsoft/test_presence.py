"""Presence: only calls count, and only with the permission, which is asked for in a sign-in of its own."""

from __future__ import annotations

import pytest

from carlendar.errors import RefusedError
from carlendar.microsoft.clouds import Cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.presence import in_call
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.running import RunningCloud

ADA = "ada@contoso.example"


def graph_of(running: RunningCloud, cloud: Cloud, http: HttpSession, vault: Vault, scope: str) -> GraphClient:
    identity = MicrosoftIdentity(cloud, running.client_id, vault, http)
    flow = identity.start_device_code([scope])
    running.approve(flow.code.user_code, ADA)
    signed_in = flow.poll()
    assert signed_in is not None
    return GraphClient(cloud, http, lambda claims: identity.token(signed_in.account_id, [scope], claims))


def test_a_call_of_teams_counts_and_a_meeting_of_the_calendar_does_not(
    running: RunningCloud, cloud: Cloud, http: HttpSession, vault: Vault
) -> None:
    graph = graph_of(running, cloud, http, vault, "Presence.Read")
    found = {}
    for activity in ("", "InACall", "InAConferenceCall", "Presenting", "InAMeeting", "Away"):
        running.set_activity(ADA, activity)
        found[activity] = in_call(graph)
    running.set_activity(ADA, "")
    assert [activity for activity, counts in found.items() if counts] == ["InACall", "InAConferenceCall", "Presenting"]


def test_without_the_permission_it_is_refused(
    running: RunningCloud, cloud: Cloud, http: HttpSession, vault: Vault
) -> None:
    with pytest.raises(RefusedError):
        in_call(graph_of(running, cloud, http, vault, "Calendars.Read"))
