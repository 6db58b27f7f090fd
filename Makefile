# Two commands are enough: `make demo` and `make test`. Each makes what it needs.
PYTHON ?= python3
BIN := .venv/bin
DEV := .venv-dev/bin

.PHONY: help demo test check lint types contract fast bench torture faults hostile outage scale rules evaluate docs lock clean

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

.venv/ready: requirements/build.txt requirements/run.txt pyproject.toml
	@echo "Installing into .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv-dev/ready: requirements/build.txt requirements/dev.txt pyproject.toml
	@echo "Installing into .venv-dev (once) ..."
	@$(PYTHON) -m venv .venv-dev
	@$(DEV)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/dev.txt
	@$(DEV)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/ready ## See the main job done on a real op-ed, in a scratch folder
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

test: .venv-dev/ready ## Every test
	@$(DEV)/pytest -n 2 --dist worksteal

check: lint types contract fast ## Lint, types, the import contract and the fast tests: under a minute

lint: .venv-dev/ready ## ruff
	@$(DEV)/ruff format --check .
	@$(DEV)/ruff check .

types: .venv-dev/ready ## mypy, strict, tests too
	@$(DEV)/mypy

contract: .venv-dev/ready ## Imports run down the floors only
	@$(DEV)/lint-imports

fast: .venv-dev/ready
	@$(DEV)/pytest -n 2 --dist worksteal -m "not slow"

docs: .venv-dev/ready ## Write docs/commands.md from the commands
	@$(DEV)/python docs/commands.py docs/commands.md

rules: .venv-dev/ready ## Write what tracker/articles reads from the TOML files beside it
	@PYTHONPATH=tests $(DEV)/python -m evaluation.rules

evaluate: .venv-dev/ready ## How well forecasts are spotted in labelled passages
	@PYTHONPATH=tests $(DEV)/python tests/evaluation/evaluate.py

torture: .venv-dev/ready ## Workers killed by the thousand against a real mail server (an hour)
	@$(DEV)/python -m bench.torture

faults: .venv-dev/ready ## Every fault of a mail server a thousand times in one run (an hour)
	@$(DEV)/python -m bench.smtp_faults

hostile: .venv-dev/ready ## Hostile text in every field, a hundred thousand times (half an hour)
	@$(DEV)/python bench/hostile_strings.py

outage: .venv-dev/ready ## A week down, a full disk, files that only read
	@$(DEV)/python bench/outage.py

scale: .venv-dev/ready ## A sweep with a million reminders waiting, on both databases (minutes)
	@$(DEV)/python bench/sweep_scale.py

bench: .venv-dev/ready ## Measurements, as ratios side by side (some minutes)
	@for each in startup import_speed extract_speed spot_speed read_speed scoring_speed smtp_delivery; do \
	    echo "== $$each"; PYTHONPATH=tests $(DEV)/python bench/$$each.py || exit 1; done

lock: .venv-dev/ready ## Lock the dependencies again, with hashes
	@sh requirements/lock.sh

clean: ## Remove what the other targets made
	rm -rf .venv .venv-dev .demo build dist .mypy_cache .ruff_cache .hypothesis
