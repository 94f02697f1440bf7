"""Each icon has one meaning, and each meaning one icon."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from carlendar.ui.icons import GLYPHS, glyph

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "app/carlendar"

MEANINGS = """
account: an account of the calendar
    settings/view:PERMISSIONS settings/view:_account settings/view:_add_account
account-circle: a driver
    settings/view:_driver settings/view:profiles
account-group: the people of a meeting
    event/view:_lines
account-minus: remove a guest
    settings/view:_driver
account-off: an account without access
    call/data_view:_over settings/view:_account status:_trouble
account-plus: add a driver
    settings/view:profiles
account-star: the organiser
    event/view:ANSWERS event/view:_further
account-switch: choose a driver
    empty:without_calendar settings/view:_driver
account-voice: notices are spoken
    settings/view:settings
alarm-snooze: remind again
    now/reminder:_answers
alert: a warning
    account/sign_in:_ended call/join_intents:_open call/join_obstacle:REASONS event/view:_lines
    event/view:_parked_lines kv/screens/meeting now/reminder:_lines now/view:_clash now/view:_textless
    outbox_intents:_report_undone outbox_status:failure presenter:Presenter settings/subscriptions:_feed
    settings/view:_calendar travel/facts:_charge travel/facts:verdict travel/navigation:navigated
    travel/navigation:status_changed ui/guard:_plain
arrow-left: back
    account/sign_in:_close call/view:close event/view:_back
bell: a reminder
    frames:_reminder now/reminder:reminded settings/view:_reminders
bell-off: a reminder without sound
    now/reminder:reminded
calendar: a calendar
    event/view:_further settings/view:_calendar
calendar-alert: an invitation that is not answered
    event/view:ANSWERS
calendar-blank: shown as free
    event/view:_parked_lines
calendar-check: the answer to an invitation
    event/view:_change_answer event/view:_question notice:_permission
calendar-clock: a meeting was moved
    now/change_notices:news
calendar-minus: remove a calendar
    notice:_sign_out settings/subscriptions:_feed
calendar-month: Agenda
    actions:rail actions:to_agenda
calendar-multiple: the whole series
    event/view:_which
calendar-question: perhaps
    event/view:ANSWERS event/view:CHOICES now/view:meeting_lines
calendar-remove: a meeting was cancelled
    event/view:_lines now/change_notices:news settings/view:_declined
calendar-today: one meeting of a series
    event/view:_which
cancel: decline an invitation
    event/view:ANSWERS event/view:CHOICES
car: the drive
    travel/facts:_leave_panel
car-clock: when to leave
    travel/departure:notice travel/facts:_leave_panel travel/tomorrow:line
cellphone: the driver's phone
    actions:continue_on_phone settings/view:_phone
chart-bar: how the display is used
    settings/telemetry:ICONS
check: accept an invitation
    event/view:ANSWERS event/view:CHOICES
check-circle: done with a reminder
    now/reminder:_answers
chevron-down: what comes after
    agenda/view:_later agenda/view:_paged
chevron-right: go on, or open
    kv/screens/agenda notice:privacy notice:when_parked
chevron-up: what comes before
    agenda/view:_paged
clock-alert-outline: the driver is late
    event/view:_question now/running_late:action now/running_late:choices now/view:lateness_panel
clock-check-outline: in time
    travel/facts:verdict
clock-outline: when a meeting is
    now/view:meeting_lines
clock-remove-outline: the clock is not set
    status:_said
close: do not go through with it
    account/sign_in:_cancel event/view:_never_mind notice:_cancel notice:_permission notice:privacy
    now/running_late:action
cloud-alert: the calendar is not up to date
    status:_age
cloud-off-outline: no connection to the network
    call/join_obstacle:REASONS status:_said status:_trouble
cog: Settings
    actions:rail settings/telemetry:ICONS settings/telemetry:question
database: what is stored
    presenter:Presenter settings/telemetry:stored
database-alert-outline: the storage is full
    status:_trouble
dialpad: send the digits again
    call/view:_in_flight
eye-check: seen
    now/change_notices:news now/reminder:_answers outbox_status:failure travel/departure:notice
eye-off: hide, or hidden
    event/view:_lines event/view:_link settings/view:settings
file-outline: a calendar from a file
    settings/subscriptions:_feed
flag-checkered: when the car arrives
    travel/facts:_arrival_panel
headset: over the data connection
    actions:DATA_ICON
home: Now
    actions:rail actions:to_drive frames:_beside frames:_reminder
incognito: a guest
    empty:without_calendar settings/view:profiles
information: for the administrator
    account/sign_in:_for_the_administrator
lock: no access to the calendar
    event/view:_lines now/view:_nothing_lines now/view:meeting_lines
login: sign in
    account/account_intents:sign_in_changed account/sign_in:sign_in call/data_view:_sign_in empty:access
    empty:without_calendar settings/view:_account
logout: sign out
    account/account_intents:sign_out notice:_sign_out settings/view:_account
map-clock: the time at another place
    event/source_zone:source_zone_line
map-marker: the place of a meeting
    event/view:_lines now/proximity:way_line
map-marker-distance: trips
    settings/telemetry:ICONS
map-marker-off: end the guidance
    actions:stop_navigating
map-search-outline: online maps
    settings/road:maps
microphone: mute
    call/view:mute
microphone-off: muted
    call/data_view:_status call/view:mute settings/view:settings
microsoft-teams: Microsoft Teams
    service_names:ICONS settings/view:PERMISSIONS
navigation-variant: the guidance to a place
    actions:navigate now/proximity:way_line travel/navigation:navigated travel/navigation:status_changed
open-in-new: open a link
    notice:_confirm
parking: only when parked
    empty:access empty:without_calendar notice:when_parked
phone: by telephone
    actions:ICONS actions:call_organizer agenda/joined_rows:call_afterwards call/data_view:_by_phone call/view:_line
    call/view:call call/view:change_line event/view:_parked_lines notice:_confirm service_names:icon
phone-alert: a warning about a call
    call/call_intents:_command call/call_intents:_return_to call/call_intents:phone_changed call/data_view:_over
    call/data_view:_status call/join_obstacle:EMERGENCY call/join_obstacle:REASONS call/join_obstacle:join_note
    call/lines:leave_for call/microphone:ask call/view:_ending notice:_presence
phone-hangup: end or refuse a call
    call/data_view:_in_flight call/data_view:_over call/data_view:_status call/view:_ending call/view:_in_flight
    call/view:decline
phone-in-talk: the call that is on
    actions:to_call call/view:STATUS call/view:_in_flight
phone-incoming: a call that waits
    call/data_view:_small call/view:_answer call/view:calling_band
phone-off: no call is possible
    call/join_obstacle:REASONS call/view:_ending
phone-outgoing: dialling
    call/view:STATUS call/view:_ending
phone-paused: on hold
    call/view:STATUS call/view:_band
phone-ring: ringing
    call/view:STATUS
plus: add
    settings/view:_add_account
qrcode: show a code
    actions:hand_over actions:hand_over_place
radiobox-marked: chosen
    kv/screens/choices ui/page:icon_of
record-rec: recorded
    call/data_view:RECORDING_ICON kv/screens/frame
refresh: fetch anew
    account/sign_in:_new_code settings/view:_refresh
rss: a calendar from the web
    settings/subscriptions:_feed
send-check: sent
    outbox_status:late_line
send-clock: not sent yet
    outbox_intents:late outbox_intents:respond outbox_status:answer_line outbox_status:late_line
share-variant: share data
    settings/telemetry:question
shield-account: the administrator
    empty:access event/view:_lines now/view:meeting_lines settings/telemetry:_choice settings/view:_pick
    settings/view:_toggle
shield-check: allow
    call/data_view:_small notice:_permission settings/telemetry:question settings/view:_account
    settings/view:_permission
shield-lock-outline: privacy
    notice:privacy
shield-off-outline: do not allow
    settings/telemetry:question
signal-cellular-3: connected
    call/data_view:_line status:_age status:_said
signal-cellular-outline: a poor connection
    call/data_view:_line
sync: connecting again
    call/data_view:STATUS call/data_view:_band
theme-light-dark: the colours
    settings/view:settings
timer-sand: please wait
    account/sign_in:sign_in call/data_view:STATUS call/presence_intents:holds
toggle-switch: on
    kv/screens/choices
toggle-switch-off-outline: off
    kv/screens/choices
translate: the language
    settings/view:_language
trash-can-outline: erase
    account/account_intents:erased notice:_clear settings/view:_clear
undo: undo
    outbox_intents:_report_undone outbox_intents:late outbox_intents:respond outbox_status:undo_action
update: when it was updated
    settings/view:_refresh
video: a video conference
    actions:ICONS service_names:icon
walk: the way on foot
    settings/view:_buffer
web: the browser
    account/sign_in:_browser account/sign_in:sign_in
wrench: faults
    settings/telemetry:ICONS
"""
"""Each icon with its meaning, and under it where it is used for that: the function or constant of a module of
`carlendar.presentation`, another module, or a file of `kv`. A new use belongs here if it has the same meaning; for
another meaning, choose another icon."""
OTHERS = {
    "phone": {"options:LINES", "settings/view:_phone", "usage_meter:SERVICES"},
    "car": {"settings/view:settings"},
    "refresh": {"dispatch:_HANDLERS"},
    "update": {"ui/remote_input:Injector"},
}
"""Words that are not icons there."""
NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")


def table() -> dict[str, tuple[str, set[str]]]:
    """Meaning and places of use by icon."""
    found: dict[str, tuple[str, set[str]]] = {}
    name = ""
    for line in MEANINGS.strip().splitlines():
        if line.startswith(" "):
            found[name][1].update(line.split())
        else:
            name, _, meaning = line.partition(": ")
            assert name not in found, f"{name} has two meanings"
            found[name] = (meaning, set())
    return found


def values(node: ast.AST) -> list[ast.expr]:
    """What an expression or statement passes on, which may be the name of an icon."""
    match node:
        case ast.Call():
            return [*node.args, *(each.value for each in node.keywords)]
        case ast.Tuple():
            return node.elts
        case ast.Dict() | ast.BoolOp():
            return node.values
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Assign() | ast.Return():
            return [node.value] if node.value is not None else []
        case _:
            return []


def used_in_python(path: Path) -> Iterator[tuple[str, str]]:
    """Names of icons in a module, each with the function or constant that uses it."""
    module = path.relative_to(PACKAGE).with_suffix("").as_posix().removeprefix("presentation/")
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        stored = (
            each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        )
        owner = getattr(statement, "name", "") or next(stored, "")
        for node in ast.walk(statement):
            for value in values(node):
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and NAME.fullmatch(value.value):
                    yield value.value, f"{module}:{owner}"


def used_in_kv(path: Path) -> Iterator[tuple[str, str]]:
    """Names of icons in a kv file."""
    for shown in re.findall(r"^ *icon: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        for name in re.findall(r"'([a-z0-9-]+)'", shown):
            yield name, path.relative_to(ROOT).with_suffix("").as_posix()


def used() -> dict[str, set[str]]:
    """Where each icon is used."""
    found: dict[str, set[str]] = {}
    names = table()
    modules = (path for folder in ("presentation", "ui") for path in sorted((PACKAGE / folder).rglob("*.py")))
    for name, where in (
        *(each for path in modules if path.name != "icons.py" for each in used_in_python(path)),
        *(each for path in sorted((ROOT / "kv").rglob("*.kv")) for each in used_in_kv(path)),
    ):
        listed = name in names or "-" in name or (where.startswith("kv/") and name != "mute")
        if listed and glyph(name) and where not in OTHERS.get(name, ()):
            found.setdefault(name, set()).add(where)
    return found


def test_each_icon_is_used_for_one_meaning_alone() -> None:
    names = table()
    for name, places in used().items():
        assert name in names, f"{name} has no meaning: {sorted(places)}"
        assert places - names[name][1] == set(), f"{name} means: {names[name][0]}"


def test_the_table_lists_no_use_that_there_is_not() -> None:
    found = used()
    assert {
        name: places - found.get(name, set())
        for name, (_, places) in table().items()
        if places - found.get(name, set())
    } == {}


def test_each_meaning_has_one_icon() -> None:
    meanings = [meaning for meaning, _ in table().values()]
    assert len(set(meanings)) == len(meanings)


def test_the_pictograms_that_are_listed_are_those_in_use() -> None:
    assert set(GLYPHS) == {name.replace("-", "_") for name in table()}
