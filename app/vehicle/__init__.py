"""Sources of vehicle signals."""
