"""The developers' commands: emulator, its cloud, audit."""
