"""The project's tests; a package, since an installed one of the same name would hide a mere folder from `python -m`."""
