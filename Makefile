# Each target sets itself up: Python 3.11 or later, pip and make are all it needs.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := agents analytics cache_policies deployments flows runtime tasks
OUT ?= reports/demo
# Two more than two cores, as tests wait for servers and processes; each worker imports all of the project for itself.
WORKERS ?= 4
# Node collects the many short-lived objects of pyright in steps of 64 MB instead of 16: a seventh less CPU.
NODE_MEMORY := --max-semi-space-size=64
# The wheel brings pyright's own code with it; without this it asks the network for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Otherwise each of the many processes that tests start would compile all of our modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test checks unit-tests test-scale mutate bench lock clean
MAKEFLAGS += --no-print-directory

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 16

install: $(STAMP) ## Set up .venv from requirements.lock

# After a change of the lock everything is installed anew: what it no longer names would stay, and hide that it is missing.
# pip checks every hash and byte-compiles what it installs; the latter halves every later start. The lock is complete, so
# nothing is resolved: pip would hold `name` to be another requirement than the locked `name[extra]`, and take its newest.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name it with make PYTHON=…" >&2; exit 2; }
	@cmp -s requirements.lock $(VENV)/requirements.lock || rm -rf $(VENV)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m venv --without-pip $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m pip --quiet --python $(BIN)/python install pip
	@echo "Installing into $(VENV) (once, a minute or two) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@cp requirements.lock $(VENV)/requirements.lock
	@touch $@

demo: $(STAMP) ## Analyse the example data without a key or network
	@$(BIN)/analyst analyze examples/data/nyc_departures_2013.parquet --model offline --out $(OUT)

# Both at once: the tests wait for servers and processes while pyright computes.
test: $(STAMP) ## Format, lint, types, floors, tests
	@$(MAKE) -j2 checks unit-tests

checks:
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format: run .venv/bin/ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@NODE_OPTIONS="$(NODE_OPTIONS) $(NODE_MEMORY)" $(BIN)/pyright --warnings
	@$(BIN)/lint-imports --no-logo >/dev/null 2>&1 || { $(BIN)/lint-imports; exit 1; }

unit-tests:
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

test-scale: $(STAMP) ## Kills, outages, workers, fuzzing and PostgreSQL: an hour or so
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m scale --timeout 900

mutate: $(STAMP) ## Put mutants into what the project promises, and count what tests notice (AREA=events MUTANTS=40 SEED=1)
	@$(BIN)/python -m benchmarks.mutation.score $(if $(AREA),--area '$(AREA)') $(if $(MUTANTS),--mutants $(MUTANTS)) \
		$(if $(SEED),--seed $(SEED))

bench: $(STAMP) ## Measure overhead for each step, and the cold start
	@$(BIN)/python -m benchmarks.cost.overhead --steps 20,40,160
	@$(BIN)/python -m benchmarks.cost.cold_start

# hatchling and editables build the project itself, so that installing needs nothing but the lock. The extra `logfire` is left
# out: its plugin for Pydantic would be imported by each process that has a model, each command and each test worker. Drivers of data
# sources (`mysql`, `s3`, `gs`, `az`) are left out, since few need them and they bring dozens of packages.
lock: $(STAMP) ## Resolve requirements.lock again
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@printf 'hatchling\neditables\n' | $(BIN)/uv pip compile pyproject.toml - --extra bench --extra postgresql \
		--extra redis --extra otel --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --upgrade --quiet --output-file requirements.lock

clean: ## Remove .venv and caches
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
