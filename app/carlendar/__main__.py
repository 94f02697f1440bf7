"""Runs the command line: `python -m carlendar` is `carlendar`."""

from carlendar.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
