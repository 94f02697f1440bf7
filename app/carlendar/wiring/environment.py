"""Variables of the environment that libraries obey, and that a process of the car does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

FOREIGN = (
    "DBUS_SYSTEM_BUS_ADDRESS", "SDL_DYNAMIC_API", "SDL_OPENGL_LIBRARY", "SDL_EGL_LIBRARY", "SDL_VIDEO_GL_DRIVER",
    "SDL_VIDEO_EGL_DRIVER", "SDL_VULKAN_LIBRARY", "GCONV_PATH", "SSLKEYLOGFILE",
)  # fmt: skip
"""Another bus would bring a phone and a NetworkManager of its own; the libraries that SDL and the C library load by
name run code that is not root's; the last one writes down the keys of TLS connections."""

FOREIGN_BEGINNINGS = ("KIVY_", "KCFG_", "GRPC_", "OPENSSL_")
"""Of Kivy's modules, configuration, density and data folders, of gRPC's trusted certificates and experiments, and of
the configuration and modules that OpenSSL loads."""


def forget_foreign(environ: MutableMapping[str, str]) -> None:
    """Remove them, before anything that reads them is imported."""
    for name in [name for name in environ if name in FOREIGN or name.startswith(FOREIGN_BEGINNINGS)]:
        del environ[name]
