"""azure-identity signs in by device code, msgraph-sdk reads the calendar: `msgraph_sdk.py CLOUD_FILE`."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from azure.identity import DeviceCodeCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import UrlReplaceHandlerOption
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
    GetSchedulePostRequestBody,
)
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph_core import GraphClientFactory

ME = {"/users/me-token-to-replace": "/me"}
"""What the SDK's own adapter replaces; a client that is handed to it needs these set."""
PACKAGES = ("azure-identity", "msgraph-sdk", "msal")


async def read(cloud: dict[str, Any], tenant: str, scopes: list[str]) -> int:
    """Sign in at a tenant and count the events of the calendar view, over all pages."""
    origin = urlsplit(cloud["authority"])
    credential = DeviceCodeCredential(
        client_id=cloud["client_id"],
        tenant_id=tenant,
        authority=f"https://{origin.netloc}",
        disable_instance_discovery=True,
        connection_verify=cloud["ca"],
        prompt_callback=lambda *_: None,
    )
    context = ssl.create_default_context(cafile=cloud["ca"])
    options = {UrlReplaceHandlerOption.get_key(): UrlReplaceHandlerOption(True, ME)}
    http = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient(verify=context), options=options)
    provider = AzureIdentityAuthenticationProvider(credential, scopes=scopes, allowed_hosts=[origin.hostname or ""])
    adapter = GraphRequestAdapter(provider, http)
    adapter.base_url = cloud["graph"]
    client = GraphServiceClient(request_adapter=adapter)
    me = await client.me.get()
    if me is None or not me.display_name:
        raise SystemExit("no one is signed in")
    zones: Any = await client.me.outlook.supported_time_zones.get()
    body = GetSchedulePostRequestBody(
        schedules=[me.mail or ""],
        start_time=DateTimeTimeZone(date_time=cloud["from"], time_zone="UTC"),
        end_time=DateTimeTimeZone(date_time=cloud["to"], time_zone="UTC"),
        availability_view_interval=60,
    )
    schedule: Any = await client.me.calendar.get_schedule.post(body)
    if not zones.value or not schedule.value or not schedule.value[0].schedule_items:
        raise SystemExit("zones or the schedule are missing")
    Query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters  # noqa: N806 - a class
    asked = RequestConfiguration(
        query_parameters=Query(
            start_date_time=cloud["from"], end_date_time=cloud["to"], top=5, orderby=["start/dateTime"]
        )
    )
    found = 0
    page: Any = await client.me.calendar_view.get(request_configuration=asked)
    while page is not None:
        found += len(page.value)
        link = page.odata_next_link
        page = await client.me.calendar_view.with_url(link).get() if link else None
    return found


def main() -> None:
    """Print versions and figures as one line of JSON."""
    cloud = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tenant = urlsplit(cloud["authority"]).path.strip("/")
    ways = {
        "device code, tenant": (tenant, cloud["scopes"]),
        "device code, common": ("common", cloud["scopes"]),
        "device code, .default": ("organizations", ["https://graph.microsoft.com/.default"]),
    }
    events = {name: asyncio.run(read(cloud, *way)) for name, way in ways.items()}
    print(json.dumps({"versions": {name: version(name) for name in PACKAGES}, "events": events}))


if __name__ == "__main__":
    main()
