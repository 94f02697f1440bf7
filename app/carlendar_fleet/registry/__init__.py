"""The registry: vehicles, their certificates, and the consents of their drivers."""
