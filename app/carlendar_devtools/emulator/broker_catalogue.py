"""The signals that an emulated databroker has, by path and by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kuksa.val.v2 import types_pb2

from carlendar_devtools.emulator.vss import Signal


class SignalCatalogue:
    """The numbers count from 1 in the tree's order. Without `named`, metadata has no paths, as in databroker 0.5.0."""

    def __init__(self, tree: Mapping[str, Signal], *, named: bool = True) -> None:
        self._tree = tree
        self._named = named
        self._paths = tuple(tree)
        self._numbers = {path: number for number, path in enumerate(tree, 1)}

    def path(self, signal: types_pb2.SignalID) -> str | None:
        """The path that a request names by itself or by number; None if there is no such signal."""
        if signal.WhichOneof("signal") == "id":
            return self._paths[signal.id - 1] if 1 <= signal.id <= len(self._paths) else None
        return signal.path if signal.path in self._tree else None

    def number(self, path: str) -> int:
        """The signal's number; KeyError for an unknown path."""
        return self._numbers[path]

    def metadata(self, root: str) -> Sequence[types_pb2.Metadata]:
        """What is at or under `root`, all for an empty one. Whether a token covers it plays no part."""
        root = root.removesuffix(".**").removesuffix("**")
        found = [
            self._tree[path].metadata(number)
            for path, number in self._numbers.items()
            if not root or path == root or path.startswith(f"{root}.")
        ]
        for entry in found:
            if not self._named:
                entry.path = ""
        return found
