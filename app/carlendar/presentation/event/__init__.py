"""The Event screen: one meeting in detail."""
