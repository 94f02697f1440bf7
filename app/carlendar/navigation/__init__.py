"""Navigation programs beside Carlendar: Navit, Routino, and hand-over by a link. Adapters of `domain/ports.py`."""
