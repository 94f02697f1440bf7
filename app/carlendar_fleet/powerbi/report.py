"""The report in PBIR: five pages of visuals over the semantic model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from carlendar_fleet.powerbi.dax_measures import DAX_MEASURES

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric/item/report/definition"
WIDTH, HEIGHT = 1280, 720
MARGIN, GAP, TITLE, CARD = 20, 12, 44, 92
THEME = "Carlendar.json"
MEASURE_TABLES = {each.name: each.table for each in DAX_MEASURES}
Json = dict[str, Any]


@dataclass(frozen=True)
class Visual:
    """A visual: its type, its title, and the fields of its roles. A field is a measure's name or `table.column`."""

    kind: str
    title: str
    roles: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class PagePlan:
    """A page: a row of cards, below it a grid of visuals in two columns."""

    name: str
    title: str
    cards: tuple[str, ...]
    visuals: tuple[Visual, ...] = field(default=())


def _by_day(title: str, measure: str) -> Visual:
    return Visual("lineChart", title, {"Category": ("days.day",), "Y": (measure,), "Series": ("brands.brand",)})


def _bars(title: str, category: str, *measures: str, series: str = "") -> Visual:
    roles = {"Category": (category,), "Y": measures} | ({"Series": (series,)} if series else {})
    return Visual("clusteredBarChart", title, roles)


PAGES: tuple[PagePlan, ...] = (
    PagePlan(
        "overview", "Overview",
        ("Active cars", "Join success", "Crashes in 1,000 hours", "Stale calendars", "Restrictions drawn late",
         "Anomalies"),
        (
            _by_day("Active cars by day", "Active cars of a day"), _by_day("Join success by day", "Join success"),
            _bars("Cars by version", "versions.version", "Cars with version"),
            _bars("Reminders by outcome", "reminders.outcome", "Reminders"),
        ),
    ),
    PagePlan(
        "joining", "Joining",
        ("Join attempts", "Join success", "Slowest median connection (ms)", "Slowest connection, 90 % (ms)"),
        (
            Visual("pivotTable", "Success by service and brand", {
                "Rows": ("joins_by_service.service",), "Columns": ("brands.brand",),
                "Values": ("Join success by service",),
            }),
            _bars("Attempts by outcome", "join_outcomes.outcome", "Attempts with outcome"),
            _bars("Slowest connection by service (90 %, ms)", "connection_times.service",
                  "Slowest connection, 90 % (ms)"),
            _by_day("Attempts by day", "Join attempts"),
        ),
    ),
    PagePlan(
        "reliability", "Reliability",
        ("Crash-free hours", "Crashes", "Failed synchronisations", "Slowest start, 95 % (ms)", "Anomalies"),
        (
            _by_day("Crashes in 1,000 hours by day", "Crashes in 1,000 hours"),
            _bars("Crashes in 1,000 hours by version", "runs_by_version.version",
                  "Crashes in 1,000 hours of a version"),
            _bars("Synchronisations by error", "sync_errors.error", "Errors"),
            Visual("tableEx", "After roll-outs", {"Values": (
                "brands.brand", "rollouts.version", "rollouts.indicator", "Failures before", "Failures after",
                "Anomalies",
            )}),
        ),
    ),
    PagePlan(
        "safety", "Safety",
        ("Restrictions drawn", "Restrictions drawn late", "Slowest tightening, 99 % (ms)", "Glances per use",
         "Long uses"),
        (
            _bars("Slowest tightening by version (99 %, ms)", "tightenings.version", "Slowest tightening, 99 % (ms)"),
            _bars("Glances per use, as modelled, and frames drawn per glance", "glances.screen", "Glances per use",
                  "Frames per glance"),
            _bars("Eyes on the display by screen, as modelled", "glances.screen", "Eyes on the display"),
            _bars("Security monitoring", "security_events.kind", "Security events"),
        ),
    ),
    PagePlan(
        "brands", "Brands", ("Active cars", "Joins per car", "Cars that joined", "Cars used while moving"),
        (
            Visual("tableEx", "Brand by brand", {"Values": (
                "brands.brand", "Active cars", "Join success", "Crashes in 1,000 hours", "Stale calendars",
                "Slowest tightening, 99 % (ms)",
            )}),
            _bars("Joins per car", "brands.brand", "Joins per car"),
            _by_day("Stale calendars by day", "Stale calendars"),
            _bars("Versions by brand", "brands.brand", "Cars with version", series="versions.version"),
        ),
    ),
)  # fmt: skip


def report_files() -> dict[str, str]:
    """The files of the report's folder, but for `definition.pbir`."""
    files: dict[str, Json] = {
        "definition/version.json": {"$schema": f"{SCHEMAS}/versionMetadata/1.0.0/schema.json", "version": "2.0.0"},
        "definition/report.json": _report(),
        "definition/pages/pages.json": {
            "$schema": f"{SCHEMAS}/pagesMetadata/1.1.0/schema.json", "pageOrder": [each.name for each in PAGES],
            "activePageName": PAGES[0].name,
        },
        f"StaticResources/RegisteredResources/{THEME}": _theme(),
    }  # fmt: skip
    for page in PAGES:
        files[f"definition/pages/{page.name}/page.json"] = {
            "$schema": f"{SCHEMAS}/page/2.1.0/schema.json", "name": page.name, "displayName": page.title,
            "displayOption": "FitToPage", "height": HEIGHT, "width": WIDTH,
        }  # fmt: skip
        for visual in _visuals(page):
            files[f"definition/pages/{page.name}/visuals/{visual['name']}/visual.json"] = visual
    return {name: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for name, content in files.items()}


def _report() -> Json:
    return {
        "$schema": f"{SCHEMAS}/report/3.3.0/schema.json",
        "themeCollection": {
            "customTheme": {
                "name": THEME, "type": "RegisteredResources",
                "reportVersionAtImport": {"visual": "2.9.0", "report": "3.3.0", "page": "2.1.0"},
            },
        },
        "resourcePackages": [{
            "name": "RegisteredResources", "type": "RegisteredResources",
            "items": [{"name": THEME, "path": THEME, "type": "CustomTheme"}],
        }],
        "settings": {"useStylableVisualContainerHeader": True, "defaultDrillFilterOtherVisuals": True},
    }  # fmt: skip


def _theme() -> Json:
    return {
        "name": "Carlendar", "foreground": "#16202C", "background": "#FFFFFF", "tableAccent": "#0B6BCB",
        "dataColors": ["#0B6BCB", "#C2610C", "#128A6A", "#A23B8F", "#5D6F82", "#8A7300"],
        "good": "#12743B", "neutral": "#8A5300", "bad": "#B3261E",
    }  # fmt: skip


def _visuals(page: PagePlan) -> Iterator[Json]:
    yield _textbox(page)
    yield _slicer(page)
    top, count = MARGIN + TITLE + GAP, len(page.cards)
    width = (WIDTH - 2 * MARGIN - GAP * (count - 1)) / count
    for place, measure in enumerate(page.cards):
        left = MARGIN + place * (width + GAP)
        card = Visual("card", measure, {"Values": (measure,)})
        yield _placed(page, f"card_{place}", card, (left, top, width, CARD), 2 + place)
    top += CARD + GAP
    width, height = (WIDTH - 2 * MARGIN - GAP) / 2, (HEIGHT - top - MARGIN - GAP) / 2
    for place, visual in enumerate(page.visuals):
        left, above = MARGIN + place % 2 * (width + GAP), top + place // 2 * (height + GAP)
        yield _placed(page, f"chart_{place}", visual, (left, above, width, height), 2 + count + place)


def _placed(page: PagePlan, name: str, visual: Visual, box: tuple[float, float, float, float], order: int) -> Json:
    roles = {role: {"projections": [_projection(each) for each in fields]} for role, fields in visual.roles.items()}
    title = {"show": _literal("true"), "text": _literal(_quoted(visual.title))}
    objects: Json = {"title": [{"properties": title}]}
    content: Json = {
        "visualType": visual.kind, "query": {"queryState": roles}, "visualContainerObjects": objects,
        "drillFilterOtherVisuals": True,
    }  # fmt: skip
    if visual.kind == "card":  # the title says what the label would repeat
        content["objects"] = {"categoryLabels": [{"properties": {"show": _literal("false")}}]}
    return _container(f"{page.name}_{name}", box, order, content)


def _textbox(page: PagePlan) -> Json:
    run = {"value": page.title, "textStyle": {"fontSize": "20pt", "fontWeight": "bold"}}
    content = {"visualType": "textbox", "objects": {"general": [{"properties": {"paragraphs": [{"textRuns": [run]}]}}]}}
    return _container(f"{page.name}_heading", (MARGIN, MARGIN, WIDTH / 2, TITLE), 0, content)


def _slicer(page: PagePlan) -> Json:
    query = {"queryState": {"Values": {"projections": [_projection("brands.brand")]}}}
    mode = {"data": [{"properties": {"mode": _literal("'Dropdown'")}}]}
    content = {"visualType": "slicer", "query": query, "objects": mode, "drillFilterOtherVisuals": True}
    box = (WIDTH - MARGIN - 240, MARGIN, 240, TITLE + 6)
    return _container(f"{page.name}_brand", box, 1, content)


def _container(name: str, box: tuple[float, float, float, float], order: int, content: Json) -> Json:
    left, top, width, height = (round(each, 2) for each in box)
    position = {"x": left, "y": top, "z": order, "width": width, "height": height, "tabOrder": order}
    return {"$schema": f"{SCHEMAS}/visualContainer/2.9.0/schema.json", "name": name, "position": position,
            "visual": content}  # fmt: skip


def _projection(name: str) -> Json:
    """The reference to a measure or to `table.column`. Raises KeyError for an unknown measure."""
    table, _, column = name.partition(".")
    kind = "Column" if column else "Measure"
    entity, own = (table, column) if column else (MEASURE_TABLES[name], name)
    reference = {kind: {"Expression": {"SourceRef": {"Entity": entity}}, "Property": own}}
    return {"field": reference, "queryRef": f"{entity}.{own}", "nativeQueryRef": own}


def _literal(value: str) -> Json:
    return {"expr": {"Literal": {"Value": value}}}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fields_used(pages: Sequence[PagePlan] = PAGES) -> set[str]:
    """All fields that the pages show, as in `Visual.roles`."""
    shown = {each for page in pages for visual in page.visuals for fields in visual.roles.values() for each in fields}
    return shown | {each for page in pages for each in page.cards}
