# Typecase. `make` alone shows what there is. Needs Python 3.11 or later, git and make, no more.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# How many processes the tests use.
JOBS ?= 2

# The first Python on the PATH that is new enough; `make PYTHON=…` overrules.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

.PHONY: help setup assets demo test check bench screenshots docs clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.developer assets  ## make the virtual environment .venv with all that developing needs

assets: .venv/.installed  ## bundle the pages' scripts and styles (Node from the PATH, else from PyPI)
	@$(BIN)/python tools/build_assets.py

demo: .venv/.installed  ## make a CRM with a demo company in var/demo and serve it here (ARGS="--port 8001")
	@$(BIN)/python tools/build_assets.py || echo "No scripts and styles could be built: pages are plain."
	@$(BIN)/typecase demo $(ARGS)

test: setup  ## run every test, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: setup build/types/typecase  ## what must hold before a commit, in under two minutes
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@PYTHONPATH=build/types $(BIN)/lint-imports --config pyproject.toml --no-cache >build/floors.txt \
		|| { cat build/floors.txt; exit 1; }
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --quick

bench: setup  ## measure, as bench/README.md describes; writes bench/results/
	@$(BIN)/python -m bench

screenshots: setup  ## photograph the pages in English and Chinese, for docs/ and for a look
	@$(BIN)/python tools/take_screenshots.py

docs: setup  ## write the reference pages from schemas/ and the table of functions
	@$(BIN)/python tools/make_definitions_reference.py
	@$(BIN)/python tools/make_expression_reference.py

clean:  ## remove what the other targets made, the virtual environment too; var/ stays
	rm -rf .venv build dist *.egg-info platform/web/static/dist platform/web/frontend/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Installed with what running needs; the stamps are renewed when pyproject.toml changes.
.venv/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found."; exit 1; }
	@test -x $(BIN)/python || { echo "making .venv"; $(PYTHON) -m venv .venv; }
	@echo "installing what running needs"
	@$(PIP) --editable '.[postgres,excel,sso]'
	@touch $@

.venv/.developer: .venv/.installed
	@echo "installing what developing needs"
	@$(PIP) --editable '.[postgres,excel,sso,dev]'
	@touch $@

# Type checkers and import-linter find the name `typecase` through this link.
build/types/typecase:
	@mkdir -p build/types
	@ln -sfn ../../platform $@
