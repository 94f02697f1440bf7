"""Claims in the evidence other than measurements: safety rules, assumptions about the car, and foreseeable misuse.

Each claim references its support: ids of rules with results from tests or the audit, or a duty of the car
manufacturer. The evidence always prints a claim together with those results.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """A rule of the driving-state machine (restriction profile, "Driving state")."""

    id: str
    asks: str


SAFETY_RULES = (
    SafetyRule("S1", "The state is unknown at start, and unknown restricts as moving does."),
    SafetyRule("S2", "A speed that has not been confirmed for a second is not trusted."),
    SafetyRule("S3", "A tightening is drawn within 250 ms of its signal, and that frame shows nothing it forbids."),
    SafetyRule("S4", "Restrictions loosen only after a confirmed zero of one second in P (or with the parking brake "
               "of a manual gearbox), or of two seconds."),
    SafetyRule("S5", "P while the car rolls is moving."),
    SafetyRule("S6", "No setting, environment variable, flag, link or restored state reaches what is forbidden."),
    SafetyRule("S7", "A tightening keeps the call and what was typed; nothing reopens by itself afterwards."),
    SafetyRule("S8", "Place and scroll position outlast a drive; shortening depends on text and limits alone."),
    SafetyRule("S9", "The passenger's role comes from the platform file alone and ends with that display."),
    SafetyRule("S10", "A screen that has not drawn a tightening after 500 ms goes dark."),
    SafetyRule("S11", "No simulated, recorded or replayed signals can be chosen for the road."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """One assumption or misuse, its mitigation, the rules that verify it, and the remaining duty of others."""

    id: str
    what: str
    answer: str
    rules: tuple[str, ...] = ()
    left_to: str = ""


ASSUMPTIONS = (
    Claim("U1", "The car reports its speed, and reports it truthfully.",
          "A speed that stops coming, is no number or is impossible leads to unknown, which restricts as moving.",
          ("S1", "S2"), "The integrator: a speed signal of the quality that the function needs."),
    Claim("U2", "The selector reports P, or the gearbox is known to be manual and the parking brake reports its state.",
          "A missing or unknown selector never leads to parked; P while rolling is moving.", ("S4", "S5"),
          "The integrator: which of the car's signals are selector, transmission type and brake."),
    Claim("U3", "The platform file states the display's size, density, viewing distance and role as they are.",
          "Sizes follow from it, and the audit measures against it; without it the display is a driver's.",
          ("T5", "S9"),
          "The integrator: the file belongs to root and fits the display as it was built in."),
    Claim("U4", "A display that is declared the passenger's cannot be seen by the driver.",
          "The role falls back to the driver's when that display is lost.", ("S9",),
          "The integrator: filter, position or interlock of that display."),
    Claim("U5", "Something restarts or darkens a screen that was ended.",
          "The watchdog ends a screen that does not draw a tightening; the units ask systemd to do so too.", ("S10",),
          "The integrator: what the display shows while no screen runs."),
    Claim("U6", "The telephone follows the hands-free profile.",
          "The call screen claims only what the telephone reported.", (),
          "The integrator: audio of the call, and its loudness against warnings (ESoP, ISO 15006)."),
    Claim("U7", "Brightness and reflections of the glass are right for the cabin.",
          "Contrast is computed from colour values, by day and by night.", ("T7", "T8", "T10"),
          "The integrator: measured on the glass (ISO 15008 4.3)."),
)  # fmt: skip

MISUSE = (
    Claim("M1", "The driver reads at the wheel: a long title, a list, the text of an invitation.",
          "Few, short, large texts while driving; bodies and attendees are absent, not merely covered.",
          ("G1", "T1", "T2", "G8", "L3")),
    Claim("M2", "The driver types, searches or sets things up at the wheel.",
          "There is no field, no dial pad and no setting to reach until the car is parked.", ("L1", "L2", "L12", "S6")),
    Claim("M3", "A person declares the driver's display the passenger's, to see everything on the road.",
          "Only root's platform file can, never a setting, an environment variable or a touch.", ("S6", "S9")),
    Claim("M4", "A person feeds recorded or simulated signals to the application on the road.",
          "The application on the road has no such source; only the emulator has.", ("S11",)),
    Claim("M5", "The driver taps twice, or where something appears at that moment.",
          "After a change that was not the driver's own, and after anything that sends, the place does not answer "
          "for 0.7 s.",
          ("H4",)),
    Claim("M6", "A stranger writes into the calendar: codes to dial, look-alike links, endless titles.",
          "Only checked numbers are dialled, links are matched by their parsed host, titles are escaped and shortened.",
          ("T2", "L10")),
    Claim("M7", "The car stands at a light and the driver takes it for parked.",
          "Standing without P is idling, which forbids what moving forbids; only counts and lengths are wider.",
          ("S4", "G8")),
    Claim("M8", "A frozen display keeps showing what may no longer be shown.",
          "A watchdog that needs no help of the interface's thread ends the screen.", ("S10",)),
)  # fmt: skip
