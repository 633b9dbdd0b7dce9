SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help

help: ## show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Paymap needs Python 3.11 or newer: set PYTHON"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

env: .venv/.ready ## make the environment from the hash-checked lock

check: .venv/.ready ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/.ready ## the whole suite
	$(BIN)/pytest

lock: .venv/.ready ## resolve the requirements anew
	$(BIN)/pip-compile -q --upgrade --generate-hashes $(LOCK_STYLE) -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile -q --upgrade --generate-hashes $(LOCK_STYLE) --extra build --extra dev -o requirements/dev.txt pyproject.toml

LOCK_STYLE := --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --no-annotate

.PHONY: help env check test lock
