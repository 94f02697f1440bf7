"""Checks of both ways of signing in, and of renewing a token."""

from __future__ import annotations

from carlendar.domain.ports import SignedIn
from carlendar.errors import one_line
from carlendar.microsoft.clouds import READ_SCOPES
from carlendar.microsoft.faults import RENEW
from carlendar_devtools.acceptance.run import AcceptanceRun, CheckFailedError, CheckSkippedError, Figures


def device_code(run: AcceptanceRun) -> Figures:
    """Sign in by a code entered on another device."""
    flow = run.identity.start_device_code(run.scopes)
    run.world.say(one_line(f"Open {flow.code.verification_uri} and enter the code {flow.code.user_code}"))
    polls = 1
    while (found := flow.poll()) is None:
        run.world.pause(flow.code.interval)
        polls += 1
    return {"polls": polls, **_signed_in(run, found)}


def browser(run: AcceptanceRun) -> Figures:
    """Sign in with this machine's browser."""
    opener = run.world.open_url
    if opener is None:
        raise CheckSkippedError("there is no browser here")
    run.world.say("Sign in in the browser that opens.")
    found = run.identity.sign_in_with_browser(run.scopes, opener, limit=run.world.browser_limit)
    return _signed_in(run, found)


def renewal(run: AcceptanceRun) -> Figures:
    """Get a new access token by the refresh token, without user interaction."""
    account, scopes = run.signed_in.account_id, READ_SCOPES
    before = run.identity.token(account, scopes)
    if run.identity.token(account, scopes, RENEW) == before:
        raise CheckFailedError("the access token stayed the same")
    return {}


def _signed_in(run: AcceptanceRun, found: SignedIn) -> Figures:
    if not run.allows(found.tenant):
        run.identity.sign_out(found.account_id)
        raise CheckFailedError("the account's tenant is not among identity.tenants_allowed")
    if run.account is not None and run.account.account_id != found.account_id:
        run.identity.sign_out(found.account_id)
        raise CheckFailedError("another account signed in than before")
    run.account = found
    run.world.say(one_line(f"Signed in as {found.address}."))
    return {"permissions": len(found.scopes)}
