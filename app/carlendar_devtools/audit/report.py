"""The audit's report: JSON as documented for the command, and an HTML page with images of the violations."""

from __future__ import annotations

import base64
import html
import re
from collections import Counter
from dataclasses import dataclass, field
from math import isinf
from typing import TYPE_CHECKING, Any

from carlendar_devtools.audit.coverage import Pair, apart, pairs, values
from carlendar_devtools.audit.rules import RULES, AuditRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carlendar_devtools.audit.finding import Findings, Nearest, Violation
    from carlendar_devtools.audit.occlusion import TaskTime

SHOWN = 400
"""Maximum number of violations with images on the page; the JSON contains all."""

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:14px;line-height:1.4}
th,td{border-bottom:1px solid #ccc;padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f4f7;overflow-wrap:normal}td:nth-child(2){min-width:13rem}td:first-child,.figure{white-space:nowrap}
.figure{text-align:right;font-variant-numeric:tabular-nums}
.bad{color:#a00;font-weight:600}.good{color:#060}figcaption{margin-bottom:.5rem}
figure{border:1px solid #ccc;margin:1rem 0;padding:.8rem}img{max-width:100%;background:#000}"""


_ASSUMED = (
    "<h2>What is assumed</h2><ul>"
    "<li>Each display has the size, density and viewing distance of its preset; sizes in mm and angles follow from it."
    "</li><li>Contrast is that of colour values (WCAG 2.2). Brightness and reflections of the glass were not measured."
    "</li><li>Pictures come from a software renderer; a car's own may smooth edges otherwise.</li>"
    "<li>Contents are those of invented calendars, made to be as unfavourable as calendars get.</li>"
    "<li>Marks of sources: V read in the primary or vendor's text, S in a secondary text, M cited from memory and"
    " unverified, D this project's own choice.</li></ul>"
)


@dataclass(frozen=True)
class Report:
    """The result of a run, with the `versions` of all software involved and its duration in `seconds`."""

    findings: Findings
    tasks: tuple[TaskTime, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `--json`."""
        found = self.findings
        return {
            "displays": len({scope.display for scope in found.laid_out}),
            "screens": len({scope.screen for scope in found.laid_out}),
            "layouts": found.layouts,
            "renders": found.renders,
            "nodes": found.nodes,
            "checks": sum(found.checks.values()),
            "violations": [_violation(each) for each in found.violations],
            "nearest": {rule: _nearest(found.nearest[rule]) for rule in RULES if rule in found.nearest},
            "checks_by_rule": {rule: found.checks[rule] for rule in RULES},
            "covered": {kind: list(each) for kind, each in values(found.laid_out).items()},
            "never_pictured_together": [[list(one), list(other)] for one, other in apart(found.pictured)],
            "tasks": [task.to_json() for task in self.tasks],
            "seconds": round(self.seconds, 1),
        }

    def to_html(self) -> str:
        """Return one self-contained HTML page."""
        found = self.findings
        counts = Counter(each.rule for each in found.violations)
        verdict = (
            f'<b class="bad">{sum(counts.values())} violations of {len(counts)} of {len(RULES)} rules</b>'
            if counts
            else f'<b class="good">No violations of {len(RULES)} rules</b>'
        )
        summary = (
            f"<p>{verdict} in {sum(found.checks.values()):,} checks: {found.layouts:,} layouts"
            f" and {found.renders:,} rendered pictures of {len({scope.screen for scope in found.laid_out})} screens on"
            f" {len({scope.display for scope in found.laid_out})} displays, {found.nodes:,} nodes,"
            f" {self.seconds:.0f} s.</p>"
        )
        broken = [rule for rule in RULES.values() if counts[rule.id]]
        body = ["<h1>Carlendar: display audit</h1>", summary]
        body += [_rules_table("Rules that are broken", broken, found, counts)] if broken else []
        body += [_figure(each) for each in found.violations[:SHOWN]]
        left = len(found.violations) - SHOWN
        if left > 0:
            body.append(f"<p>{left} more are in the JSON.</p>")
        body += [
            _rules_table("All rules", RULES.values(), found, counts), _tasks(self.tasks), _covered(found),
            _ASSUMED, versions_table(self.versions),
        ]  # fmt: skip
        return page("Display audit", body)


def _rules_table(title: str, rules: Iterable[AuditRule], found: Findings, counts: Counter[str]) -> str:
    rows = [
        (
            rule.id, rule.asks, f"{found.checks[rule.id]:,}", str(counts[rule.id]), *_worst(rule, found),
            f"{rule.source} ({rule.mark})",
        )
        for rule in rules
    ]  # fmt: skip
    heads = ("rule", "asks", "checks", "violations", "worst value", "its limit", "where", "source")
    return f"<h2>{title}</h2>" + table(heads, rows, figures=(2, 3, 4, 5))


def _worst(rule: AuditRule, found: Findings) -> tuple[str, str, str]:
    """Return the measurement closest to its limit, that limit, and where it was measured."""
    near = found.nearest.get(rule.id)
    if near is None:
        return "not measured", "–", "–"
    limit = f"{near.required:.4g} {'' if rule.unit == 'count' else rule.unit}".rstrip()
    if isinf(near.share):
        return "none", limit, "nowhere"
    where = f"{near.node}: {near.scope.situation}, {near.scope.state}, {near.scope.display}"
    return f"{near.measured:.4g}", limit, where


def _nearest(near: Nearest) -> dict[str, Any]:
    scope = near.scope
    return {
        "measured": round(near.measured, 3), "required": near.required, "node": near.node, "display": scope.display,
        "screen": scope.screen, "state": scope.state, "theme": scope.theme, "language": scope.language,
        "brand": scope.brand, "situation": scope.situation, "text_scale": scope.text_scale,
    }  # fmt: skip


def _covered(found: Findings) -> str:
    """Return a section with the coverage and the missing combinations."""
    if not found.laid_out:
        return ""
    known = table(("of", "were measured"), ((kind, ", ".join(each)) for kind, each in values(found.laid_out).items()))
    together, lacking = pairs(found.pictured), apart(found.pictured)
    seen = pairs(found.laid_out)
    never, only_laid_out = [pair for pair in lacking if pair not in seen], [pair for pair in lacking if pair in seen]
    return (
        "<h2>What was measured</h2>" + known + "<p>Sizes and places: every situation in every driving state, on every"
        " display, in every language and typeface, and in every size of text in the first typeface. Pixels: every"
        " situation in its own driving state on every"
        " display, in both themes and all brands; the other driving states and sizes of text in turns."
        f" {len(together):,} pairs of values of different kinds were rendered together.</p>"
        f"<p>Measured together, but never rendered: {_pairs(only_laid_out)}.</p>"
        f"<p>No page had these together: {_pairs(never)}.</p>"
    )


def _pairs(found: list[Pair]) -> str:
    return html.escape("; ".join(f"{one} with {other}" for (_, one), (_, other) in found)) or "none"


def page(title: str, body: Iterable[str]) -> str:
    """Return a self-contained HTML page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Carlendar: {html.escape(title)}</title>'
        f"<style>{_STYLE}</style><body>{''.join(body)}</body></html>\n"
    )


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], figures: tuple[int, ...] = ()) -> str:
    """Return a table of plain texts; the columns `figures` are numeric."""
    marks = [' class="figure"' if at in figures else "" for at in range(len(heads))]
    head = "".join(f"<th{mark}>{html.escape(text)}</th>" for mark, text in zip(marks, heads, strict=True))
    lines = (
        "".join(f"<td{mark}>{_breaking(text)}</td>" for mark, text in zip(marks, row, strict=True)) for row in rows
    )
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _breaking(text: str) -> str:
    """Escape the text and allow line breaks at dots and underscores."""
    return re.sub(r"([._])(?=\w)", r"\1<wbr>", html.escape(text)) if "_" in text else html.escape(text)


def versions_table(versions: dict[str, str]) -> str:
    """Return a table of versions."""
    return "<h2>Versions</h2>" + table(("what", "version"), sorted(versions.items())) if versions else ""


def _violation(each: Violation) -> dict[str, Any]:
    scope = each.scope
    return {
        "rule": each.rule, "display": scope.display, "screen": scope.screen, "state": scope.state, "theme": scope.theme,
        "language": scope.language, "brand": scope.brand, "node": each.node, "measured": each.measured,
        "required": each.required, "unit": each.unit, "picture": each.picture, "situation": scope.situation,
        "text_scale": scope.text_scale, "passenger": scope.passenger,
    }  # fmt: skip


def _figure(each: Violation) -> str:
    scope = each.scope
    picture = base64.b64encode(each.image).decode()
    drawn = f'<img alt="" src="data:image/png;base64,{picture}">' if picture else ""
    where = " · ".join((
        scope.situation, scope.screen, scope.state, *(("passenger's display",) if scope.passenger else ()),
        scope.display, scope.theme, scope.language, scope.brand, f"text {scope.text_scale:g}",
    ))  # fmt: skip
    said = f" “{html.escape(each.text)}”" if each.text else ""
    return (
        f"<figure><figcaption><b>{each.rule}</b> {html.escape(RULES[each.rule].asks)}:"
        f" <b>{html.escape(each.node)}</b>{said}"
        f' <span class="bad">{each.measured} instead of {each.required} {each.unit}</span><br>{html.escape(where)}'
        f"</figcaption>{drawn}</figure>"
    )


def _tasks(tasks: tuple[TaskTime, ...]) -> str:
    """Return a table of tasks, with the longest path per display; the JSON contains all."""
    if not tasks:
        return ""
    longest: dict[tuple[str, str, str], TaskTime] = {}
    for task in sorted(tasks, key=lambda each: each.shutter_open):
        longest[task.name, task.state, task.display] = task
    rows = [
        (
            task.name, task.state, task.display, str(task.steps), str(task.glances), f"{task.longest:.2f} s",
            f"{task.shutter_open:.2f} s", f"{task.total:.2f} s", task.verdict,
        )
        for _, task in sorted(longest.items())
    ]  # fmt: skip
    heads = ("task", "state", "display", "steps", "glances", "longest glance", "TSOT", "total", "against 2 s and 12 s")
    from carlendar_devtools.audit.occlusion import MODEL

    summary = f"{len(tasks)} walks: of each task, state and display the one with the longest eyes-off-road time."
    return f"<h2>Task walk</h2><p>{html.escape(MODEL)}</p><p>{summary}</p>" + table(
        heads, rows, figures=(3, 4, 5, 6, 7)
    )
