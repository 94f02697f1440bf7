"""The child's side of a confined process: each request is worked on in a fork with limits of its own.

The process imports what the work needs and then waits. For each request it forks; the fork is limited in memory and
processor time (setrlimit(2)), writes one answer and ends, so that no request inherits what an earlier one used up.
Where a fork ends in another way, this process ends too, with an exit code that says why: what is left in the pipes
belongs to that request. Both die with the process that started them (PR_SET_PDEATHSIG, prctl(2)).
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO, NoReturn

from carlendar.domain.base import Value

READY = b"R"
"""Written once, when the imports are done."""
HEADER = 8
"""Bytes of the length before each answer, big-endian."""
MEBIBYTE = 1024 * 1024

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_OPEN_FILES = 32
_STATM = Path("/proc/self/statm")
_OOM_SCORE = Path("/proc/self/oom_score_adj")


class WorkLimits(Value, frozen=True):
    """What one request may use.

    `memory` is in bytes of address space beyond those of the idle process, `processor` and `seconds` (of a clock on
    the wall) in seconds, `answer` in bytes.
    """

    memory: int = 224 * MEBIBYTE
    processor: int = 15
    seconds: float = 60.0
    answer: int = 32 * MEBIBYTE


class Ending(IntEnum):
    """Exit codes of the process, by what a request exceeded."""

    PROCESSOR = 81
    MEMORY = 82
    ANSWER = 83
    CRASH = 84


def serve(handle: Callable[[BinaryIO], bytes], limits: WorkLimits) -> NoReturn:
    """Answer requests from standard input until its end, then exit. `handle` reads one request and returns its answer.

    Standard output and input are pipes to the process that started this one.
    """
    with suppress(OSError):  # where memory runs out, this process goes first
        _OOM_SCORE.write_text("1000", encoding="ascii")
    used = _address_space()
    _die_with_parent()  # from here on, the files of /proc/self are root's
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.collect()
    gc.freeze()
    os.write(1, READY)
    poll = select.poll()
    poll.register(0, select.POLLIN)
    parent = os.getpid()
    while any(event & select.POLLIN for _, event in poll.poll()):
        worker = os.fork()
        if worker == 0:
            _work(handle, limits, used, parent)
        _, status = os.waitpid(worker, 0)
        if status:
            os._exit(_ending(status))
    os._exit(0)


def _work(handle: Callable[[BinaryIO], bytes], limits: WorkLimits, used: int, parent: int) -> NoReturn:
    try:
        _die_with_parent()
        if os.getppid() != parent:
            os._exit(0)
        _confine(limits, used)
        with open(0, "rb", closefd=False) as request:
            answer = handle(request)
        if len(answer) > limits.answer:
            os._exit(Ending.ANSWER)
        _write(len(answer).to_bytes(HEADER, "big"))
        _write(answer)
        os._exit(0)
    except MemoryError:
        os._exit(Ending.MEMORY)
    except BaseException:  # noqa: BLE001 - its text may hold what a calendar says
        os._exit(Ending.CRASH)


def _write(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(1, left) :]


def _address_space() -> int:
    """Bytes of address space that this process uses (proc(5), statm)."""
    return int(_STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def _confine(limits: WorkLimits, used: int) -> None:
    memory = used + limits.memory
    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, limits.processor, limits.processor + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
    ):
        _, most = resource.getrlimit(kind)
        bound = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(kind, (min(soft, bound), bound))


def _die_with_parent() -> None:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _ending(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:
        return Ending.PROCESSOR
    if code == -signal.SIGKILL:  # by the kernel, where memory or the hard limit of the processor ran out
        return Ending.MEMORY
    return code if code in Ending.__members__.values() else Ending.CRASH


def read_exactly(stream: BinaryIO, count: int) -> bytes:
    """So many bytes of the request; exits where its sender is gone."""
    data = stream.read(count)
    if len(data) < count:
        sys.exit(0)
    return data
