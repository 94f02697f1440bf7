#!/bin/sh
# Regenerates the hashed requirement files from the lower bounds of all distributions' pyproject.toml (needs uv).
# Versions in the files stay while they satisfy these bounds; delete the files first to take the newest.
set -eu
cd "$(dirname -- "$0")/.."

# What the car's distribution with these extras requires. An extra that names another distribution of the project
# stands for what that one requires.
required() {
    python3 - "$@" <<'END'
import re, sys, tomllib

def project(folder):
    with open(f"{folder}/pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]

def others(requirements):
    for each in requirements:
        own = re.match(r"carlendar(?:-(\w+))?\b", each)
        if own is None:
            yield each
        elif own[1]:
            yield from others(project(f"packaging/{own[1]}")["dependencies"])

car = project(".")
for requirements in (car["dependencies"], *map(car["optional-dependencies"].get, sys.argv[1:])):
    print(*others(requirements), sep="\n")
END
}

lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@" -
}

files=packaging/requirements
required vehicle build devtools | lock -o $files.txt
required vehicle build devtools fleet | lock --constraint $files.txt -o $files-fleet.txt
required vehicle build devtools fleet dev | lock --constraint $files-fleet.txt -o $files-test.txt
