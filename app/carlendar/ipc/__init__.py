"""The Unix socket between the screen process and the service process."""
