"""Other clients listing the same calendar, for a Python that has them: `sync_libraries.py NAME PORT CA_FILE`.

NAME is `o365` (the O365 library, its pause between requests left out) or `msgraph` (Microsoft's SDK). Prints the
processor and wall seconds of listing all events as a JSON array; imports are not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

FROM, TO = "2026-11-22T00:00:00Z", "2026-12-08T00:00:00Z"
EVENTS = 2000


def _o365(origin: str, ca_file: str) -> Callable[[], int]:
    from datetime import UTC, datetime

    from O365.calendar import Calendar
    from O365.connection import Connection, MSGraphProtocol
    from O365.utils.token import MemoryTokenBackend

    protocol = MSGraphProtocol()
    protocol.protocol_url = protocol.service_url = f"{origin}/v1.0/"
    connection: Any = Connection(
        ("client", "secret"), token_backend=MemoryTokenBackend(), verify_ssl=ca_file, requests_delay=0
    )
    connection.naive_session = connection.get_naive_session()
    connection.naive_session.trust_env = False
    connection.oauth_request = connection.naive_request
    calendar: Any = Calendar(con=connection, protocol=protocol, main_resource="me")

    def listed() -> int:
        start, end = (datetime.fromisoformat(each).astimezone(UTC) for each in (FROM, TO))
        found = calendar.get_events(limit=EVENTS, batch=500, start_recurring=start, end_recurring=end)
        return len(list(found))

    return listed


def _msgraph(origin: str, ca_file: str) -> Callable[[], int]:
    import asyncio
    import ssl

    import httpx
    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph import GraphRequestAdapter, GraphServiceClient
    from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
    from msgraph_core import GraphClientFactory

    async def all_pages() -> int:
        context = ssl.create_default_context(cafile=ca_file)
        client = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient(verify=context))
        adapter = GraphRequestAdapter(AnonymousAuthenticationProvider(), client)
        adapter.base_url = f"{origin}/v1.0"
        graph = GraphServiceClient(request_adapter=adapter)
        Query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters  # noqa: N806 - a class
        asked = RequestConfiguration(
            query_parameters=Query(start_date_time=FROM, end_date_time=TO, top=500, orderby=["start/dateTime"])
        )
        view = graph.users.by_user_id("me").calendar_view
        found = 0
        page: Any = await view.get(request_configuration=asked)
        while page is not None:
            found += len(page.value)
            link = page.odata_next_link
            page = await view.with_url(link).get() if link else None
        return found

    return lambda: asyncio.run(all_pages())


def main() -> None:
    """Measure once."""
    name, port, ca_file = sys.argv[1:]
    work = {"o365": _o365, "msgraph": _msgraph}[name](f"https://localhost:{port}", ca_file)
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    taken = time.process_time() - cpu, time.perf_counter() - wall
    assert found == EVENTS, found
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
