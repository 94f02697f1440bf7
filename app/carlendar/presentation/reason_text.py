"""Why signing in or synchronising did not work: the sentences of the reviewed table, by key.

The keys and the English sentences are those of the identity adapter's table of outcomes; a test
holds the two together. `{code}` stands for the service's own number.
"""

from __future__ import annotations

from carlendar.i18n.catalogue import Words, mark

SIGN_IN: dict[str, str] = {
    "again": mark("Please sign in again."),
    "revoked": mark("Access was revoked. Sign in again, or ask your administrator."),
    "signed_out": mark("You are signed out. Sign in to see your day."),
    "policy": mark(
        "Your organisation does not allow this way of signing in. Try the browser, or ask your administrator."
    ),
    "device": mark("Your organisation only allows devices that it manages. Ask your administrator to allow this car."),
    "disabled": mark("This account is disabled. Ask your administrator."),
    "password_expired": mark("Your password has expired. Change it on your computer, then sign in again."),
    "password_changed": mark("Your password was changed. Please sign in again."),
    "consent": mark("Carlendar needs your permission. Sign in again and accept what it asks for."),
    "admin_consent": mark("An administrator of your organisation must approve Carlendar first."),
    "wrong_tenant": mark(
        "This account does not belong to the organisation this car is set up for. Use another account."
    ),
    "application": mark("Carlendar is not set up in your organisation. Ask your administrator."),
    "not_public": mark(
        "Carlendar is not set up for use in a car. Ask your administrator to allow public client flows."
    ),
    "confirm": mark("Your organisation requires you to confirm your identity. Please sign in again."),
    "not_assigned": mark("You have not been given access to Carlendar. Ask your administrator."),
    "unknown_user": mark("Microsoft does not know this account. Check the address and try again."),
    "locked": mark("This account is locked after too many attempts. Wait a while, or reset the password."),
    "too_old": mark("Your organisation requires you to sign in again from time to time. Please sign in again."),
    "risk": mark("Microsoft considers this account at risk. Secure it on your computer, then sign in again."),
    "declined": mark("The sign-in was declined."),
    "expired": mark("This code has expired. Get a new code."),
    "browser_expired": mark("The sign-in in the browser took too long. Try again."),
    "cancelled": mark("The sign-in was cancelled."),
    "no_code": mark("Signing in with a code is not possible here. Try the browser."),
    "refused": mark("Microsoft refused the sign-in. Ask your administrator."),
    "number": mark("Microsoft refused the sign-in ({code}). Ask your administrator."),
}

TROUBLE: dict[str, str] = {
    "offline": mark("No connection. Try again when the car is online."),
    "outage": mark("Microsoft is having problems. Try again later."),
    "throttled": mark("Microsoft is busy. Try again later."),
    "service": mark("Microsoft cannot be reached. Try again later."),
    "vault": mark("The sign-in could not be saved securely in this car. Ask your administrator."),
    "vault_locked": mark("The keyring of this car is locked. Unlock it, then try again."),
    "store": mark("The sign-in could not be saved in this car. Try again."),
    "store_full": mark("The storage of this car is full. Free some space, then try again."),
    "wrong_account": mark("That was another account. Sign in with the one you want to renew."),
    "no_browser": mark("There is no browser in this car. Sign in with a code."),
    "error": mark("Something went wrong. Try again."),
    "other_driver": mark(
        "Another driver of this car uses this account. Choose that driver, or sign the account out there first."
    ),
    "channel": mark("Carlendar is restarting. Try again in a moment."),
}


ASKED = frozenset({"refresh", "sign_out", "end_guest", "erase"})
"""Commands whose failure is told: a person asked for them, and nothing else on the screen shows it."""
ELSEWHERE = frozenset({"offline", "outage", "throttled", "service", "channel"})
"""Reasons that lie outside of this car, whose sentences hold for every command."""

UNSENT: dict[str, str] = {
    "too_late": mark("too late"),
    "blocked": mark("access is blocked"),
    "signed_out": mark("signed out"),
    "sign_in_needed": mark("sign-in needed"),
    "refused": mark("permission is missing"),
    "consent": mark("permission is missing"),
    "gone": mark("meeting not found"),
    "moved": mark("meeting moved or over"),
    "nobody": mark("no recipients"),
    "offline": mark("no connection"),
    "throttled": mark("service is busy"),
    "outage": mark("service error"),
    "service": mark("service error"),
}
"""Why something was not sent, after a colon; by the reason of the outbox."""


def unsent(words: Words, reason: str) -> str:
    """Why something was not sent; empty where there is nothing to say about it."""
    return words.say(UNSENT[reason]) if reason in UNSENT else ""


def failed(words: Words, command: str, reason: str) -> str:
    """What to say of a command that failed; empty where nobody waits for it."""
    if command not in ASKED:
        return ""
    key = reason if reason in ELSEWHERE else "error"
    return words.say(TROUBLE[key])


def sentence(words: Words, reason: str, number: str) -> str:
    """The sentence of an outcome; of an unknown one, a general sentence with the number it had."""
    text = SIGN_IN.get(reason) or TROUBLE.get(reason)
    if text is None or (reason == "number" and not number):
        text = SIGN_IN["number" if number else "refused"]
    return words.say(text, code=number) if "{code}" in text else words.say(text)
