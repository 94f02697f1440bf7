"""Sources of vehicle signals."""

from os import environ

# gRPC's core reads these when it is loaded. Without the first, every message wakes a thread pool, which costs half a
# percent of a core at ten messages a second; without the second it writes to the terminal.
environ.setdefault(
    "GRPC_EXPERIMENTS",
    "-event_engine_client,-event_engine_listener,-event_engine_callback_cq,-event_engine_for_all_other_endpoints",
)
environ.setdefault("GRPC_VERBOSITY", "NONE")
