"""`carlendar audit`: every screen measured against the rules of safety, on all cores.

Prints a table of the rules; with options writes JSON, one page of HTML, the pictures of what was found, and the
evidence. Exit code 1 when anything is found.
"""

from __future__ import annotations

import ctypes
import json
import logging
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path

from rich.console import Console
from rich.table import Table

from carlendar.errors import UsageError
from carlendar.i18n import catalogue
from carlendar.resources import asset
from carlendar.wiring.log_output import chosen_level, configure
from carlendar_devtools.audit.finding import Findings
from carlendar_devtools.audit.report import Report
from carlendar_devtools.audit.rules import RULES
from carlendar_devtools.audit.versions import versions
from carlendar_devtools.emulator.child_process import scratch
from carlendar_devtools.stories.audit_matrix import AUDITED, DISPLAYS, SCENARIOS
from carlendar_devtools.stories.audit_work import MOVING_PICTURES, PAIRS, TURNED, AuditWorker, Unit, WorkResult
from carlendar_devtools.stories.evidence import write as write_evidence
from carlendar_devtools.stories.journeys import WALKED
from carlendar_devtools.stories.progress import tracked
from carlendar_devtools.stories.render_fingerprint import renderer_versions

_log = logging.getLogger(__name__)
PR_SET_PDEATHSIG = 1
"""linux/prctl.h."""
_worker: list[AuditWorker] = []
"""The one of this process, made by `_begin`."""


def run(*, json_file: str = "", screens: str = "", page: str = "", evidence: str = "", results: str = "") -> int:
    """Audit everything; returns 0 when nothing is found (and the evidence, if asked for, is complete), 1 otherwise.

    Raises DisplayError without OpenGL, UsageError for a place that cannot be written.
    """
    if results and not Path(results).is_file():
        raise UsageError(f"{results}: there are no results of tests")
    console = Console(stderr=True)
    begun = time.monotonic()
    with scratch("carlendar-audit-") as folder:
        result = work(folder, units(), console)
    report = Report(result.findings, result.tasks, {**versions(), **renderer_versions()}, time.monotonic() - begun)
    try:
        _write(report, json_file, screens, page)
        complete = not evidence or write_evidence(report, evidence, results)
    except OSError as error:
        raise UsageError(f"{error.filename}: the report cannot be written ({error.strerror})") from error
    _print(report)
    return 0 if complete and not report.findings.violations else 1


def languages() -> tuple[str, ...]:
    """All languages that there are words in."""
    return catalogue.available(asset("locale"))


def units() -> list[Unit]:
    """All that there is to do; the longest pieces first, so that all cores end together."""
    spoken = languages()
    found = [
        Unit("walk", name, "en", state, display)
        for name, *_ in WALKED
        for state in ("moving", "idling")
        for display in ("wide-12.9", "small-7")
    ]
    found += [Unit("turned", name, display=display) for name in TURNED for display in DISPLAYS]
    found += [Unit("pages", name, language) for name in sorted(AUDITED, key=_weight) for language in spoken[:2]]
    # beyond two languages the situations take turns: each language has all screens, each situation two languages more
    for at, language in enumerate(spoken[2:]):
        found += [
            Unit("pages", name, language)
            for number, name in enumerate(AUDITED)
            if number % len(spoken[2:]) == at or number % 5 == 0
        ]
    found += [Unit("refresh", name, state=state) for name, *_ in WALKED for state in ("moving", "idling")]
    found += [Unit("motion", name, display=display) for name in MOVING_PICTURES for display in ("wide-12.9", "small-7")]
    found += [Unit("pair", "|".join(pair), display=display) for pair in PAIRS for display in DISPLAYS]
    return found + [Unit("phrases", language, language) for language in spoken if language != catalogue.FALLBACK]


def _weight(name: str) -> int:
    return 0 if AUDITED[name].scenario == "huge" else 1


def work(folder: Path, todo: Iterable[Unit], console: Console, processes: int = 0) -> WorkResult:
    """Do all units in as many processes as there are cores; what a unit raises is raised here."""
    total = WorkResult()
    todo = list(todo)
    scenarios = [Unit("rig", name) for name in reversed(SCENARIOS)] + [Unit("rig", "commute", state="out")]
    context = multiprocessing.get_context("spawn")  # Kivy and its threads do not live through a fork
    count = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(folder, chosen_level())) as pool:
        try:
            for title, units_now in (("Filling calendars", scenarios), ("Measuring", todo)):
                for result in _finished(pool, units_now, title, console):
                    total.add(result)
        except BaseException:
            for worker in multiprocessing.active_children():
                worker.kill()  # a unit can take minutes, and its result is not needed any more
            raise
    return total


def _finished(pool: ProcessPoolExecutor, todo: list[Unit], title: str, console: Console) -> Iterator[WorkResult]:
    with _interrupts_blocked():
        under_way: list[Future[WorkResult]] = [pool.submit(_do, group) for group in together(todo)]
    for done in tracked(as_completed(under_way), title, len(under_way), console):
        yield done.result()


def together(todo: Iterable[Unit]) -> list[tuple[Unit, ...]]:
    """Group the pages of situations at the same moment in one language, the largest groups first.

    In other driving states many of them show the same frame, which is measured once in a group.
    """
    groups: dict[object, tuple[Unit, ...]] = {}
    for unit in todo:
        key: object = unit
        if unit.kind == "pages":
            situation = AUDITED[unit.name]
            key = (situation.scenario, situation.day, situation.at, unit.language)
        groups[key] = (*groups.get(key, ()), unit)
    return sorted(groups.values(), key=len, reverse=True)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which the terminal sends to all: the audit itself handles it.

    A worker that died of it would break the pool and print tracebacks. The audit itself handles
    afterwards what came meanwhile.
    """
    ensure_running()  # it lets signals through again after it has begun its process, at its first use
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(folder: Path, level: str) -> None:
    if level:
        configure(level)
    _die_with_parent()
    _worker.append(AuditWorker(folder))


def _die_with_parent() -> None:
    """A worker whose audit was killed would wait for work forever: the kernel ends it too (prctl(2))."""
    parent = multiprocessing.parent_process()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent.pid:  # it went before the kernel was asked
        os._exit(1)


def _do(group: tuple[Unit, ...]) -> WorkResult:
    total = WorkResult()
    _worker[0].pages.forget()
    for unit in group:
        begun = time.monotonic()
        result = _worker[0].do(unit)
        violations, seconds = len(result.findings.violations), time.monotonic() - begun
        _log.info("%s %s %s: %d violations in %.1f s", unit.kind, unit.name, unit.language, violations, seconds)
        total.add(result)
    return total


def _write(report: Report, json_file: str, screens: str, page: str) -> None:
    if screens:
        _write_pictures(report.findings, Path(screens))
    if json_file:
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
        Path(json_file).write_text(text + "\n", encoding="utf-8")
    if page:
        Path(page).write_text(report.to_html(), encoding="utf-8")


def _write_pictures(findings: Findings, folder: Path) -> None:
    """A PNG for each violation that has a picture; its name goes into the report."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, each in enumerate(findings.violations):
        if each.image:
            name = f"{at:04}-{each.rule}-{each.scope.display.split()[0]}-{each.scope.situation}.png"
            (folder / name).write_bytes(each.image)
            findings.violations[at] = replace(each, picture=name)


def _print(report: Report) -> None:
    found = report.findings
    counts = Counter(each.rule for each in found.violations)
    table = Table("rule", "asks", "checks", "violations", box=None, pad_edge=False)
    for rule in RULES.values():
        style = "bold red" if counts[rule.id] else ""
        table.add_row(rule.id, rule.asks, f"{found.checks[rule.id]:,}", str(counts[rule.id]), style=style)
    console = Console()
    console.print(table)
    if report.tasks:
        _print_tasks(report, console)
    console.print(
        f"{found.layouts:,} layouts, {found.renders:,} pictures, {found.nodes:,} nodes,"
        f" {sum(found.checks.values()):,} checks, {sum(counts.values())} violations, {report.seconds:.0f} s"
    )


def _print_tasks(report: Report, console: Console) -> None:
    table = Table(
        "task (by a model)",
        "state",
        "display",
        "steps",
        "glances",
        "longest",
        "TSOT",
        "total",
        box=None,
        pad_edge=False,
    )
    for task in report.tasks:
        table.add_row(
            task.name, task.state, task.display, str(task.steps), str(task.glances), f"{task.longest:.2f} s",
            f"{task.shutter_open:.2f} s", f"{task.total:.2f} s",
        )  # fmt: skip
    console.print(table)
