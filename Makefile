# Backprop by Hand. `make` lists what there is to do.
#
# Everything is set up in .venv and node_modules, out of requirements/*.txt and package-lock.json, and
# set up again only when those change. Python 3.11 or newer and make are all that must be there before.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
BUILT := build/figures/.done build/ledger.json build/evidence.md

export NO_MKDOCS_2_WARNING := 1  # the theme's notice about another program

.DEFAULT_GOAL := help
.PHONY: help serve site test check format lock clean

help: ## List the targets
	@echo "Backprop by Hand"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

serve: $(VENV)/docs.done node_modules/.done $(BUILT) ## Build the book and show it at http://127.0.0.1:8000, again at each change
	@echo "serve: the book is at http://127.0.0.1:$(PORT) in a moment; stop with Ctrl-C"
	@$(BIN)/mkdocs serve --strict --livereload --dev-addr 127.0.0.1:$(PORT)

site: $(VENV)/docs.done node_modules/.done $(BUILT) ## Build the book into site/, strictly
	@$(BIN)/mkdocs build --strict
	@echo "site: built in site/"

test: $(VENV)/test.done node_modules/.done $(BUILT) ## Run all tests: doctests, equations' tests, examples on pages, the built site
	@$(BIN)/pytest $(PYTEST)

check: $(VENV)/test.done ## Check style, types and the citation file
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/cffconvert --validate

format: $(VENV)/test.done ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/docs.done ## Lock the newest versions that pyproject.toml and package.json admit
	@$(BIN)/python -m pip install --quiet uv==0.13.8
	@$(BIN)/uv pip compile $(LOCK) --group docs --output-file requirements/docs.txt
	@$(BIN)/uv pip compile $(LOCK) --group test --constraint requirements/docs.txt --output-file requirements/test.txt
	@$(BIN)/npm install --package-lock-only
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock"

clean: ## Remove what was built and set up
	rm -rf $(VENV) node_modules build site .pytest_cache .mypy_cache .ruff_cache .hypothesis

# ---- set-up -----------------------------------------------------------------------------------

NO_PYTHON = "$(PYTHON) is not Python 3.11 or newer. Install one from https://www.python.org/downloads/, or name it: make PYTHON=python3.12"
NO_NETWORK = "could not install what $< lists. Is there a network? Set-up needs it once; after that everything works without."

$(VENV)/bare.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "set-up: "$(NO_PYTHON) >&2; exit 1; }
	@echo "set-up: a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "set-up: $(PYTHON) cannot make a virtual environment; on Debian, apt install python3-venv" >&2; exit 1; }
	@touch $@

# pip checks the hash of every file. Our own package comes last, built by the hatchling just installed.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/docs.done: requirements/docs.txt pyproject.toml $(VENV)/bare.done
	@echo "set-up: installing $<"
	@$(PIP) --require-hashes --requirement $< || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/test.done: requirements/test.txt $(VENV)/docs.done
	@echo "set-up: installing $<"
	@$(PIP) --require-hashes --requirement $< || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@touch $@

# node and npm come from PyPI, with the requirements of the site
node_modules/.done: package-lock.json | $(VENV)/docs.done
	@echo "set-up: installing $<"
	@PATH="$(abspath $(BIN)):$$PATH" npm ci --silent || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@touch $@

# ---- what the book is built from ----------------------------------------------------------------

build/figures/.done: $(wildcard tools/figures/*.py tools/figures/*/*.py src/byhand/*.py) | $(VENV)/docs.done
	@$(BIN)/python tools/figures build/figures
	@touch $@

# The record of the equation checker, which the pages show. Unchanged pages are taken from the last one.
PAGES := $(shell find docs -name '*.md')
build/ledger.json: $(PAGES) $(wildcard src/*/*.py src/*/*/*.py tests/byhand/*.py) | $(VENV)/docs.done
	@$(BIN)/eqcheck docs --ledger $@ --tests tests/byhand --mutate

build/evidence.md: build/ledger.json tools/evidence.py
	@$(BIN)/python tools/evidence.py build/ledger.json $@
