"""oFono's modems: power, selection and signals. A modem here is a phone connected over hands-free."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from carlendar.domain.call import Phone
from carlendar.errors import CallError
from carlendar.platform.back_off import wait_before
from carlendar.telephony import ofono_properties as properties_of
from carlendar.telephony.ofono_calls import OfonoCalls
from carlendar.telephony.ofono_link import OfonoLink
from carlendar.telephony.ofono_properties import emergency_call

MOST_MODEMS = 32
"""Maximum number of modems tracked."""

_TYPES: dict[str, type] = {"Powered": bool, "Interfaces": list, "Name": str, "Serial": str}
"""Types of the modem properties in use."""


class OfonoModems:
    """Keeps `link.line` on the selected phone. `phone` is the id of the preferred one: its Bluetooth address.

    Of the other phones, only emergency calls are tracked. Signals of calls are processed immediately; queries run
    as background tasks.
    """

    def __init__(self, link: OfonoLink, calls: OfonoCalls, phone: str) -> None:
        self._link, self._calls, self._preferred = link, calls, phone
        self._choosing = asyncio.Lock()
        self._watched: frozenset[str] = frozenset()
        self._modems: dict[str, dict[str, Any]] = {}
        self._powering: set[str] = set()
        self._doubt = asyncio.Event()

    def forget(self) -> None:
        """Forget every modem: oFono has disappeared."""
        self._modems.clear()
        self._powering.clear()
        self._link.line.phones = ()
        self._link.line.elsewhere.clear()
        self._watched = frozenset()
        self._link.line.lose()
        self._link.publish()

    async def prefer(self, phone: str) -> None:
        """Prefer the phone with this id; empty for any. A call in progress stays on its phone."""
        self._preferred = phone
        self._choose_soon()

    def doubt(self) -> None:
        """Request a refresh: the known state may be out of date."""
        self._doubt.set()

    async def keep(self) -> None:
        """Refresh everything now and whenever requested, with back-off after a failure."""
        attempt = 0
        self._doubt.set()
        while True:
            await self._doubt.wait()
            self._doubt.clear()
            try:
                await self._meet()
                attempt = 0
            except CallError:
                self._doubt.set()
            await asyncio.sleep(wait_before(attempt))  # also the minimum time between two refreshes
            attempt += 1

    async def _meet(self) -> None:
        bus = self._link.ofono()
        if not bus.present:
            return
        found = (await bus.modems())[:MOST_MODEMS]
        for path in set(self._modems) - {path for path, _ in found}:
            self._modem_gone(path)
        for path, properties in found:
            self._modem(path, properties)
        self._watched = frozenset()  # read the calls of the others again as well
        await self._choose()
        await self._link.refresh()

    def _modem(self, path: str, properties: dict[str, Any]) -> None:
        if path not in self._modems and len(self._modems) >= MOST_MODEMS:
            return
        self._modems[path] = properties
        if not properties_of.flag(properties, "Powered") and path not in self._powering:
            self._powering.add(path)
            self._link.spawn(self._power(path))

    async def _power(self, path: str) -> None:
        """Power on a modem, which connects to its phone; retry until it is powered or removed."""
        attempt = 0
        while path in self._powering and not properties_of.flag(self._modems.get(path, {"Powered": True}), "Powered"):
            with contextlib.suppress(CallError):  # out of range: try again
                await self._link.ofono().set_property(path, "Modem", "Powered", "b", value=True)
            await asyncio.sleep(wait_before(attempt))
            attempt += 1
        self._powering.discard(path)

    def _choose_soon(self) -> None:
        self._link.spawn(self._try_to_choose())

    async def _try_to_choose(self) -> None:
        try:
            await self._choose()
        except CallError:
            self.doubt()

    async def _choose(self) -> None:
        """Select the preferred phone, else keep the current one, else the first usable; never switch during a call."""
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
                    self._link.publish()
                if best:
                    await self._take(best)
            self._link.publish()
            await self._watch([path for path in ready if path != line.path])
            self._link.publish()

    async def _watch(self, others: list[str]) -> None:
        """Track the emergency calls of exactly these phones."""
        line = self._link.line
        line.elsewhere = {
            call: held for call, held in line.elsewhere.items() if any(_of(call, path) for path in others)
        }
        watched, self._watched = self._watched, frozenset(others)
        for path in others:
            if path not in watched:
                with contextlib.suppress(CallError):  # it disconnected during the query
                    calls = await self._link.ofono().calls(path)
                    for over in [call for call in line.elsewhere if _of(call, path)]:
                        del line.elsewhere[over]
                    for call, properties in calls:
                        self._note(call, properties)

    def _note(self, path: str, properties: dict[str, Any]) -> None:
        if call := emergency_call(path, properties, self._link.line.now()):
            self._link.line.elsewhere[path] = call

    def _phone(self, path: str) -> Phone:
        modem = self._modems[path]
        name = properties_of.text(modem, "Name") or path.rpartition("/")[2].replace("_", " ")
        return Phone(properties_of.text(modem, "Serial") or path, name)

    async def _take(self, path: str) -> None:
        """Start to use a phone: read its emergency numbers, calls and volume. Raises CallError."""
        bus, line = self._link.ofono(), self._link.line
        manager = await bus.properties(path, "VoiceCallManager")
        calls = await bus.calls(path)
        if path not in self._modems:
            return  # it disconnected during the query
        line.take(path, self._phone(path))
        line.emergency_numbers = properties_of.texts(manager, "EmergencyNumbers")
        line.listed(calls)
        with contextlib.suppress(CallError):  # calls work without a volume
            await self._calls.read_volume()

    def on_signal(self, path: str, kind: str, member: str, body: list[Any]) -> None:
        """Process a signal from oFono."""
        if kind == "Manager" and member == "ModemAdded":
            self._modem(body[0], body[1])
            self._choose_soon()
        elif kind == "Manager":
            self._modem_gone(body[0])
        elif kind == "Modem":
            self._modem_changed(path, body[0], body[1])
        elif _of(path, self._link.line.path):
            self._of_line(path, kind, member, body)
        elif any(_of(path, other) for other in self._watched):
            self._of_other(path, member, body)

    def _modem_changed(self, path: str, name: str, value: object) -> None:
        expected = _TYPES.get(name)
        if path not in self._modems or expected is None:
            return
        if isinstance(value, expected):
            self._modem(path, self._modems[path] | {name: value})
            self._choose_soon()
        else:
            self.doubt()

    def _modem_gone(self, path: str) -> None:
        self._modems.pop(path, None)
        self._powering.discard(path)
        self._choose_soon()

    def _of_other(self, path: str, member: str, body: list[Any]) -> None:
        """Process a signal of a phone that is not in use: only emergency calls matter."""
        if member == "CallAdded":
            self._note(body[0], body[1])
        elif member == "PropertyChanged" and body[0] == "Emergency" and body[1] is True:
            self._note(path, {"State": "dialing", "Emergency": True})
        elif member == "CallRemoved":
            self._link.line.elsewhere.pop(body[0], None)
        self._link.publish()

    def _of_line(self, path: str, kind: str, member: str, body: list[Any]) -> None:
        """Process a signal of the phone in use."""
        line = self._link.line
        if member == "CallAdded":
            line.added(body[0], body[1])
            if body[0] not in line.calls:
                self.doubt()
        elif member == "CallRemoved":
            line.removed(body[0])
            if not line.calls:
                self._choose_soon()  # the preferred phone may have connected in the meantime
        elif kind == "VoiceCall" and member == "DisconnectReason":
            line.reason(path, body[0])
        elif kind == "VoiceCall":
            if not line.changed(path, body[0], body[1]):
                self.doubt()
        elif kind == "CallVolume":
            line.volume(body[0], body[1])
        elif body[0] == "EmergencyNumbers":
            line.emergency_numbers = properties_of.texts({body[0]: body[1]}, "EmergencyNumbers")
        self._link.publish()


def _of(path: str, modem: str) -> bool:
    """Whether the path is that of the modem or of one of its calls."""
    return bool(modem) and (path == modem or path.startswith(f"{modem}/"))


def _can_call(modem: dict[str, Any]) -> bool:
    """Whether the modem is a phone over hands-free, not the car's built-in modem."""
    return {"org.ofono.VoiceCallManager", "org.ofono.Handsfree"} <= properties_of.texts(modem, "Interfaces")
