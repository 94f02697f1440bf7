"""One hidden browser with our page in it, from its start to its end."""

from __future__ import annotations

import asyncio
import base64
import itertools
import logging
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from carlendar.domain.base import Value
from carlendar.domain.online_call import CallIdentity, OnlineEnd
from carlendar.online import allowed_hosts
from carlendar.online.chromium import OLDEST, Browser, ChromiumProcess, command, major_version
from carlendar.online.memory_limit import MemoryMeter, limited_cgroup
from carlendar.online.profile_folder import make_profile, remove_profile
from carlendar.online.protocol_pipe import EngineError, Parameters, ProtocolPipe, UnusableError
from carlendar.online.sdk_folder import read_served

ORIGIN = f"https://{allowed_hosts.LOCAL}"
BINDING = "carlendarReport"
LOADING = "load"
"""The page's method that loads the SDK; the detail of the error if that fails."""
PERMISSIONS = ["audioCapture"]
"""What the page may use."""

_log = logging.getLogger(__name__)


class EngineLimits(Value, frozen=True):
    """Time limits in seconds and the bound on memory in mebibytes."""

    answer: float = 10.0
    """For the browser to answer a command that does nothing long."""
    load: float = 30.0
    """For the page to load the SDK, on a busy machine."""
    beat: float = 1.0
    silence: float = 3.0
    """Without a heartbeat of the page, after which the engine counts as hung."""
    memory_interval: float = 10.0
    memory: int = 600
    events: int = 2000
    """Events of the browser in one `beat`, beyond which the page counts as running wild."""


class EngineParts(Value, frozen=True):
    """What an engine is made of. `hosts` are those that the page may reach."""

    browser: Browser
    sdk: Path
    environ: Mapping[str, str]
    hosts: tuple[str, ...] = allowed_hosts.MICROSOFT
    limits: EngineLimits = EngineLimits()


class Registration(Value, frozen=True):
    """As whom the page is registered with the calling service."""

    account_id: str
    display_name: str
    identity: CallIdentity


class Supported(Value, frozen=True):
    """What the SDK says of the browser, and whether the page may use a microphone."""

    supported: bool
    version: Annotated[str, Meta(max_length=40, pattern=r"^[0-9A-Za-z. ]*$")]
    microphone: bool


class Engine:
    """A browser with our page. `on_report` gets the page's reports, undecoded; `lost` is set once it is of no use."""

    def __init__(self, parts: EngineParts, on_report: Callable[[bytes], None]) -> None:
        self._parts, self._limits, self._on_report = parts, parts.limits, on_report
        self._pipe = ProtocolPipe(self._on_event)
        self._process: ChromiumProcess | None = None
        self._profile: Path | None = None
        self._session = self._page = ""
        self._loaded = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.lost = asyncio.Event()
        self.version = ""
        """The browser's version, as the SDK sees it."""
        self.reason = ""
        """Why it was lost, for the log."""
        self.registration: Registration | None = None
        self.megabytes = 0.0
        """Its memory when that was last measured."""
        self._events = 0
        """Events since the last heartbeat."""
        self._refused = False
        """Whether it was logged that a request was refused."""

    @property
    def pid(self) -> int:
        """The browser's process; 0 while there is none."""
        return self._process.pid if self._process else 0

    async def start(self) -> Supported:
        """Start the browser, load the page and the SDK; `stop` it in any case. Raises EngineError, UnusableError."""
        parts = self._parts
        self._profile = await asyncio.to_thread(make_profile, parts.environ)
        arguments = command(parts.browser, self._profile, parts.hosts)
        cgroup = await asyncio.to_thread(limited_cgroup, self._limits.memory)
        self._process = ChromiumProcess.start(arguments, self._profile, parts.environ, cgroup)
        await self._pipe.open(self._process.reading, self._process.writing)
        self._spawn(self._watch_pipe())
        self._spawn(self._watch_memory())
        loading, lost = asyncio.ensure_future(self._load()), asyncio.ensure_future(self.lost.wait())
        try:
            await asyncio.wait({loading, lost}, return_when=asyncio.FIRST_COMPLETED)
            if not loading.done():
                raise EngineError("the engine was lost", detail=self.reason)
            found = loading.result()
        finally:
            loading.cancel()
            lost.cancel()
            await asyncio.gather(loading, lost, return_exceptions=True)
        self._spawn(self._watch_heartbeat())
        self.version = found.version
        return found

    async def call(self, method: str, *arguments: object, seconds: float = 0.0) -> object:
        """Call a method of the page and return its result. Raises EngineError."""
        result = await self._ask(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": "function(name, ...given) { return this[name](...given); }",
                "objectId": self._page,
                "arguments": [{"value": each} for each in (method, *arguments)],
                "awaitPromise": True,
                "returnByValue": True,
            },
            seconds=seconds,
        )
        if "exceptionDetails" in result:
            raise EngineError("the page failed", detail=method)
        return result.get("result", {}).get("value")

    async def stop(self) -> None:
        """End the browser with all its processes, and remove its profile."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._pipe.close()
        finally:
            if self._process is not None:
                await asyncio.to_thread(self._process.end)
            if self._profile is not None:
                await asyncio.to_thread(remove_profile, self._profile)

    # --- setting up ----------------------------------------------------------------------------

    async def _load(self) -> Supported:
        """Load the page and the SDK. Raises EngineError, UnusableError."""
        await self._require_version()
        await self._open_page()
        try:
            async with asyncio.timeout(self._limits.load):
                await self._loaded.wait()
        except TimeoutError as error:
            raise EngineError("the page did not load", detail="page") from error
        said = await self.call(LOADING, seconds=self._limits.load)
        try:
            return msgspec.convert(said, Supported)
        except msgspec.ValidationError as error:
            raise EngineError("the page answered something else") from error

    async def _require_version(self) -> None:
        product = str((await self._ask("Browser.getVersion", {})).get("product", ""))
        if (version := major_version(product)) < OLDEST:
            raise UnusableError(f"Chromium {version or 'of unknown version'} is too old", OnlineEnd.ENGINE_TOO_OLD)

    async def _open_page(self) -> None:
        """Open our page in a context of its own, which stores nothing, with the microphone as its only permission."""
        context = await self._ask("Target.createBrowserContext", {"disposeOnDetach": True})
        _, _, target = await asyncio.gather(
            self._ask("Browser.grantPermissions", {"permissions": PERMISSIONS, "origin": ORIGIN, **context}),
            self._ask("Browser.setDownloadBehavior", {"behavior": "deny", **context}),
            self._ask("Target.createTarget", {"url": "about:blank", **context}),
        )
        attached = await self._ask("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
        self._session = attached["sessionId"]
        await asyncio.gather(
            self._ask("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}),
            self._ask("Inspector.enable", {}),
            self._ask("Runtime.enable", {}),
            self._ask("Runtime.addBinding", {"name": BINDING}),
            self._ask("Page.navigate", {"url": f"{ORIGIN}/"}),
        )

    async def _ask(self, method: str, parameters: Parameters, *, seconds: float = 0.0) -> Parameters:
        return await self._pipe.call(method, parameters, session=self._session, seconds=seconds or self._limits.answer)

    # --- what the browser reports --------------------------------------------------------------

    def _on_event(self, session: str, method: str, parameters: Parameters) -> None:
        self._events += 1
        if self._events > self._limits.events:
            self.lose("too many events")
            return
        if method == "Fetch.requestPaused" and session == self._session:
            self._spawn(self._answer_request(parameters))
        elif method == "Runtime.bindingCalled" and parameters.get("name") == BINDING:
            self._take_report(str(parameters.get("payload", "")).encode())
        elif method in ("Inspector.targetCrashed", "Inspector.detached", "Target.detachedFromTarget"):
            self.lose("the page is gone")

    def _take_report(self, report: bytes) -> None:
        if self._page:
            self._on_report(report)
        elif report == b'{"ready":true}':
            self._spawn(self._find_page())

    async def _find_page(self) -> None:
        found = await self._ask("Runtime.evaluate", {"expression": "carlendar"})
        self._page = found["result"]["objectId"]
        self._loaded.set()

    async def _answer_request(self, request: Parameters) -> None:
        """Serve what is ours, let pass what is allowed, refuse the rest."""
        url, number = request["request"]["url"], {"requestId": request["requestId"]}
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" == ORIGIN:
            await self._serve(parts.path, number)
        elif allowed_hosts.is_allowed(url, self._parts.hosts):
            await self._ask("Fetch.continueRequest", number)
        else:
            if not self._refused:
                self._refused = True
                _log.info("requests of the page to other hosts than Microsoft's are refused")
            await self._ask("Fetch.failRequest", number | {"errorReason": "BlockedByClient"})

    async def _serve(self, path: str, number: Parameters) -> None:
        found = await asyncio.to_thread(read_served, path, self._parts.sdk)
        if found is None:
            await self._ask("Fetch.fulfillRequest", number | {"responseCode": 404})
            return
        content, kind = found
        headers = {
            "Content-Type": kind,
            "Content-Security-Policy": allowed_hosts.content_security_policy(self._parts.hosts),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }
        answer: dict[str, Any] = {
            "responseCode": 200,
            "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()],
            "body": base64.b64encode(content).decode(),
        }
        await self._ask("Fetch.fulfillRequest", number | answer)

    # --- watching ------------------------------------------------------------------------------

    async def _watch_pipe(self) -> None:
        await self._pipe.closed.wait()
        self.lose("the browser is gone")

    async def _watch_heartbeat(self) -> None:
        """Ask the page for a sign of life: that fails if the browser, the page or its process is gone, or hangs."""
        alive: Parameters = {"functionDeclaration": "function() {}", "objectId": self._page}
        while True:
            await asyncio.sleep(self._limits.beat)
            self._events = 0
            try:
                await self._ask("Runtime.callFunctionOn", alive, seconds=self._limits.silence)
            except EngineError:
                self.lose("no heartbeat")
                return

    async def _watch_memory(self) -> None:
        """Measure what is quick to read at every beat, and the whole now and then."""
        meter = MemoryMeter(self.pid)
        beats = max(1, round(self._limits.memory_interval / self._limits.beat))
        for beat in itertools.count(1):
            await asyncio.sleep(self._limits.beat)
            if beat % beats == 0:
                measured = self.megabytes = await asyncio.to_thread(meter.proportional)
            else:  # while it starts, its processes are not known yet
                measured = await asyncio.to_thread(meter.private, find=beat < beats)
            if measured > self._limits.memory:
                self.lose("too much memory")
                return

    def lose(self, reason: str) -> None:
        """Count it as lost: what its page reports can be trusted no longer."""
        if not self.lost.is_set():
            self.reason = reason
            self.lost.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, EngineError):
            _log.warning("the engine failed: %s", type(error).__name__)
