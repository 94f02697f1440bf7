# The project's commands. `make fuzz` and `make chaos` are bounded by SECONDS and repeated by SEED.
SECONDS ?= 60
SEED ?= 1
BRANDS ?= 500
DRIVES ?= 50
PYTHON := .venv/bin/python

.PHONY: help setup run test lint bench audit brands fuzz chaos clients test-spark test-navigation test-online

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name what; do printf '%-10s %s\n' "$$name" "$$what"; done

setup: ## install what running and testing need
	sh packaging/setup.sh test

run: ## start against an emulated car, phone and Microsoft cloud
	sh packaging/start.sh

test: ## style, types, import contracts and behaviour
	sh packaging/test.sh

lint: ## style, types and import contracts alone
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: ## measure every figure beside its floor; NAME="first-frame sync" for some
	$(PYTHON) tests/benchmarks $(NAME)

audit: ## measure every screen against the rules of driver safety
	.venv/bin/carlendar audit

brands: ## BRANDS generated brands: each is refused with a reason or passes the audit's rules on ten screens
	BRANDS=$(BRANDS) .venv/bin/pytest -q -s tests/devtools/audit/test_brands.py

clients: ## other people's clients (Python, Node.js) against the emulated cloud
	$(PYTHON) -m tests.clients

test-online: ## calls over data: real browsers, real sound, every process killed in every phase, a hostile SDK; 11 minutes
	.venv/bin/pytest -q -m engine tests/online tests/contracts tests/devtools/processes

test-spark: ## the fleet's measures on Spark and on DuckDB, row by row; installs PySpark into build/
	$(PYTHON) -m tests.spark

test-navigation: ## DRIVES through the fictional town, with and without jams: each arrives when shown at its start; needs navit, maptool, routino
	DRIVES=$(DRIVES) .venv/bin/pytest -q -s tests/navigation/test_drives.py
	ROAD=1 .venv/bin/pytest -q tests/devtools/emulator/end_to_end/test_on_the_road.py

fuzz: ## hostile input for every reader, for SECONDS in all
	$(PYTHON) -m tests.fuzz all --seconds $(SECONDS) --seed $(SEED)

chaos: ## faults, kills and clock jumps against the real processes, for SECONDS in all
	$(PYTHON) -m tests.chaos all --seconds $(SECONDS) --seed $(SEED)
