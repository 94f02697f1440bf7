"""`carlendar audit --evidence DIR`: the evidence for a safety department, compiled from the latest results.

Results of tests are those of `sh packaging/test.sh`, which writes its record into the source tree; with an installed
package the record must be given. A rule without evidence is reported, and makes the exit code 1.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from carlendar.resources import asset
from carlendar_devtools.audit.evidence import BAD, Evidence
from carlendar_devtools.audit.results import TestRun, read

if TYPE_CHECKING:
    from carlendar_devtools.audit.report import Report

RECORD = Path("build/test-results.xml")
"""Path of the test command's record, relative to the root of the source tree."""


def write(report: Report, folder: str, record: str = "") -> bool:
    """Write the evidence into the folder and print a summary; return whether every rule was shown to hold.

    `record` is a JUnit XML file; the test command's by default, if there is one. Raises UsageError for a record
    that cannot be read, OSError for a folder that cannot be written.
    """
    root = asset("locale").parents[1]
    file = Path(record) if record else root / RECORD
    run = read(file) if record or file.exists() else TestRun()
    evidence = Evidence(datetime.now(UTC).astimezone(), report, run, {**report.versions, **_revision(root)})
    page, document = evidence.write(Path(folder))
    gaps = evidence.gaps()
    broken = [row.rule for row in gaps if row.verdict == BAD]
    missing = [row.rule for row in gaps if row.verdict != BAD]
    print(f"{page} and {document.name}: {len(evidence.rows()) - len(gaps)} of {len(evidence.rows())} rules held")
    if broken:
        print(f"broken: {', '.join(broken)}")
    if missing:
        print(f"nothing shows: {', '.join(missing)}")
    if not run.results:
        print("there are no results of tests: sh packaging/test.sh leaves them")
    return not gaps


def _revision(root: Path) -> dict[str, str]:
    """Return the revision of the source tree; empty if it has none."""
    if not (root / ".git").exists():
        return {}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"revision": done.stdout.strip()}
