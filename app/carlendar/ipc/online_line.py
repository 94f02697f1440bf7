"""The screen's side of joining over data: commands to the service; the state comes as `OnlineStatus`."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.online_call import OnlineCommand
from carlendar.ipc.messages import Command

Send = Callable[[Command], None]


class OnlineLine:
    """The data call of the service. Methods return at once."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def prepare(self) -> None:
        """Start what takes long to start."""
        self._send(Command("online_prepare"))

    def join(self, account_id: str, key: str, *, muted: bool) -> None:
        """Join the meeting of an occurrence."""
        self._send(Command("online_join", {"account": account_id, "key": key, "muted": str(int(muted))}))

    def command(self, name: OnlineCommand) -> None:
        """Act on the call."""
        self._send(Command("online", {"do": name.value}))

    def sound(self, heard: float, microphone: bool) -> None:
        """Limit the call's audio, beside the driver's mute; see `OnlineCall.sound`."""
        self._send(Command("online", {"do": "sound", "heard": f"{heard:.2f}", "microphone": str(int(microphone))}))
