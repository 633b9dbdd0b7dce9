# Paymap: `make run` serves the map, `make test` runs the whole suite. `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= python3
ARGS ?=
ONLY ?=
PAYMAP_DEMO ?= 1
BIN := .venv/bin
VENDOR := static/vendor/manifest.json
SCRIPTS := setup benchmarks

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/.build $(VENDOR) ## serve the map on PORT (8000), from nothing: environment, libraries, database, data
	@$(BIN)/paymap init
	@$(if $(filter-out 0 false no off,$(PAYMAP_DEMO)),$(BIN)/paymap demo,true)
	@PAYMAP_DEMO=$(PAYMAP_DEMO) exec $(BIN)/paymap serve --port $(PORT)

test: .venv/.dev $(VENDOR) ## set up all that the suite needs, then run it (ARGS="-k name" to choose)
	@setup/system_packages.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/.dev ## lint, types, import contracts, and the tests of docs, lengths and names
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy $(SCRIPTS)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/structure

bench: .venv/.dev $(VENDOR) ## measure against peers, into benchmarks/RESULTS.md (ONLY=name for one)
	@setup/system_packages.sh
	$(BIN)/python -m benchmarks $(ONLY)

format: .venv/.dev ## lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

env: .venv/.dev $(VENDOR) ## only set up: the environment and the browser libraries

# requirements/dev.txt is resolved first and holds the other two to its versions.
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
lock: .venv/.dev ## resolve every pinned version anew
	$(LOCK) --upgrade --extra build --extra dev -o requirements/dev.txt pyproject.toml
	$(LOCK) --upgrade --extra build -c requirements/dev.txt -o requirements/build.txt pyproject.toml
	$(LOCK) --upgrade -c requirements/dev.txt -o requirements/run.txt pyproject.toml
	cd setup/vendor && PATH="$(CURDIR)/$(BIN):$$PATH" npm update --package-lock-only --ignore-scripts \
		--omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## remove what was built (the database in var/ stays)
	rm -rf .venv static/vendor build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Paymap needs Python 3.11 or newer as $(PYTHON): install one, or name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make environments: install its venv module (Debian: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.build: requirements/build.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# dev.txt holds all of build.txt, so this serves `make run` as well.
.venv/.dev: requirements/dev.txt .venv/.build | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(VENDOR): setup/vendor/package.json setup/vendor/package-lock.json setup/vendor.py | .venv/.build
	$(BIN)/python setup/vendor.py
	@touch $@

.PHONY: help run test check bench format env lock clean
