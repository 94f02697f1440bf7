"""The rules of the audit: id, requirement, source, and how well the source is verified.

Ids and sources are those of the project's facts on driver distraction and legibility. `V` is verified in the primary
or vendor's text, `S` in a secondary text, `M` is cited from memory and unverified, `D` is this project's decision.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditRule:
    """One rule: `unit` of the measurement, `mark` for the verification of its source (V, S, M or D)."""

    id: str
    asks: str
    source: str
    mark: str
    unit: str


_TABLE = (
    (
        "G1",
        "a page holds few enough reading groups and graphemes for single glances",
        "NHTSA 78 FR 24817 VI.E; proxy of this project",
        "S/D",
        "count",
    ),
    ("G2", "a task keeps the eyes off the road for at most 12 s", "NHTSA 78 FR 24817 VI.E, TSOT", "S", "s"),
    (
        "G3",
        "a task can be done in glances of 1.5 s: nothing is lost while the display is hidden",
        "NHTSA visual-manual guidelines, test procedure 2019",
        "S",
        "count",
    ),
    (
        "G4",
        "few steps from home to anything allowed",
        "Android Auto (6); restriction profile (4 moving, 6 idling)",
        "V/D",
        "steps",
    ),
    ("G5", "at most five screens in a task", "Car App Library, template restrictions; quality AC-1", "V", "screens"),
    ("G6", "the view is at most as deep as allowed", "AOSP getMaxContentDepth; restriction profile", "V/D", "levels"),
    (
        "G7",
        "few items in all lists on the way",
        "AOSP getMaxCumulativeContentItems; restriction profile",
        "V/D",
        "items",
    ),
    ("G8", "few rows on a page", "Car App Library minima; restriction profile", "V/D", "rows"),
    (
        "G9",
        "at most two lines of title and two of detail in a row, one action",
        "Google row component; restriction profile",
        "V/D",
        "count",
    ),
    ("G10", "no timer ends a choice or loses the place", "NHTSA principles; ESoP 4.3.4", "S/M", "count"),
    ("L1", "no text entry", "NHTSA 2013 V.F; AOSP NO_KEYBOARD", "S/V", "count"),
    ("L2", "no dial pad and no filter by typed letters", "AOSP NO_DIALPAD, NO_FILTERING", "V", "count"),
    ("L3", "no text to be read: bodies, attendees, mail, chat", "NHTSA 2013; AOSP NO_TEXT_MESSAGE", "S/V", "count"),
    ("L4", "no video and no animation", "NHTSA 2013 V.F; AOSP NO_VIDEO; SA-1", "S/V", "frames"),
    ("L5", "no text that scrolls by itself", "Google ST-1; NHTSA 2012 list", "V/S", "px"),
    ("L6", "no pictures but icons, no codes to scan", "Google IU-1; NHTSA V.F", "V/M", "count"),
    ("L10", "never asks the driver to take the phone", "CarPlay driving-task rules 2-3; VI-1", "V", "count"),
    ("L12", "no set-up, account or detailed setting", "AOSP NO_SETUP; CarPlay driving-task rule 3", "V", "count"),
    ("T1", "strings are short", "Google (120); AOSP; restriction profile (60/120)", "V/D", "graphemes"),
    ("T2", "titles are short", "NHTSA 2012 proposal (30); JAMA (31); restriction profile", "S/M", "graphemes"),
    ("T3", "own words, times and the title are never cut off", "CarText variants; restriction profile", "V/D", "count"),
    ("T5", "capitals are high enough for the eye", "ISO 15008 4.5.2: 20/16/12 arcmin", "V/S/M", "arcmin"),
    (
        "T7",
        "text, icons and shapes of targets stand out from what is behind them",
        "Google AAOS colour; WCAG 1.4.3",
        "V",
        "ratio",
    ),
    (
        "T8",
        "title, time and action labels stand out by 7:1",
        "FHWA-RD-98-057 ch. 3; restriction profile",
        "V/D",
        "ratio",
    ),
    ("T10", "dark by night, light by day", "Google; MR-1", "V", "luminance"),
    ("H1", "a target is at least 76 dp (parked 64 dp)", "Google; parked apps UX-1", "V", "dp"),
    (
        "H2",
        "a target is at least 15 mm, a main action 20 mm (parked 12 and 15)",
        "road tests, ISO 9241; restriction profile",
        "V/M/D",
        "mm",
    ),
    (
        "H3",
        "targets are apart and never overlap or nest",
        "Google; parked apps UX-2; restriction profile",
        "S/V/D",
        "mm",
    ),
    ("H4", "a touch is answered at once", "AAM 3.5", "M", "s"),
    ("H5", "nothing is drawn without input", "Google SA-1; restriction profile", "V/D", "frames"),
    (
        "H6",
        "texts change by themselves on the minute, never nearer than 10 s",
        "CarPlay driving-task rules 4-5; restriction profile",
        "V/D",
        "s",
    ),
    ("D1", "no line lies on another or on what it does not belong to", "this project", "D", "px"),
    ("D2", "everything lies on the display and is drawn whole", "this project", "D", "px"),
    ("D3", "states that differ in meaning differ in greyscale", "restriction profile, Limits per state", "D", "mm²"),
    ("D4", "at most one primary and three secondary actions", "restriction profile, Limits per state", "D", "count"),
    ("D5", "only parts that the audit knows are drawn", "this project", "D", "count"),
    ("D6", "each text declares what it is", "this project", "D", "count"),
)

RULES = {row[0]: AuditRule(*row) for row in _TABLE}
"""All rules by id."""
