"""oFono's modems: powered, chosen, and their signals taken in. A modem here is a phone over hands-free."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from app.calls.ofono_calls import OfonoCalls
from app.calls.ofono_line import emergency_call
from app.calls.ofono_link import OfonoLink, wait_before
from app.domain.call import Phone
from app.errors import CallError


class OfonoModems:
    """Keeps `link.line` at the phone to use. `phone` is the id of the one to prefer: its Bluetooth address.

    Of the phones that are not in use only emergency calls are followed.
    """

    def __init__(self, link: OfonoLink, calls: OfonoCalls, phone: str) -> None:
        self._link, self._calls, self._preferred = link, calls, phone
        self._choosing = asyncio.Lock()
        self._watched: frozenset[str] = frozenset()
        self._modems: dict[str, dict[str, Any]] = {}
        self._powering: set[str] = set()

    async def meet(self) -> None:
        """oFono is there: learn its modems."""
        (modems,) = await self._link.ofono().call("/", "org.ofono.Manager", "GetModems")
        for path, properties in modems:
            await self._modem(path, properties)

    def forget(self) -> None:
        """oFono is gone, and with it every modem."""
        self._modems.clear()
        self._powering.clear()
        self._link.line.phones = ()
        self._link.line.elsewhere.clear()
        self._watched = frozenset()
        self._link.line.lose()
        self._link.publish()

    async def prefer(self, phone: str) -> None:
        """Prefer the phone of that id from now on; empty for any. A call that is up is not taken from its phone."""
        self._preferred = phone
        await self._choose()

    async def _modem(self, path: str, properties: dict[str, Any]) -> None:
        self._modems[path] = properties
        if not properties.get("Powered") and path not in self._powering:
            self._powering.add(path)
            self._link.spawn(self._power(path))
        await self._choose()

    async def _power(self, path: str) -> None:
        """Power a modem, which connects to its phone, until it is or has gone."""
        attempt = 0
        while path in self._modems and path in self._powering and not self._modems[path].get("Powered"):
            with contextlib.suppress(CallError):  # out of range: tried again
                await self._link.ofono().set_property(path, "org.ofono.Modem", "Powered", "b", value=True)
            await asyncio.sleep(wait_before(attempt))
            attempt += 1
        self._powering.discard(path)

    async def _choose(self) -> None:
        """Use the preferred phone, else the one that is used or the first that can call; never change in a call."""
        async with self._choosing:
            line = self._link.line
            ready = sorted(path for path, modem in self._modems.items() if _can_call(modem))
            line.phones = tuple(sorted((self._phone(path) for path in ready), key=lambda phone: (phone.name, phone.id)))
            preferred = [path for path in ready if self._phone(path).id == self._preferred]
            best = next(iter([*preferred, *ready]), "")
            stays = best == line.path or line.calls or line.pending or not preferred
            if line.path not in ready or not stays:
                if line.path:
                    line.lose()
                if best:
                    await self._take(best)
            await self._watch([path for path in ready if path != line.path])
            self._link.publish()

    async def _watch(self, others: list[str]) -> None:
        """Follow the emergency calls of these phones, and of no other."""
        line = self._link.line
        line.elsewhere = {
            call: held for call, held in line.elsewhere.items() if any(_of(call, path) for path in others)
        }
        for path in others:
            if path not in self._watched:
                with contextlib.suppress(CallError):  # it left while it was asked
                    (calls,) = await self._link.ofono().call(path, "org.ofono.VoiceCallManager", "GetCalls")
                    for call, properties in calls:
                        self._note(call, properties)
        self._watched = frozenset(others)

    def _note(self, path: str, properties: dict[str, Any]) -> None:
        if call := emergency_call(path, properties, self._link.line.now()):
            self._link.line.elsewhere[path] = call

    def _phone(self, path: str) -> Phone:
        modem = self._modems[path]
        name = str(modem.get("Name") or path.rpartition("/")[2].replace("_", " "))
        return Phone(str(modem.get("Serial") or path), name)

    async def _take(self, path: str) -> None:
        """Begin to use a phone: its emergency numbers, its calls, its volume."""
        bus = self._link.ofono()
        try:
            manager = await bus.properties(path, "org.ofono.VoiceCallManager")
            self._link.line.emergency_numbers = frozenset(manager.get("EmergencyNumbers", ()))
            (calls,) = await bus.call(path, "org.ofono.VoiceCallManager", "GetCalls")
            self._link.line.take(path, self._phone(path))
            for call, properties in calls:
                self._link.line.added(call, properties)
            await self._calls.read_volume()
        except CallError:
            self._link.line.lose()  # it left while it was asked; its interfaces will tell

    async def heard(self, path: str, interface: str, member: str, body: list[Any]) -> None:
        """Take a signal in. CallError where oFono is there and cannot be asked what it has: begin anew."""
        kind = interface.rpartition(".")[2]
        if member == "NameOwnerChanged":
            await self._owner(present=bool(body[0]))
            return
        with contextlib.suppress(CallError):  # what was asked about has gone meanwhile, which is told next
            if kind == "Manager" and member == "ModemAdded":
                await self._modem(body[0], body[1])
            elif kind == "Manager":
                await self._modem_gone(body[0])
            elif kind == "Modem" and path in self._modems:
                await self._modem(path, self._modems[path] | {body[0]: body[1]})
            elif _of(path, self._link.line.path):
                await self._of_line(path, kind, member, body)
            else:
                self._of_other(path, member, body)

    async def _owner(self, *, present: bool) -> None:
        self.forget()
        if present:
            await self.meet()

    async def _modem_gone(self, path: str) -> None:
        self._modems.pop(path, None)
        await self._choose()

    def _of_other(self, path: str, member: str, body: list[Any]) -> None:
        """A signal of a phone that is not in use: nobody's call but one to the emergency services matters."""
        if member == "CallAdded":
            self._note(body[0], body[1])
        elif member == "PropertyChanged" and body[0] == "Emergency" and body[1]:
            self._note(path, {"State": "dialing", "Emergency": True})
        elif member == "CallRemoved":
            self._link.line.elsewhere.pop(body[0], None)
        self._link.publish()

    async def _of_line(self, path: str, kind: str, member: str, body: list[Any]) -> None:
        """A signal of the phone in use."""
        if member == "CallAdded":
            self._link.line.added(body[0], body[1])
        elif member == "CallRemoved":
            self._link.line.removed(body[0])
            self._calls.forget(body[0])
            if not self._link.line.calls:
                await self._choose()  # the preferred phone may have come meanwhile
        elif kind == "VoiceCall" and member == "DisconnectReason":
            self._link.line.reason(path, body[0])
        elif kind == "VoiceCall" and member == "PropertyChanged":
            self._link.line.changed(path, body[0], body[1])
            self._calls.begin_tones(path)
        elif kind == "CallVolume":
            self._link.line.volume(body[0], body[1])
        elif kind == "VoiceCallManager" and body[0] == "EmergencyNumbers":
            self._link.line.emergency_numbers = frozenset(body[1])
        self._link.publish()


def _of(path: str, modem: str) -> bool:
    """Whether the path is of that modem or of one of its calls."""
    return bool(modem) and (path == modem or path.startswith(f"{modem}/"))


def _can_call(modem: dict[str, Any]) -> bool:
    """A phone over hands-free, and not a modem of the car's own."""
    interfaces = modem.get("Interfaces", ())
    return "org.ofono.VoiceCallManager" in interfaces and "org.ofono.Handsfree" in interfaces
