"""Where a person signs in: the device code page and the authorization endpoint.

Forms are bound to a cookie of the same browser, so that another site cannot send them. An
authorization request is kept here between its page and its answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from carlendar_devtools.emulator.cloud import pages
from carlendar_devtools.emulator.cloud.codes import Wish
from carlendar_devtools.emulator.cloud.identity import IdentityPlatform
from carlendar_devtools.emulator.cloud.refusals import REFUSALS, OAuthError, Refusal, refuse
from carlendar_devtools.emulator.world.person import DirectoryUser

CODE_PATHS = ("/devicelogin", "/devicelogin/answer")
_COOKIE = "guard"
_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    """A pending authorization request."""

    wish: Wish
    state: str
    mode: str


@dataclass(slots=True)
class SignInPages:
    """Serves the pages of an `IdentityPlatform`."""

    identity: IdentityPlatform
    _asked: dict[str, _Asked] = field(default_factory=dict)

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register all pages."""
        self.add_code_pages(router)
        router.add_get("/{tenant}/oauth2/v2.0/authorize", self._authorize)
        router.add_post("/authorize/answer", self._answer_browser)
        router.add_get("/error", self._explain)

    def add_code_pages(self, router: web.UrlDispatcher) -> None:
        """Register the pages on which a device code is entered (`CODE_PATHS`)."""
        router.add_get("/devicelogin", self._enter_code)
        router.add_post("/devicelogin", self._choose_person)
        router.add_post("/devicelogin/answer", self._answer_device)

    # --- device code --------------------------------------------------------------------------

    async def _enter_code(self, request: web.Request) -> web.Response:
        guard = request.cookies.get(_COOKIE) or secrets.token_urlsafe(24)
        return _page("Enter code", pages.enter_code(guard), guard=guard, secure=request.secure)

    async def _choose_person(self, request: web.Request) -> web.Response:
        form = await _guarded(request)
        code = self.identity.devices.open(form.get("code", ""))
        if code is None:
            wrong = "That code didn't work. Check the code and try again."
            return _page("Enter code", pages.enter_code(form["guard"], wrong), status=400)
        hidden = {"guard": form["guard"], "code": code.user_code}
        inner = pages.choose_person("/devicelogin/answer", hidden, self._people(), code.wish.spelled)
        return _page("Choose who signs in", inner)

    async def _answer_device(self, request: web.Request) -> web.Response:
        form = await _guarded(request)
        try:
            if "cancel" in form:
                self.identity.refuse(form.get("code", ""))
                return _page("Cancelled", pages.message("You are not signed in. You can close this page."))
            against = self.identity.approve(form.get("code", ""), form.get("person", ""))
        except LookupError:
            return _page("That took too long", pages.message("Ask for a new code on your device."), status=400)
        if against is not None:
            return _refused(against)
        return _page("You are signed in", pages.message("You can close this page and go back to your device."))

    # --- authorization code ---------------------------------------------------------------------

    async def _authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        try:
            wish = self.identity.wish(query, request.match_info["tenant"])
            _check_redirect(wish.redirect_uri)
        except OAuthError as err:
            return _refused(err.refusal)
        mode = query.get("response_mode", "query")
        asked = _Asked(wish, query.get("state", ""), mode if mode in ("query", "fragment", "form_post") else "query")
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256" or not wish.challenge:
            return _back(asked, {"error": "invalid_request", "error_description": "AADSTS9002325: PKCE is required."})
        if self.identity.auto_approved:
            return self._agreed(asked, self.identity.auto_approved)
        if query.get("prompt") == "none":
            return _back(asked, {"error": "login_required", "error_description": "AADSTS50058: No user is signed in."})
        return self._ask(request, asked)

    def _ask(self, request: web.Request, asked: _Asked) -> web.Response:
        guard = request.cookies.get(_COOKIE) or secrets.token_urlsafe(24)
        key = secrets.token_urlsafe(24)
        while len(self._asked) >= _KEPT:
            self._asked.pop(next(iter(self._asked)))
        self._asked[key] = asked
        inner = pages.choose_person(
            "/authorize/answer", {"guard": guard, "asked": key}, self._people(), asked.wish.spelled
        )
        return _page("Choose who signs in", inner, guard=guard, posts_to=asked.wish.redirect_uri)

    async def _answer_browser(self, request: web.Request) -> web.Response:
        form = await _guarded(request)
        asked = self._asked.pop(form.get("asked", ""), None)
        if asked is None:
            return _page("That took too long", pages.message("Start again where you came from."), status=400)
        if "cancel" in form:
            return _back(
                asked, {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}
            )
        return self._agreed(asked, form.get("person", ""))

    def _agreed(self, asked: _Asked, address: str) -> web.Response:
        try:
            return _back(asked, {"code": self.identity.authorize(asked.wish, address)})
        except OAuthError as err:
            return _refused(err.refusal)
        except LookupError:
            return _refused(REFUSALS["unknown_person"])

    async def _explain(self, request: web.Request) -> web.Response:
        number = request.query.get("code", "")
        text = next((each.text for each in REFUSALS.values() if str(each.number) == number), "No such error is known.")
        return _page("Error", pages.message(text))

    def _people(self) -> list[DirectoryUser]:
        return [mailbox.person for mailbox in self.identity.world.people]


async def _guarded(request: web.Request) -> dict[str, str]:
    """Return the form of a request from one of our pages in the same browser. Raises HTTPForbidden."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    origin = request.headers.get("Origin")
    foreign = origin not in (None, "null", f"{request.scheme}://{request.host}")
    guard = request.cookies.get(_COOKIE, "")
    if foreign or not guard or not secrets.compare_digest(guard.encode(), form.get("guard", "").encode()):
        raise web.HTTPForbidden(text="This form was not sent from the page that belongs to it.")
    return form


def _check_redirect(address: str) -> None:
    """Only a loopback address is registered (RFC 8252, 7.3); its port is free. Raises OAuthError."""
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise refuse("bad_redirect")


def _refused(refusal: Refusal) -> web.Response:
    return _page("Sign-in failed", pages.message(refusal.text, f"AADSTS{refusal.number}"), status=400)


def _back(asked: _Asked, outcome: Mapping[str, str]) -> web.Response:
    """Return the outcome to the application in the requested response mode."""
    fields = {**outcome, **({"state": asked.state} if asked.state else {})}
    address = asked.wish.redirect_uri
    if asked.mode == "form_post":
        nonce = secrets.token_urlsafe(16)
        return _page("Going back", pages.post_back(address, fields, nonce), posts_to=address, nonce=nonce)
    sign = "#" if asked.mode == "fragment" else "&" if urlsplit(address).query else "?"
    raise web.HTTPFound(f"{address}{sign}{urlencode(fields)}")


def _page(
    title: str, inner: str, *, guard: str = "", status: int = 200, posts_to: str = "", nonce: str = "",
    secure: bool = True,
) -> web.Response:  # fmt: skip
    nonce = nonce or secrets.token_urlsafe(16)
    parts = urlsplit(posts_to)
    target = f" {parts.scheme}://{parts.netloc}" if posts_to else ""
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'{target}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    response = web.Response(text=pages.page(title, inner, nonce=nonce), content_type="text/html", status=status)
    response.headers.update(
        {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    )
    if guard:
        response.set_cookie(_COOKIE, guard, httponly=True, secure=secure, samesite="Strict")
    return response
