"""The checks in order: one for each behaviour that was only tested against the emulated cloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from carlendar.microsoft.clouds import MAIL_SCOPE, RESPOND_SCOPE
from carlendar_devtools.acceptance import cleaning, reading_checks, sign_in_checks, writing_checks
from carlendar_devtools.acceptance.run import MAIL_ACCESS, AcceptanceRun, Figures


@dataclass(frozen=True, slots=True)
class AcceptanceCheck:
    """One check. `needs` are scopes without which it is skipped; with `signs_in` it needs no previous sign-in."""

    name: str
    title: str
    run: Callable[[AcceptanceRun], Figures]
    needs: tuple[str, ...] = ()
    writes: bool = False
    signs_in: bool = False


LEFTOVERS = AcceptanceCheck(
    "leftovers", "remove what an earlier run left", cleaning.clean, (RESPOND_SCOPE,), writes=True
)
CLEAN_UP = AcceptanceCheck("clean_up", "remove what this run made", cleaning.clean, (RESPOND_SCOPE,), writes=True)
DEVICE_CODE = AcceptanceCheck("device_code", "sign-in by device code", sign_in_checks.device_code, signs_in=True)
BROWSER = AcceptanceCheck("browser", "sign-in in the browser", sign_in_checks.browser, signs_in=True)

CHECKS: tuple[AcceptanceCheck, ...] = (
    DEVICE_CODE,
    BROWSER,
    AcceptanceCheck("renewal", "renewal of a token", sign_in_checks.renewal),
    AcceptanceCheck("profile", "the account's profile", reading_checks.profile),
    AcceptanceCheck("calendars", "list of calendars", reading_checks.calendars),
    AcceptanceCheck("listing", "listing of two weeks", reading_checks.listing),
    AcceptanceCheck("delta", "delta token", reading_checks.delta),
    AcceptanceCheck("versions", "versions of delta and listing", reading_checks.versions),
    AcceptanceCheck("batch", "batch in lanes", reading_checks.batch),
    AcceptanceCheck("texts", "texts of invitations", reading_checks.texts),
    LEFTOVERS,
    AcceptanceCheck("event", "an event made, changed, deleted", writing_checks.event, (RESPOND_SCOPE,), writes=True),
    AcceptanceCheck(
        "series", "a series with a deleted occurrence", writing_checks.series, (RESPOND_SCOPE,), writes=True
    ),
    AcceptanceCheck(
        "reminder", "a reminder put off and dismissed", writing_checks.reminder, (RESPOND_SCOPE,), writes=True
    ),
    AcceptanceCheck(
        "answer", "an invitation answered", writing_checks.answer, (RESPOND_SCOPE, MAIL_SCOPE), writes=True
    ),
    AcceptanceCheck("late_message", "a message to oneself", writing_checks.late_message, (MAIL_SCOPE,), writes=True),
    AcceptanceCheck(
        "sent_items", "search of Sent Items", writing_checks.sent_items, (MAIL_SCOPE, MAIL_ACCESS), writes=True
    ),
    CLEAN_UP,
)
NAMES = tuple(check.name for check in CHECKS)
