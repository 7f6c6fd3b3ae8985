# What one does here. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)

# developers' own: no settings file of a service that happens to be on this machine
run demo migration: export WEBINARS_MODE := demonstration
run demo migration test full bench chaos pictures: export WEBINARS_SETTINGS := none

.DEFAULT_GOAL := help
.PHONY: help setup run test full check fix migration schema demo worker bench chaos messages pictures lock vendor

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=…") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv

.venv/run: requirements/run.txt | .venv/bin/python
	@test -f .venv/dev || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
	@touch $@

.venv/dev: requirements/dev.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch .venv/run $@

translations/fr/LC_MESSAGES/messages.mo: translations/fr/LC_MESSAGES/messages.po | .venv/run
	@$(BIN)/pybabel -q compile -d translations -l fr

setup: .venv/dev translations/fr/LC_MESSAGES/messages.mo ## build the environment for developers

run: .venv/run translations/fr/LC_MESSAGES/messages.mo ## start everything on SQLite with the demonstration
	@$(BIN)/flask serve --migrate --demonstration

demo: .venv/run translations/fr/LC_MESSAGES/messages.mo ## load the demonstration into the configured database
	@$(BIN)/flask db upgrade
	@$(BIN)/flask demonstration load

worker: .venv/run ## start a worker of its own
	@$(BIN)/flask worker

test: .venv/dev translations/fr/LC_MESSAGES/messages.mo ## run the whole suite, on SQLite and, where it answers, PostgreSQL
	@$(BIN)/python -m tests.run $(ARGS)

full: .venv/dev translations/fr/LC_MESSAGES/messages.mo ## what is too long for every change: long tests and kills, on both databases
	$(BIN)/python -m tests.run --full $(ARGS)
	WEBINARS_TEST_REQUIRE_ALL=1 $(BIN)/python -m tests.chaos --kills 200 --mails 2000

check: .venv/dev translations/fr/LC_MESSAGES/messages.mo ## ruff, mypy, import-linter, unused code, catalogue, vendored files, patterns (where recheck is)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.unused
	$(BIN)/python translations/catalogue.py --check
	$(BIN)/python -m migrations.schema_document --check
	$(BIN)/python vendor.py --check
	$(BIN)/python -m tests.patterns

fix: .venv/dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# steps may be missing in between: it is the last one that counts
NEXT_STEP = $(shell printf '%04d' $$(expr $$(ls migrations/versions | sed -n 's/^\([0-9]\{4\}\)_.*/\1/p' | sort | tail -n 1) + 1))

migration: .venv/dev ## write the next migration: make migration NAME=add_x_to_y
	$(BIN)/flask db revision --autogenerate --rev-id $(NEXT_STEP) -m "$(NAME)"

schema: .venv/dev ## draw the tables of the models anew: docs/specification/schema.md
	$(BIN)/python -m migrations.schema_document

messages: .venv/dev ## bring the French catalogue up to date with the sources
	$(BIN)/python translations/catalogue.py

pictures: .venv/dev translations/fr/LC_MESSAGES/messages.mo ## take the pictures of the documents from the demonstration, with chromium
	$(BIN)/python -m tests.browser.pictures

bench: .venv/dev translations/fr/LC_MESSAGES/messages.mo ## measure, as ratios, in one run
	$(BIN)/python -m bench

chaos: .venv/dev ## kill the worker 200 times while 2,000 mails leave
	$(BIN)/python -m tests.chaos --kills 200 --mails 2000

lock: .venv/dev ## lock the requirements again (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements/run.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements/run.txt pyproject.toml --group dev -o requirements/dev.txt

vendor: .venv/dev ## copy the front-end files named in vendor.py (needs npm)
	npm ci --ignore-scripts
	$(BIN)/python vendor.py
