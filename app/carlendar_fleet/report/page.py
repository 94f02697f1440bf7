"""The report as one page of HTML that needs nothing from elsewhere: style, script, Plotly and figures are in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from plotly.offline import get_plotlyjs

from carlendar_fleet.report.attention import Notice, Severity, notices
from carlendar_fleet.report.charts import Chart
from carlendar_fleet.report.findings import ReportFindings
from carlendar_fleet.report.sections import Section, sections
from carlendar_fleet.report.tiles import Tile, tiles

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
"""The page may load nothing, neither from its server nor from anywhere else."""
SEVERITIES = {Severity.SERIOUS: "serious", Severity.WARNING: "warning", Severity.GOOD: "good"}


def page(findings: ReportFindings) -> str:
    """The report as HTML."""
    parts = sections(findings)
    charts = {f"{section.name}-{place}": chart
              for section in parts for place, chart in enumerate(section.charts) if not chart.empty}  # fmt: skip
    figures = {name: {"data": chart.traces, "layout": chart.layout} for name, chart in charts.items()}
    links = "".join(f'<a href="#{each.name}">{escape(each.title)}</a>' for each in parts)
    body = "".join(_section(each, findings) for each in parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>Carlendar fleet, {findings.period.last}</title><style>{_resource("page.css")}'
        f"</style></head><body><header><h1>Carlendar fleet</h1><p>{_subtitle(findings)}</p><nav>{links}"
        '<button id="theme" type="button">Dark</button></nav></header>'
        f"<main>{body}</main><footer>{_footer(findings)}</footer>"
        f"<script>{get_plotlyjs()}</script>"
        f'<script type="application/json" id="figures">{_json(figures)}</script>'
        f"<script>{_resource('page.js')}</script></body></html>\n"
    )


def _subtitle(findings: ReportFindings) -> str:
    first, last = findings.period.first, findings.period.last
    days = (last - first).days + 1
    return f"{first:%d %B} to {last:%d %B %Y}, {days} days (UTC), {len(findings.brands)} brands"


def _section(section: Section, findings: ReportFindings) -> str:
    lead = f"<p class='lead'>{escape(section.lead)}</p>" if section.lead else ""
    top = _notices(notices(findings)) + _tiles(tiles(findings)) if section.name == "overview" else ""
    table = _table_block(section.table_title, section.table)
    first, last = (table, "") if section.name == "brands" else ("", table)
    charts = "".join(_chart(f"{section.name}-{place}", each) for place, each in enumerate(section.charts))
    return (
        f'<section id="{section.name}"><h2>{escape(section.title)}</h2>{lead}{top}{first}'
        f'<div class="charts">{charts}</div>{last}</section>'
    )


def _notices(found: Sequence[Notice]) -> str:
    if not found:
        return '<p class="notice good">Nothing is out of bounds.</p>'
    items = "".join(
        f'<li class="{SEVERITIES[each.severity]}"><b>{SEVERITIES[each.severity].capitalize()}</b> '
        f'{escape(each.text)} <a href="#{each.section}">{each.section}</a></li>'
        for each in found
    )
    return f'<h3 class="above">Needs attention</h3><ul class="notices">{items}</ul>'


def _tiles(found: Iterable[Tile]) -> str:
    return f'<div class="tiles">{"".join(_tile(each) for each in found)}</div>'


def _tile(tile: Tile) -> str:
    judged = "" if tile.better is None else " better" if tile.better else " worse"
    trend = f'<p class="trend">{escape(tile.trend)}</p>' if tile.trend else ""
    return (
        f'<div class="tile{judged}"><h3>{escape(tile.label)}</h3><p class="value">{escape(tile.value)}</p>'
        f"<p>{escape(tile.detail)}</p>{trend}</div>"
    )


def _chart(name: str, chart: Chart) -> str:
    if chart.empty:
        inside = f'<p class="none">{escape(chart.nothing)}</p>'
    else:
        label = escape(f"{chart.title}. {chart.note}", quote=True)
        inside = (
            f'<div class="plot" id="{name}" role="img" aria-label="{label}"></div>'
            f"<details><summary>Figures</summary>{_table((tuple(chart.columns), *map(tuple, chart.rows)))}</details>"
        )
    return f'<figure class="card"><h3>{escape(chart.title)}</h3><p>{escape(chart.note)}</p>{inside}</figure>'


def _table_block(title: str, rows: Sequence[Sequence[str]]) -> str:
    if len(rows) < 2:
        return ""
    return f'<div class="card table"><h3>{escape(title)}</h3>{_table(rows)}</div>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    header, *body = rows
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in header)
    lines = "".join(f"<tr{_marked(row)}>{''.join(f'<td>{escape(each)}</td>' for each in row)}</tr>" for row in body)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def _marked(row: Sequence[str]) -> str:
    return ' class="anomaly"' if row[-1] == "anomaly" else ""


def _footer(findings: ReportFindings) -> str:
    return (
        f"Made at {findings.made_at:%Y-%m-%d %H:%M} UTC. No figure concerns fewer than 20 cars, and none a driver: "
        f"{findings.hidden:,} rows are left out for that reason. Sums over parts can differ from totals by them. "
        "Glances are modelled; no person was observed."
    )


def _json(figures: object) -> str:
    """JSON that cannot end the script element it is in."""
    return json.dumps(figures, separators=(",", ":")).replace("<", "\\u003c")


def _resource(name: str) -> str:
    return files("carlendar_fleet.report").joinpath(name).read_text(encoding="utf-8")
