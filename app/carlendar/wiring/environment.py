"""Environment variables of libraries, which are removed in the car's processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

FOREIGN = (
    "DBUS_SYSTEM_BUS_ADDRESS", "SDL_DYNAMIC_API", "SDL_OPENGL_LIBRARY", "SDL_EGL_LIBRARY", "SDL_VIDEO_GL_DRIVER",
    "SDL_VIDEO_EGL_DRIVER", "SDL_VULKAN_LIBRARY", "GCONV_PATH", "SSLKEYLOGFILE",
)  # fmt: skip
"""Variables that would redirect the bus, and with it oFono and NetworkManager, make SDL or the C library load
libraries that are not root's, or log the keys of TLS connections."""

FOREIGN_BEGINNINGS = ("KIVY_", "KCFG_", "GRPC_", "OPENSSL_")
"""Prefixes of the variables for Kivy's modules, configuration, density and data folders, gRPC's trusted certificates
and experiments, and OpenSSL's configuration and modules."""


def forget_foreign(environ: MutableMapping[str, str]) -> None:
    """Remove the variables, before the libraries that read them are imported."""
    for name in [name for name in environ if name in FOREIGN or name.startswith(FOREIGN_BEGINNINGS)]:
        del environ[name]
