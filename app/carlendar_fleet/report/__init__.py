"""The report: one self-contained page of HTML about the fleet, for the engineers who operate the service."""
