"""The processes that the emulator starts: the application's screen and service with emulated dependencies."""
