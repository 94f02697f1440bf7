"""The top line of every screen: the time, and how far what is shown can be believed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.presentation.states import ScreenName, StatusBar, Tone
from carlendar.presentation.time_text import as_of

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

NOW = timedelta(minutes=2)
"""Data younger than this is "now"."""
FUTURE = timedelta(minutes=-1)
"""Data further ahead of the clock than this tells that the clock was set back."""

QUIET = frozenset({ScreenName.SIGN_IN, ScreenName.NOTICE, ScreenName.PROFILES})
"""Screens that show no calendar: their top line says that the car is parked."""


def status(scene: ViewContext, screen: ScreenName) -> StatusBar:
    """The status bar of `screen`."""
    clock = scene.formats.time(scene.now) if scene.clock_set else ""
    return replace(_said(scene, screen), clock=clock)


def _said(scene: ViewContext, screen: ScreenName) -> StatusBar:
    say = scene.words.say
    if screen in QUIET:
        if not scene.online:
            return StatusBar("", say("Offline"), say("Offline"), "cloud-off-outline", Tone.WARN)
        said = say("Parked") if scene.parked else ""
        return StatusBar("", said, said, "signal-cellular-3")
    if not scene.clock_set:
        return _warning(say("The clock is not set"), say("Clock not set"), "clock-alert-outline")
    return _trouble(scene) or _age(scene)


def _trouble(scene: ViewContext) -> StatusBar | None:
    say = scene.words.say
    account = scene.sign_in_needed
    if account is not None:
        text = say("Access blocked") if account.state is AccountState.BLOCKED else say("Sign-in needed")
        return _warning(_with_age(scene, text), text, "account-off")
    if scene.failing == "store_full":
        return _warning(_with_age(scene, say("Storage full")), say("Storage full"), "database-alert-outline")
    if not scene.online:
        return _warning(_with_age(scene, say("Offline")), say("Offline"), "cloud-off-outline")
    return None


def _age(scene: ViewContext) -> StatusBar:
    say = scene.words.say
    if not scene.accounts or scene.as_of is None:
        return StatusBar("", "", "", "signal-cellular-3")
    age = scene.now - scene.as_of
    if not scene.fresh or age < FUTURE:
        since = say("Last updated {time}", time=as_of(scene))
        return _warning(since, since, "cloud-alert")
    if age < NOW:
        return StatusBar("", say("Up to date"), "", "signal-cellular-3")
    minutes = int(age.total_seconds() // 60)
    text = scene.words.say_number("Updated {n} min ago", "Updated {n} min ago", minutes)
    short = scene.words.say_number("{n} min ago", "{n} min ago", minutes)
    return StatusBar("", text, short, "signal-cellular-3")


def _with_age(scene: ViewContext, text: str) -> str:
    if scene.as_of is None:
        return text
    return scene.words.say("{state} · updated {time}", state=text, time=as_of(scene))


def _warning(text: str, short: str, icon: str) -> StatusBar:
    return StatusBar("", text, short, icon, Tone.WARN)
