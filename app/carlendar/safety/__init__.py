"""From vehicle signals to what a driver may see and touch. Pure, but for the watchdog."""
