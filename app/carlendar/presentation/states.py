"""The states that the screens draw: one frozen value for each screen, and the frame around it.

Presenters make these from data and restrictions; widgets draw them and know nothing else. All texts are final:
translated, shortened, masked. Texts from a calendar are plain text, escaped and shaped on drawing. A control that
cannot be used is not part of the state.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.hue import Hue

if TYPE_CHECKING:
    from carlendar.presentation.intents import Intent
    from carlendar.safety.restrictions import Restrictions


class ScreenName(StrEnum):
    """All screens."""

    DRIVE = "drive"
    AGENDA = "agenda"
    EVENT = "event"
    CALL = "call"
    SIGN_IN = "sign_in"
    PROFILES = "profiles"
    NOTICE = "notice"
    SETTINGS = "settings"


class Tone(StrEnum):
    """What a text or icon means; never conveyed by colour alone."""

    NORMAL = "normal"
    MUTE = "mute"
    ACCENT = "accent"
    GO = "go"
    WARN = "warn"
    STOP = "stop"


class Look(StrEnum):
    """How an action is drawn."""

    GO = "go"
    ACCENT = "accent"
    """The large action where it is not to join: the way to a meeting's place."""
    WARN = "warn"
    """A state that must not be missed, such as a muted microphone."""
    SECONDARY = "secondary"
    STOP = "stop"


class Action(Value, frozen=True):
    """A control. `labels` are variants from long to short; the first that fits is drawn.

    `intent` is passed back to the presenter unchanged. `sends` marks actions that send something or end a call: the
    touch rules of the restriction profile apply to them.
    """

    intent: Intent
    labels: tuple[str, ...]
    icon: str = ""
    look: Look = Look.SECONDARY
    sends: bool = False
    selected: bool = False
    hint: str = ""
    """What a touch does, if the label names the state instead; a large target shows it if there is room."""


class Line(Value, frozen=True):
    """A line of text with an optional icon before it; `variants` from long to short."""

    variants: tuple[str, ...]
    icon: str = ""
    tone: Tone = Tone.MUTE
    struck: bool = False
    vital: bool = False
    """Whether it is left out only after other lines, as a warning is."""
    complete: bool = False
    """Whether a shorter form omits information that is found nowhere else, such as a part of an address."""

    @property
    def text(self) -> str:
        """The longest variant."""
        return self.variants[0]


class StatusBar(Value, frozen=True):
    """The top line, on every screen. `clock` may be empty while the clock is not set."""

    clock: str
    text: str = ""
    short_text: str = ""
    icon: str = ""
    tone: Tone = Tone.MUTE
    date: str = ""
    """The day beside the clock, where there is room for it."""
    recording: tuple[str, ...] = ()
    """That the meeting is recorded or transcribed, from long to short; empty if it is not."""


class Ring(Value, frozen=True):
    """The countdown: a number, its unit, and the part of the last hour that is left (0 to 1)."""

    number: str
    unit: str
    short_unit: str
    fraction: float
    tone: Tone = Tone.ACCENT


class Band(Value, frozen=True):
    """The filled band of a reminder, of a waiting call or of a call on hold (`Tone.WARN`)."""

    text: str
    icon: str
    tone: Tone = Tone.ACCENT
    short_text: str = ""
    """Instead of a text that is too long, where it is not only to be cut."""


class Stripe(StrEnum):
    """The stripe before a row or a card when parked."""

    SOLID = "solid"
    DASHED = "dashed"
    NONE = "none"


class MiniCard(Value, frozen=True):
    """One of the two meetings after the next. `titles` are forms of `title` from long to short, if any."""

    time: str
    title: str
    detail: str
    tone: Tone = Tone.MUTE
    titles: tuple[str, ...] = ()
    stripe: Stripe = Stripe.NONE
    hue: Hue = Hue.ACCENT
    """The calendar's, for the stripe."""


class ClashCard(Value, frozen=True):
    """The meeting at the same time as the main one, in the place of the cards, with a Join of its own.

    `line` says it under the title where a display has no room for the card.
    """

    title: str
    detail: str
    line: Line
    titles: tuple[str, ...] = ()
    action: Action | None = None


class ArrivalPanel(Value, frozen=True):
    """The arrival against the start, beside the meeting: `You arrive`, `13:09`, `9 min late`; or when to leave.

    `line` says it under the title where a display has no room for the panel.
    """

    heading: str
    time: str
    note: Line | None
    line: Line


class DriveState(Value, frozen=True):
    """Home. `title` has at most two lines. `primary` is the large action on the right, if any.

    `lines` stand under the title. With a `band`, `footer` replaces `cards` and the way to Agenda; `clash` replaces
    `cards` alone.
    """

    title: str
    ring: Ring | None = None
    band: Band | None = None
    lines: tuple[Line, ...] = ()
    primary: Action | None = None
    secondary: Action | None = None
    cards: tuple[MiniCard, ...] = ()
    agenda: Action | None = None
    footer: tuple[Action, ...] = ()
    clash: ClashCard | None = None
    empty: bool = False
    """Whether there is no calendar to show: no account is signed in, or no driver is chosen."""
    arrival: ArrivalPanel | None = None


class AgendaRow(Value, frozen=True):
    """One meeting in the list. `header` rows bear a day in `title` and nothing else.

    `titles` are forms of `title` from long to short, if any, for rows that are narrow. `day` is the day of
    `time` where that is not today's and no header says it: it is never left out.
    """

    key: str
    title: str
    header: bool = False
    time: str = ""
    day: str = ""
    end: str = ""
    detail: str = ""
    detail_tone: Tone = Tone.MUTE
    stripe: Stripe = Stripe.NONE
    hue: Hue = Hue.ACCENT
    """The calendar's, for the stripe."""
    struck: bool = False
    action: Action | None = None
    open: Action | None = None
    titles: tuple[str, ...] = ()
    chosen: bool = False
    """Whether the detail beside the list shows this meeting."""
    details: tuple[str, ...] = ()
    """Forms of `detail` from long to short, where it is more than a place."""


class EventState(Value, frozen=True):
    """Everything about one meeting (parked), or title, time, place and actions (idling)."""

    title: str
    when: str
    lines: tuple[Line, ...] = ()
    body: str = ""
    primary: Action | None = None
    actions: tuple[Action, ...] = ()
    qr: str = ""
    """Text of a QR code to show instead of the body; empty for none."""
    further: tuple[Line, ...] = ()
    """Lines that matter less than the body: they follow it where all of it has to be scrolled."""
    place: str = ""
    """Identifies what is read, for its scroll position."""

    @property
    def beside(self) -> Action | None:
        """The action beside the primary one where two share a row: that the driver is late, else the last."""
        late = (action for action in self.actions if action.intent.name in ("late", "late_choice"))
        return next(late, self.actions[-1] if self.actions else None)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything to be read, in its longest form."""
        return (self.title, self.when, *(line.text for line in (*self.lines, *self.further)), self.body)

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        """The forms of each of `words` that omit nothing."""
        lines = (line.variants[:1] if line.complete else line.variants for line in (*self.lines, *self.further))
        return ((self.title,), (self.when,), *lines, (self.body,))

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The same as rows of a list that scrolls: what stands over the body, each of its lines, and what follows."""
        lines = self.body.splitlines()
        text = [
            Passage(f"text{number}", text=line, opens=number == 0 or not lines[number - 1])
            for number, line in enumerate(lines)
            if line
        ]
        rest = [Passage("further", facts=self.further)] if self.further else []
        return (Passage("head", head=replace(self, body="", further=())), *text, *rest)


class Passage(Value, frozen=True):
    """A part of what is read about a meeting, as a row of a list that scrolls: `head`, `text` or `facts`."""

    key: str
    head: EventState | None = None
    text: str = ""
    facts: tuple[Line, ...] = ()
    opens: bool = False
    """Whether the line of text begins a paragraph."""

    @property
    def header(self) -> bool:
        """A list draws all of them by the same rule."""
        return False


class AgendaState(Value, frozen=True):
    """The list. `scrolls` when parked; else the page's rows, with `earlier` and `later` to the other pages."""

    rows: tuple[AgendaRow, ...]
    scrolls: bool
    empty: str = ""
    """Shown instead of rows if there are none; `empty_lines` and `empty_action` say what comes next and what to do."""
    empty_lines: tuple[Line, ...] = ()
    empty_action: Action | None = None
    home: Action | None = None
    """The way to Now, where no rail has it."""
    earlier: Action | None = None
    later: Action | None = None
    left: str = ""
    """On the last page: the number of entries that are on no page, as text; empty for none."""
    detail: EventState | None = None
    """The chosen meeting, beside the list; on wide displays while parked."""

    @property
    def side(self) -> tuple[Action, ...]:
        """The actions beside the rows, from the top."""
        return tuple(action for action in (self.home, self.earlier, self.later) if action is not None)


class CallState(Value, frozen=True):
    """A call: `status` claims only what the car knows. `ring` counts its whole minutes."""

    status: Line
    title: str
    detail: str = ""
    large: Action | None = None
    """Mute, or after the end the next best action."""
    small: Action | None = None
    leave: Action | None = None
    close: Action | None = None
    ring: Ring | None = None
    band: Band | None = None
    detail_title: str = ""
    """The meeting's title within `detail`: it is shortened so that the rest, such as a time, stays."""
    line: Line | None = None
    """Which line the call is on, where the car has two."""
    recording: Line | None = None
    """That the meeting is recorded or transcribed, as long as it is."""
    decline: Action | None = None
    """Refuses a call that waits."""
    agenda: Action | None = None
    """The way to Agenda and back to the call, while driving."""
    online: bool = False
    """Whether it is a call on the data connection."""
    agenda_apart: bool = False
    """`agenda` and `small` keep to their own parts of the row, also where either is missing: what a call offers later,
    such as agreeing to a recording, never stands where the way to Agenda or Mute stood before."""


class SignInState(Value, frozen=True):
    """Device code, in flight or failed. `code` is in groups; `qr` is empty where there is no code."""

    title: str
    steps: tuple[str, ...] = ()
    code: str = ""
    qr: str = ""
    notes: tuple[Line, ...] = ()
    message: Line | None = None
    actions: tuple[Action, ...] = ()


class Avatar(Value, frozen=True):
    """The avatar of a person in a list: a round picture (see `carlendar.domain.avatar`), else initials."""

    initials: str
    pixels: bytes = b""


class Switch(Value, frozen=True):
    """A setting that is on or off, with the word for that: it is shown by shape and word, not by colour alone."""

    on: bool
    word: str


class Choice(Value, frozen=True):
    """A row of a list to choose from, or a setting with its value and actions.

    With `open` the whole row or tile is the target, and bears no other actions; `switch` is then what it changes.
    """

    key: str
    title: str
    detail: str = ""
    icon: str = ""
    tone: Tone = Tone.MUTE
    actions: tuple[Action, ...] = ()
    header: bool = False
    avatar: Avatar | None = None
    """Drawn in place of the icon."""
    hue: Hue = Hue.ACCENT
    """Of a calendar, for its icon."""
    open: Action | None = None
    switch: Switch | None = None


class ChoicesState(Value, frozen=True):
    """Which driver, and Settings: a title and a list, or `tiles` in place of rows."""

    title: str
    choices: tuple[Choice, ...] = ()
    tiles: bool = False


class NoticeState(Value, frozen=True):
    """A text to read when parked (privacy notice, a confirmation) with its answers.

    Also what stands in place of a screen that is forbidden now ("Available when parked").
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    icon: str = ""
    actions: tuple[Action, ...] = ()


ScreenState = DriveState | AgendaState | EventState | CallState | SignInState | ChoicesState | NoticeState


class Frame(Value, frozen=True):
    """A complete frame. `rail` is the navigation column of the parked screens, empty while restricted.

    `place` identifies what the frame is about (screen and subject); if it changes without a touch, that is a change of
    layout, after which touches are ignored for 0.7 s.
    """

    screen: ScreenName
    status: StatusBar
    body: ScreenState
    restrictions: Restrictions
    rail: tuple[Action, ...] = ()
    night: bool = True
    text_scale: float = 1.0
    """Text scale of the car's own screens."""
    rtl: bool = False
    rail_at_end: bool = False
    """The rail stands where a line ends, not where it begins: that is the driver's side."""
    language: str = "en"
    place: str = ""
    toast: Line | None = field(default=None)
    """A short confirmation, with at most one action (Undo)."""
    toast_action: Action | None = None
    stand_in: str = "□"
    """Replaces a text that cannot be laid out."""
