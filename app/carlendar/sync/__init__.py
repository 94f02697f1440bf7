"""Synchronisation: a pure plan, the engine that executes it, the outbox, and the scheduler."""
