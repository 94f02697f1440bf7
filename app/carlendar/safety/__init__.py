"""From vehicle signals to the restrictions for the driver. Pure, except for the engine's threads and the watchdog."""
