"""Private and undocumented parts of Kivy 2.3 that the display uses; all of them, each with its reason.

A release that changes one of them breaks here. `pyproject.toml` therefore pins kivy to `~=2.3.1`.

- `Window._win`, the storage of SDL's window: Kivy can only handle an event, not look whether there is one.
- `Window._win.set_event_filter` and `Window._event_filter`: at every change of size Kivy draws at once, past the loop
  and its look at the restrictions.
- `Cache._purge_by_timeout`: scheduled every second at import; it wakes an idle display.
- `kivy.kivy_data_dir` while `kivy.lang.builder` is imported: the style sheet for unused widgets takes a fifth of the
  time to the first frame.
- `LabelSDL2._get_font_id` and `_text_sdl2._SurfaceContainer.render`: Kivy keeps one font for all scripts, and gives it
  script and direction when it draws but not when it measures.
- `kivy.lang.builder.call_fn`: for each expression of a rule that is evaluated again, Kivy writes its value out in a
  message for a log that is not kept.
- `kivy.lang.builder.update_intermediates`: when `root.state` changes, Kivy evaluates every expression that reads one of
  its fields again. Most fields are equal in two states one after the other.
- `Builder.rules`, `Builder.files` and `Builder.rulectx`: rules are given to Kivy one by one, are checked, and can be
  applied again after one of their expressions raised (`carlendar.ui.layout`).
- `asyncio` and `ctypes.util` while `kivy.clock` is imported: the first is for the asynchronous loop, which is not used;
  the second starts a program to find the C library, for a clock that Python has itself. Without `ctypes.util`, Kivy's
  clock is `time.perf_counter`.
- `filetype` and `zipfile` while `kivy.core.image` is imported: 11 modules and 1.4 MiB that look into a picture for its
  type, which its name says, and read pictures from archives, of which there are none.
- `inspect`, `subprocess` and `tempfile` while Kivy is imported: they are for calls of outdated functions and for what
  compiles extensions. They are imported if they are used.
- `pkgutil` likewise: it looks for packages of libraries, which there are for Windows alone.
- `kivy.input.providers` but for the mouse: none of the others is configured, and they load a library of theirs.
- `Clock.get_min_timeout`, `Clock.time` and `Clock.tick_draw`: the display's loop sleeps until something is due, and
  lays out before it draws, where Kivy's own loop turns sixty times a second.

Nothing of Kivy is imported before it is used: the environment has to be prepared first (`carlendar.ui.window`).
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from carlendar import resources
from carlendar.domain.base import Value
from carlendar.replaced_modules import deferred, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PURGE_SECONDS = 60.0
"""Between two looks through Kivy's caches."""
UNUSED_PROVIDERS = tuple(
    f"kivy.input.providers.{name}" for name in ("hidinput", "leapfinger", "linuxwacom", "mtdev", "probesysfs", "tuio")
)
FIELD_OF_A_PROPERTY = 3
"""Names in an expression such as `root.state.title`."""


class PeekedWindow:
    """SDL's window with an event that was taken to see whether there is one, and is given back."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self._peeked: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def poll(self) -> Any:
        """The next event; False when there is none."""
        return self._peeked.pop() if self._peeked else self._storage.poll()

    def waiting(self) -> bool:
        """Whether there is an event, without any other work."""
        if not self._peeked:
            event = self._storage.poll()
            if event is not False:
                self._peeked.append(event)
        return bool(self._peeked)


def peek_at(window: Any) -> PeekedWindow:
    """Put a `PeekedWindow` in the place of the storage of Kivy's window, and return it."""
    window._win = PeekedWindow(window._win)  # noqa: SLF001 - see above
    return window._win  # type: ignore[no-any-return]  # noqa: SLF001 - assigned one line above


def resize_without_drawing(window: Any) -> None:
    """Take a new size of the window without drawing: the loop does, after its look at the restrictions."""

    def filtered(action: str, *values: Any) -> Any:
        if action != "windowresized":
            return window._event_filter(action, *values)  # noqa: SLF001 - see above
        window._size = values  # noqa: SLF001 - as Kivy's own filter does
        window._win.resize_window(*values)  # noqa: SLF001 - Kivy has no public call
        return 0

    window._win.set_event_filter(filtered)  # noqa: SLF001 - see above


def announce_size(window: Any) -> None:
    """Have the viewport follow the window's size now: Kivy itself does so a tenth of a second later."""
    window.dispatch("on_pre_resize", *window.size)


def purge_caches_seldom() -> None:
    """Have Kivy look through its caches every `PURGE_SECONDS` instead of every second."""
    from kivy.cache import Cache
    from kivy.clock import Clock

    Clock.unschedule(Cache._purge_by_timeout)  # noqa: SLF001 - see above
    Clock.schedule_interval(Cache._purge_by_timeout, PURGE_SECONDS)  # noqa: SLF001 - see above


def import_language() -> None:
    """Import `kivy.lang` without its style sheet; does nothing where it has been imported before.

    During the import, Kivy's data folder is the one of kv/, whose `style.kv` is empty.
    """
    if "kivy.lang.builder" in sys.modules:
        return
    with lean_imports():
        _import_language()


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import modules of Kivy in this block without those of Python and those providers of input that are not used."""
    unused = {name: deferred(name) for name in ("inspect", "subprocess", "tempfile")}
    unused["inspect"].isroutine = callable  # type: ignore[attr-defined]  # taken for a touch's `repr`
    packages = ModuleType("pkgutil")
    packages.iter_modules = lambda _: ()  # type: ignore[attr-defined]  # all that Kivy uses of it
    providers = {name: ModuleType(name) for name in UNUSED_PROVIDERS}
    with replaced({**unused, **providers, "pkgutil": packages}):
        yield


def _import_language() -> None:
    import kivy

    _import_clock()

    real = kivy.kivy_data_dir
    before = set(sys.modules)
    kivy.kivy_data_dir = str(resources.kv("style.kv").parent)
    try:
        import kivy.lang.builder
    finally:
        ours, kivy.kivy_data_dir = kivy.kivy_data_dir, real
        for name in set(sys.modules) - before:
            if getattr(sys.modules[name], "kivy_data_dir", None) == ours:
                sys.modules[name].kivy_data_dir = real  # type: ignore[attr-defined]  # the line above found it
    evaluate_less()
    _import_images()


@cache
def evaluate_less() -> None:
    """Have Kivy evaluate an expression only where what it reads has changed; for rules that are applied from now on."""
    import kivy.lang.builder

    kivy.lang.builder.call_fn = _evaluate
    kivy.lang.builder.update_intermediates = partial(_follow, kivy.lang.builder.update_intermediates)


def _evaluate(args: Any, *_: object) -> None:
    """Set a property that a rule states by an expression, as `call_fn` does, without a message of it."""
    element, key, expression, rule, names = args
    rule.count += 1
    setattr(element, key, eval(expression, names))  # noqa: S307 - an expression of our own kv files


def _follow(
    kivys: Callable[..., None],
    base: Any,
    keys: list[str],
    bound: list[list[Any]],
    step: int,
    evaluate: Callable[..., None],
    arguments: Any,
    *change: Any,
) -> None:
    """Do as `update_intermediates`, but evaluate nothing where a value has the same in the field as the one before.

    `bound` has an entry for each step on the way to the last of `keys`; what the field was is kept after them.
    """
    holder = change[-1]
    if step != 1 or len(keys) != FIELD_OF_A_PROPERTY or not isinstance(holder, Value):
        kivys(base, keys, bound, step, evaluate, arguments, *change)
        return
    now = getattr(holder, keys[-1], None)
    if len(bound) > 1 and bound[1][2] is None and type(bound[1][0]) is type(now) and bound[1][0] == now:
        return
    kivys(base, keys, bound, step, evaluate, arguments, *change)
    bound.append([now, keys[-1], None, None])


@cache
def shaped_label() -> Any:
    """A `CoreLabel` that is measured with its script and direction, as it is drawn."""
    from kivy.core.text import Label
    from kivy.core.text._text_sdl2 import _SurfaceContainer

    class ShapedLabel(Label):
        def _get_font_id(self) -> str:
            return f"{super()._get_font_id()}|{self.options['font_script_name']}|{self.options['font_direction']}"

        def get_extents(self, text: str) -> tuple[int, int]:
            _SurfaceContainer(1, 1).render(self, " ", 0, 0)  # gives the font its script and direction
            width, height = super().get_extents(text)
            return width, height

    return ShapedLabel


def _import_clock() -> None:
    """Import `kivy.clock` without what only its unused parts need."""
    unused = ModuleType("asyncio")
    unused.wait_for = None  # type: ignore[attr-defined]  # all that the clock reads of it
    with replaced({"asyncio": unused, "ctypes.util": None}):
        import kivy.clock  # noqa: F401 - for the import's own sake


def _import_images() -> None:
    """Import `kivy.core.image`, which then believes a picture's extension, and reads no archives."""
    types = ModuleType("filetype")
    types.guess_extension = lambda _: None  # type: ignore[attr-defined]  # all that Kivy uses of it
    with replaced({"filetype": types, "zipfile": ModuleType("zipfile")}):
        import kivy.core.image  # noqa: F401 - for the import's own sake


def seconds_until_due() -> float:
    """Seconds until Kivy's clock has something to do; negative when it is overdue."""
    from kivy.clock import Clock

    return float(Clock.get_min_timeout()) - float(Clock.time())


def lay_out() -> None:
    """Apply the rules of the kv language and every layout that is due before the next draw."""
    from kivy.clock import Clock
    from kivy.lang import Builder

    Builder.sync()
    Clock.tick_draw()
    Builder.sync()
