"""The emulator's page in a web browser."""
