"""Limits the effect of a text that cannot be laid out to its own line or row.

A frame is a tree of values. If composing it raises, each of its pieces (a title, a line, a card, a row, an action) is
tried with all others plain, and those that raise are replaced: a text by the frame's stand-in, an action by nothing.
The restrictions were applied to the frame before, and a stand-in is short, so no limit is exceeded.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from carlendar.presentation.states import (
    Action,
    AgendaRow,
    AgendaState,
    Band,
    CallState,
    Choice,
    ChoicesState,
    ClashCard,
    DriveState,
    EventState,
    Frame,
    Line,
    MiniCard,
    NoticeState,
    Passage,
    SignInState,
    StatusBar,
    Tone,
)
from carlendar.ui.parts import Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Row = AgendaRow | Choice | Passage | Cells

_STATES = (AgendaState, CallState, ChoicesState, DriveState, EventState, NoticeState, SignInState)
_SHOWN = frozenset({"title", "when", "text", "empty"})
"""Texts that are replaced by the stand-in; other texts of a state are left out."""

Path = tuple[str | int, ...]
"""Field names and indices that lead to a piece of a frame."""


def composed(frame: Frame, make: Callable[[Frame], _T]) -> _T:
    """Return the result of `make` for the frame, with pieces that cannot be laid out replaced.

    Re-raises the exception if no piece of the frame causes it.
    """
    try:
        return make(frame)
    except Exception as error:  # whatever the exception, the screen must remain
        paths = list(_paths(frame, ()))
        bare = _without(frame, paths)
        if not _makes(make, bare):
            raise
        failing = [path for path in paths if not _makes(make, _put(bare, path, _at(frame, path)))]
        _log.error("%d of %d parts of a frame cannot be laid out: %s", len(failing), len(paths), type(error).__name__)
        kept = _without(frame, failing)
        return make(_pruned(kept if _makes(make, kept) else bare))


def composed_row(subject: _Row, stand_in: str, make: Callable[[_Row], _T]) -> _T:
    """Return the result of `make` for a row of a list, or for the row without its texts."""
    try:
        return make(subject)
    except Exception as error:  # noqa: BLE001 - a stand-in is shown for what cannot be laid out
        _log.error("a row cannot be laid out: %s", type(error).__name__)
        return make(_plain_row(subject, stand_in))


def _plain_row(subject: _Row, stand_in: str) -> _Row:
    """The row without its texts; of several beside each other all, for any of them may be the cause."""
    if isinstance(subject, AgendaRow | Choice):
        plain: _Row = _plain(subject, "", stand_in)
        return plain
    if isinstance(subject, Passage):
        return Passage(subject.key, text=stand_in)
    return replace(subject, choices=tuple(_plain(choice, "", stand_in) for choice in subject.choices))


def _makes(make: Callable[[Frame], object], frame: Frame) -> bool:
    try:
        make(_pruned(frame))
    except Exception:  # noqa: BLE001  # that is the question
        return False
    return True


def _paths(value: object, path: Path) -> Iterator[Path]:
    """Yield the paths of the pieces of a value."""
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _paths(item, (*path, number))
    elif isinstance(value, str | Action | AgendaRow | Band | Choice | ClashCard | Line | MiniCard | StatusBar):
        yield path
    elif isinstance(value, Frame):
        for name in ("body", "toast", "toast_action", "status"):
            yield from _paths(getattr(value, name), (name,))
    elif isinstance(value, _STATES):
        for name in value.__struct_fields__:
            if isinstance(value, AgendaState) and value.scrolls and name == "rows":
                continue  # a list that scrolls lays out its rows one by one: see `composed_row`
            yield from _paths(getattr(value, name), (*path, name))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def _put(value: Any, path: Path, piece: Any) -> Any:
    """Return the value with another piece at the path."""
    if not path:
        return piece
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return (*value[:step], _put(value[step], rest, piece), *value[step + 1 :])
    return replace(value, **{step: _put(getattr(value, step), rest, piece)})


def _without(frame: Frame, paths: list[Path]) -> Frame:
    for path in paths:
        frame = _put(frame, path, _plain(_at(frame, path), str(path[-1]), frame.stand_in))
    return frame


def _pruned(frame: Frame) -> Frame:
    """Return the frame without empty places of removed actions."""
    body: Any = frame.body
    tuples = {name: held for name in body.__struct_fields__ if isinstance(held := getattr(body, name), tuple)}
    left = {name: tuple(item for item in held if item is not None) for name, held in tuples.items()}
    return replace(frame, body=replace(body, **left)) if left != tuples else frame


def _plain(piece: Any, name: str, stand_in: str) -> Any:
    """Return the replacement of a piece: never an action that might not do what it says."""
    match piece:
        case AgendaRow():
            return AgendaRow(piece.key, stand_in, header=piece.header, time=piece.time, day=piece.day, open=piece.open)
        case MiniCard():
            return MiniCard(piece.time, stand_in, "")
        case ClashCard():
            return ClashCard(stand_in, "", Line((stand_in,), "alert", Tone.WARN))
        case Choice():
            return Choice(piece.key, stand_in, header=piece.header)
        case Line():
            return Line((stand_in,), piece.icon, piece.tone)
        case Band():
            return Band(stand_in, piece.icon)
        case StatusBar():
            return StatusBar(piece.clock, stand_in, icon=piece.icon, tone=piece.tone)
        case str():
            return stand_in if name in _SHOWN and piece else ""
        case _:
            return None
