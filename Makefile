# The house's commands. `make help` lists them; `make demo` and `make test` set up what they need by themselves.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SERVE ?= 1
DEMO_FLAGS = $(if $(filter 0,$(SERVE)),--no-serve) $(if $(MARKETS),--markets "$(MARKETS)") $(if $(SEED),--seed $(SEED))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

# --- environment -----------------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(STAMP) ## make .venv with exactly the versions of constraints.txt (PYTHON=python3.12 picks another interpreter)

$(STAMP): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (under a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 setup")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

.PHONY: lock
lock: ## renew constraints.txt from a fresh environment
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install hatchling editables
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install --no-build-isolation -e '.[dev]'
	{ echo '# Exact versions of everything, direct and transitive, build tools included. Renewed by `make lock`.'; \
	  $(VENV)-lock/bin/python -m pip freeze --all --exclude-editable --exclude pip --exclude setuptools --exclude wheel | LC_ALL=C sort -f; } > constraints.txt
	! grep -nE '@|://|^-' constraints.txt
	rm -rf $(VENV)-lock

# --- running ---------------------------------------------------------------------------------------------------------

.PHONY: up
up: $(STAMP) ## start the database, the bank simulator, the worker and the server
	@$(BIN)/onnuri up

.PHONY: demo
demo: $(STAMP) ## run a market day and keep serving it (SERVE=0 ends after the report, MARKETS=FILE takes an official table)
	@$(BIN)/onnuri demo $(DEMO_FLAGS)

# --- checking --------------------------------------------------------------------------------------------------------

.PHONY: check
check: lint types imports test ## everything that has to be green: lint, types, imports, tests

.PHONY: lint
lint: $(STAMP) ## ruff: the rules and the form (`make format` mends both)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(STAMP) ## mypy --strict and pyright strict
	$(BIN)/mypy
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

.PHONY: imports
imports: $(STAMP) ## the rooms import only downwards
	$(BIN)/lint-imports --no-logo

.PHONY: test
test: $(STAMP) ## the whole suite, file by file on two workers (ARGS="-k refund" picks, WORKERS=0 runs it in one process)
	@$(BIN)/pytest -n $(or $(WORKERS),2) --dist loadfile $(ARGS)

.PHONY: quick
quick: $(STAMP) ## the suite without its slow and browser tests
	@$(BIN)/pytest -m "not slow and not browser" $(ARGS)

.PHONY: nightly
nightly: $(STAMP) ## the suite with many more examples per property
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest --timeout 3600 $(ARGS)

# --- keeping ---------------------------------------------------------------------------------------------------------

.PHONY: format
format: $(STAMP) ## write the code in ruff's form and mend what it can mend safely
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

.PHONY: errors
errors: $(STAMP) ## write docs/errors.md from the refusals in the code
	$(BIN)/python docs/errors.py > docs/errors.md

.PHONY: schema
schema: $(STAMP) ## write migrations/schema.sql from a freshly migrated database
	$(BIN)/onnuri db schema > migrations/schema.sql

.PHONY: bench
bench: $(STAMP) ## run the benches (NAME=till picks one)
	@$(BIN)/onnuri bench $(NAME) --json

.PHONY: soak
soak: $(STAMP) ## one long market day after another, audited after each (DAYS=7)
	@for day in $$(seq 1 $(or $(DAYS),7)); do $(BIN)/onnuri demo --json --no-serve --seed $$day; done

.PHONY: clean
clean: ## remove the environment and what tools left behind; the data directory stays
	rm -rf $(VENV) $(VENV)-lock build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
