"""The cases of both parts, generated from fixed seeds: equal runs make equal cases."""

from __future__ import annotations

from collections.abc import Iterator

from tests.joining_collection import adversarial, links, special
from tests.joining_collection.adversarial import STOCK, Template
from tests.joining_collection.case import Block, Case, Kind, Part
from tests.joining_collection.envelopes import ENVELOPES, Envelope, Letter, without_line_breaks
from tests.joining_collection.maker import Maker
from tests.joining_collection.unseen import unseen_cases
from tests.joining_collection.words import LANGUAGES

_ROUNDS = 2
"""Cases of each genuine template in each language and part."""
_RUN_TOGETHER = ("teams", "zoom", "teams_classic", "zoom_webinar")
"""Templates whose parts can still be separated when every line break is lost."""


def cases(part: Part) -> Iterator[Case]:
    """All cases of a part."""
    if part is Part.UNSEEN:
        yield from unseen_cases()
        return
    for language in LANGUAGES:
        yield from _genuine(part, language)
        yield from _adversarial(part, language)
    yield from links.cases(part)
    yield from special.cases(part)


def _genuine(part: Part, language: str) -> Iterator[Case]:
    for template in STOCK[part].genuine:
        for turn in range(_ROUNDS):
            yield _case(Kind.GENUINE, template, part, language, turn)
        if template.__name__ in _RUN_TOGETHER:
            yield _case(Kind.GENUINE, template, part, language, _ROUNDS, without_line_breaks)


def _adversarial(part: Part, language: str) -> Iterator[Case]:
    for turn, template in enumerate(adversarial.templates(part)):
        yield _case(Kind.ADVERSARIAL, template, part, language, turn)


def _case(
    kind: Kind, template: Template, part: Part, language: str, turn: int, envelope: Envelope | None = None
) -> Case:
    seed = f"{part}/{language}/{template.__name__}/{turn}"
    maker = Maker(seed, part, language)
    block = template(maker)
    chosen = envelope or maker.rng.choice(ENVELOPES[part])
    suffix, text = chosen(_letter(maker, block))
    return Case(
        name=f"{seed}/{chosen.__name__}",
        part=part,
        kind=kind,
        language=language,
        service=block.service,
        region=_region(maker, kind, block, turn),
        suffix=suffix,
        text=text,
        pairs=block.pairs,
        host_codes=block.host_codes,
        required=bool(block.pairs) and template.__name__ not in adversarial.OPTIONAL,
        url=block.url,
    )


def _region(maker: Maker, kind: Kind, block: Block, turn: int) -> str:
    """Where the driver's phone is at home; services write international numbers, which are good anywhere."""
    if kind is Kind.GENUINE and block.service != "generic" and turn:
        return maker.rng.choice(("DE", "US", "GB", "AU", maker.country))
    return maker.country


def _letter(maker: Maker, block: Block) -> Letter:
    lines = (maker["hello"], "", maker["agenda"], "", *block.lines)
    return Letter(maker["agenda"], lines, maker.person)
