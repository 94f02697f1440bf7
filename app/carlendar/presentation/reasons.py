"""The catalogue of reasons: what every failure of signing in, synchronising or sending is called, once.

Adapters and the service name a reason by its key. A screen shows `text` as a message, `brief` beside the name of a
calendar, and `unsent` after a colon. The terminal shows `terminal`, which names host, setting and fix, in English.
Fields in braces: `{code}` is the service's own number, `{host}` the host that it happened with.
"""

from __future__ import annotations

from carlendar.domain.base import Value
from carlendar.i18n.catalogue import Words, mark


class Reason(Value, frozen=True):
    """A reason's texts; an empty one means that the reason does not occur there."""

    text: str = ""
    brief: str = ""
    unsent: str = ""
    terminal: str = ""


_ADMINISTRATORS = "see docs/administrators.md"

SIGN_IN: dict[str, Reason] = {
    "again": Reason(mark("Please sign in again."), terminal="sign in again (carlendar sign-in)"),
    "revoked": Reason(mark("Access was revoked. Sign in again, or ask your administrator.")),
    "signed_out": Reason(mark("You are signed out. Sign in to see your day."), unsent=mark("signed out")),
    "policy": Reason(
        mark("Your organisation does not allow this way of signing in. Try the browser, or ask your administrator.")
    ),
    "access_rules": Reason(
        mark("Your organisation’s access rules block this sign-in ({code}). Ask your administrator."),
        terminal="Conditional Access of the organisation blocks this sign-in ({code})",
    ),
    "device": Reason(
        mark("Your organisation only allows devices that it manages. Ask your administrator to allow this car.")
    ),
    "disabled": Reason(mark("This account is disabled. Ask your administrator.")),
    "password": Reason(mark("The user name or password is wrong. Try again.")),
    "password_expired": Reason(mark("Your password has expired. Change it on your computer, then sign in again.")),
    "password_changed": Reason(mark("Your password was changed. Please sign in again.")),
    "consent": Reason(
        mark("Carlendar needs your permission. Sign in again and accept what it asks for."),
        unsent=mark("permission is missing"),
    ),
    "admin_consent": Reason(mark("An administrator of your organisation must approve Carlendar first.")),
    "wrong_tenant": Reason(
        mark("This account does not belong to the organisation this car is set up for. Use another account.")
    ),
    "client_id": Reason(
        mark("Carlendar is not set up in this car yet. Ask your administrator."),
        terminal=f"identity.client_id is not set: register an application ({_ADMINISTRATORS}), then set its id in"
        " settings.toml or CARLENDAR_IDENTITY_CLIENT_ID",
    ),
    "application": Reason(
        mark("Carlendar is not set up in your organisation. Ask your administrator."),
        terminal="the organisation does not know the application ({code}): check identity.client_id and"
        f" identity.tenant, and grant admin consent ({_ADMINISTRATORS})",
    ),
    "single_tenant": Reason(
        mark("Carlendar is registered for one organisation, which is not set in this car. Ask your administrator."),
        terminal="the application is registered for one organisation only ({code}): set identity.tenant to the id or"
        " domain of that directory",
    ),
    "unknown_tenant": Reason(
        mark("Microsoft does not know the organisation this car is set up for. Ask your administrator."),
        terminal="Microsoft knows no directory of that name ({code}): correct identity.tenant, an id or a domain, and"
        " identity.cloud",
    ),
    "account_kind": Reason(
        mark("Carlendar does not accept this kind of account here. Use another account, or ask your administrator."),
        terminal="the application does not accept this kind of account ({code}): identity.tenant must fit the account"
        " types of the registration (organizations, consumers or common)",
    ),
    "not_public": Reason(
        mark("Carlendar is not set up for use in a car. Ask your administrator to allow public client flows."),
        terminal="the application is not a public client ({code}): allow public client flows in its registration"
        f" ({_ADMINISTRATORS})",
    ),
    "redirect": Reason(
        mark("Signing in with the browser is not set up. Use a code, or ask your administrator."),
        terminal="the redirect address is not registered ({code}): add http://localhost as a public client redirect"
        f" ({_ADMINISTRATORS})",
    ),
    "scope": Reason(
        mark("Carlendar asks for a permission that does not exist ({code}). Ask your administrator."),
        terminal="a permission is unknown ({code}): correct identity.scopes and identity.extra_scopes",
    ),
    "setup": Reason(
        mark("The sign-in is not set up correctly ({code}). Ask your administrator."),
        terminal="Microsoft does not accept the request ({code}): check identity.client_id, identity.tenant and the"
        f" registration ({_ADMINISTRATORS})",
    ),
    "confirm": Reason(mark("Your organisation requires you to confirm your identity. Please sign in again.")),
    "not_assigned": Reason(
        mark("You have not been given access to Carlendar. Ask your administrator."),
        terminal=f"this person is not assigned to the application ({{code}}): assign them ({_ADMINISTRATORS})",
    ),
    "unknown_user": Reason(mark("Microsoft does not know this account. Check the address and try again.")),
    "locked": Reason(mark("This account is locked after too many attempts. Wait a while, or reset the password.")),
    "too_old": Reason(mark("Your organisation requires you to sign in again from time to time. Please sign in again.")),
    "risk": Reason(mark("Microsoft considers this account at risk. Secure it on your computer, then sign in again.")),
    "too_many": Reason(mark("Microsoft has paused sign-ins from this car. Wait a few minutes, then try again.")),
    "home_server": Reason(
        mark("Your organisation’s sign-in server cannot be reached ({code}). Try again later."),
        terminal="the organisation’s own sign-in server does not answer Microsoft ({code}), try again later",
    ),
    "not_completed": Reason(mark("The sign-in was not completed ({code}). Please start again.")),
    "declined": Reason(mark("The sign-in was declined.")),
    "expired": Reason(mark("This code has expired. Get a new code.")),
    "browser_expired": Reason(mark("The sign-in in the browser took too long. Try again.")),
    "cancelled": Reason(mark("The sign-in was cancelled.")),
    "no_code": Reason(mark("Signing in with a code is not possible here. Try the browser.")),
    "no_browser": Reason(mark("There is no browser in this car. Sign in with a code.")),
    "wrong_account": Reason(mark("That was another account. Sign in with the one you want to renew.")),
    "other_driver": Reason(
        mark("Another driver of this car uses this account. Choose that driver, or sign the account out there first.")
    ),
    "refused": Reason(
        mark("Microsoft refused the sign-in. Ask your administrator."),
        brief=mark("Access denied by server"),
        unsent=mark("permission is missing"),
        terminal="{host} denies access: a permission is missing, ask the administrator",
    ),
    "number": Reason(mark("Microsoft refused the sign-in ({code}). Ask your administrator.")),
}
"""Outcomes of signing in; `refused` is also the answer to other requests."""

CONNECTION: dict[str, Reason] = {
    "offline": Reason(
        mark("No connection. Try again when the car is online."),
        brief=mark("Cannot be reached"),
        unsent=mark("no connection"),
        terminal="no network connection to {host}",
    ),
    "name": Reason(
        mark("The server’s name cannot be found. Check the car’s connection."),
        brief=mark("Name not found"),
        unsent=mark("no connection"),
        terminal="the name {host} cannot be resolved: check the DNS server, or the host in the settings",
    ),
    "connection_refused": Reason(
        mark("The server does not accept the connection. Try again later."),
        brief=mark("Cannot be reached"),
        unsent=mark("no connection"),
        terminal="{host} refuses the connection: check the port and the firewall, or the host in the settings",
    ),
    "connection_lost": Reason(
        mark("The connection was cut off. Try again."),
        brief=mark("Cannot be reached"),
        unsent=mark("no connection"),
        terminal="the connection to {host} was cut off: try again; if it persists, check firewall and proxy",
    ),
    "timeout": Reason(
        mark("The server does not answer. Try again later."),
        brief=mark("No answer"),
        unsent=mark("no connection"),
        terminal="{host} did not answer in time: try again, or check whether a firewall blocks it",
    ),
    "certificate_authority": Reason(
        mark(
            "The connection is inspected or not genuine: the server’s certificate is unknown. Ask your administrator."
        ),
        brief=mark("Unknown certificate"),
        unsent=mark("insecure connection"),
        terminal="the certificate of {host} is of an unknown authority: where a proxy inspects TLS, set network.ca_file"
        " to its certificate authority",
    ),
    "certificate_expired": Reason(
        mark("The server’s certificate has expired, or the car’s clock is wrong."),
        brief=mark("Certificate expired"),
        unsent=mark("insecure connection"),
        terminal="the certificate of {host} has expired: have it renewed, or set this clock where it is fast"
        " (carlendar doctor compares it)",
    ),
    "certificate_early": Reason(
        mark("The server’s certificate is not valid yet: the car’s clock may be wrong."),
        brief=mark("Certificate not valid yet"),
        unsent=mark("insecure connection"),
        terminal="the certificate of {host} is not valid yet: set this clock where it is slow (carlendar doctor"
        " compares it)",
    ),
    "clock": Reason(
        terminal="this clock is wrong, so that the certificate of {host} looks invalid: set the clock",
    ),
    "certificate_host": Reason(
        mark("Another server answers than the one asked. Sign in to the Wi-Fi, or ask your administrator."),
        brief=mark("Certificate of another server"),
        unsent=mark("insecure connection"),
        terminal="the certificate is not that of {host}: a Wi-Fi sign-in page or a wrong DNS entry is in between, or"
        " the host in the settings is wrong",
    ),
    "certificate": Reason(
        mark("The server’s certificate cannot be accepted. Ask your administrator."),
        brief=mark("Invalid certificate"),
        unsent=mark("insecure connection"),
        terminal="the certificate of {host} cannot be accepted, for its chain, key or purpose: ask the"
        " operator of that server to replace it",
    ),
    "tls": Reason(
        mark("No secure connection to the server. Ask your administrator."),
        brief=mark("No secure connection"),
        unsent=mark("insecure connection"),
        terminal="no TLS connection to {host}, which speaks no TLS there or no common version: check the port, or the"
        " host in the settings",
    ),
    "ca_file": Reason(
        mark("A certificate file of the settings cannot be read. Ask your administrator."),
        brief=mark("Certificate file cannot be read"),
        unsent=mark("insecure connection"),
        terminal="a certificate file cannot be read or holds none (PEM): check network.ca_file, identity.ca_file and"
        " feeds.ca_file",
    ),
    "portal": Reason(
        mark("This network asks you to sign in first. Open its sign-in page, or use another network."),
        brief=mark("Network asks to sign in"),
        unsent=mark("no connection"),
        terminal="a web page answers in place of {host}: sign in to the network (captive portal), or use another one",
    ),
    "filtered": Reason(
        mark("This network blocks the server. Use another network, or ask your administrator."),
        brief=mark("Blocked by the network"),
        unsent=mark("no connection"),
        terminal=f"a web filter in the network blocks {{host}}: allow the endpoints ({_ADMINISTRATORS})",
    ),
    "proxy": Reason(
        mark("The proxy cannot be reached. Ask your administrator."),
        brief=mark("Proxy cannot be reached"),
        unsent=mark("no connection"),
        terminal="the HTTP proxy does not answer: check network.proxy, or HTTPS_PROXY in the environment",
    ),
    "proxy_name": Reason(
        mark("The proxy’s name cannot be found. Ask your administrator."),
        brief=mark("Proxy cannot be reached"),
        unsent=mark("no connection"),
        terminal="the HTTP proxy’s name cannot be resolved: check network.proxy, or HTTPS_PROXY in the environment",
    ),
    "proxy_auth": Reason(
        mark("The proxy asks for a user name and password. Ask your administrator."),
        brief=mark("Proxy asks to sign in"),
        unsent=mark("no connection"),
        terminal="the HTTP proxy demands authentication (407): set network.proxy to http://USER:PASSWORD@HOST:PORT"
        " (only basic authentication is supported)",
    ),
    "proxy_refused": Reason(
        mark("The proxy does not allow this connection. Ask your administrator."),
        brief=mark("Refused by the proxy"),
        unsent=mark("no connection"),
        terminal=f"the HTTP proxy refuses the connection to {{host}}: allow it there ({_ADMINISTRATORS})",
    ),
    "proxy_address": Reason(
        mark("The proxy’s address cannot be used. Ask your administrator."),
        brief=mark("Proxy cannot be reached"),
        unsent=mark("no connection"),
        terminal="the HTTP proxy’s address cannot be used: network.proxy (or HTTPS_PROXY) is written http://HOST:PORT",
    ),
}
"""Why a server was not reached, or not the one that was asked."""

SERVICE: dict[str, Reason] = {
    "outage": Reason(
        mark("Microsoft is having problems. Try again later."),
        brief=mark("Server error"),
        unsent=mark("service error"),
        terminal="{host} has problems of its own, try again later",
    ),
    "unreadable": Reason(
        mark("The server’s answer cannot be read. Try again later."),
        brief=mark("Unreadable answer"),
        unsent=mark("service error"),
        terminal="the answer of {host} cannot be read, try again later",
    ),
    "throttled": Reason(
        mark("Microsoft is busy. Try again later."),
        brief=mark("Server is busy"),
        unsent=mark("service is busy"),
        terminal="{host} asks to wait, try again later",
    ),
    "service": Reason(
        mark("Microsoft cannot be reached. Try again later."),
        brief=mark("Cannot be reached"),
        unsent=mark("service error"),
        terminal="{host} cannot be reached, try again later",
    ),
    "gone": Reason(
        brief=mark("No longer available"),
        unsent=mark("meeting not found"),
        terminal="it no longer exists at {host}",
    ),
    "sign_in_needed": Reason(
        mark("Please sign in again."),
        brief=mark("Sign-in needed"),
        unsent=mark("sign-in needed"),
        terminal="sign in again (carlendar sign-in)",
    ),
    "sign_in_refused": Reason(
        mark("Microsoft refused the sign-in. Ask your administrator."),
        brief=mark("Access denied by server"),
        terminal="Microsoft refuses this application or account (carlendar sign-in says why)",
    ),
    "mailbox": Reason(
        mark("This account has no mailbox in Exchange Online. Ask your administrator."),
        brief=mark("No online mailbox"),
        terminal="the account has no usable mailbox in Exchange Online (it is on premises, without a licence, inactive"
        " or deleted): move or license it",
    ),
    "mailbox_license": Reason(
        mark("Your organisation has no Exchange Online for this account. Ask your administrator."),
        brief=mark("No online mailbox"),
        terminal="the organisation or the account has no licence for Exchange Online: assign one",
    ),
    "mailbox_disabled": Reason(
        mark("The mailbox of this account is disabled. Ask your administrator."),
        brief=mark("Mailbox disabled"),
        terminal="the mailbox of this account is disabled or blocked: enable it in Exchange Online",
    ),
    "mailbox_moving": Reason(
        mark("Your mailbox is being moved or is offline. Try again later."),
        brief=mark("Mailbox not available"),
        unsent=mark("service error"),
        terminal="the mailbox is being moved or is offline at the moment, try again later",
    ),
}
"""What a service answers."""

OWN: dict[str, Reason] = {
    "vault": Reason(
        mark("The sign-in could not be saved securely in this car. Ask your administrator."),
        brief=mark("Address is missing or locked"),
        terminal="the stored sign-in cannot be read, sign in again (carlendar sign-in)",
    ),
    "vault_locked": Reason(
        mark("The keyring of this car is locked. Unlock it, then try again."),
        brief=mark("Address is missing or locked"),
        terminal="the keyring is locked, unlock it",
    ),
    "store": Reason(
        mark("The sign-in could not be saved in this car. Try again."),
        terminal="the calendar cannot be stored (carlendar doctor says why)",
    ),
    "store_full": Reason(
        mark("The storage of this car is full. Free some space, then try again."),
        terminal="the disk is full, or Carlendar’s quota of it: free some space",
    ),
    "store_damaged": Reason(terminal="the stored calendar is damaged, it is repaired at the next start"),
    "channel": Reason(
        mark("Carlendar is restarting. Try again in a moment."),
        terminal="the service of Carlendar does not start or does not answer (carlendar service shows why)",
    ),
    "usage": Reason(terminal="the service does not know this command or refuses its arguments"),
    "error": Reason(
        mark("Something went wrong. Try again."),
        brief=mark("Cannot be read"),
        terminal="it could not be read because of an error of Carlendar itself (see the log)",
    ),
}
"""What failed in this car."""

FEEDS: dict[str, Reason] = {
    "feed_file": Reason(brief=mark("File cannot be read"), terminal="file cannot be read"),
    "feed_address": Reason(
        brief=mark("Invalid address"), terminal="the address cannot be used: it begins with https:// or webcal://"
    ),
    "feed_private": Reason(
        brief=mark("Address not allowed"),
        terminal="{host} is an address of a private network: allow these by feeds.private_addresses",
    ),
    "feed_size": Reason(brief=mark("Too large"), terminal="it is too large"),
    "feed_text": Reason(brief=mark("Not a calendar"), terminal="what {host} answers is not a calendar (iCalendar)"),
    "feed_page": Reason(
        brief=mark("Web page, not a calendar"),
        terminal="{host} answers with a web page and not with a calendar: use the calendar’s iCal address, or sign in"
        " to the network",
    ),
    "feed_refused": Reason(
        brief=mark("Access denied by server"),
        terminal="{host} denies access to the calendar: its address may have been changed or withdrawn",
    ),
    "feed_request": Reason(
        brief=mark("Invalid address"), terminal="{host} rejects the request: check the calendar’s address"
    ),
    "feed_redirects": Reason(
        brief=mark("Invalid address"), terminal="{host} redirects without end: check the calendar’s address"
    ),
    "feed_endless": Reason(brief=mark("Too many meetings"), terminal="it has too many meetings"),
    "feed_limits": Reason(brief=mark("Too complex to read"), terminal="it is too complex to be read"),
    "feed_quarantined": Reason(
        brief=mark("Too complex, not updated until it changes"),
        terminal="it was too complex to be read twice and is not read until it changes",
    ),
    "feed_off": Reason(terminal="calendar subscriptions are not allowed here (feeds.allowed)"),
    "feed_many": Reason(terminal="there are as many subscriptions as there can be: remove one first (--remove-feed)"),
    "feed_twice": Reason(terminal="this driver already has this calendar"),
    "feed_driver": Reason(terminal="there are several drivers: add --profile NAME"),
}
"""What is wrong with a subscribed calendar."""

CALLING: dict[str, Reason] = {
    "calling_car": Reason(
        mark("This car may not join over the data connection. Ask your administrator."),
        terminal="{host} does not accept this car: enrol it, or renew its certificate (carlendar telemetry request)",
    ),
    "calling_certificate": Reason(
        mark("This car has no certificate to join over the data connection. Ask your administrator."),
        terminal="the car has no certificate: carlendar telemetry request, then carlendar telemetry install",
    ),
    "calling_minutes": Reason(
        mark("This car has used up its minutes for meetings over the data connection in this month."),
        terminal="the car's minutes of this month are used up (carlendar fleet tokens --minutes)",
    ),
    "calling_guests": Reason(
        mark("Joining as a guest is not allowed. Allow Carlendar to join as you in the Settings."),
        terminal="guests get no token (carlendar fleet tokens --no-guests): grant Teams.ManageCalls",
    ),
    "calling_setup": Reason(
        mark("Joining over the data connection is not set up correctly. Ask your administrator."),
        terminal="the back end does not accept the driver's token: its --client-id and --login must fit this car's"
        " identity.client_id and cloud",
    ),
    "calling_tenant": Reason(
        mark("Your organisation is not set up for joining over the data connection. Ask your administrator."),
        terminal="the back end does not accept people of this organisation (carlendar fleet tokens --tenant)",
    ),
    "calling_person": Reason(
        mark("This kind of account cannot join over the data connection."),
        terminal="the token for calls is of no person of an organisation",
    ),
    "calling_refused": Reason(
        mark("Microsoft does not accept this account for calls. Ask your administrator."),
        terminal=f"Azure does not accept the account for calls: check its Teams licence ({_ADMINISTRATORS})",
    ),
    "calling_azure_setup": Reason(
        mark("The carmaker’s service for joining is not set up correctly. Try again later."),
        terminal="Azure refuses the back end: its connection string is wrong or was renewed",
    ),
    "calling_azure": Reason(
        mark("The service for joining is having problems. Try again later."),
        terminal="{host} or Azure Communication Services has problems, try again later",
    ),
}
"""Why there is no token for joining over the data connection."""

OUTBOX: dict[str, Reason] = {
    "too_late": Reason(unsent=mark("too late")),
    "blocked": Reason(unsent=mark("access is blocked")),
    "moved": Reason(unsent=mark("meeting moved or over")),
    "nobody": Reason(unsent=mark("no recipients")),
}
"""Why something was not sent, beyond what a service answers."""

REASONS: dict[str, Reason] = {**SIGN_IN, **CONNECTION, **SERVICE, **OWN, **FEEDS, **CALLING, **OUTBOX}

ASKED = frozenset({"refresh", "sign_out", "end_guest", "erase"})
"""Commands whose failure is shown: a person asked for them, and nothing else on the screen shows it."""
ELSEWHERE = frozenset({*CONNECTION, *SERVICE, "channel"})
"""Reasons that lie outside of the store, whose sentences hold for every command."""
_UNKNOWN = OWN["error"]
_CODE = " ({code})"


def unsent(words: Words, reason: str) -> str:
    """Why something was not sent; empty where there is nothing to say about it."""
    text = REASONS[reason].unsent if reason in REASONS else ""
    return words.say(text) if text else ""


def brief(words: Words, reason: str) -> str:
    """What is wrong with a calendar, beside its name; empty where nothing is."""
    if not reason:
        return ""
    text = REASONS[reason].brief if reason in REASONS else ""
    return words.say(text or _UNKNOWN.brief)


def failed(words: Words, command: str, reason: str) -> str:
    """The message for a failed command; empty where no person waits for it."""
    if command not in ASKED:
        return ""
    text = REASONS[reason].text if reason in ELSEWHERE else ""
    return words.say(text or _UNKNOWN.text)


def sentence(words: Words, reason: str, number: str) -> str:
    """The sentence of an outcome; of an unknown one, a general sentence with the number it had."""
    text = REASONS[reason].text if reason in REASONS else ""
    if not text or (reason == "number" and not number):
        text = REASONS["number" if number else "refused"].text
    said = words.say(text)
    return said.replace(_CODE, "") if not number else said.replace("{code}", number)


def short(reason: str) -> str:
    """A few words for a table on the terminal, in English."""
    text = (REASONS[reason].brief if reason in REASONS else "") or _UNKNOWN.brief
    return text[:1].lower() + text[1:]


def terminal(reason: str, *, host: str = "", number: str = "") -> str:
    """The message for a reason on the terminal: a clause without a full stop that names the fix."""
    found = REASONS.get(reason) or (REASONS["number"] if number else _UNKNOWN)
    text = found.terminal or found.text.rstrip(".")
    if not number:
        text = text.replace(_CODE, "")
    return text.replace("{code}", number).replace("{host}", host or "the server")


def explained(reason: str, *, host: str = "") -> tuple[str, str]:
    """`terminal`, taken apart into what happened and the fix."""
    text = terminal(reason, host=host)
    host_end = text.find(host) + len(host) if host and host in text else 0  # a host may hold a colon before its port
    what, colon, fix = text[host_end:].partition(": ")
    if colon:
        return text[:host_end] + what, fix
    what, comma, fix = text.rpartition(", ")
    return (what, fix) if comma else (text, "try again later")
