"""Process entry points for the emulator: the application's screen and service with emulated dependencies."""
