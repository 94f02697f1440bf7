"""Runs the command line: `python -m app` is `carlendar`."""

from app.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
