"""The emulated Microsoft cloud: identity platform, Graph and Communication Services on one loopback port, over TLS.

    cloud = CloudServer(world, wall_clock, elapsed_clock, state_dir)
    await cloud.start()        # cloud.graph, cloud.authority, cloud.ca_file and cloud.client_id are all a client needs
    await cloud.stop()

The controls may be called from any thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from carlendar.domain.ports import ElapsedClock, Unsubscribe, WallClock
from carlendar_devtools.emulator.cloud.certificates import make
from carlendar_devtools.emulator.cloud.codes import AuthorizationCodes, DeviceCodes, IssuedCode
from carlendar_devtools.emulator.cloud.communication import CommunicationEmulation
from carlendar_devtools.emulator.cloud.control import ControlApi
from carlendar_devtools.emulator.cloud.event_log import CloudEvent, EventLog
from carlendar_devtools.emulator.cloud.faults import Fault, FaultPlan
from carlendar_devtools.emulator.cloud.graph import VERSION, Graph
from carlendar_devtools.emulator.cloud.graph_routes import GraphRoutes
from carlendar_devtools.emulator.cloud.identity import CLIENT_ID, IdentityPlatform
from carlendar_devtools.emulator.cloud.identity_routes import IdentityRoutes
from carlendar_devtools.emulator.cloud.limits import Limits
from carlendar_devtools.emulator.cloud.maps import PREFIX as MAPS
from carlendar_devtools.emulator.cloud.maps import EmulatedMaps
from carlendar_devtools.emulator.cloud.refusals import REFUSALS
from carlendar_devtools.emulator.cloud.sign_in_pages import SignInPages
from carlendar_devtools.emulator.cloud.state import GraphState
from carlendar_devtools.emulator.cloud.subscriptions import Delivery, deliveries
from carlendar_devtools.emulator.cloud.tokens import Tokens
from carlendar_devtools.emulator.world.invitation_parts import TENANT_ID
from carlendar_devtools.emulator.world.person import DirectoryUser
from carlendar_devtools.emulator.world.world import World

_LARGEST_REQUEST = 4 * 1024 * 1024
_PATIENCE = 0.5
"""Seconds that requests have to finish when the server stops."""
_TURNS = 5
"""Iterations of the event loop to release aborted connections."""


class CloudServer:
    """One cloud for one world. `wall_clock` is the world's time from now on; `port` 0 chooses a free one.

    With `controlled` its controls are served over HTTP too, at `control`, an address that contains a secret.
    """

    client_id = CLIENT_ID

    def __init__(
        self,
        world: World,
        wall_clock: WallClock,
        elapsed: ElapsedClock,
        state_dir: Path,
        port: int = 0,
        *,
        controlled: bool = False,
    ) -> None:
        self.world = world
        world.follow(wall_clock.now)
        self._context, self.ca_file = make(state_dir)
        self._socket = _listen(port)
        self.port = int(self._socket.getsockname()[1])
        self.origin = f"https://localhost:{self.port}"
        self.faults = FaultPlan()
        self.limits = Limits(elapsed)
        self.event_log = EventLog(world.now)
        self.identity = IdentityPlatform(
            world=world,
            origin=self.origin,
            tenant_id=TENANT_ID,
            devices=DeviceCodes(elapsed),
            browser=AuthorizationCodes(elapsed),
            tokens=Tokens(elapsed, self.origin, TENANT_ID),
            event_log=self.event_log,
        )
        self.communication = CommunicationEmulation(self.identity, self.faults)
        self._graph = Graph(self.identity, GraphState(self.faults), f"{self.origin}/{VERSION}")
        self.maps = EmulatedMaps(self.faults, self.event_log)
        self._secret = secrets.token_urlsafe(16) if controlled else ""
        self._runner: web.AppRunner | None = None

    # --- what a client needs to know ----------------------------------------------------------

    @property
    def graph(self) -> str:
        """Where Graph is, with its version."""
        return f"{self.origin}/{VERSION}"

    @property
    def maps_url(self) -> str:
        """Where Azure Maps is."""
        return f"{self.origin}{MAPS}"

    @property
    def authority(self) -> str:
        """Where people of this organisation sign in."""
        return f"{self.origin}/{self.world.tenant}"

    @property
    def verification(self) -> str:
        """The page where a device code is entered."""
        return self.identity.verification

    @property
    def people(self) -> tuple[DirectoryUser, ...]:
        """Who can sign in."""
        return tuple(mailbox.person for mailbox in self.world.people)

    @property
    def control(self) -> str:
        """Where the controls are served over HTTP; empty if they are not."""
        return f"{self.origin}/control/{self._secret}" if self._secret else ""

    async def start(self) -> None:
        """Start serving."""
        app = web.Application(client_max_size=_LARGEST_REQUEST)
        GraphRoutes(self._graph, self.faults, self.limits).add_to(app.router)
        IdentityRoutes(self.identity, self.faults).add_to(app.router)
        self.maps.add_to(app.router)
        SignInPages(self.identity).add_to(app.router)
        self.communication.add_to(app.router)
        if self._secret:
            ControlApi(self).add_to(app.router, f"/control/{self._secret}")
        app.router.add_get("/", self._front)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_PATIENCE)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket, ssl_context=self._context).start()

    async def stop(self) -> None:
        """Stop, and close all connections."""
        if self._runner is not None:
            server = self._runner.server
            connections = [each.transport for each in server.connections] if server is not None else []
            await self._runner.cleanup()
            self._runner = None
            await _end(connections)
        self._socket.close()

    async def _front(self, _request: web.Request) -> web.Response:
        return web.Response(
            text=json.dumps({"graph": self.graph, "authority": self.authority}), content_type="application/json"
        )

    # --- controls -----------------------------------------------------------------------------

    def deliveries(self) -> list[Delivery]:
        """Return what Graph has to deliver to Event Grid for subscriptions since the last call."""
        with self.identity.lock:
            return deliveries(self.world, self._graph.state)

    def pending_codes(self) -> list[IssuedCode]:
        """Pending sign-ins, newest last."""
        with self.identity.lock:
            return self.identity.devices.pending()

    def approve(self, user_code: str, address: str) -> None:
        """Sign in as `address`, as a person would on the page. Raises LookupError."""
        with self.identity.lock:
            self.identity.approve(user_code, address)

    def refuse(self, user_code: str, reason: str = "declined") -> None:
        """End a sign-in with a refusal's name (`refusals.REFUSALS`). Raises LookupError."""
        with self.identity.lock:
            self.identity.refuse(user_code, reason)

    def auto_approve(self, address: str | None) -> None:
        """Grant every sign-in immediately as this person; None turns that off. Raises LookupError."""
        with self.identity.lock:
            self.identity.auto_approved = self.world.person(address).person.address if address else ""

    def revoke(self, address: str) -> None:
        """End all sessions of a person: tokens are refused, and so is their renewal."""
        with self.identity.lock:
            self.identity.tokens.revoke(self.world.person(address).person.address)
        self.event_log.add("control", "revoke")

    def disable(self, address: str, reason: str = "disabled") -> None:
        """Refuse every sign-in and renewal of a person, and end the sessions."""
        if reason not in REFUSALS:
            raise LookupError(f"there is no refusal {reason}")
        with self.identity.lock:
            self.identity.refusals[self.world.person(address).person.address] = reason
        self.revoke(address)

    def enable(self, address: str) -> None:
        """Allow a person to sign in again."""
        with self.identity.lock:
            self.identity.refusals[self.world.person(address).person.address] = ""

    def challenge(self, address: str) -> None:
        """Send a claims challenge to clients that declared CP1."""
        with self.identity.lock:
            self.identity.tokens.challenge(self.world.person(address).person.address)
        self.event_log.add("control", "challenge")

    def expire_tokens(self, address: str) -> None:
        """Expire a person's access tokens; they can be renewed."""
        with self.identity.lock:
            self.identity.tokens.expire_access(self.world.person(address).person.address)

    def lose_sync_state(self) -> None:
        """Invalidate every delta token."""
        with self.identity.lock:
            self._graph.state.forget_all()

    def set_activity(self, address: str, activity: str) -> None:
        """Set what a person's presence says, such as `InACall`; empty to follow the calendar. Raises LookupError."""
        person = self.world.person(address).person
        with self.identity.lock:
            self._graph.state.activities[person.address] = activity
        self.event_log.add("control", "presence")

    def inject(self, fault: Fault) -> None:
        """Plan a fault."""
        self.faults.inject(fault)
        self.event_log.add("control", f"fault {fault.kind}")

    def clear_faults(self) -> None:
        """Forget all planned faults."""
        self.faults.clear()

    def subscribe(self, listener: Callable[[CloudEvent], None]) -> Unsubscribe:
        """Call `listener` with every event, on the server's thread: kinds and paths, no titles or addresses."""
        return self.event_log.subscribe(listener)


async def _end(connections: Sequence[asyncio.Transport | None]) -> None:
    """Close TLS connections at once: a clean shutdown would wait for a peer that may be gone."""
    for connection in connections:
        if connection is not None:
            # Python 3.11.2: a TLS transport that was closed twice has let go of its protocol, and is gone already
            with contextlib.suppress(AttributeError):
                connection.abort()
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener
