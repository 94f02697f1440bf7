"""The checks in their order: one for each thing that was only tried against the emulated cloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from carlendar.acceptance import cleaning, reading_checks, sign_in_checks, writing_checks
from carlendar.acceptance.run import MAIL_ACCESS, Figures, Run
from carlendar.microsoft.clouds import MAIL_SCOPE, RESPOND_SCOPE


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `needs` are permissions without which it is skipped; `signs_in` that it needs no sign-in before."""

    name: str
    title: str
    run: Callable[[Run], Figures]
    needs: tuple[str, ...] = ()
    writes: bool = False
    signs_in: bool = False


LEFTOVERS = Check("leftovers", "remove what an earlier run left", cleaning.clean, (RESPOND_SCOPE,), writes=True)
CLEAN_UP = Check("clean_up", "remove what this run made", cleaning.clean, (RESPOND_SCOPE,), writes=True)
DEVICE_CODE = Check("device_code", "sign-in by device code", sign_in_checks.device_code, signs_in=True)
BROWSER = Check("browser", "sign-in in the browser", sign_in_checks.browser, signs_in=True)

CHECKS: tuple[Check, ...] = (
    DEVICE_CODE,
    BROWSER,
    Check("renewal", "renewal of a token", sign_in_checks.renewal),
    Check("profile", "the account's profile", reading_checks.profile),
    Check("calendars", "list of calendars", reading_checks.calendars),
    Check("listing", "listing of two weeks", reading_checks.listing),
    Check("delta", "delta token", reading_checks.delta),
    Check("versions", "versions of delta and listing", reading_checks.versions),
    Check("batch", "batch in lanes", reading_checks.batch),
    Check("texts", "texts of invitations", reading_checks.texts),
    LEFTOVERS,
    Check("event", "an event made, changed, deleted", writing_checks.event, (RESPOND_SCOPE,), writes=True),
    Check("series", "a series with a deleted occurrence", writing_checks.series, (RESPOND_SCOPE,), writes=True),
    Check("reminder", "a reminder put off and dismissed", writing_checks.reminder, (RESPOND_SCOPE,), writes=True),
    Check("answer", "an invitation answered", writing_checks.answer, (RESPOND_SCOPE, MAIL_SCOPE), writes=True),
    Check("late_message", "a message to oneself", writing_checks.late_message, (MAIL_SCOPE,), writes=True),
    Check("sent_items", "search of Sent Items", writing_checks.sent_items, (MAIL_SCOPE, MAIL_ACCESS), writes=True),
    CLEAN_UP,
)
NAMES = tuple(check.name for check in CHECKS)
