"""Every state that a screen can have is among the situations: none is drawn here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from carlendar.domain.base import Value
from carlendar.domain.call import EndedBy
from carlendar.domain.hue import Hue
from carlendar.i18n.catalogue import Words
from carlendar.i18n.extraction import extracted
from carlendar.presentation.apply_limits import actions as drawn_actions
from carlendar.presentation.apply_limits import texts
from carlendar.presentation.reasons import REASONS
from carlendar.presentation.states import (
    AgendaState,
    CallState,
    DriveState,
    EventState,
    Frame,
    Look,
    ScreenName,
    ScreenState,
    Stripe,
    Tone,
)
from carlendar.presentation.view_context import Panel
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lists import row_parts
from carlendar.ui.metrics import Fit
from carlendar.ui.parts import ButtonPart, ListPart, Part, TextPart
from carlendar_devtools.stories.picture_choice import DISPLAYS
from carlendar_devtools.stories.scenario_rig import ScenarioRig, WordsOf, actions, translated
from carlendar_devtools.stories.situations import SITUATIONS
from carlendar_devtools.stories.story_situation import SCREENS
from tests.intents import KINDS

PACKAGE = Path(__file__).resolve().parents[3] / "app/carlendar"

NOT_PICTURED = {
    "No call": "only while the last call's screen is being closed",
    "The phone could not do that": "only where an emergency call begins while a finger is on the button",
    "This meeting is recorded": "spoken",
    "This meeting is transcribed": "spoken",
    "Everyone in the car is recorded": "spoken",
    "Everyone in the car is transcribed": "spoken",
    "Cancelled, {time}: {title}": "spoken",
    "Moved to {time}: {title}": "spoken",
}
"""Sentences that no situation shows, each with the reason."""


class RecordedWords:
    """Words that note which message became which text."""

    def __init__(self, words: Words, said: set[tuple[str, str]]) -> None:
        self.language, self._words, self._said = words.language, words, said

    def say(self, message: str, **fields: str) -> str:
        """Translate and note."""
        return self._note(message, self._words.say(message, **fields))

    def say_number(self, one: str, many: str, number: int, **fields: str) -> str:
        """Translate and note."""
        return self._note(one, self._words.say_number(one, many, number, **fields))

    def say_in(self, context: str, message: str, **fields: str) -> str:
        """Translate and note."""
        return self._note(message, self._words.say_in(context, message, **fields))

    def _note(self, message: str, text: str) -> str:
        self._said.add((message, text))
        return text


def recorded(said: set[tuple[str, str]]) -> WordsOf:
    """The catalogues' texts, noted in `said`."""
    return lambda locale: RecordedWords(translated(locale), said)


@dataclass
class Seen:
    """What all situations together show."""

    frames: dict[str, Frame] = field(default_factory=dict)
    beside: dict[str, Frame] = field(default_factory=dict)
    """Those of the parked Agenda, with the chosen meeting beside the list."""
    messages: dict[str, set[str]] = field(default_factory=dict)
    """By message, the situations that show it."""
    panels: set[Panel] = field(default_factory=set)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Value):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """All situations, composed once in English and not drawn."""
    folder, rigs, found = tmp_path_factory.mktemp("situations"), dict[tuple[str, bool], ScenarioRig](), Seen()
    for situation in SITUATIONS:
        key = (situation.scenario, situation.signed_in)
        if key not in rigs:
            rigs[key] = ScenarioRig(folder, situation.scenario, signed_in=situation.signed_in)
        said: set[tuple[str, str]] = set()
        session = situation.session(rigs[key], "en", Fit(4), recorded(said))
        try:
            frame = session.frame(night=True)
        finally:
            session.close()
        found.frames[situation.name] = frame
        if isinstance(frame.body, AgendaState) and frame.body.scrolls:
            session = situation.session(rigs[key], "en", Fit(4, list_and_detail=True))
            try:
                found.beside[situation.name] = session.frame(night=True)
            finally:
                session.close()
        shown = "\n".join(_texts(frame))
        for message, text in said:
            if text and text in shown:
                found.messages.setdefault(message, set()).add(situation.name)
        found.panels |= {panel for panel in Panel if panel and frame.place.endswith(f"/{panel.value}")}
    return found


def _messages() -> set[str]:
    """Every message of the screens' code; of plural forms the first."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in extracted(PACKAGE)
        if message.id and any(name.startswith("app/carlendar/presentation/") for name, _ in message.locations)
    }


def test_every_sentence_that_a_screen_can_say_is_pictured(seen: Seen) -> None:
    # of the reasons, which share a place, the longest stands for all
    reasons = {text for each in REASONS.values() for text in (each.text, each.brief, each.unsent) if text}
    missing = _messages() - reasons - set(seen.messages) - set(NOT_PICTURED)
    assert sorted(missing) == []


def test_what_is_declared_as_not_pictured_is_not(seen: Seen) -> None:
    assert set(NOT_PICTURED) - _messages() == set()
    assert set(NOT_PICTURED) & set(seen.messages) == set()


@pytest.mark.parametrize("place", ["text", "brief", "unsent"])
def test_a_reason_of_each_kind_is_pictured(seen: Seen, place: str) -> None:
    texts = {getattr(each, place) for each in REASONS.values()} - {""}
    assert texts & set(seen.messages)


def test_every_action_is_pictured(seen: Seen) -> None:
    offered = {action.intent.name for frame in seen.frames.values() for action in actions(frame)}
    assert set(KINDS) - offered == set()


def test_every_question_is_pictured(seen: Seen) -> None:
    asked = {part for frame in seen.frames.values() for part in frame.place.split("/")}
    assert {panel.value for panel in Panel if panel} - asked == set()


def test_every_screen_tone_look_stripe_and_hue_is_pictured(seen: Seen) -> None:
    def values(value: object) -> Iterator[object]:
        yield value
        if isinstance(value, tuple):
            for each in value:
                yield from values(each)
        elif isinstance(value, Value):
            for name in value.__struct_fields__:
                yield from values(getattr(value, name))

    shown = {
        (type(each), each)
        for frame in seen.frames.values()
        for each in values(frame)
        if isinstance(each, ScreenName | Tone | Look | Stripe | Hue)
    }
    assert {(kind, each) for kind in (ScreenName, Tone, Look, Stripe, Hue) for each in kind} - shown == set()


def test_every_end_of_a_call_is_pictured() -> None:
    names = {situation.name for situation in SITUATIONS}
    others = {EndedBy.HERE: "call-left", EndedBy.THERE: "call-dropped", EndedBy.REFUSED: "call-refused"}
    assert {others.get(by, f"call-ended-{by.value.replace('_', '-')}") for by in EndedBy} <= names


def test_a_situation_is_on_the_screen_that_its_name_says(seen: Seen) -> None:
    screens = {"drive": "now", "sign_in": "sign-in", "profiles": "drivers"}
    for situation in SITUATIONS:
        shown = seen.frames[situation.name].screen.value
        assert screens.get(shown, shown) == situation.screen, situation.name


def test_no_two_situations_look_the_same(seen: Seen) -> None:
    shown: dict[object, str] = {}
    for situation in SITUATIONS:
        key = (situation.scroll, seen.frames[situation.name])
        assert key not in shown, f"{situation.name} is {shown[key]}"
        shown[key] = situation.name


def test_names_are_unique_and_likeness_leads_to_a_situation_of_the_same_screen() -> None:
    by_name = {situation.name: situation for situation in SITUATIONS}
    assert len(by_name) == len(SITUATIONS)
    assert {situation.screen for situation in SITUATIONS} == set(SCREENS.values())
    for situation in SITUATIONS:
        if situation.like:
            assert not by_name[situation.like].like


# --- principles of the design, on every situation ------------------------------------------------

CROSS = "close"
CROSSED = {"dismiss_question", "cancel_sign_in", "back", "not_now"}
"""What a cross ends: a question or task that is not gone through with."""
PADDED, PLAIN = re.compile(r"(?<![\d:.T])0\d:\d\d"), re.compile(r"(?<![\d:.T])\d:\d\d")


def test_a_page_has_one_filled_action(seen: Seen) -> None:
    for name, frame in (*seen.frames.items(), *seen.beside.items()):
        filled = [action.labels[0] for action in drawn_actions(frame) if action.look in (Look.GO, Look.ACCENT)]
        assert len(filled) <= 1, (name, filled)


def test_a_cross_cancels_and_neither_dismisses_nor_declines(seen: Seen) -> None:
    for name, frame in seen.frames.items():
        crossed = {action.intent.name for action in actions(frame) if action.icon == CROSS}
        assert crossed <= CROSSED, name


def test_the_way_back_is_an_arrow_with_a_word(seen: Seen) -> None:
    for name, frame in seen.frames.items():
        assert all(action.labels[0] for action in actions(frame) if action.icon == "arrow-left"), name


def test_a_screen_has_one_format_of_times(seen: Seen) -> None:
    for name, frame in seen.frames.items():
        said = "\n".join(texts(frame))
        assert not (PADDED.search(said) and PLAIN.search(said)), name


def test_a_home_screen_without_a_meeting_says_more_than_that(seen: Seen) -> None:
    for name, frame in seen.frames.items():
        body = frame.body
        if isinstance(body, DriveState) and body.ring is None:
            assert body.lines or body.cards or body.primary, name


LEARNT: dict[type[ScreenState], dict[str, str]] = {
    DriveState: {"primary": "key", "secondary": "key", "agenda": "key"},
    CallState: {"leave": "key", "mute": "intent", "unmute": "intent", "agenda": "key"},
    AgendaState: {"home": "key", "earlier": "key", "later": "key", "detail.primary": "key"},
    EventState: {"primary": "key", "back": "intent"},
}
"""The controls that a hand finds without looking, by the key of their part or the name of their intent: Join, "I'm
late" or Undo, the way to Agenda; Mute and Leave; the ways through Agenda; the way back."""
ONE_CONTROL = {"unmute": "mute"}
SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of in on at to for with and or from by as about over under between but "
        "der die das den dem des ein eine einen einem einer und oder mit von vom zu zum zur für im ins am auf aus bei "
        "beim nach über unter zwischen vor bis als wie",
    )
)
"""Articles, prepositions and conjunctions of English and German."""


def _learnt(part: Part, state: ScreenState) -> str:
    """The name of the control; empty for another part, or for one that may stand elsewhere."""
    if not isinstance(part, ButtonPart) or part.rail or part.key.startswith("toast"):
        return ""
    names = LEARNT.get(type(state), {})
    by = {"key": part.key, "intent": part.action.intent.name}
    return next((ONE_CONTROL.get(name, name) for name, of in names.items() if by[of] == name), "")


@dataclass
class Drawn:
    """What all situations together draw on one display."""

    places: dict[tuple[object, ...], dict[Rect, str]] = field(default_factory=dict)
    """By screen, what else decides, and control: its places, each with a situation."""
    cut: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """The situations and lines of texts that are cut, but for a meeting's own text."""
    rows: set[object] = field(default_factory=set)
    """Rows of lists that were laid out."""

    def take(self, name: str, frame: Frame, display: str) -> None:
        """Lay out a situation's frame."""
        composition = compose(frame, DISPLAYS[display], RULER)
        beside = isinstance(frame.body, AgendaState) and frame.body.detail is not None
        for part in composition.parts:
            control = "" if frame.rail_at_end else _learnt(part, frame.body)
            if control:  # parked, the rail takes its width; a small display shows a call over data in another way
                online = composition.page.compact and isinstance(frame.body, CallState) and frame.body.online
                key = (frame.screen, bool(frame.rail), beside, online, control)
                rounded = Rect(*(round(length, 1) for length in part.rect))
                self.places.setdefault(key, {}).setdefault(rounded, name)
            for row in part.rows if isinstance(part, ListPart) else ():
                if row not in self.rows:
                    self.rows.add(row)
                    at = Rect(0, 0, part.rect.width, row.height)
                    self._find_cut(name, row_parts(row, at, composition.page))
        self._find_cut(name, composition.parts)

    def _find_cut(self, name: str, parts: Sequence[Part]) -> None:
        texts = (part for part in parts if isinstance(part, TextPart) and part.role != "body")
        self.cut += [(name, part.lines) for part in texts if part.lines and part.lines[-1].endswith("…")]


@pytest.fixture(scope="module", params=DISPLAYS)
def drawn(seen: Seen, request: pytest.FixtureRequest) -> Drawn:
    """All situations on each display; on wide ones the parked Agenda has the chosen meeting beside its list."""
    found, metrics = Drawn(), DISPLAYS[request.param]
    beside = {} if metrics.compact or metrics.portrait else seen.beside
    for name, frame in (*seen.frames.items(), *beside.items()):
        if type(frame.body) in LEARNT:
            found.take(name, frame, request.param)
    return found


def test_nothing_moves_that_the_hand_has_learnt(drawn: Drawn) -> None:
    assert {key: rects for key, rects in drawn.places.items() if len(rects) > 1} == {}
    controls = {ONE_CONTROL.get(name, name) for names in LEARNT.values() for name in names}
    assert controls - {key[-1] for key in drawn.places} <= {"detail.primary"}


def test_no_text_is_cut_after_a_small_word(drawn: Drawn) -> None:
    assert drawn.cut
    for name, lines in drawn.cut:
        words = lines[-1].removesuffix("…").split()
        assert words, (name, lines)
        assert words[-1].casefold() not in SMALL_WORDS, (name, lines)
