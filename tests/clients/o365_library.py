"""The O365 library signs in by the browser's way and reads the calendar: `o365_library.py CLOUD_FILE`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msal
import requests
from O365 import Account, MSGraphProtocol
from O365.utils.token import MemoryTokenBackend

REDIRECT = "http://localhost:53682"


def main() -> None:
    """Print versions and figures as one line of JSON."""
    cloud = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    browser = requests.Session()
    browser.trust_env, browser.verify = False, cloud["ca"]
    protocol = MSGraphProtocol()
    protocol.protocol_url = protocol.service_url = f"{cloud['graph']}/"
    account: Any = Account(
        cloud["client_id"],
        auth_flow_type="public",
        protocol=protocol,
        token_backend=MemoryTokenBackend(),
        verify_ssl=cloud["ca"],
        requests_delay=0,
    )
    # The library offers no option for another authority than Microsoft's.
    account.con._msal_client = msal.PublicClientApplication(
        cloud["client_id"],
        authority=cloud["authority"],
        token_cache=account.con.token_backend,
        instance_discovery=False,
        http_client=browser,
    )
    address, flow = account.con.get_authorization_url(cloud["scopes"], redirect_uri=REDIRECT)
    redirected = browser.get(address, allow_redirects=False, timeout=10).headers["Location"]
    if not account.con.request_token(redirected, flow=flow):
        raise SystemExit("the sign-in did not work")
    start, end = (datetime.fromisoformat(cloud[name]) for name in ("from", "to"))
    schedule = account.schedule()
    calendars = schedule.list_calendars()
    default = schedule.get_default_calendar()
    events = {
        f"{len(calendars)} calendars, default": len(
            list(default.get_events(limit=200, batch=20, start_recurring=start, end_recurring=end))
        ),
        "filtered": len(list(default.get_events(limit=200, include_recurring=False, query="isAllDay eq true"))),
    }
    print(json.dumps({"versions": {name: version(name) for name in ("O365", "msal")}, "events": events}))


if __name__ == "__main__":
    main()
