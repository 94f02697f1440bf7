"""The service process: everything that blocks, parses untrusted data or may fail."""
