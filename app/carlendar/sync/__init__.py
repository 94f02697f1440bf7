"""Synchronisation: a pure plan, an engine that carries it out, the outbox, the scheduler."""
