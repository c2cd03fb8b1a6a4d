# The complaint-channel monitor. `make run` and `make test` do all their set-up themselves, on a
# machine with nothing but Python 3.11-3.13, pip and make; everything lands in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
ARGS ?=
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

.PHONY: help setup setup-dev setup-browser setup-services setup-linters run kafka-up kafka-down test check format dashboards soak bench lock wheel clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile
	@echo '  ARGS="…" is handed on by run, kafka-up, test and bench, e.g. make test ARGS="tests/unit -x"'

setup: .venv/.stamp-run  ## create .venv and install the locked run-time packages

setup-dev: .venv/.stamp-dev  ## setup, and what tests and checks need

.venv/.stamp-run: pyproject.toml requirements.lock deploy/setup/python.sh
	@bash deploy/setup/python.sh requirements.lock
	@touch $@

.venv/.stamp-dev: pyproject.toml requirements-dev.lock deploy/setup/python.sh
	@bash deploy/setup/python.sh requirements-dev.lock
	@touch .venv/.stamp-run $@

setup-browser:  ## make sure that Chromium is there for the dashboard's tests
	@bash deploy/setup/browser.sh

setup-services: setup-dev  ## make sure that Kafka, PostgreSQL, Dovecot and Prometheus are there for the tests
	@bash deploy/setup/kafka.sh
	@bash deploy/setup/postgres.sh
	@bash deploy/setup/prometheus.sh
	@bash deploy/setup/dovecot.sh
	-@$(BIN)/python -m tests.services kafka-warm

setup-linters: setup-dev  ## make sure that the files of deploy/ can be checked by their own tools
	@bash deploy/setup/linters.sh

run: setup  ## run the monitor on sample traffic: dashboard on http://127.0.0.1:8080
	@$(BIN)/ccm run --demo $(ARGS)

kafka-up: setup-services  ## start a Kafka broker on 127.0.0.1:9092, its data in data/kafka
	@$(BIN)/python -m tests.services kafka-up $(ARGS)

kafka-down: setup-dev  ## stop that broker; its data stays
	@$(BIN)/python -m tests.services kafka-down

test: setup-dev setup-browser setup-services setup-linters  ## run the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

soak: setup-dev setup-services  ## kill workers, brokers and databases for an hour, by other seeds each time
	@CCM_WORKER_KILLS=$${CCM_WORKER_KILLS:-200} CCM_FAILURES_SEED=$${CCM_FAILURES_SEED:-$$RANDOM} \
		$(BIN)/python -m pytest -m "soak or kafka" $(or $(ARGS),tests)

check: setup-dev  ## lint, format, types and import directions
	@failed=""; \
	try() { local name=$$1; shift; echo "check: $$name"; "$$@" || failed+=", $$name"; }; \
	try "lint" $(BIN)/ruff check --quiet; \
	try "format" $(BIN)/ruff format --check --quiet --diff; \
	try "types" $(BIN)/mypy --no-error-summary; \
	try "import directions" $(BIN)/lint-imports --no-logo; \
	if [[ -n $$failed ]]; then echo "check: failed: $${failed#, }"; exit 1; fi; echo "check: all is well"

format: setup-dev  ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

dashboards: setup-dev  ## write the dashboards of deploy/grafana anew from their code
	@$(BIN)/python -m deploy.grafana $(ARGS)

bench: setup-dev  ## measure speed, memory and start-up; print a table and append a JSON line
	@$(BIN)/python -m tests.bench $(ARGS)

lock: setup-dev  ## resolve the newest allowed versions anew into the two lock files
	@$(UV_COMPILE) --upgrade --output-file requirements.lock pyproject.toml
	@$(UV_COMPILE) --upgrade --constraints requirements.lock --extra dev \
		--output-file requirements-dev.lock pyproject.toml

wheel: setup-dev  ## build dist/*.whl
	@$(BIN)/python -m build --wheel --installer uv

clean:  ## remove .venv, builds and caches (never the monitor's own data)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find pipeline models tests -name __pycache__ -prune -exec rm -rf {} +
