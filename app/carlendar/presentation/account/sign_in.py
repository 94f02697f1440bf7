"""Sign-in: the device code by QR and in writing, minutes left, and every way it can end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.intents import CancelSignIn, NewCode, SignInByBrowser
from carlendar.presentation.reasons import sentence
from carlendar.presentation.states import Action, Line, SignInState, Tone

if TYPE_CHECKING:
    from carlendar.ipc.messages import SignInStatus
    from carlendar.presentation.view_context import SignIn, ViewContext

GROUP = 3
"""Letters of the code that stand together."""


def sign_in(view: ViewContext) -> SignInState:
    """The Sign-in screen at this moment."""
    flight = view.sign_in
    phase = flight.status.phase if flight else "starting"
    if flight is not None and phase == "code" and minutes_left(view, flight) > 0:
        return _code(view, flight)
    if flight is not None and phase in ("code", "failed", "expired", "cancelled"):
        return _ended(view, flight)
    say = view.words.say
    title = _title(view)
    if phase == "browser":
        note = Line((say("Complete the sign-in in the browser"),), "web")
        return SignInState(title, notes=(note, _own(view)), actions=(_cancel(view),))
    if phase == "done":
        return SignInState(title, message=Line((say("Signed in"),), "login", Tone.GO), actions=(_close(view),))
    wait = say("Requesting a code") if view.service_there else say("Starting")
    return SignInState(title, notes=(Line((wait,), "timer-sand"),), actions=(_cancel(view),))


def _title(view: ViewContext) -> str:
    """Why the person signs in: a second sign-in after the first would look like a mistake."""
    say = view.words.say
    match view.sign_in.purpose if view.sign_in else "":
        case "more":
            return say("Sign in again to confirm")
        case "again":
            return say("Sign in again")
        case _:
            return say("Sign in")


def grouped(code: str) -> str:
    """The code in groups of three: `HX4 KQP 7ZR`; no group of one letter is left over."""
    plain = "".join(char for char in code if char.isalnum())
    if len(plain) % GROUP == 1 and len(plain) > GROUP:
        head, tail = plain[:-4], plain[-4:]
        parts = [head[index : index + GROUP] for index in range(0, len(head), GROUP)]
        return " ".join((*parts, tail[:2], tail[2:]))
    return " ".join(plain[index : index + GROUP] for index in range(0, len(plain), GROUP))


def minutes_left(view: ViewContext, flight: SignIn) -> int:
    """Whole minutes that the code is still good for; 0 once it is not, at least 1 before."""
    seconds = flight.ends - view.elapsed
    return 0 if seconds <= 0 else max(1, int(seconds // 60))


def _code(view: ViewContext, flight: SignIn) -> SignInState:
    say = view.words.say
    left = view.words.say_number("{n} min left", "{n} min left", minutes_left(view, flight))
    address = _shown_address(flight.status.verification_uri)
    return SignInState(
        title=_title(view),
        steps=(say("1 · Scan the QR code"), say("2 · Enter this code")),
        code=grouped(flight.status.user_code),
        qr=flight.status.verification_uri,
        notes=(Line((f"{left} · {address}",)), _own(view)),
        actions=(_new_code(view), *_browser(view), _cancel(view)),
    )


def _ended(view: ViewContext, flight: SignIn) -> SignInState:
    status = flight.status
    reason = status.reason or {"code": "expired"}.get(status.phase, status.phase)
    number = status.number if status.number.removeprefix("AADSTS").isdigit() else ""
    text = sentence(view.words, reason, number)
    return SignInState(
        title=_title(view),
        message=Line((text,), "alert", Tone.WARN),
        notes=_for_the_administrator(status, "" if number in text else number),
        actions=(_new_code(view), *_browser(view), _close(view)),
    )


def _for_the_administrator(status: SignInStatus, number: str) -> tuple[Line, ...]:
    """What an administrator finds the refusal by in the sign-in log: number and time, and the correlation id."""
    first = " · ".join(part for part in (number, status.at[:40]) if part)
    return tuple(Line((text,), "information") for text in (first, status.reference[:40]) if text)


def _shown_address(uri: str) -> str:
    return uri.removeprefix("https://").removeprefix("www.").rstrip("/")


def _own(view: ViewContext) -> Line:
    return Line((view.words.say("Only if you started this yourself"),))


def _new_code(view: ViewContext) -> Action:
    return Action(NewCode(), (view.words.say("New code"),), "refresh")


def _browser(view: ViewContext) -> tuple[Action, ...]:
    if not (view.browser and view.options.browser_sign_in):
        return ()
    labels = (view.words.say("In the browser"), view.words.say("Browser"))
    return (Action(SignInByBrowser(), labels, "web"),)


def _cancel(view: ViewContext) -> Action:
    return Action(CancelSignIn(), (view.words.say("Cancel"),), "close")


def _close(view: ViewContext) -> Action:
    return Action(CancelSignIn(), (view.words.say("Back"),), "arrow-left")
