"""Makes one file of the many small ones of a partition.

The new folder is made aside and exchanged with the old one by a single rename (renameat2(2), RENAME_EXCHANGE): a reader
that lists the folder finds either all old files or all new ones, whenever it comes and wherever this is killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from carlendar_fleet.tables.files import sync, write_parquet

MANY = 64
"""Small files of a partition from which on they are worth compacting, and the most that are read at once."""
SMALL_BYTES = 4 * 1024 * 1024
"""Larger files stay as they are, which bounds memory and the work of a compaction."""
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
        table = pa.concat_tables(pq.read_table(path, partitioning=None) for path in small)
        write_parquet(scratch / f"part-{name}.parquet", table)
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
