"""`python -m tests.joining_collection`: how the product reads the collection, by service and by language."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence

from tests.joining_collection.case import Kind, Part
from tests.joining_collection.collection import cases
from tests.joining_collection.score import Outcome, Verdict, tally, verdicts


def main() -> int:
    """Print the table; returns 1 where a number, a host's code or a link is wrong."""
    arguments = argparse.ArgumentParser(prog="python -m tests.joining_collection", description=__doc__)
    arguments.add_argument("--part", choices=[*Part], help="one part only")
    arguments.add_argument("--region", help="the country of the phone; else each case's own")
    arguments.add_argument("--failures", type=int, default=0, metavar="N", help="show the first N failures in full")
    arguments.add_argument("--only", default="", metavar="TEXT", help="only cases whose name contains TEXT")
    chosen = arguments.parse_args()
    parts = [Part(chosen.part)] if chosen.part else [*Part]
    failed = False
    for part in parts:
        judgements = list(verdicts((c for c in cases(part) if chosen.only in c.name), chosen.region))
        sys.stdout.write(_report(part, judgements))
        failed = failed or any(v.outcome in (Outcome.WRONG_NUMBER, Outcome.HOST_CODE) for v in judgements)
        failed = failed or any(not v.link_right for v in judgements)
        for verdict in [v for v in judgements if v.outcome is not Outcome.RIGHT or not v.link_right][: chosen.failures]:
            sys.stdout.write(_failure(verdict))
    return int(failed)


def _report(part: Part, judgements: Sequence[Verdict]) -> str:
    lines = [f"\n== {part}: {len(judgements)} cases"]
    for kind in Kind:
        of_kind = [v for v in judgements if v.case.kind is kind]
        if kind is not Kind.ADVERSARIAL:
            lines += _rows(f"{kind}, by service", of_kind, lambda v: v.case.service)
            continue
        lines += _rows(f"{kind}, by what is in it", of_kind, lambda v: v.case.name.split("/")[2])
        required = [v for v in of_kind if v.case.required]
        lines += _rows(f"{kind}, those with a genuine dial-in", required, lambda _: "all")
    spoken = [v for v in judgements if v.case.kind is not Kind.LINK]
    lines += _rows("dial-ins, by language", spoken, lambda v: v.case.language)
    return "\n".join(lines) + "\n"


def _rows(title: str, judgements: Sequence[Verdict], key: Callable[[Verdict], str]) -> list[str]:
    groups: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in judgements:
        groups[key(verdict)].append(verdict)
    head = "".join(f"{name:>14}" for name in ("cases", *Outcome, "right in %", "wrong link"))
    lines = ["", f"{title:<42}{head}"]
    for name, group in [*sorted(groups.items()), ("total", list(judgements))]:
        row = tally(group)
        counts = "".join(f"{row.outcomes[outcome]:>14}" for outcome in Outcome)
        lines.append(f"{name:<42}{row.cases:>14}{counts}{100 * row.share_right:>14.1f}{row.wrong_links:>14}")
    return lines


def _failure(verdict: Verdict) -> str:
    case = verdict.case
    link = "" if verdict.link_right else ", wrong link"
    expected = f"{case.url} {sorted(case.pairs)}"
    return (
        f"\n-- {case.name} ({case.region}): {verdict.outcome}{link}\n"
        f"   expected {expected}\n   got      {verdict.got}\n"
        f"{case.text}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
