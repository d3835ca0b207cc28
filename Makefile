# Everything a contributor runs. Needs make and Python 3.11 or newer; the rest is installed into $(VENV).

PYTHON ?= python3
VENV ?= .venv
VENV_DUCKDB2 ?= .venv-duckdb2
VENV_EXPORTS ?= .venv-exports
SEED ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')

BIN := $(VENV)/bin
INSTALLED := .installed-from-lock
PIP_INSTALL := -m pip --disable-pip-version-check install --quiet
OLD_PYTHON := chronology needs Python 3.11 or newer; name one with: make PYTHON=python3.12

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-duckdb2 test-frames test-exports test-browser pictures torture bench lock clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/$(INSTALLED)  ## the Kidal chronology, from log to answers, in build/demo
	@rm -rf build/demo && mkdir -p build
	@$(BIN)/chronology demo build/demo

test: $(VENV)/$(INSTALLED)  ## lint, format, types and tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest

test-duckdb2: $(VENV_DUCKDB2)/$(INSTALLED)  ## the tests on DuckDB 2.0, in an environment of their own
	$(VENV_DUCKDB2)/bin/python -m pytest

test-frames: $(VENV)/.frames-installed  ## the tests of answers as tables of pandas, polars and Arrow
	$(BIN)/python -m pytest -n 0 tests/api/test_data_frames.py

test-exports: $(VENV_EXPORTS)/.validators-installed  ## the tests of files for other tools, by those tools
	$(VENV_EXPORTS)/bin/python -m pytest -n 0 tests/exporters

test-browser: $(VENV)/.browser-installed  ## the tests of the page in Chromium (apt-get install chromium), with axe from npm
	AXE_CORE=$(VENV)/axe/node_modules/axe-core/axe.min.js $(BIN)/python -m pytest -n 0 -m browser tests/browser

pictures: $(VENV)/.browser-installed  ## the pictures of the README, made anew in docs/pictures
	$(BIN)/python tests/browser/pictures.py

torture: $(VENV)/$(INSTALLED)  ## kills, full disks, damaged files, new random inputs: minutes; SEED=n repeats one
	$(BIN)/python -m pytest -n 0 -m "torture or hypothesis" --capture=no --hypothesis-profile random --hypothesis-seed $(SEED)

bench: $(VENV)/.peers-installed  ## measure speed and size, and write docs/performance.md; BENCH=--quick is a small one
	$(BIN)/python -m pytest -n 0 -m bench --capture=no
	$(BIN)/python tests/benchmarks/performance.py $(BENCH)

lock: .venv-lock/bin/uv  ## write requirements-dev.lock anew; make lock LOCK_OPTIONS=--upgrade for newer versions
	.venv-lock/bin/uv pip compile pyproject.toml --quiet --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
		$(LOCK_OPTIONS) --output-file requirements-dev.lock

clean:  ## remove what was built, and caches; the environments stay
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find chronology projections tests -name __pycache__ -prune -exec rm -rf {} +

# An environment is made once, and brought up to date when the lock or pyproject.toml changes.
$(VENV): $(VENV)/$(INSTALLED) ;

%/$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(OLD_PYTHON)")'
	@echo "installing into $* ..."
	@test -x $*/bin/python || $(PYTHON) -m venv $*
	@$*/bin/python $(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@case "$*" in "$(VENV_DUCKDB2)") $*/bin/python $(PIP_INSTALL) 'duckdb>=2.0,<2.1' ;; esac
	@$*/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# What the benchmark compares with, beside what the tests need anyway.
%/.peers-installed: %/$(INSTALLED)
	@$*/bin/python $(PIP_INSTALL) 'pandas>=2.2,<4' 'sqlite-utils>=3.38,<4'
	@touch $@

# What answers can be handed on to.
%/.frames-installed: %/$(INSTALLED)
	@$*/bin/python $(PIP_INSTALL) 'pandas>=2.2,<4' 'polars>=1.30,<3' 'pyarrow>=18'
	@touch $@

# What reads the files that are exported. In an environment of their own: some hold back libraries of ours.
.SECONDARY: $(VENV_EXPORTS)/$(INSTALLED)
%/.validators-installed: %/$(INSTALLED)
	@$*/bin/python $(PIP_INSTALL) 'followthemoney>=4,<5' 'frictionless>=5.18,<6' 'geojson>=3,<4' 'icalendar>=6,<8' 'jsonschema>=4.20' \
		'markdown-it-py>=3' 'rocrate>=0.13,<1'
	@touch $@

# What opens pages, and what says who cannot read them.
%/.browser-installed: %/$(INSTALLED)
	@$*/bin/python $(PIP_INSTALL) 'playwright>=1.50,<2'
	@npm install --silent --no-fund --no-audit --prefix $*/axe 'axe-core@^4.10'
	@touch $@

.venv-lock/bin/uv:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python $(PIP_INSTALL) uv
