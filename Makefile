# Everything a developer does with Vigia. `make` alone prints this list.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ROOMS := bot handlers kpi storage charts
PYTEST_ARGS ?=
# `make lock` takes no release younger than this, so that a bad one is noticed by others first.
COOL_OFF_DAYS := 7

.PHONY: help setup demo test sure fix format lint types imports docs spelling wording phrases pictures goldens doctor lock \
	benchmarks coverage clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with the locked dependencies, the command `vigia`, and fonts where allowed

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vigia needs Python 3.11 or later; say which with: make setup PYTHON=python3.12")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@.ci/system-packages
	@touch $@

demo: $(READY) ## sample engagements in the browser, no account needed
	@$(BIN)/vigia demo

test: $(READY) ## all tests (choose with PYTEST_ARGS="-k digest")
	$(BIN)/pytest -n auto --maxprocesses 4 -m "not benchmark" $(PYTEST_ARGS)

sure: format lint types imports spelling docs wording test ## everything that must be green before a commit

fix: $(READY) ## format, and repair what ruff can repair
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

format: $(READY) ## is everything formatted?
	$(BIN)/ruff format --check --quiet .

lint: $(READY) ## all of ruff's rules; each exception has its reason in pyproject.toml
	$(BIN)/ruff check --quiet .

types: $(READY) ## mypy strict, everywhere
	$(BIN)/mypy

imports: $(READY) ## do imports point down only?
	$(BIN)/lint-imports --no-logo

docs: $(READY) ## do the pages say what the code does? (rewrites the tables and journeys made from code)
	$(BIN)/python .ci/tables_from_code.py
	$(BIN)/python .ci/journeys_from_files.py
	$(BIN)/pytest -q tests/habits/test_documents.py

spelling: $(READY)
	$(BIN)/codespell

wording: $(READY) ## is every sentence there in all languages?
	$(BIN)/pytest -q tests/habits/test_translations.py

phrases: $(READY) ## collect new sentences from the code into the catalogues, to be translated
	@mkdir -p out
	$(BIN)/pybabel -q extract --no-default-keywords -k phrase -k say -k say_n:1,2 --sort-by-file --no-location \
		--omit-header -o out/vigia.pot $(ROOMS)
	$(BIN)/pybabel -q update -D vigia -i out/vigia.pot -d kpi/wording/locales --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date

pictures: $(READY) ## draw every kind of picture in all languages into out/pictures
	$(BIN)/python .ci/draw_pictures.py out/pictures

goldens: $(READY) ## render every kind of Slack message anew into tests/bot/slack/data, to be read in review
	$(BIN)/python -m tests.bot.slack.golden_pages

doctor: $(READY) ## check settings, database, fonts, tokens and rooms, and say what to do
	@$(BIN)/vigia doctor

coverage: $(READY) ## which branches do the tests not take?
	$(BIN)/coverage run -m pytest -q -m "not benchmark" $(PYTEST_ARGS)
	$(BIN)/coverage report

benchmarks: $(READY) ## speed and memory, as ratios within one run
	$(BIN)/pytest -m benchmark -p no:randomly tests/benchmarks $(PYTEST_ARGS)

lock: $(READY) ## choose dependency versions anew (none younger than a week) and write them with their hashes
	.ci/lock $(COOL_OFF_DAYS)

clean: ## remove what tools left behind; .venv stays
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov out
