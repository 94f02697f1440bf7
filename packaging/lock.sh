#!/bin/sh
# Writes the hashed requirement files anew from the lower bounds of the distributions' pyproject.toml (needs uv).
set -eu
cd "$(dirname -- "$0")/.."

# The requirements of the distributions with these extras of the first, without what they require of each other.
required() {
    python3 - "$@" <<'END'
import sys, tomllib

names = ("pyproject.toml", "packaging/devtools/pyproject.toml", "packaging/fleet/pyproject.toml")
car, devtools, fleet = (tomllib.load(open(name, "rb"))["project"] for name in names)
extras = [each for name in sys.argv[1:] for each in car["optional-dependencies"][name]]
print(*(each for each in car["dependencies"] + devtools["dependencies"] + fleet["dependencies"] + extras if not each.startswith("carlendar")), sep="\n")
END
}

lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@" -
}

required vehicle build | lock -o packaging/requirements.txt
required vehicle build dev | lock --constraint packaging/requirements.txt -o packaging/requirements-test.txt
