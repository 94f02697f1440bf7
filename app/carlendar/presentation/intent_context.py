"""The context of intent handlers: ports, session and options."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.base import State
from carlendar.domain.reminders import Reminder, due
from carlendar.i18n.formats import formats
from carlendar.ipc.messages import Command
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.intents import Undo
from carlendar.presentation.options import Options, as_in_car, preferred
from carlendar.presentation.session import TOAST_SECONDS, Session, Toast
from carlendar.presentation.states import Action, Line, ScreenName, Tone
from carlendar.presentation.view_context import ViewContext
from carlendar.store.records import PHONE, UNSETTLED, OutboxState, Snapshot, preference

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.i18n.catalogue import Words
    from carlendar.presentation.ports import Ports

LIVE = UNSETTLED | {OutboxState.SENT}


class IntentContext(State):
    """The context in which an intent is carried out. `base` are the options without the user's preferences."""

    ports: Ports
    session: Session
    base: Options
    _words: tuple[str, Words] | None = None

    @property
    def options(self) -> Options:
        """The options as set by the car and the user's preferences."""
        session, languages = self.session, self.ports.languages
        given = {**dict(session.snapshot.preferences), **session.preferences}
        return preferred(as_in_car(self.base, session.car_language, session.car_hours, languages), given, languages)

    @property
    def own_phone(self) -> tuple[str, str]:
        """Id and name of the phone chosen by the current profile; both empty if none was chosen."""
        profile = self.session.snapshot.profile
        chosen = preference(self.session.snapshot, self.session.preferences, PHONE + profile.id) if profile else ""
        phone, _, name = chosen.partition("|")
        return phone, name

    def now(self) -> datetime:
        """The present moment in the car's zone."""
        return self.ports.wall.now().astimezone(self.ports.wall.zone())

    def words(self) -> Words:
        """The words of the chosen language."""
        options = self.options
        locale = "-".join(filter(None, (options.language, options.spelling or options.region)))
        if self._words is None or self._words[0] != locale:
            self._words = (locale, self.ports.words(locale))
        return self._words[1]

    def view(self) -> ViewContext:
        """Return everything from which a screen is made."""
        session, ports, options, words = self.session, self.ports, self.options, self.words()
        as_of = self.as_of()
        now = self.now()
        if not ports.wall.is_set() and as_of is not None:
            now = max(now, as_of.astimezone(ports.wall.zone()))
        snapshot, road = self._snapshot(), session.travel.on_the_road()
        view = ViewContext(
            snapshot=snapshot,
            agenda=session.agenda,
            now=now,
            elapsed=ports.elapsed.seconds(),
            restrictions=session.restrictions,
            options=options,
            words=words,
            formats=formats(words.language, options.region, options.hours),
            join_plan=ports.plan,
            clock_set=ports.wall.is_set(),
            phone=session.phone,
            online=session.sync.online if session.sync else True,
            service_there=session.service_there,
            as_of=as_of,
            failing=session.sync.failing if session.sync else "",
            sign_in=session.sign_in,
            aboard=session.aboard,
            driver=session.driver or "",
            vehicle=session.vehicle,
            road=road,
            browser=ports.links.available(),
            navigation=session.takes_destinations and (ports.navigation.available() or road.navigates),
            languages=ports.languages,
            meeting_call=session.meeting_call,
            presence=session.presence,
            data_line=session.data_line,
            other_line_due=session.other_line_due,
            changing_line=session.after_leaving is not None,
            subject=session.panel_subject or session.back_stack.here.subject,
            page=session.page,
            panel=session.panel,
            chosen=session.preferences,
            own_phone=self.own_phone,
            late_sent=self._late(snapshot),
            undoing=self._undoing(),
            undoing_keys=frozenset(session.undoing_keys),
            acknowledged=frozenset(session.acknowledged),
        )
        return replace(view, reminder=self._reminder(view))

    def as_of(self) -> datetime | None:
        """When the oldest source was last fetched; None if one never was (feeds never read so far are left out)."""
        if self.session.sync is not None and self.session.sync.as_of:
            try:
                reported = datetime.fromisoformat(self.session.sync.as_of)
            except ValueError:
                reported = None
            if reported is not None and reported.tzinfo is not None:
                return reported
        snapshot = self.session.snapshot
        feeds = {account.id for account in snapshot.accounts if account.is_feed}
        times = [each.as_of for each in snapshot.sources if each.as_of is not None or each.account_id not in feeds]
        known = [moment for moment in times if moment is not None]
        return min(known) if known and len(known) == len(times) else None

    def send(self, name: str, **arguments: str) -> None:
        """Send a command to the service."""
        self.ports.service.send(Command(name, arguments))

    def toast(
        self, text: str, icon: str, tone: Tone = Tone.NORMAL, *, action: Action | None = None, stays: float = 0.0
    ) -> None:
        """Show a confirmation, for `stays` elapsed seconds or the default time from when it is drawn."""
        self.session.toast = Toast(Line((text,), icon, tone), stays or TOAST_SECONDS, action)

    def address_of(self, key: str) -> ScreenAddress:
        """Where a meeting is shown: beside the list on a wide display that is parked, else on a screen of its own."""
        beside = self.options.list_and_detail and not self.session.restrictions.restricted
        return ScreenAddress(ScreenName.AGENDA if beside else ScreenName.EVENT, key)

    def entry(self, key: str) -> AgendaEntry | None:
        """Return the entry of an occurrence key, None if it no longer exists."""
        return self.session.agenda.entry(key)

    def _snapshot(self) -> Snapshot:
        held, session = self.session.snapshot, self.session
        if not session.dismissed and not session.snoozed and not session.late:
            return held
        snoozed = {**dict(held.snoozed), **session.snoozed}
        stored = {item.key for item in held.outbox}
        new = tuple(item for item in session.late.values() if item.key not in stored)
        return replace(
            held, dismissed=held.dismissed | session.dismissed, snoozed=tuple(snoozed.items()), outbox=held.outbox + new
        )

    def _undoing(self) -> str:
        """What the current confirmation offers to undo."""
        toast = self.session.toast
        intent = toast.action.intent if toast and toast.action else None
        return intent.item if isinstance(intent, Undo) else ""

    def _late(self, snapshot: Snapshot) -> frozenset[str]:
        return frozenset(item.event_id for item in snapshot.outbox if item.kind == "late" and item.state in LIVE)

    def _may_remind(self, view: ViewContext, entry: AgendaEntry) -> bool:
        """Whether it reminds at all: one of a subscribed calendar without reminders only if that is enabled."""
        said = view.options.feed_reminders or entry.event.reminder_minutes is not None
        return said or not view.agenda.of(entry).account.is_feed

    def _reminder(self, view: ViewContext) -> Reminder | None:
        """Return the reminder to show now; it waits during a call, and while the clock is not set."""
        if not view.clock_set or view.any_call:
            return None
        snapshot = view.snapshot
        entries = [entry for entry in view.agenda.near(view.now) if self._may_remind(view, entry)]
        snoozed = dict(snapshot.snoozed)
        return due(entries, view.now, view.options.reminder_minutes, snapshot.dismissed, snoozed)
