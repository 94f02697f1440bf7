# Shortcuts for contributors; `sh packaging/start.sh` and `sh packaging/test.sh` need none of them.
BIN := .venv/bin
SECONDS ?= 60
SEED ?= 1

.PHONY: help setup run test lint bench audit fuzz chaos

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: ## install everything that running and testing need
	sh packaging/setup.sh test

run: ## the emulator, in a window or in the browser
	sh packaging/start.sh

test: ## style, types, import contracts and the whole suite
	sh packaging/test.sh

lint: ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: ## the benchmarks, each beside its floor; NAME="first-frame sync" for some
	$(BIN)/python tests/benchmarks $(NAME)

audit: ## every screen against the rules of driver safety, about ten minutes on two cores
	$(BIN)/carlendar audit --html build/audit.html

fuzz: ## hostile inputs to every parser, SECONDS for each target
	$(BIN)/python -m tests.fuzz all --seconds $(SECONDS) --seed $(SEED)

chaos: ## sync under faults, kills and clock jumps against the emulated cloud, for SECONDS
	$(BIN)/python -m tests.chaos --seconds $(SECONDS) --seed $(SEED)
