"""Spark against DuckDB: `python -m tests.spark [EVENTS]`, or `make test-spark`.

Installs PySpark into an environment under `build/spark` (from PyPI, versions pinned beside this file), makes events of
a fleet, runs every measure on DuckDB and on a Spark cluster of two executor processes, and compares all rows. Exit
code 1 where one differs, 3 where something cannot be installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "spark"
EVENTS = 5_000_000


def main() -> int:
    """Compare over as many events as the argument says."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    if shutil.which("java") is None:
        print("Spark needs Java 17: install Debian's package openjdk-17-jre-headless", file=sys.stderr)
        return 3
    try:
        python = _installed()
    except subprocess.CalledProcessError:
        return 3
    # the cluster's processes reach each other by loopback alone
    environment = {
        **os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost",
        "PYTHONPATH": os.pathsep.join(str(ROOT / each) for each in ("app", "tests/benchmarks")),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="carlendar-spark-") as folder:
        command = [str(python), str(HERE / "comparison.py"), folder, str(events)]
        return subprocess.run(command, env=environment, check=False).returncode


def _installed() -> Path:
    """The interpreter of the environment, once its packages are those of the requirements."""
    python, pins, mark = BUILD / "bin" / "python", HERE / "requirements.txt", BUILD / "installed"
    if not (mark.is_file() and mark.read_bytes() == pins.read_bytes()):
        print("installing PySpark (about 400 MB) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(BUILD)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(pins)], check=True)
        shutil.copy(pins, mark)
    return python


if __name__ == "__main__":
    sys.exit(main())
