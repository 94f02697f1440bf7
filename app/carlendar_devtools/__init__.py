"""Developer tools: emulator, audit and scenario stories. Never installed in a car."""
