"""An emulated Microsoft cloud: identity and Graph over TLS on loopback."""
