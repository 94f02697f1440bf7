"""The tests. A package of its own, for a dependency installs another one by this name."""
