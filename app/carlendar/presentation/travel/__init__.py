"""Travel to meetings: what the service reports, what is displayed of it, navigation, and notices of departure."""
