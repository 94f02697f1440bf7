"""Settings with accounts, and which driver; parked only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.i18n.catalogue import mark
from carlendar.presentation.account.avatar import of_account, of_profile
from carlendar.presentation.account.driver import may_use
from carlendar.presentation.disclosure import cleaned
from carlendar.presentation.intents import Intent
from carlendar.presentation.now.running_late import lacking
from carlendar.presentation.options import MASKS, REMINDER_MINUTES, THEMES
from carlendar.presentation.reason_text import SIGN_IN
from carlendar.presentation.settings.subscriptions import feeds
from carlendar.presentation.states import Action, Choice, ChoicesState, Look, Tone
from carlendar.presentation.time_text import as_of
from carlendar.store.records import PHONE

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

PHONES = 3
"""How many phones can be chosen from."""

STATES: dict[AccountState, str] = {
    AccountState.SIGNED_IN: mark("Signed in"),
    AccountState.SIGN_IN_NEEDED: mark("Sign-in needed"),
    AccountState.BLOCKED: mark("Access blocked"),
}
THEME_NAMES = {"auto": mark("Same as the car"), "night": mark("Night"), "day": mark("Day")}
MASK_NAMES = {"aboard": mark("With passengers"), "always": mark("Always"), "never": mark("Never")}
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}
"""Languages by their own names, which are not translated."""


def settings(scene: ViewContext) -> ChoicesState:
    """All that can be changed in the car; what the administrator fixed is shown without actions."""
    say = scene.words.say
    choices = (
        Choice("accounts", say("Accounts"), header=True),
        *(_account(scene, account) for account in scene.accounts if not account.is_feed),
        _add_account(scene),
        *feeds(scene),
        *_refresh(scene),
        *_calendars(scene),
        Choice("display", say("Display"), header=True),
        _language(scene),
        _pick(scene, "theme", say("Colours"), "theme-light-dark", {name: say(THEME_NAMES[name]) for name in THEMES}),
        Choice("appointments", say("Meetings"), header=True),
        _reminders(scene),
        _pick(scene, "join_muted", say("Join meetings muted"), "microphone-off", {"1": say("Yes"), "0": say("No")}),
        *_phone(scene),
        _declined(scene),
        _pick(scene, "mask", say("Hide private titles"), "incognito", {name: say(MASK_NAMES[name]) for name in MASKS}),
        Choice("car", say("This car"), header=True),
        _driver(scene),
        _clear(scene),
    )
    return ChoicesState(say("Settings"), choices)


def _account(scene: ViewContext, account: Account) -> Choice:
    say = scene.words.say
    well = account.state is AccountState.SIGNED_IN
    renew = Action(Intent.SIGN_IN, (say("Sign in again"), say("Sign in")), "login", argument=account.id)
    leave = Action(Intent.ASK_SIGN_OUT, (say("Sign out"),), "logout", argument=account.id)
    allow = Action(Intent.ALLOW_MORE, (say("Allow answering"), say("Allow")), "calendar-check", argument=account.id)
    more = (allow,) if lacking(scene, account) else ()
    reason = SIGN_IN.get(account.reason)
    return Choice(
        key=f"account/{account.id}",
        title=account.address,
        detail=say(reason) if reason and not well and "{" not in reason else say(STATES[account.state]),
        icon="account" if well else "account-off",
        tone=Tone.MUTE if well else Tone.WARN,
        actions=(*more, leave) if well else (renew, leave),
        likeness=of_account(scene, account) if well else None,
    )


def _add_account(scene: ViewContext) -> Choice:
    say = scene.words.say
    what, short = say("Add account"), say("Add")
    if any(not account.is_feed for account in scene.accounts):  # the row says what is added
        return Choice("account/add", what, icon="account-plus", actions=(Action(Intent.SIGN_IN, (short,), "plus"),))
    add = Action(Intent.SIGN_IN, (what, short), "plus")
    return Choice("account/add", say("Not signed in"), icon="account-plus", actions=(add,))


def _refresh(scene: ViewContext) -> tuple[Choice, ...]:
    """How old the calendar is, and fetching it now."""
    if not scene.accounts:
        return ()
    say = scene.words.say
    update = Action(Intent.REFRESH, (say("Update now"), say("Update")), "refresh")
    detail = as_of(scene) if scene.as_of else say("Not loaded yet")
    return (Choice("refresh", say("Last updated"), detail, "update", actions=(update,)),)


def _calendars(scene: ViewContext) -> tuple[Choice, ...]:
    """The calendars of the profile's accounts, each with a switch."""
    blocked = {account.id for account in scene.accounts if account.state is AccountState.BLOCKED}
    held = [calendar for calendar in scene.snapshot.calendars if calendar.account_id not in blocked]
    if not held:
        return ()
    ordered = sorted(held, key=lambda calendar: (calendar.account_id, not calendar.is_default, calendar.name))
    return (
        Choice("calendars", scene.words.say("Calendars"), header=True),
        *(_calendar(scene, calendar) for calendar in ordered),
    )


def _calendar(scene: ViewContext, calendar: Calendar) -> Choice:
    say = scene.words.say
    label, icon = (say("Hide"), "eye-off") if calendar.shown else (say("Show"), "eye")
    argument = f"{int(not calendar.shown)}|{calendar.account_id}|{calendar.id}"
    change = Action(Intent.SHOW_CALENDAR, (label,), icon, argument=argument)
    detail = say("Shown") if calendar.shown else say("Hidden")
    key = f"calendar/{calendar.account_id}/{calendar.id}"
    return Choice(key, cleaned(calendar.name) or say("Calendar"), detail, "calendar", actions=(change,))


def _language(scene: ViewContext) -> Choice:
    names = {tag: LANGUAGE_NAMES.get(tag, tag) for tag in scene.languages}
    return _pick(scene, "language", scene.words.say("Language"), "translate", names)


def _reminders(scene: ViewContext) -> Choice:
    names = {str(minutes): scene.words.say_number("{n} minute", "{n} minutes", minutes) for minutes in REMINDER_MINUTES}
    return _pick(scene, "reminder_minutes", scene.words.say("Remind before the start"), "bell", names)


def _phone(scene: ViewContext) -> tuple[Choice, ...]:
    """The phone that this driver calls with; of interest once there is one to choose."""
    profile, say = scene.snapshot.profile, scene.words.say
    own, own_name = scene.own_phone
    there = {phone.id: cleaned(phone.name) for phone in scene.phone.phones}
    known = {own: cleaned(own_name)} | there if own else there
    if profile is None or not known:
        return ()
    away = ("",) if not own or own in there else (say("not connected"),)
    actions = tuple(
        Action(Intent.PREFER, (name,), argument=f"{PHONE}{profile.id}={key}|{name}", selected=key == own)
        for key, name in list(known.items())[:PHONES]
    )
    whichever = Action(Intent.PREFER, (say("Any"),), argument=f"{PHONE}{profile.id}=", selected=not own)
    detail = " · ".join(filter(None, (known[own], *away))) if own else say("Any connected phone")
    return (Choice("phone", say("Your phone"), detail, "cellphone", actions=(*actions, whichever)),)


def _declined(scene: ViewContext) -> Choice:
    say = scene.words.say
    title = say("Declined and cancelled meetings")
    return _pick(scene, "hide_declined", title, "calendar-remove", {"0": say("Crossed out"), "1": say("Hidden")})


def _pick(scene: ViewContext, name: str, title: str, icon: str, values: dict[str, str]) -> Choice:
    """A setting with an action for each value, the one that holds marked; fixed ones only say theirs."""
    held = getattr(scene.options, name)
    current = str(int(held)) if isinstance(held, bool) else str(held)
    if name in scene.options.locked:
        fixed = scene.words.say("set by your administrator")
        return Choice(name, title, f"{values.get(current, current)} · {fixed}", "lock")
    actions = tuple(
        Action(Intent.PREFER, (label,), argument=f"{name}={value}", selected=value == current)
        for value, label in values.items()
    )
    return Choice(name, title, values.get(current, current), icon, actions=actions)


def _driver(scene: ViewContext) -> Choice:
    say = scene.words.say
    profile = scene.snapshot.profile
    choose = Action(Intent.PROFILES, (say("Change driver"), say("Change")), "account-switch")
    actions: tuple[Action, ...] = (choose,)
    if profile is not None and profile.is_guest:
        actions = (choose, Action(Intent.END_GUEST, (say("Remove guest"),), "logout", argument=profile.id, sends=True))
    return Choice("driver", say("Driver"), profile.name if profile else "", "account-circle", actions=actions)


def _clear(scene: ViewContext) -> Choice:
    say = scene.words.say
    clear = Action(Intent.ASK_CLEAR, (say("Erase all data"), say("Erase")), "trash-can-outline", Look.STOP)
    return Choice("clear", say("Data of all drivers"), icon="trash-can-outline", actions=(clear,))


def profiles(scene: ViewContext) -> ChoicesState:
    """Which driver: the profiles, a new one, and a guest who leaves nothing behind."""
    say = scene.words.say
    rows = tuple(
        Choice(
            key=f"profile/{profile.id}",
            title=profile.name,
            detail=_who(scene, profile),
            icon="account-circle",
            likeness=of_profile(scene, profile) if may_use(profile, scene.driver) else None,
            actions=(
                Action(
                    Intent.CHOOSE_PROFILE,
                    (say("That’s me"), say("Me")),
                    "check",
                    argument=profile.id,
                    selected=scene.snapshot.profile == profile,
                ),
            )
            if may_use(profile, scene.driver)
            else (),
        )
        for profile in scene.snapshot.profiles
    )
    side = (
        Action(Intent.ADD_PROFILE, (say("Add driver"), say("Add")), "account-plus"),
        Action(Intent.ADD_GUEST, (say("Guest"),), "incognito"),
    )
    return ChoicesState(say("Who is driving?"), rows, side)


def _who(scene: ViewContext, profile: Profile) -> str:
    """The line below a driver's name."""
    if not may_use(profile, scene.driver):
        return scene.words.say("Only when the car recognises this driver")
    return scene.words.say("Guest") if profile.is_guest else ""
