"""Subscriptions to changes of events (resource type subscription), delivered as CloudEvents to an Event Grid topic.

Only the notification URL of Event Grid is accepted. What would be delivered is returned by `deliveries`.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.state import GraphState, Subscription
from carlendar_devtools.emulator.world.world import World

LONGEST = timedelta(minutes=10_080)
"""Longest life of a subscription to Outlook events."""
REMINDED = timedelta(minutes=60)
"""How long before its end a lifecycle event asks to renew it."""
_URL = re.compile(
    r"EventGrid:\?azuresubscriptionid=[\w-]+&resourcegroup=[\w.()-]+&partnertopic=[\w-]+&location=[a-z0-9]+"
)
_RESOURCE = re.compile(r"/?(me|users/[^/]+)/events/?", re.IGNORECASE)
_CHANGES = {"created", "updated", "deleted"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A CloudEvent, and the topic that it is delivered to."""

    topic: str
    event: dict[str, Any]


def create(call: GraphCall, state: GraphState) -> Reply:
    """Create a subscription."""
    body = call.json_object()
    for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
        if not isinstance(body.get(name), str):
            raise bad_request(f"{name} is required.")
    changes = {each.strip().casefold() for each in body["changeType"].split(",")}
    if not changes <= _CHANGES or not _RESOURCE.fullmatch(body["resource"]):
        raise bad_request("Subscriptions to this resource or change are not served.")
    urls = body["notificationUrl"], body.get("lifecycleNotificationUrl", body["notificationUrl"])
    secret = body.get("clientState", "")
    if not all(isinstance(each, str) and _URL.fullmatch(each) for each in urls):
        raise bad_request("The notification URL is none of an Event Grid partner topic.")
    if not isinstance(secret, str) or len(secret) > 128:
        raise bad_request("clientState is longer than 128 characters.")
    made = Subscription(
        id=str(uuid.uuid4()), address=call.mailbox.person.address, resource=body["resource"],
        changes=body["changeType"], url=urls[0], secret=secret, expires=_expiration(call, body),
        revision=call.mailbox.revision,
    )  # fmt: skip
    state.subscriptions[made.id] = made
    return Reply(201, _wire(made))


def listed(call: GraphCall, state: GraphState) -> Reply:
    """The subscriptions of the person."""
    return Reply(200, {"value": [_wire(each) for each in _valid(call, state)]})


def read(call: GraphCall, state: GraphState) -> Reply:
    """One subscription."""
    return Reply(200, _wire(_found(call, state)))


def renew(call: GraphCall, state: GraphState) -> Reply:
    """Give a subscription another end."""
    found = _found(call, state)
    state.subscriptions[found.id] = renewed = replace(
        found, expires=_expiration(call, call.json_object()), reminded=False
    )
    return Reply(200, _wire(renewed))


def delete(call: GraphCall, state: GraphState) -> Reply:
    """End a subscription."""
    del state.subscriptions[_found(call, state).id]
    return Reply(204)


def deliveries(world: World, state: GraphState) -> list[Delivery]:
    """What has to be delivered since the last call: changes, and reminders of an end that is near."""
    found: list[Delivery] = []
    for each in list(state.subscriptions.values()):
        mailbox = world.person(each.address)
        if each.expires <= world.now():
            del state.subscriptions[each.id]
            continue
        reminded = each.reminded or each.expires - world.now() <= REMINDED
        if reminded and not each.reminded:
            found.append(_event(world, each, "Microsoft.Graph.SubscriptionReauthorizationRequired", ""))
        if mailbox.revision != each.revision:
            found.append(_event(world, each, "Microsoft.Graph.EventUpdated", f"Users/{each.address}/Events/changed"))
        state.subscriptions[each.id] = replace(each, revision=mailbox.revision, reminded=reminded)
    return found


def _event(world: World, each: Subscription, kind: str, resource: str) -> Delivery:
    data: dict[str, Any] = {
        "subscriptionId": each.id, "clientState": each.secret, "tenantId": world.tenant,
        "subscriptionExpirationDateTime": _text(each.expires),
    }  # fmt: skip
    if resource:
        data |= {
            "changeType": "updated", "resource": resource,
            "resourceData": {"@odata.type": "#Microsoft.Graph.Event", "@odata.id": resource, "id": "changed"},
        }  # fmt: skip
    event = {
        "specversion": "1.0", "type": kind, "source": f"/tenants/{world.tenant}/applications/carlendar",
        "subject": resource or each.resource, "id": str(uuid.uuid4()), "time": _text(world.now()),
        "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return Delivery(each.url, event)


def _expiration(call: GraphCall, body: dict[str, Any]) -> datetime:
    expires = datetime.fromisoformat(body["expirationDateTime"])
    now = call.world.now()
    if expires.tzinfo is None or not now < expires <= now + LONGEST:
        raise bad_request("Subscription expiration can only be 10080 minutes in the future.")
    return expires.astimezone(UTC)


def _valid(call: GraphCall, state: GraphState) -> list[Subscription]:
    now, address = call.world.now(), call.mailbox.person.address
    return [each for each in state.subscriptions.values() if each.address == address and each.expires > now]


def _found(call: GraphCall, state: GraphState) -> Subscription:
    for each in _valid(call, state):
        if each.id == call.keys["subscription"]:
            return each
    raise not_found()


def _wire(each: Subscription) -> dict[str, Any]:
    return {
        "id": each.id, "resource": each.resource, "changeType": each.changes, "notificationUrl": each.url,
        "expirationDateTime": _text(each.expires), "clientState": None,
    }  # fmt: skip


def _text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
