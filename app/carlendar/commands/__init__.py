"""The commands of the terminal: one module per command, each with a `run`."""
