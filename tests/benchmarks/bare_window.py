"""The floor: a window with one label and Kivy's default settings. Reports its first frame as systemd's READY=1."""

from __future__ import annotations

import os
import socket
import sys

from kivy.config import Config

width, height = sys.argv[1:3]
Config.set("graphics", "width", width)
Config.set("graphics", "height", height)

from kivy.app import App  # noqa: E402  # the size must be set before the window exists
from kivy.core.window import Window  # noqa: E402 - Kivy reads its settings at import
from kivy.uix.label import Label  # noqa: E402 - Kivy reads its settings at import


def ready(*_: object) -> None:
    """The first frame is on the screen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
    Window.unbind(on_flip=ready)


class Bare(App):  # type: ignore[misc]  # Kivy bears no types
    """One label."""

    def build(self) -> Label:
        Window.bind(on_flip=ready)
        return Label(text="Product review")


Bare().run()
