"""Runs the command line: `python -m app` is `carlendar`."""

from carlendar.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
