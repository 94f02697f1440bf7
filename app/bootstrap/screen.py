"""The screen process, put together from its dependencies. Nothing heavy comes before the first frame.

The engine starts as if moving, the presenter reads the store, the window opens and draws. What speaks
gRPC, D-Bus or to the service comes after that frame, from a thread of its own. A car's signals come
from its databroker alone: no simulated or recorded source can be named here (rule S11).
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from app.bootstrap import machine
from app.bootstrap.day_reader import DayReader
from app.bootstrap.glance import glance
from app.bootstrap.late import LateLinks, LateNavigation, LateService, LateSound, LateTelephony
from app.bootstrap.leisure import Leisure, collect_at_leisure
from app.bootstrap.memory import Memory
from app.i18n import catalogue
from app.meetings.plan import plan
from app.resources import asset
from app.safety.engine import SafetyEngine
from app.safety.notify import ServiceNotifier
from app.safety.watchdog import Watchdog
from app.store.snapshot import StoreReader
from app.ui.app import run_display, stop_display
from app.ui.bridge import Bridge
from app.ui.metrics import DisplayMetrics, rows_that_fit
from app.viewmodels.book import BookKeeper
from app.viewmodels.options import Options
from app.viewmodels.ports import Ports
from app.viewmodels.presenter import Presenter

if TYPE_CHECKING:
    from app.bootstrap.dependencies import ScreenDependencies
    from app.domain.ports import LinkOpener, Sound
    from app.settings import Settings
    from app.store.portraits import Faces
    from app.store.records import Snapshot

SWITCH = 0.001
"""Seconds after which a thread that works lets the one that draws go on; Python's own 0.005 are a third of a frame."""


def run(dependencies: ScreenDependencies) -> int:
    """Show the display until it is closed; returns the exit code. Raises DisplayError, SettingsError."""
    return Screen(dependencies).run()


class Screen:
    """One screen process, put together."""

    def __init__(self, dependencies: ScreenDependencies) -> None:
        self.dependencies = dependencies
        self.settings = settings = dependencies.settings
        self.elapsed, self.wall = dependencies.elapsed, dependencies.wall
        self.bridge = Bridge()
        self.notifier = ServiceNotifier(self.elapsed)
        self.output = dependencies.output
        self._passenger = settings.text("display.role") == "passenger" and self.output.connected()
        ignition = machine.ignition_line(settings)
        self.engine = SafetyEngine(self.elapsed, passenger=self._passenger, ignition_line=ignition)
        self.watchdog = Watchdog(self.elapsed)
        self.reader = StoreReader(settings.data_folder)
        self._faces: Faces | None = None
        self.telephony, self.service, self.navigation = LateTelephony(), LateService(), LateNavigation()
        self.books = BookKeeper()
        self.day = DayReader(self._read, self._day_read, first=self._glance)
        self.writer = Memory(settings.data_folder, self._written)
        self.size = (int(settings.number("display.width")), int(settings.number("display.height")))
        density, distance = settings.number("display.px_per_mm"), settings.number("display.distance_mm")
        self.metrics = DisplayMetrics(*self.size, density, distance)
        chosen = options(settings, rows_fit=rows_that_fit(self.metrics))
        self.presenter = Presenter(self._ports(), chosen, self.engine.current())

    def run(self) -> int:
        """Show the display until it is closed."""
        display = self.settings
        self.engine.subscribe(self.watchdog.told)
        self.engine.subscribe(lambda _: self.bridge.wake())
        self.engine.start()
        self.watchdog.start()
        if self._passenger:
            self.output.watch(self.engine.revoke_passenger)
        signal.signal(signal.SIGTERM, lambda *_: self.bridge.post(stop_display))
        try:
            return run_display(
                self.presenter, self.metrics, size=self.size, title="Carlendar", engine_current=self.engine.current,
                acknowledge=self.watchdog.acknowledge, alive=self.notifier.feed, feed=self.notifier.interval,
                clock=self.elapsed, bridge=self.bridge, tap=self.dependencies.tap, on_first_frame=self._first_frame,
                leisure=Leisure(), fullscreen=display.switch("window.fullscreen"), cache_folder=display.cache_folder,
            )  # fmt: skip
        finally:
            self._end()

    def _first_frame(self) -> None:
        self.notifier.ready()
        self.day.again()  # the first reading was a glance
        collect_at_leisure()
        sys.setswitchinterval(SWITCH)
        from app.bootstrap.connections import Connections

        self._connections = Connections(self)
        self._connections.start()

    def _end(self) -> None:
        self.notifier.stopping()
        self.watchdog.stop()
        self.output.stop()
        self.engine.stop()
        if (connections := getattr(self, "_connections", None)) is not None:
            connections.stop()
        self.telephony.stop()
        self.writer.close()
        self.day.stop()
        self.reader.close()

    def _ports(self) -> Ports:
        locale = asset("locale")
        return Ports(
            read=lambda: self.day.latest,
            memory=self.writer,
            service=self.service,
            telephony=self.telephony,
            links=LateLinks(_links),
            navigation=self.navigation,
            sound=LateSound(_sound),
            wall=self.wall,
            elapsed=self.elapsed,
            words=lambda language: catalogue.load(language, locale),
            languages=catalogue.available(locale),
            plan=plan,
            new_key=_new_id,
            books=self.books,
        )

    def _glance(self) -> Snapshot:
        return self._kept(glance(self.reader, self.wall.now(), self.wall.zone(), machine.occasion()))

    def _read(self) -> Snapshot:
        from app.store.portraits import Faces  # not before the first frame

        if self._faces is None:
            self._faces = Faces(self.settings.data_folder, self.reader)
        read = self.reader.read(machine.window(self.wall), self.wall.zone(), occasion=machine.occasion())
        return self._kept(replace(read, faces=self._faces.read()))

    def _kept(self, snapshot: Snapshot) -> Snapshot:
        self.books.of(snapshot)  # here and not on the thread that draws
        return snapshot

    def _written(self, what: str, ok: bool) -> None:
        """`user.db` has been written, or not: the screen shows what is there, the service sends what waits."""
        if what in ("put", "withdraw") and ok:
            from app.channel.messages import Command

            self.service.send(Command("outbox"))
        self.day.again()

    def _day_read(self) -> None:
        self.bridge.post(self.presenter.snapshot_changed)


def options(settings: Settings, *, rows_fit: int | None = None) -> Options:
    """What the view-models take from the settings."""
    language = settings.text("ui.language") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    extra = settings.names("identity.extra_scopes")
    locked = {key.partition(".")[2] for key, setting in settings.values.items() if setting.locked}
    return Options(
        language=language.partition(".")[0].partition("_")[0],
        follows_car=not settings.text("ui.language"),
        region=settings.text("telephone.region"),
        theme=settings.text("ui.theme"),
        mask=settings.text("ui.mask"),
        hide_declined=settings.switch("ui.hide_declined"),
        reminder_minutes=int(settings.number("ui.reminder_minutes")),
        join_muted=settings.switch("telephone.join_muted"),
        late_allowed=settings.switch("late.allowed"),
        days_kept=int(settings.number("data.days_kept")),
        locked=frozenset(locked),
        more_permissions=bool(extra),
        more_scopes=frozenset(name.lower() for name in extra),
        rows_fit=rows_fit,
    )


def _new_id() -> str:
    return os.urandom(16).hex()


def _links() -> LinkOpener:
    from app.platform.links import DesktopLinkOpener

    return DesktopLinkOpener()


def _sound() -> Sound:
    from app.platform.sound import PlayerSound

    return PlayerSound(lambda name: asset(f"sounds/{name}.wav"))
