# Backprop by Hand. `make` lists what there is to do.
#
# Everything is set up in .venv and node_modules, out of requirements/*.txt and package-lock.json, and
# set up again only when those change. Python 3.11 or newer and make are all that must be there before.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN := $(VENV)/$(SCRIPTS)
BENCH_VENV := .venv-bench
MUTATION_VENV := .venv-mutation
ZENSICAL_VENV := .venv-zensical
TORCH ?= 2.13.0
BUILT := build/figures/.done build/ledger.json build/evidence.md build/equations/.done build/measured/.done build/social/.done
# Side by side. Each prints a line at most, so that what they say stays legible.
MAKE_PARTS = $(MAKE) --no-print-directory --silent --jobs=2 $(BUILT) python-in-page

export NO_MKDOCS_2_WARNING := 1  # the theme's notice about another program

.DEFAULT_GOAL := help
.PHONY: help serve site test teeth python-in-page pdf check format bench weigh frameworks mutation publish zensical lock clean

help: ## List the targets
	@echo "Backprop by Hand"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

serve: $(VENV)/docs.done node_modules/.done ## Build the book and show it at http://127.0.0.1:8000, with each change at once
	@$(MAKE_PARTS)
	@echo "serve: the book is at http://127.0.0.1:$(PORT) in a moment; stop with Ctrl-C"
	@$(BIN)/mkdocs serve --strict --livereload --dev-addr 127.0.0.1:$(PORT)

site: $(VENV)/docs.done node_modules/.done ## Build the book into site/, strictly
	@$(MAKE_PARTS)
	@$(BIN)/mkdocs build --strict
	@echo "site: built in site/"

test: $(VENV)/test.done node_modules/.done ## Run all tests: doctests, equations' tests, examples on pages, the built site
	@$(MAKE) --no-print-directory teeth
	@[ -n "$(SITE)" ] || $(MAKE) --no-print-directory site
	@SITE=$(or $(SITE),site) $(BIN)/pytest --numprocesses auto --dist loadfile $(PYTEST)

teeth: ## Plant errors in every equation, and show on the pages how many the check catches; takes two minutes
	@$(MAKE) --no-print-directory TEETH=--mutate build/teeth.done
	@$(MAKE_PARTS)

pdf: teeth site $(VENV)/test.done ## Print the whole book into build/backprop-by-hand.pdf; needs Chromium, takes some minutes
	@$(BIN)/python tools/pdf.py site build/backprop-by-hand.pdf

check: $(VENV)/test.done ## Check style, types and the citation file
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/cffconvert --validate

format: $(VENV)/test.done ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(BENCH_VENV)/bench.done ## Measure accuracy and speed beside scipy, torch and jax; BENCH=--quick takes a minute
	@PYTHONPATH=src $(BENCH_VENV)/$(SCRIPTS)/python benchmarks $(BENCH)
	@$(MAKE) --no-print-directory build/figures/.done build/measured/.done

weigh: $(VENV)/test.done site ## Measure in Chromium how soon the heaviest page shows its formulas, and what it weighs
	@$(BIN)/python benchmarks/site.py site --record benchmarks/site.json

frameworks: $(BENCH_VENV)/bench.done ## Run the page "How the frameworks spell it" in torch, jax, scipy and scikit-learn
	@FRAMEWORKS=$(if $(TORCH),all) PYTHONPATH=src $(BENCH_VENV)/$(SCRIPTS)/python -m pytest -q -p no:cacheprovider \
	  -c /dev/null --rootdir . --noconftest tests/practice/test_frameworks.py

# mutmut keeps old verdicts when only a test has changed, so each run starts anew. It works in mutants/.
mutation: $(MUTATION_VENV)/mutation.done ## Plant errors in src/byhand, one at a time: does a test notice each? Takes a quarter of an hour
	@rm -rf mutants && mkdir -p mutants/src
	@PYTHONPATH="tools:$(CURDIR)/mutants/src" PYTHONHASHSEED=0 OPENBLAS_NUM_THREADS=1 $(MUTATION_VENV)/$(SCRIPTS)/mutmut run
	@$(MUTATION_VENV)/$(SCRIPTS)/python tools/mutation.py tests/equivalents.toml

# Nothing is pushed: the book goes into a git repository, by default one of its own, in the branch gh-pages.
REF ?= refs/heads/main
PUBLISHED ?= build/published.git
publish: $(VENV)/test.done node_modules/.done teeth ## Put the book beside its older versions: REF=refs/tags/v1.2.3 SITE_URL=https://…/
	@$(BIN)/python tools/publish.py $(REF) $(PUBLISHED)

# Zensical reads the same mkdocs.yml. It leaves hooks: out, so what they call is called here.
zensical: site $(ZENSICAL_VENV)/zensical.done ## Build the book with Zensical too, and say what differs
	@SITE_DIR=build/zensical $(ZENSICAL_VENV)/$(SCRIPTS)/zensical build --clean --strict
	@$(ZENSICAL_VENV)/$(SCRIPTS)/python tools/after_build.py build/zensical
	@$(BIN)/python tools/compare_sites.py site build/zensical

lock: $(VENV)/docs.done ## Lock the newest versions that pyproject.toml and package.json admit
	@$(BIN)/python -m pip install --quiet uv==0.13.8
	@$(BIN)/uv pip compile $(LOCK) --group docs --output-file requirements/docs.txt
	@$(BIN)/uv pip compile $(LOCK) --group test --constraint requirements/docs.txt --output-file requirements/test.txt
	@$(BIN)/uv pip compile $(LOCK) --group bench --constraint requirements/docs.txt --output-file requirements/bench.txt
	@$(BIN)/uv pip compile $(LOCK) --group mutation --constraint requirements/test.txt --output-file requirements/mutation.txt
	@$(BIN)/uv pip compile $(LOCK) --group zensical --constraint requirements/docs.txt --output-file requirements/zensical.txt
	@$(BIN)/npm install --package-lock-only
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock"

clean: ## Remove what was built and set up
	rm -rf $(VENV) $(BENCH_VENV) $(MUTATION_VENV) $(ZENSICAL_VENV) .cache node_modules build site mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis

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

# torch is not in the lock. On Linux the build of the public index brings gigabytes of CUDA and does not load
# without them; so the CPU's build is asked for first, and found where pip is told of an index that has it.
$(BENCH_VENV)/bench.done: requirements/bench.txt | $(VENV)/bare.done
	@echo "set-up: installing $< in $(BENCH_VENV)"
	@$(BIN)/python -m venv $(BENCH_VENV)
	@$(BENCH_PIP) --require-hashes --requirement $< || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@[ -z "$(TORCH)" ] || $(BENCH_PIP) --no-deps torch==$(TORCH)+cpu 2>/dev/null || { \
	  echo "set-up: no CPU build of torch $(TORCH) in pip's index; taking the usual one, large on Linux (TORCH= skips it)"; \
	  $(BENCH_PIP) torch==$(TORCH) || echo "set-up: torch could not be installed, and will be skipped"; }
	@touch $@
BENCH_PIP = $(BENCH_VENV)/$(SCRIPTS)/python -m pip install --quiet --disable-pip-version-check

# The tests run against the copy in mutants/, so our own package is not installed there.
$(MUTATION_VENV)/mutation.done: requirements/mutation.txt | $(VENV)/bare.done
	@echo "set-up: installing $< in $(MUTATION_VENV)"
	@$(BIN)/python -m venv $(MUTATION_VENV)
	@$(MUTATION_VENV)/$(SCRIPTS)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement $< || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@touch $@

$(ZENSICAL_VENV)/zensical.done: requirements/zensical.txt pyproject.toml | $(VENV)/docs.done
	@echo "set-up: installing $< in $(ZENSICAL_VENV)"
	@$(BIN)/python -m venv $(ZENSICAL_VENV)
	@$(ZENSICAL_PIP) --require-hashes --requirement $< || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@$(ZENSICAL_PIP) --no-build-isolation --no-deps --editable .
	@touch $@
ZENSICAL_PIP = $(ZENSICAL_VENV)/$(SCRIPTS)/python -m pip install --quiet --disable-pip-version-check

# node and npm come from PyPI, with the requirements of the site
node_modules/.done: package-lock.json | $(VENV)/docs.done
	@echo "set-up: installing $<"
	@PATH="$(abspath $(BIN)):$$PATH" npm ci --silent || { echo "set-up: "$(NO_NETWORK) >&2; exit 1; }
	@touch $@

# ---- what the book is built from ----------------------------------------------------------------

# One thread: its matrices are small, and a second one would only wait, which takes the time of a processor too.
build/figures/.done: $(wildcard tools/figures/*.py tools/figures/*/*.py src/byhand/*.py benchmarks/results.json) | $(VENV)/docs.done
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python tools/figures build/figures
	@touch $@

# What a link to the book shows when it is shared, and the icon for those who do not take SVG
build/social/.done: tools/social.py $(wildcard src/byhand/*.py) | $(VENV)/docs.done
	@$(BIN)/python tools/social.py build/social
	@touch $@

# The record of the equation checker, which the pages show. Unchanged pages are taken from the last one. Planting
# errors takes much longer than checking, so the record says how many were caught only where `make teeth` was run.
PAGES := $(shell find docs -name '*.md')
TESTS := $(wildcard tests/byhand tests/practice)
build/ledger.json: $(PAGES) $(wildcard src/*/*.py src/*/*/*.py $(addsuffix /*.py,$(TESTS))) | $(VENV)/docs.done
	@$(BIN)/eqcheck docs --ledger $@ $(addprefix --tests ,$(TESTS)) $(TEETH)

build/teeth.done: build/ledger.json
	@$(BIN)/eqcheck docs --ledger build/ledger.json $(addprefix --tests ,$(TESTS)) --mutate
	@touch $@

build/evidence.md: build/ledger.json tools/evidence.py
	@$(BIN)/python tools/evidence.py build/ledger.json $@

# The tables of the pages on digits and speed, out of the benchmarks' record
build/measured/.done: benchmarks/results.json tools/measured.py | $(VENV)/docs.done
	@$(BIN)/python tools/measured.py benchmarks/results.json build/measured
	@touch $@

# It keeps what it made, and looks by itself whether that is still right: a wheel may be there today that was not.
python-in-page: $(VENV)/docs.done node_modules/.done
	@$(BIN)/python tools/python_in_page.py

build/equations/.done: build/ledger.json tools/equations.py
	@$(BIN)/python tools/equations.py build/ledger.json build/equations
	@touch $@
