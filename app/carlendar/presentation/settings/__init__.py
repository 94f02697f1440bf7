"""Settings, shown when parked."""
