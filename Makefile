# Everything a fresh clone needs: `make run` opens the app, `make test` checks the whole house.
# PYTHON=python3.12 chooses the interpreter, VENV=elsewhere the virtual environment.

PYTHON ?= python3
VENV   ?= .venv
BENCH  ?= app

BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_OK  := $(VENV)/.installed
TEST_OK := $(VENV)/.installed-test
INPUTS  := pyproject.toml constraints.txt

.PHONY: help run venv venv-test test lint types imports tests test-faults verify-cards intrinsic stability ladder pictures bench constraints clean

help:
	@echo "make run           set up .venv if need be and open the app"
	@echo "make test          set up .venv if need be; lint, types, import contracts, tests"
	@echo "make test-faults   a run is killed at 50 random moments and resumed: it must end as if it had not been"
	@echo "make venv          the first half of 'make run'"
	@echo "make verify-cards  recompute every score on the cards of the shipped models"
	@echo "make intrinsic     measure again what the shipped vectors and states are worth by themselves"
	@echo "make stability     make the shipped models again with another seed: which neighbours come back"
	@echo "make ladder        every era at every number of labels, measured and compared (ARGS='--data imdb --seeds 1')"
	@echo "make bench         first frame, keystroke and stall times, as ratios within one run"
	@echo "make bench BENCH=lm  the speed of pretraining language models, likewise"
	@echo "make bench BENCH=glove  the time that GloVe takes beside word2vec"
	@echo "make bench BENCH=memory  what the engine and the app hold; BENCH=stream  10,000 sentences through all models"
	@echo "make bench BENCH=large  the memory that 200,000 lines of predict and a table of 100 MB take"
	@echo "make bench BENCH=eta  the remaining times that finished runs announced, against what they took"
	@echo "make bench BENCH=lab  from a key in the prompt lab to its answer, likewise"
	@echo "make bench BENCH=picture  the lecture's picture of each era, beside its answer"
	@echo "make bench BENCH=log  a log of 10,000,000 events, 2,000 of them a second, and 2,000 runs in the list"
	@echo "make bench BENCH=words  the speed of word queries, likewise; BENCH=compare  its eras' rows, the first time"
	@echo "make pictures      the pictures in README.md, from the shipped models"
	@echo "make constraints   pin the newest versions that pyproject.toml allows"
	@echo "make clean         remove .venv and caches (never trained models or runs)"

run: venv
	@$(BIN)/nlp-tui

venv: $(RUN_OK)

venv-test: $(TEST_OK)

test: lint types imports tests

lint: $(TEST_OK)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST_OK)
	$(BIN)/mypy --strict

imports: $(TEST_OK)
	$(BIN)/lint-imports

tests: $(TEST_OK)
	$(BIN)/python -m pytest -n auto --dist worksteal

test-faults: $(TEST_OK)
	NLP_TUI_KILLS=50 $(BIN)/python -m pytest -n 0 tests/core/test_faults.py

verify-cards: $(RUN_OK)
	$(BIN)/python -P -m core.release verify

intrinsic: $(RUN_OK)
	$(BIN)/python -P -m core.release intrinsic

stability: $(RUN_OK)
	$(BIN)/python -P -m core.release.reseeding

ladder: $(RUN_OK)
	$(BIN)/nlp-tui ladder $(ARGS)

pictures: $(TEST_OK)
	$(BIN)/python -m tests.pictures

bench: $(TEST_OK)
	$(BIN)/python -m tests.benchmarks $(BENCH)

# ---------------------------------------------------------------- the virtual environment
# A stamp file remembers a finished installation: pip is called again only when what it reads has changed. The build
# backend comes first, from the same pins, because pip's isolated builds would fetch an unpinned one.

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: name a Python 3.11 or newer, as in 'make $(MAKECMDGOALS) PYTHON=python3.12'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "nlp-tui needs Python 3.11 or newer and $(PYTHON) is $$($(PYTHON) -V 2>&1): name another, as in 'make $(MAKECMDGOALS) PYTHON=python3.12'." >&2; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) -V) ..." >&2
	@$(PYTHON) -m venv $(VENV) || { rm -f $(BIN)/python; exit 1; }

$(RUN_OK): $(INPUTS) | $(BIN)/python
	@echo "Installing nlp-tui (torch is large: the first time takes a few minutes) ..." >&2
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[bert]'
	@touch $@

$(TEST_OK): $(INPUTS) | $(BIN)/python
	@echo "Installing nlp-tui and what its tests need (the first time takes a few minutes) ..." >&2
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[bert,test]'
	@touch $(RUN_OK) $@

# The local part of a version (+cpu) is cut off so that the pins hold for every build of torch.
constraints:
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip --quiet install -e '.[bert,test]' editables
	{ echo "# Exact pins of everything nlp-tui installs, tests and build backend included."; \
	  echo "# Made by 'make constraints' from a fresh virtual environment; do not edit by hand."; \
	  build/constraints/bin/python -m pip freeze --all --exclude pip --exclude nlp-tui | sed -e 's/+cpu$$//' | LC_ALL=C sort -f; } > constraints.txt
	rm -rf build/constraints

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
