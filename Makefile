# Every target sets up first what it needs; that takes a moment when nothing has changed.
PYTHON ?= python3
DATA ?= var
DEMO ?= 1
ARGS ?=
WORKERS ?= 2
# `make end-to-end SHOTS=docs/screenshots` renews the pictures of the documents.
SHOTS ?= tests/artifacts/screenshots

# `make test` runs each part to its end, whatever became of the one before.
PARTS := check-python check-web unit-web unit-python serial-quiet serial-alone \
         end-to-end-quiet end-to-end-alone

BIN := .venv/bin
NPM := $(PYTHON) -m bootstrap npm --silent

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-test setup-system run test test-system lint bench test-long \
        end-to-end $(PARTS)

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## Make .venv with the rollcall command, build the pages, fetch the face models
	@$(PYTHON) -m bootstrap run

setup-test:
	@$(PYTHON) -m bootstrap test

setup-system:
	@$(PYTHON) -m bootstrap system

run: setup ## Serve a demonstration county; DEMO=0 starts empty; DATA=folder (var), ARGS=more options
ifeq ($(DEMO),0)
	@exec $(BIN)/rollcall serve --data $(DATA) $(ARGS)
else
	@exec $(BIN)/rollcall demo --data $(DATA) $(ARGS)
endif

lint: setup check-python check-web ## Style, types and import rules of Python and TypeScript

test: setup-test ## Everything: lint, unit tests, end-to-end tests in a real browser
	@$(MAKE) --no-print-directory --keep-going $(PARTS)

test-system: setup-system ## Against real servers: coturn, Janus, an RTSP camera; installs them as root on Debian
	$(BIN)/pytest -m "system and not long"

test-long: setup-test ## The tests that take minutes each
	$(BIN)/pytest -m long

bench: setup-test ## The figures of the README, measured on this machine
	$(BIN)/rollcall bench check-in $(ARGS)
	$(BIN)/rollcall bench joins $(ARGS)
	$(BIN)/rollcall bench media --with-janus $(ARGS)
	$(BIN)/rollcall bench wall $(ARGS)

check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check-web:
	$(NPM) run typecheck

unit-web:
	$(NPM) run test

unit-python:
	$(BIN)/pytest -n $(WORKERS) -m "not e2e and not serial and not long and not system"

serial-quiet:
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "serial and quiet and not e2e and not long and not system"

serial-alone:
	$(BIN)/pytest -m "serial and not quiet and not e2e and not long and not system"

end-to-end: end-to-end-quiet end-to-end-alone

end-to-end-quiet:
	SHOTS=$(SHOTS) $(BIN)/pytest -n $(WORKERS) --dist loadfile -m "e2e and quiet and not long and not system"

end-to-end-alone:
	SHOTS=$(SHOTS) $(BIN)/pytest -m "e2e and not quiet and not long and not system"
