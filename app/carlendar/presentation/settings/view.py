"""Settings with accounts, and which driver; parked only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.account import Account, AccountState, Calendar, Permission, Profile
from carlendar.i18n.catalogue import mark
from carlendar.presentation.account.avatar import of_account, of_profile
from carlendar.presentation.account.driver import may_use
from carlendar.presentation.actions import DATA_ICON
from carlendar.presentation.calendar_hue import calendar_hue
from carlendar.presentation.disclosure import cleaned
from carlendar.presentation.intents import (
    AddGuest,
    AddProfile,
    AllowMore,
    AllowPermission,
    AskErase,
    AskSignOut,
    ChooseProfile,
    EndGuest,
    Prefer,
    Refresh,
    ShowCalendar,
    ShowProfiles,
    StartSignIn,
)
from carlendar.presentation.now.running_late import lacking, missing_permissions
from carlendar.presentation.options import BUFFER_MINUTES, LINES, MASKS, REMINDER_MINUTES, THEMES
from carlendar.presentation.reasons import SIGN_IN, brief
from carlendar.presentation.settings import road, telemetry
from carlendar.presentation.settings.subscriptions import feeds
from carlendar.presentation.states import Action, Choice, ChoicesState, Look, Switch, Tone
from carlendar.presentation.time_text import as_of, moment
from carlendar.store.records import PHONE, SourceStatus
from carlendar.store.sources import failing_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.presentation.view_context import ViewContext

PHONES = 3
"""Maximum number of phones to choose from."""

PERMISSIONS: dict[Permission, tuple[str, str, str]] = {
    Permission.PRESENCE: (mark("Teams status"), mark("Join says when you are already in a call"), "microsoft-teams"),
    Permission.CALLS: (mark("Join as yourself"), mark("Without it you join as a guest over data"), "account"),
}
"""Title, explanation and icon of the permissions that are offered below an account."""
STATES: dict[AccountState, str] = {
    AccountState.SIGNED_IN: mark("Signed in"),
    AccountState.SIGN_IN_NEEDED: mark("Sign-in needed"),
    AccountState.BLOCKED: mark("Access blocked"),
}
THEME_NAMES = {
    "auto": (mark("Same as the car"), mark("Like the car")),
    "night": (mark("Night"),),
    "day": (mark("Day"),),
}
MASK_NAMES = {
    "aboard": (mark("With passengers"), mark("Passengers")),
    "always": (mark("Always"),),
    "never": (mark("Never"),),
}
"""Names of values, from long to short."""
LINE_NAMES: dict[str, tuple[str, ...]] = {
    "auto": (mark("Phone, else data"), mark("Both")),
    "phone": (mark("Phone only"), mark("Phone")),
    "data": (mark("Data, else phone"), mark("Data")),
}
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}
"""Languages by their endonyms, which are not translated."""


def settings(view: ViewContext) -> ChoicesState:
    """Return all settings of the car; those fixed by the administrator have no actions."""
    say = view.words.say
    choices = (
        Choice("accounts", say("Accounts"), header=True),
        *(row for account in view.accounts if not account.is_feed for row in _account_rows(view, account)),
        _add_account(view),
        *feeds(view),
        *_refresh(view),
        *_calendars(view),
        Choice("display", say("Display"), header=True),
        _language(view),
        _pick(view, "theme", say("Colours"), "theme-light-dark", _said(view, THEME_NAMES, THEMES)),
        Choice("appointments", say("Meetings"), header=True),
        _reminders(view),
        _toggle(view, "join_muted", say("Join meetings muted"), "microphone-off"),
        *_line(view),
        *_phone(view),
        _toggle(view, "spoken_notices", say("Spoken notices"), "account-voice"),
        _declined(view),
        _pick(
            view,
            "mask",
            say("Hide private titles"),
            "eye-off",
            _said(view, MASK_NAMES, MASKS),
        ),
        Choice("road", say("On the road"), header=True),
        _buffer(view),
        *road.maps(view),
        *telemetry.choices(view),
        Choice("car", say("This car"), header=True),
        _driver(view),
        *((telemetry.stored(view),) if view.options.telemetry else ()),
        _clear(view),
    )
    return ChoicesState(say("Settings"), choices)


def _account_rows(view: ViewContext, account: Account) -> tuple[Choice, ...]:
    """The account, and a row for each permission that it could be given."""
    missing = missing_permissions(view, account)
    return (_account(view, account), *(_permission(view, account, each) for each in PERMISSIONS if each in missing))


def _permission(view: ViewContext, account: Account, permission: Permission) -> Choice:
    say = view.words.say
    title, detail, icon = PERMISSIONS[permission]
    allow = Action(AllowPermission(account.id, permission), (say("Allow"),), "shield-check")
    several = sum(not each.is_feed for each in view.accounts) > 1
    return Choice(
        f"permission/{permission.name.lower()}/{account.id}", say(title), account.address if several else say(detail),
        icon, actions=(allow,),
    )  # fmt: skip


def _account(view: ViewContext, account: Account) -> Choice:
    say = view.words.say
    well = account.state is AccountState.SIGNED_IN
    renew = Action(StartSignIn(account.id), (say("Sign in again"), say("Sign in")), "login")
    leave = Action(AskSignOut(account.id), (say("Sign out"),), "logout")
    allow = Action(AllowMore(account.id), (say("Allow answering"), say("Allow")), "shield-check")
    more = (allow,) if lacking(view, account) else ()
    reason = SIGN_IN[account.reason].text if account.reason in SIGN_IN else ""
    return Choice(
        key=f"account/{account.id}",
        title=account.address,
        detail=say(reason) if reason and not well and "{" not in reason else say(STATES[account.state]),
        icon="account" if well else "account-off",
        tone=Tone.MUTE if well else Tone.WARN,
        actions=(*more, leave) if well else (renew, leave),
        avatar=of_account(view, account) if well else None,
    )


def _add_account(view: ViewContext) -> Choice:
    say = view.words.say
    what, short = say("Add account"), say("Add")
    if any(not account.is_feed for account in view.accounts):  # the row states what is added
        return Choice("account/add", what, icon="account", actions=(Action(StartSignIn(), (short,), "plus"),))
    add = Action(StartSignIn(), (what, short), "plus")
    return Choice("account/add", say("Not signed in"), icon="account", actions=(add,))


def _refresh(view: ViewContext) -> tuple[Choice, ...]:
    """Return the age of the calendar, and "Update now"."""
    if not view.accounts:
        return ()
    say = view.words.say
    update = Action(Refresh(), (say("Update now"), say("Update")), "refresh")
    detail = as_of(view) if view.as_of else say("Not loaded yet")
    return (Choice("refresh", say("Last updated"), detail, "update", actions=(update,)),)


def _calendars(view: ViewContext) -> tuple[Choice, ...]:
    """Return the calendars of the profile's accounts, each with a switch."""
    blocked = {account.id for account in view.accounts if account.state is AccountState.BLOCKED}
    held = [calendar for calendar in view.snapshot.calendars if calendar.account_id not in blocked]
    if not held:
        return ()
    ordered = sorted(held, key=lambda calendar: (calendar.account_id, not calendar.is_default, calendar.name))
    failing = {(each.account_id, each.calendar_id): each for each in failing_alone(view.snapshot.sources, ())}
    return (
        Choice("calendars", view.words.say("Calendars"), header=True),
        *(_calendar(view, calendar, failing.get((calendar.account_id, calendar.id))) for calendar in ordered),
    )


def _calendar(view: ViewContext, calendar: Calendar, failing: SourceStatus | None) -> Choice:
    """Return a calendar with its switch, its own error, and its age."""
    say = view.words.say
    switch = Switch(calendar.shown, say("Shown") if calendar.shown else say("Hidden"))
    label = say("Hide") if calendar.shown else say("Show")
    change = Action(ShowCalendar(calendar.account_id, calendar.id, not calendar.shown), (label,))
    key, name = f"calendar/{calendar.account_id}/{calendar.id}", cleaned(calendar.name) or say("Calendar")
    if failing is None:
        hue = calendar_hue(view, calendar)
        return Choice(key, name, icon="calendar", hue=hue, open=change, switch=switch)
    age = say("Last updated {time}", time=moment(view, failing.as_of)) if failing.as_of else say("Not loaded yet")
    what = " · ".join((brief(view.words, failing.error), age))
    return Choice(key, name, what, "alert", tone=Tone.WARN, open=change, switch=switch)


def _language(view: ViewContext) -> Choice:
    names = {tag: (LANGUAGE_NAMES.get(tag, tag),) for tag in view.languages}
    return _pick(view, "language", view.words.say("Language"), "translate", names)


def _reminders(view: ViewContext) -> Choice:
    number = view.words.say_number
    names = {
        str(minutes): (number("{n} minute", "{n} minutes", minutes), number("{n} min", "{n} min", minutes))
        for minutes in REMINDER_MINUTES
    }
    return _pick(view, "reminder_minutes", view.words.say("Remind before the start"), "bell", names)


def _buffer(view: ViewContext) -> Choice:
    number = view.words.say_number
    names = {str(minutes): (number("{n} min", "{n} min", minutes),) for minutes in BUFFER_MINUTES}
    return _pick(view, "buffer_minutes", view.words.say("Time for parking and walking"), "walk", names)


def _line(view: ViewContext) -> tuple[Choice, ...]:
    """Return by which line meetings are joined, in a car that has two."""
    if view.data_line is None:
        return ()
    names = _said(view, LINE_NAMES, LINES)
    return (_pick(view, "join_by", view.words.say("Join meetings by"), DATA_ICON, names),)


def _phone(view: ViewContext) -> tuple[Choice, ...]:
    """Return the driver's phone, if there are any to choose from."""
    profile, say = view.snapshot.profile, view.words.say
    own, own_name = view.own_phone
    there = {phone.id: cleaned(phone.name) for phone in view.phone.phones}
    known = {own: cleaned(own_name)} | there if own else there
    if profile is None or not known:
        return ()
    away = ("",) if not own or own in there else (say("not connected"),)
    actions = tuple(
        Action(Prefer(PHONE + profile.id, f"{key}|{name}"), (name,), selected=key == own)
        for key, name in list(known.items())[:PHONES]
    )
    whichever = Action(Prefer(PHONE + profile.id, ""), (say("Any"),), selected=not own)
    detail = " · ".join(filter(None, (known[own], *away))) if own else say("Any connected phone")
    return (Choice("phone", say("Your phone"), detail, "cellphone", actions=(*actions, whichever)),)


def _declined(view: ViewContext) -> Choice:
    say = view.words.say
    title = say("Declined and cancelled meetings")
    return _toggle(view, "hide_declined", title, "calendar-remove", on=say("Shown"), off=say("Hidden"), inverted=True)


def _toggle(
    view: ViewContext, name: str, title: str, icon: str, *, on: str = "", off: str = "", inverted: bool = False
) -> Choice:  # fmt: skip
    """A setting that is on or off; `inverted` where the preference says what is left out. A fixed one only says it."""
    say = view.words.say
    held = bool(getattr(view.options, name)) is not inverted
    word = (on or say("On")) if held else (off or say("Off"))
    if name in view.options.locked:
        return Choice(name, title, f"{word} · {say('set by your administrator')}", "shield-account")
    change = Action(Prefer(name, str(int(held is inverted))), (title,))
    return Choice(name, title, icon=icon, open=change, switch=Switch(held, word))


def _said(
    view: ViewContext, names: Mapping[str, tuple[str, ...]], values: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Return the names of values in the driver's language."""
    return {value: tuple(view.words.say(name) for name in names[value]) for value in values}


def _pick(view: ViewContext, name: str, title: str, icon: str, values: Mapping[str, tuple[str, ...]]) -> Choice:
    """Return a setting with an action for each value, the current one marked; a fixed one without actions."""
    held = getattr(view.options, name)
    current = str(int(held)) if isinstance(held, bool) else str(held)
    said = values.get(current, (current,))[0]
    if name in view.options.locked:
        fixed = view.words.say("set by your administrator")
        return Choice(name, title, f"{said} · {fixed}", "shield-account")
    actions = tuple(Action(Prefer(name, value), labels, selected=value == current) for value, labels in values.items())
    return Choice(name, title, said, icon, actions=actions)


def _driver(view: ViewContext) -> Choice:
    say = view.words.say
    profile = view.snapshot.profile
    choose = Action(ShowProfiles(), (say("Change driver"), say("Change")), "account-switch")
    actions: tuple[Action, ...] = (choose,)
    if profile is not None and profile.is_guest:
        actions = (choose, Action(EndGuest(profile.id), (say("Remove guest"),), "account-minus", sends=True))
    return Choice("driver", say("Driver"), profile.name if profile else "", "account-circle", actions=actions)


def _clear(view: ViewContext) -> Choice:
    say = view.words.say
    clear = Action(AskErase(), (say("Erase all data"), say("Erase")), "trash-can-outline", Look.STOP)
    return Choice("clear", say("Data of all drivers"), icon="trash-can-outline", actions=(clear,))


def profiles(view: ViewContext) -> ChoicesState:
    """Return the choice of drivers as tiles: the profiles, a new one, and a guest, whose data is not kept."""
    say = view.words.say
    rows = tuple(
        Choice(
            key=f"profile/{profile.id}",
            title=profile.name,
            detail=_who(view, profile),
            icon="account-circle",
            avatar=of_profile(view, profile) if may_use(profile, view.driver) else None,
            open=Action(ChooseProfile(profile.id), (profile.name,), selected=view.snapshot.profile == profile)
            if may_use(profile, view.driver)
            else None,
        )
        for profile in view.snapshot.profiles
    )
    new = (
        Choice("add", say("Add driver"), icon="account-plus", open=Action(AddProfile(), (say("Add driver"),))),
        Choice("guest", say("Guest"), icon="incognito", open=Action(AddGuest(), (say("Guest"),))),
    )
    return ChoicesState(say("Who is driving?"), (*rows, *new), tiles=True)


def _who(view: ViewContext, profile: Profile) -> str:
    """Return the line below a driver's name."""
    if not may_use(profile, view.driver):
        return view.words.say("Only when the car recognises this driver")
    return view.words.say("Guest") if profile.is_guest else ""
