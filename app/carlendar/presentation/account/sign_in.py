"""Sign-in: the device code by QR and in writing, minutes left, and every way it can end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.intents import Intent
from carlendar.presentation.reason_text import sentence
from carlendar.presentation.states import Action, Line, SignInState, Tone

if TYPE_CHECKING:
    from carlendar.presentation.view_context import SignIn, ViewContext

GROUP = 3
"""Letters of the code that stand together."""


def sign_in(scene: ViewContext) -> SignInState:
    """The Sign-in screen at this moment."""
    flight = scene.sign_in
    phase = flight.status.phase if flight else "starting"
    if flight is not None and phase == "code" and minutes_left(scene, flight) > 0:
        return _code(scene, flight)
    if flight is not None and phase in ("code", "failed", "expired", "cancelled"):
        return _ended(scene, flight)
    say = scene.words.say
    title = say("Sign in")
    if phase == "browser":
        note = Line((say("Complete the sign-in in the browser"),), "web")
        return SignInState(title, notes=(note, _own(scene)), actions=(_cancel(scene),))
    if phase == "done":
        return SignInState(title, message=Line((say("Signed in"),), "check-circle", Tone.GO), actions=(_close(scene),))
    wait = say("Requesting a code") if scene.service_there else say("Starting")
    return SignInState(title, notes=(Line((wait,), "timer-sand"),), actions=(_cancel(scene),))


def grouped(code: str) -> str:
    """The code in groups of three: `HX4 KQP 7ZR`; no group of one letter is left over."""
    plain = "".join(char for char in code if char.isalnum())
    if len(plain) % GROUP == 1 and len(plain) > GROUP:
        head, tail = plain[:-4], plain[-4:]
        parts = [head[index : index + GROUP] for index in range(0, len(head), GROUP)]
        return " ".join((*parts, tail[:2], tail[2:]))
    return " ".join(plain[index : index + GROUP] for index in range(0, len(plain), GROUP))


def minutes_left(scene: ViewContext, flight: SignIn) -> int:
    """Whole minutes that the code is still good for; 0 once it is not, at least 1 before."""
    seconds = flight.ends - scene.elapsed
    return 0 if seconds <= 0 else max(1, int(seconds // 60))


def _code(scene: ViewContext, flight: SignIn) -> SignInState:
    say = scene.words.say
    left = scene.words.say_number("{n} min left", "{n} min left", minutes_left(scene, flight))
    address = _shown_address(flight.status.verification_uri)
    return SignInState(
        title=say("Sign in"),
        steps=(say("1 · Scan the QR code"), say("2 · Enter this code")),
        code=grouped(flight.status.user_code),
        qr=flight.status.verification_uri,
        notes=(Line((f"{left} · {address}",)), _own(scene)),
        actions=(_new_code(scene), *_browser(scene), _cancel(scene)),
    )


def _ended(scene: ViewContext, flight: SignIn) -> SignInState:
    status = flight.status
    reason = status.reason or {"code": "expired"}.get(status.phase, status.phase)
    number = status.number if status.number.removeprefix("AADSTS").isdigit() else ""
    text = sentence(scene.words, reason, number)
    notes = (Line((number,), "information"),) if number and number not in text else ()
    return SignInState(
        title=scene.words.say("Sign in"),
        message=Line((text,), "alert", Tone.WARN),
        notes=notes,
        actions=(_new_code(scene), *_browser(scene), _close(scene)),
    )


def _shown_address(uri: str) -> str:
    return uri.removeprefix("https://").removeprefix("www.").rstrip("/")


def _own(scene: ViewContext) -> Line:
    return Line((scene.words.say("Only if you started this yourself"),))


def _new_code(scene: ViewContext) -> Action:
    return Action(Intent.NEW_CODE, (scene.words.say("New code"),), "refresh")


def _browser(scene: ViewContext) -> tuple[Action, ...]:
    if not (scene.browser and scene.options.browser_sign_in):
        return ()
    labels = (scene.words.say("In the browser"), scene.words.say("Browser"))
    return (Action(Intent.SIGN_IN_BROWSER, labels, "web"),)


def _cancel(scene: ViewContext) -> Action:
    return Action(Intent.CANCEL_SIGN_IN, (scene.words.say("Cancel"),), "close")


def _close(scene: ViewContext) -> Action:
    return Action(Intent.CANCEL_SIGN_IN, (scene.words.say("Close"),), "close")
