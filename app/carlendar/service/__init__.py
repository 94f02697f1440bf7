"""The background process: everything that waits, parses or may fail."""
