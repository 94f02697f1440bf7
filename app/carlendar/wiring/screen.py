"""The screen process, composed from its dependencies. Nothing expensive runs before the first frame.

The engine starts as if moving, the presenter reads the store, the window opens and draws. gRPC, D-Bus and the
channel to the service are started after that frame, on a separate thread. The car's signals arrive
from its databroker alone: no simulated or recorded source can be named here (rule S11).
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.brands import library
from carlendar.domain.account import PRESENCE_SCOPE, Permission
from carlendar.errors import CarlendarError, SettingsError
from carlendar.i18n import catalogue
from carlendar.known_settings import TELEMETRY_TOPICS
from carlendar.meetings.plan import plan
from carlendar.platform.core_dumps import forbid_core_dumps, limit_core_dumps
from carlendar.presentation.options import Options
from carlendar.presentation.ports import Ports
from carlendar.presentation.presenter import Presenter
from carlendar.resources import asset
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.notify import ServiceNotifier
from carlendar.safety.watchdog import Watchdog, end_process
from carlendar.store.folder import TELEMETRY, UNDRAWN
from carlendar.store.user_writer import UserWriter
from carlendar.ui.app import run_display, stop_display
from carlendar.ui.bridge import Bridge
from carlendar.ui.metrics import DisplayMetrics, Fit, fit_of
from carlendar.wiring import host
from carlendar.wiring.day_reader import DayReader, StoredDay
from carlendar.wiring.deferred import (
    LateLinks,
    LateNavigation,
    LateService,
    LateSound,
    LateSpeech,
    LateTelephony,
    LateWatch,
)
from carlendar.wiring.display_lock import DisplayLock
from carlendar.wiring.erasing import resume
from carlendar.wiring.failed_starts import TOO_MANY, FailedStarts
from carlendar.wiring.idle_tasks import IdleTasks, collect_garbage_when_idle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from carlendar.brands.brand import Brand
    from carlendar.domain.ports import LinkOpener, Sound
    from carlendar.settings import Settings
    from carlendar.ui.root_view import RootView
    from carlendar.wiring.dependencies import ScreenDependencies

_log = logging.getLogger(__name__)
SWITCH = 0.001
"""Interval at which a busy thread yields to the UI thread; Python's default of 0.005 s is a third of a frame."""


def run(dependencies: ScreenDependencies) -> int:
    """Show the display until it is closed; return the exit code. Raises DisplayError, SettingsError."""
    return ScreenProcess(dependencies).run()


class ScreenProcess:
    """The composed parts of a screen process."""

    def __init__(self, dependencies: ScreenDependencies) -> None:
        limit_core_dumps()
        self.dependencies = dependencies
        self.settings = settings = dependencies.settings
        self.lock = DisplayLock(settings.cache_folder, settings.text("display.role"))
        self.lock.acquire()
        with suppress(CarlendarError):  # if it fails, the service completes it; until then the store is not shown
            resume(settings, timeout=0.0)
        self.starts = FailedStarts(settings.cache_folder)
        self.textless = self.starts.begin() >= TOO_MANY
        self.elapsed, self.wall = dependencies.elapsed, dependencies.wall
        self.bridge = Bridge()
        self.notifier = ServiceNotifier(self.elapsed)
        self.output = dependencies.output
        self._passenger = settings.text("display.role") == "passenger" and self.output.connected()
        ignition = host.ignition_line(settings)
        self.engine = SafetyEngine(self.elapsed, passenger=self._passenger, ignition_line=ignition)
        self.watchdog = Watchdog(self.elapsed, end=self._end_process)
        fleet = bool(settings.text("fleet.broker"))
        self._undrawn = settings.data_folder / TELEMETRY / UNDRAWN if fleet else None
        self.first_frame_at = 0.0
        self.telephony, self.service = LateTelephony(), LateService()
        self.navigation = LateNavigation(lambda outcome: self.bridge.post(self.presenter.service_said, outcome))
        self.speech = LateSpeech(lambda: None if self._passenger else dependencies.speech())
        self.sound_watch, self.position_watch = LateWatch(), LateWatch()
        self.stored = StoredDay(settings.data_folder, self.wall, textless=self.textless)
        self.day = DayReader(self.stored.read, first=self.stored.read_first)
        self.writer = UserWriter(settings.data_folder, self._written, host.boot_id)
        self.size = (int(settings.number("display.width")), int(settings.number("display.height")))
        density, distance = settings.number("display.px_per_mm"), settings.number("display.distance_mm")
        self.metrics = DisplayMetrics(*self.size, density, distance)
        self.brand, _ = library.usable(brand_name(dependencies))
        self._draw_brand: Callable[[Brand], None] = lambda _: None
        own = options(settings, fit=fit_of(self.metrics), locale=self.brand.language)
        chosen = replace(own, textless=self.textless)
        self.presenter = Presenter(self._ports(), chosen, self.engine.current())
        self.day.done = partial(self.bridge.post, self.presenter.snapshot_changed)

    def run(self) -> int:
        """Show the display until it is closed."""
        display = self.settings
        self.engine.subscribe(self.watchdog.on_restrictions)
        self.engine.subscribe(lambda _: self.bridge.wake())
        self.engine.start()
        self.watchdog.start()
        if self._passenger:
            self.output.watch(self.engine.revoke_passenger)
        signal.signal(signal.SIGTERM, lambda *_: self.bridge.post(stop_display))
        try:
            code = run_display(
                self.presenter, self.metrics, size=self.size, title="Carlendar", engine_current=self.engine.current,
                acknowledge=self._drawn, alive=self.notifier.feed, feed=self.notifier.interval,
                clock=self.elapsed, bridge=self.bridge, tap=self.dependencies.tap, brand=self.brand,
                on_display=self._on_display, on_first_frame=self._first_frame,
                on_end=self.notifier.stopping, idle_tasks=IdleTasks(),
                fullscreen=display.switch("window.fullscreen"), cache_folder=display.cache_folder,
                desktop=self.dependencies.desktop and self.dependencies.tap is None,
            )  # fmt: skip
        except (CarlendarError, OSError, KeyboardInterrupt):  # reported by a message: the texts are not the cause
            self.starts.withdraw()
            raise
        finally:
            self._end()
        self.starts.withdraw()
        return code

    def _on_display(self, root: RootView) -> None:
        self._draw_brand = root.rebrand
        self.dependencies.attach(root, self.bridge)

    def rebrand(self) -> None:
        """Read the brand that is chosen now and draw with it; one that is refused changes nothing. On any thread."""
        try:
            brand = library.load(brand_name(self.dependencies))
        except SettingsError as error:
            _log.warning("the brand is refused: %s", error)
            return
        if brand != self.brand:
            self.bridge.post(self._rebrand, brand)

    def _rebrand(self, brand: Brand) -> None:
        self.brand = brand
        self._draw_brand(brand)

    def _drawn(self, sequence: int) -> None:
        """A frame that obeys the restrictions of `sequence` is on the screen."""
        self.watchdog.acknowledge(sequence)
        if self.presenter.meter is not None:
            self.presenter.meter.drawn(self.presenter.frame.screen)

    def _end_process(self, text: str) -> None:
        """End the screen that did not draw in time; a mark is left for telemetry, and the kernel's alarm is set."""
        if self._undrawn is not None:
            with suppress(OSError):
                os.close(os.open(self._undrawn, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        end_process(text)

    def _sound_file(self, name: str) -> Path:
        return self.brand.sound or asset(f"sounds/{name}.wav")

    def _first_frame(self) -> None:
        self.first_frame_at = self.elapsed.seconds()
        _log.info("first frame")
        if _log.isEnabledFor(logging.INFO):
            self.engine.subscribe(lambda now: _log.info("driving state %s: %s", now.state.value, now.cause))
        self.starts.succeeded()
        self.notifier.ready()
        forbid_core_dumps()
        self.day.refresh()  # the first read was partial
        collect_garbage_when_idle()
        sys.setswitchinterval(SWITCH)
        from carlendar.wiring.connections import Connections

        self._connections = Connections(self)
        self._connections.start()

    def _end(self) -> None:
        self.notifier.stopping()
        self.watchdog.stop()
        self.output.stop()
        self.engine.stop()
        self.speech.cancel()
        if (connections := getattr(self, "_connections", None)) is not None:
            connections.stop()
        self.telephony.stop()
        self.writer.close()
        self.day.stop()
        self.stored.close()
        self.lock.release()

    def _ports(self) -> Ports:
        locale = asset("locale")
        return Ports(
            read=lambda: self.day.latest,
            memory=self.writer,
            service=self.service,
            telephony=self.telephony,
            links=LateLinks(_links),
            navigation=self.navigation,
            sound=LateSound(lambda: _sound(self._sound_file)),
            wall=self.wall,
            elapsed=self.elapsed,
            words=lambda language: catalogue.load(language, locale),
            languages=catalogue.available(locale),
            plan=plan,
            new_key=_new_id,
            agenda_cache=self.stored.agenda,
            speech=self.speech,
            watch_sounds=self.sound_watch.watch if self.watches_sounds else None,
            watch_position=self.position_watch.watch,
        )

    @property
    def watches_sounds(self) -> bool:
        """Whether the settings name a source of the other sounds in the car."""
        return any(self.settings.names(key) for key in ("audio.guidance", "audio.warnings", "audio.emergency"))

    def _written(self, what: str, ok: bool) -> None:
        """After a write to `user.db`, successful or not: read it again, and have the service send the outbox."""
        if what in ("put", "withdraw") and ok:
            from carlendar.ipc.messages import Command

            self.service.send(Command("outbox"))
        if what == "prefer" and ok and (self.presenter.asks_consent or self.settings.switch("navigation.azure_maps")):
            from carlendar.ipc.messages import Command

            self.service.send(Command("consent"))
        self.day.refresh()


def brand_name(dependencies: ScreenDependencies) -> str:
    """The name of the brand by the emulator's file, else by the platform file; empty for none."""
    file = dependencies.brand_file
    if file is None:
        return dependencies.settings.text("display.brand")
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        return ""


def options(settings: Settings, *, fit: Fit | None = None, locale: str = "") -> Options:
    """Return the options of the view-models, from the settings; `locale` counts where the system names no language."""
    wanted = settings.text("ui.language") or _locale(os.environ) or locale
    language, spelling = catalogue.chosen(wanted, asset("locale"))
    extra = settings.names("identity.extra_scopes")
    locked = {key.partition(".")[2] for key, setting in settings.values.items() if setting.locked}
    return Options(
        language=language,
        spelling=spelling,
        follows_car=not settings.text("ui.language"),
        region=settings.text("telephone.region"),
        theme=settings.text("ui.theme"),
        mask=settings.text("ui.mask"),
        hide_declined=settings.switch("ui.hide_declined"),
        reminder_minutes=int(settings.number("ui.reminder_minutes")),
        buffer_minutes=int(settings.number("navigation.buffer_minutes")),
        online_maps=settings.switch("navigation.azure_maps"),
        feed_reminders=settings.switch("feeds.reminders"),
        join_muted=settings.switch("telephone.join_muted"),
        spoken_notices=settings.switch("ui.spoken_notices"),
        join_by=settings.text("telephone.join_by"),
        late_allowed=settings.switch("late.allowed"),
        days_kept=int(settings.number("data.days_kept")),
        telemetry=topics(settings),
        locked=frozenset(locked),
        more_permissions=bool(extra),
        more_scopes=frozenset(name.lower() for name in extra),
        optional_permissions=optional_permissions(settings),
        rows_fit=fit.rows if fit else None,
        list_and_detail=fit.list_and_detail if fit else False,
    )


def optional_permissions(settings: Settings) -> frozenset[Permission]:
    """The permissions that are offered in the Settings; for calls only in a car that joins over data."""
    presence = PRESENCE_SCOPE.lower() in {name.lower() for name in settings.names("identity.optional_scopes")}
    wanted = {Permission.PRESENCE: presence, Permission.CALLS: bool(settings.text("online.tokens_url"))}
    return frozenset(permission for permission, offered in wanted.items() if offered)


def topics(settings: Settings) -> tuple[str, ...]:
    """The topics that a driver can consent to; none without a fleet.

    Settings follow a driver only where a permission lets the car keep their key in the driver's account.
    """
    if not settings.text("fleet.broker"):
        return ()
    from carlendar.domain.consent import SETTINGS
    from carlendar.domain.driver_settings import PERMISSION

    forbidden = set(settings.names("telemetry.forbidden"))
    if PERMISSION not in settings.names("identity.scopes") or settings.text("fleet.kind") == "iothub":
        forbidden.add(SETTINGS)
    return tuple(each for each in TELEMETRY_TOPICS if each not in forbidden)


def _locale(environ: Mapping[str, str]) -> str:
    """The locale of messages by the environment (locale(7)); empty where it names no language, as `C` does."""
    found = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := environ.get(name, ""))), "")
    return "" if found.partition(".")[0] in ("C", "POSIX") else found


def _new_id() -> str:
    return os.urandom(16).hex()


def _links() -> LinkOpener:
    from carlendar.platform.links import DesktopLinkOpener

    return DesktopLinkOpener()


def _sound(file: Callable[[str], Path]) -> Sound:
    from carlendar.platform.sound import PlayerSound

    return PlayerSound(file)
