# make setup   the virtual environment with the pinned dependencies (nothing to do when it is up to date)
# make demo    the main job on the embedded database; SERVE=1 keeps it up for browsing
# make test    the tests: rules, properties, API; on SQLite, and on PostgreSQL where it is installed
# make peers   the tests against a real FHIR server and the official validator (Java 17 and Maven)
# make lint types definitions bench   style; types; compiled R4 tables against their source; measurements
# make profiles   the FHIR package of the profiles against its sources (Node.js with npm); CHECK= writes it anew
# make lock    resolve the dependencies anew
.PHONY: help setup demo test peers lint types definitions profiles lock bench clean
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/up-to-date
TESTS ?=
LOCK_FLAGS := --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --universal --python-version 3.11

help:
	@sed -n '/^\.PHONY/q;s/^# //p' Makefile

setup: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/leptobridge demo $(if $(filter-out 0,$(SERVE)),--serve)

test: setup
	$(BIN)/pytest -n 2 -m "not peer" $(TESTS)

peers: setup
	$(BIN)/pytest -n 2 --dist loadfile -m peer $(TESTS)

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m benchmarks.validation
	$(BIN)/python -m benchmarks.ingest

# The tables of the structural check are what the R4 package compiles to. To write them anew: CHECK=
CHECK ?= --check
R4_PACKAGE := build/definitions/google/fhir/r4/data/hl7.fhir.r4.core.tgz

definitions: setup $(R4_PACKAGE)
	$(BIN)/python -m leptobridge.fhir.compile_definitions --package $(R4_PACKAGE) $(CHECK)

profiles: setup $(R4_PACKAGE)
	$(BIN)/python -m profiles.compile --core $(R4_PACKAGE) $(CHECK)

$(R4_PACKAGE): requirements-definitions.lock | $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
		-r requirements-definitions.lock --target build/definitions
	@touch $@

# An extra virtual environment, so that the tool that resolves versions is not among them.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	build/lock/bin/uv pip compile pyproject.toml $(LOCK_FLAGS) -o requirements.lock
	build/lock/bin/uv pip compile pyproject.toml $(LOCK_FLAGS) --all-extras -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
