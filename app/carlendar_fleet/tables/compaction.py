"""Makes one file of the many small ones of a partition.

The new folder is made aside and exchanged with the old one by a single rename (renameat2(2), RENAME_EXCHANGE): a reader
that lists the folder finds either all old files or all new ones, whenever it comes and wherever this is killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from carlendar_fleet.tables.files import parquet_writer, sync

MANY = 64
"""Small files of a partition from which on they are worth compacting, and the most that are read at once."""
SMALL_BYTES = 4 * 1024 * 1024
"""Larger files stay as they are, which bounds the work of a compaction."""
ROWS = 50_000
"""Rows that are written at once, for the memory that they take."""
SCRATCH = "compact-"
"""Prefix of folders in the staging folder. After a kill, one has what is not needed: new files or old ones."""

_EXCHANGE = 2
_AT_FDCWD = -100
_UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP)


def compact(folder: Path, scratch: Path, name: str) -> int:
    """Compact a partition whose small files are many; returns how many became one, called `part-<name>.parquet`.

    `scratch` is a new folder in the same file system. Nothing is done where that cannot exchange folders. Raises
    OSError.
    """
    sizes = {path: path.stat().st_size for path in sorted(folder.glob("part-*.parquet"))}
    small = [path for path, size in sizes.items() if size < SMALL_BYTES][:MANY]
    if len(small) < MANY:
        return 0
    scratch.mkdir()
    try:
        _merge(small, scratch / f"part-{name}.parquet")
        sync(scratch / f"part-{name}.parquet")
        for path in sizes.keys() - set(small):
            os.link(path, scratch / path.name)
        sync(scratch)
        if not _exchange(scratch, folder):
            return 0
        sync(folder.parent)
    finally:
        shutil.rmtree(scratch)
    return len(small)


def _merge(files: Sequence[Path], target: Path) -> None:
    """Write the rows of files into one; not many are in memory at once, however many a file has."""
    with parquet_writer(target, pq.read_schema(files[0])) as writer:
        held: list[pa.RecordBatch] = []
        for path in files:
            with pq.ParquetFile(path) as file:
                for rows in file.iter_batches(ROWS):
                    held.append(rows)
                    if sum(each.num_rows for each in held) >= ROWS:
                        writer.write_table(pa.Table.from_batches(held))
                        held.clear()
        if held:
            writer.write_table(pa.Table.from_batches(held))


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders at once; False if the file system cannot. Raises OSError."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(second))
