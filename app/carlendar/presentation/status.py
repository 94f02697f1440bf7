"""The top line of every screen: the time, and how current and reliable the data is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.presentation.states import ScreenName, StatusBar, Tone
from carlendar.presentation.time_text import as_of, short_as_of

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

NOW = timedelta(minutes=2)
"""Data younger than this is "now"."""
FUTURE = timedelta(minutes=-1)
"""Data further ahead of the clock than this means that the clock was set back."""

QUIET = frozenset({ScreenName.SIGN_IN, ScreenName.NOTICE, ScreenName.PROFILES})
"""Screens that show no calendar: their top line says that the car is parked."""


def status(view: ViewContext, screen: ScreenName) -> StatusBar:
    """The status bar of `screen`."""
    clock = view.formats.time(view.now) if view.clock_set else ""
    today = view.formats.short_date(view.now.date()) if view.clock_set else ""
    return replace(_said(view, screen), clock=clock, date=today, recording=recorded(view))


def recorded(view: ViewContext) -> tuple[str, ...]:
    """Return that our meeting is recorded or transcribed, from long to short; empty while it is not."""
    state, say = view.on_data, view.words.say
    if state is None or not (state.recording or state.transcription):
        return ()
    if not state.transcription:
        return (say("Recorded"),)
    return (say("Recorded, transcribed"), say("Recorded")) if state.recording else (say("Transcribed"),)


def _said(view: ViewContext, screen: ScreenName) -> StatusBar:
    say = view.words.say
    if screen in QUIET:
        if not view.online:
            return _warning(say("Offline"), say("Offline"), "cloud-off-outline")
        said = say("Parked") if view.parked else ""
        return StatusBar("", said, short_text=said, icon="signal-cellular-3")
    if not view.clock_set:
        return _warning(say("The clock is not set"), say("Clock not set"), "clock-remove-outline")
    return _trouble(view) or _age(view)


def _trouble(view: ViewContext) -> StatusBar | None:
    say = view.words.say
    account = view.sign_in_needed
    if account is not None:
        text = say("Access blocked") if account.state is AccountState.BLOCKED else say("Sign-in needed")
        return _warning(_with_age(view, text), text, "account-off")
    if view.failing == "store_full":
        return _warning(_with_age(view, say("Storage full")), say("Storage full"), "database-alert-outline")
    if not view.online:
        return _warning(_with_age(view, say("Offline")), say("Offline"), "cloud-off-outline")
    return None


def _age(view: ViewContext) -> StatusBar:
    say = view.words.say
    if not view.accounts or view.as_of is None:
        return StatusBar("", icon="signal-cellular-3")
    age = view.now - view.as_of
    if not view.fresh or age < FUTURE:
        since, short = (say("Last updated {time}", time=time) for time in (as_of(view), short_as_of(view)))
        return _warning(since, short, "cloud-alert")
    if age < NOW or not view.parked:  # a driver has no use for minutes that change by themselves
        return StatusBar("", say("Up to date"), icon="signal-cellular-3")
    minutes = int(age.total_seconds() // 60)
    text = view.words.say_number("Updated {n} min ago", "Updated {n} min ago", minutes)
    short = view.words.say_number("{n} min ago", "{n} min ago", minutes)
    return StatusBar("", text, short_text=short, icon="signal-cellular-3")


def _with_age(view: ViewContext, text: str) -> str:
    if view.as_of is None:
        return text
    return view.words.say("{state} · updated {time}", state=text, time=as_of(view))


def _warning(text: str, short: str, icon: str) -> StatusBar:
    return StatusBar("", text, short_text=short, icon=icon, tone=Tone.WARN)
