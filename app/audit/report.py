"""The audit's report: JSON as the commands' documentation has it, and one page of HTML with a picture each."""

from __future__ import annotations

import base64
import html
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.audit.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.audit.finding import Findings, Violation
    from app.audit.occlusion import TaskTime

SHOWN = 400
"""Violations with their pictures on the page; all are in the JSON."""

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border-bottom:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}
.bad{color:#a00;font-weight:600}.good{color:#060}figcaption{margin-bottom:.5rem}
figure{border:1px solid #ccc;margin:1rem 0;padding:.8rem}img{max-width:100%;background:#000}"""


@dataclass(frozen=True)
class Report:
    """What one run found; `versions` of everything that took part, `seconds` that it took."""

    findings: Findings
    tasks: tuple[TaskTime, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The object that `--json` writes."""
        found = self.findings
        return {
            "displays": len(found.displays),
            "screens": len(found.screens),
            "layouts": found.layouts,
            "renders": found.renders,
            "nodes": found.nodes,
            "checks": sum(found.checks.values()),
            "violations": [_violation(each) for each in found.violations],
            "checks_by_rule": {rule: found.checks[rule] for rule in RULES},
            "tasks": [task.to_json() for task in self.tasks],
            "seconds": round(self.seconds, 1),
        }

    def to_html(self) -> str:
        """One page without anything beside it."""
        found = self.findings
        counts = Counter(each.rule for each in found.violations)
        verdict = (
            f'<b class="bad">{sum(counts.values())} violations</b>' if counts else '<b class="good">No violations</b>'
        )
        summary = (
            f"<p>{verdict}: {found.layouts:,} layouts and {found.renders:,} rendered pictures of"
            f" {len(found.screens)} screens on {len(found.displays)} displays, {found.nodes:,} nodes,"
            f" {sum(found.checks.values()):,} checks, {self.seconds:.0f} s.</p>"
        )
        rows = [
            (rule.id, rule.asks, f"{rule.source} ({rule.mark})", f"{found.checks[rule.id]:,}", str(counts[rule.id]))
            for rule in RULES.values()
        ]
        heads = ("rule", "asks", "source", "checks", "violations")
        body = ["<h1>Carlendar: display audit</h1>", summary, table(heads, rows), _tasks(self.tasks)]
        body += [_figure(each) for each in found.violations[:SHOWN]]
        left = len(found.violations) - SHOWN
        if left > 0:
            body.append(f"<p>{left} more are in the JSON.</p>")
        body.append(versions_table(self.versions))
        return page("Display audit", body)


def page(title: str, body: Iterable[str]) -> str:
    """A page of HTML that needs nothing beside it."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Carlendar: {html.escape(title)}</title>'
        f"<style>{_STYLE}</style><body>{''.join(body)}</body></html>\n"
    )


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of plain texts."""
    head = "".join(f"<th>{html.escape(text)}</th>" for text in heads)
    lines = ("".join(f"<td>{html.escape(text)}</td>" for text in row) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def versions_table(versions: dict[str, str]) -> str:
    """The versions of everything that took part."""
    return "<h2>Versions</h2>" + table(("what", "version"), sorted(versions.items())) if versions else ""


def _violation(each: Violation) -> dict[str, Any]:
    scope = each.scope
    return {
        "rule": each.rule, "display": scope.display, "screen": scope.screen, "state": scope.state, "theme": scope.theme,
        "language": scope.language, "brand": scope.brand, "node": each.node, "measured": each.measured,
        "required": each.required, "unit": each.unit, "picture": each.picture, "situation": scope.situation,
        "text_scale": scope.text_scale,
    }  # fmt: skip


def _figure(each: Violation) -> str:
    scope = each.scope
    picture = base64.b64encode(each.image).decode()
    drawn = f'<img alt="" src="data:image/png;base64,{picture}">' if picture else ""
    where = (
        f"{scope.situation} · {scope.screen} · {scope.state} · {scope.display} · {scope.theme} · {scope.language} ·"
        f" {scope.brand} · text {scope.text_scale:g}"
    )
    said = f" “{html.escape(each.text)}”" if each.text else ""
    return (
        f"<figure><figcaption><b>{each.rule}</b> {html.escape(RULES[each.rule].asks)}:"
        f" <b>{html.escape(each.node)}</b>{said}"
        f' <span class="bad">{each.measured} instead of {each.required} {each.unit}</span><br>{html.escape(where)}'
        f"</figcaption>{drawn}</figure>"
    )


def _tasks(tasks: tuple[TaskTime, ...]) -> str:
    if not tasks:
        return ""
    rows = [
        (
            task.name, task.state, task.display, str(task.steps), str(task.glances), f"{task.longest:.2f} s",
            f"{task.shutter_open:.2f} s", f"{task.total:.2f} s", task.verdict,
        )
        for task in tasks
    ]  # fmt: skip
    heads = ("task", "state", "display", "steps", "glances", "longest glance", "TSOT", "total", "against 2 s and 12 s")
    from app.audit.occlusion import MODEL

    return f"<h2>Task walk</h2><p>{html.escape(MODEL)}</p>" + table(heads, rows)
