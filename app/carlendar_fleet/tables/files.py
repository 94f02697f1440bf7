"""Files that are written aside, made durable, and put in their place by a rename."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

AT_ONCE = 16
"""Files that are made durable at the same time: a journal takes many at the price of one."""


class Staging:
    """Writes the files of one batch into the staging folder, and moves them to their place after the commit."""

    def __init__(self, root: Path, folder: Path) -> None:
        """`folder` is that of the staged files, in `root`. Both are created if missing."""
        self._root, self._folder = root, folder
        folder.mkdir(parents=True, exist_ok=True)
        self._pool = ThreadPoolExecutor(AT_ONCE, "files")
        self._durable: set[Path] = set()

    def write_table(self, name: str, table: pa.Table) -> None:
        """Write a Parquet file."""
        write_parquet(self._folder / name, table)

    def write(self, name: str, content: bytes) -> None:
        """Write any other file."""
        (self._folder / name).write_bytes(content)

    def make_durable(self, names: Iterable[str]) -> None:
        """Return when the staged files survive a power cut."""
        list(self._pool.map(sync, [self._folder / name for name in names]))
        sync(self._folder)
        pa.default_memory_pool().release_unused()  # it would keep what the largest batch took

    def place(self, parts: Iterable[tuple[str, str]]) -> None:
        """Move staged files to their place, which is relative to the data folder; those that are there already stay."""
        folders = set()
        for staged, target in parts:
            path = self._root / target
            self._make(path.parent)
            if (self._folder / staged).exists():
                (self._folder / staged).replace(path)
            folders.add(path.parent)
        list(self._pool.map(sync, folders))

    def _make(self, folder: Path) -> None:
        """Create a folder so that it survives a power cut."""
        if folder in self._durable:
            return
        missing = [folder]
        while not missing[-1].parent.exists():
            missing.append(missing[-1].parent)
        folder.mkdir(parents=True, exist_ok=True)
        for each in missing:
            sync(each.parent)
        self._durable.add(folder)

    def scratch(self, name: str) -> Path:
        """A folder of that name, which is not made yet, beside the staged files."""
        return self._folder / name

    def discard(self, keep: Iterable[str] = ()) -> int:
        """Delete staged files but those to keep; returns how many."""
        unwanted = [path for path in self._folder.iterdir() if path.name not in set(keep)]
        for path in unwanted:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        return len(unwanted)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write rows to a file."""
    with parquet_writer(path, table.schema) as writer:
        writer.write_table(table)


def parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of a file, to which rows are written in groups."""
    repeated = [field.name for field in schema if pa.types.is_string(field.type) and field.name != "event_id"]
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeated, write_statistics=["time"])


def sync(path: Path) -> None:
    """Return when the file or folder survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
