"""Values: frozen dataclasses that cost next to nothing until they are used.

`@dataclass(frozen=True)` writes five functions for each class and compiles them while its module is imported. The
screen process imports some ninety such classes before its first frame and makes half of them until then; a fifth of
the time to that frame went there. A `value` is the same to whoever uses it:

* the dataclasses module knows it (`fields`, `replace`, `asdict`, `is_dataclass`), it has slots and `__match_args__`;
* its fields cannot be set or deleted: `FrozenInstanceError`;
* two are equal if they are of the same class and all fields that are compared are, and have one hash then;
* it can be pickled and copied;
* a field that is not a parameter (`init=False`) is `__post_init__`'s to set.

It has no `repr` of its own: what it holds may be private, and texts of errors and logs are made of `repr`.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@overload
def value(cls: type[T], /) -> type[T]: ...
@overload
def value(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[Any] | None = None, /, *, kw_only: bool = False) -> Any:
    """Make a class a value, as `@value` or `@value(kw_only=True)`; its fields are written as those of a dataclass."""
    if cls is None:
        return lambda cls: _made(cls, kw_only=kw_only)
    return _made(cls, kw_only=kw_only)


def _made(cls: type[Any], *, kw_only: bool) -> type[Any]:
    made = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
    compared = _compared(made)

    def __init__(self: object, *args: object, **named: object) -> None:  # noqa: N807  # becomes the class's own
        made.__init__ = _initializer(made)  # two threads may do this at once: to the same end
        made.__init__(self, *args, **named)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:  # noqa: N807
        return hash(compared(self))

    methods: dict[str, Callable[..., object]] = {
        "__init__": __init__, "__eq__": __eq__, "__hash__": __hash__, "__setattr__": _refuse_set,
        "__delattr__": _refuse_delete, "__getstate__": _state, "__setstate__": _set_state,
    }  # fmt: skip
    for name, function in methods.items():
        setattr(made, name, function)
    return made


def _compared(made: type[Any]) -> Callable[[object], object]:
    names = [one.name for one in fields(made) if one.compare]
    return attrgetter(*names) if names else lambda _: ()


def _initializer(made: type[Any]) -> Callable[..., None]:
    """An `__init__` with the parameters that a dataclass with these fields has (dataclasses, "Module contents").

    Not borrowed from a frozen dataclass made for it: that compiles two functions more, which cost more than this one.
    """
    taken = [one for one in fields(made) if one.init]
    named = [_parameter(one) for one in taken if one.kw_only]
    parameters = ["self", *(_parameter(one) for one in taken if not one.kw_only), *(["*", *named] if named else [])]
    body = [f"_set(self, {one.name!r}, {_argument(one)})" for one in taken]
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    scope: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING, "_fields": {f.name: f for f in taken}}
    text = "\n ".join((f"def __init__({', '.join(parameters)}):", *body, "return None"))
    exec(text, scope)  # noqa: S102  # the names of fields alone, which cannot be those that are given beside them
    scope["__init__"].__qualname__ = f"{made.__qualname__}.__init__"  # what an error names
    return scope["__init__"]  # type: ignore[no-any-return]


def _parameter(one: Field[Any]) -> str:
    if one.default_factory is not MISSING:
        return f"{one.name}=_MISSING"
    return one.name if one.default is MISSING else f"{one.name}=_fields[{one.name!r}].default"


def _argument(one: Field[Any]) -> str:
    if one.default_factory is MISSING:
        return one.name
    return f"_fields[{one.name!r}].default_factory() if {one.name} is _MISSING else {one.name}"


def _refuse_set(self: object, name: str, to: object) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: object, name: str) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, one.name) for one in fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for one, held in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, held)
