# Two commands: `make run` and `make test`. Both begin with `make setup`.
# A machine needs Python 3.11 or newer and make. Everything else comes from PyPI.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --use-pep517 --disable-pip-version-check --no-input -c constraints.txt
HOST ?= 127.0.0.1
PORT ?= 8000
# Feeds name their own address: on another port, it is another one.
ADDRESS := $(if $(filter 8000,$(PORT)),,COMMONCAST_PUBLIC_URL=$${COMMONCAST_PUBLIC_URL:-http://127.0.0.1:$(PORT)})
# As many test files at once as there are cores; with more, browsers wait too long.
JOBS ?= $(shell nproc)
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: setup run demo test crash-matrix check words clean
.DEFAULT_GOAL := setup

setup: $(STAMPS)/installed $(STAMPS)/frontend

run: setup
	@$(ADDRESS) $(BIN)/commoncast migrate
	@$(ADDRESS) $(BIN)/commoncast demo
	@$(ADDRESS) $(BIN)/commoncast serve --host $(HOST) --port $(PORT)

# Everything that says no: style, types, borders, and then the tests.
test: setup $(STAMPS)/tools check
	@$(BIN)/python -m tests.services start
	@$(BIN)/python -m pytest -rs -n $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(PYTEST)

# Kill workers at every point of the pipeline, many times, on both databases.
crash-matrix: setup $(STAMPS)/tools
	@$(BIN)/python -m tests.services start
	@CRASH_REPEATS=$(or $(REPEATS),20) $(BIN)/python -m pytest -rs tests/app/test_crash_matrix.py tests/app/test_crash_anew.py

check: $(STAMPS)/tools
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Collect what people read into messages.pot, carry it into each translation, compile.
words: $(STAMPS)/tools
	@$(BIN)/pybabel --quiet extract -F pyproject.toml --add-location=file --sort-by-file \
		--project=Commoncast --copyright-holder="the Commoncast contributors" --no-wrap -o app/locale/messages.pot .
	@for po in $(wildcard app/locale/*/LC_MESSAGES/messages.po); do \
		language=$$(basename $$(dirname $$(dirname $$po))); \
		$(BIN)/pybabel --quiet update -i app/locale/messages.pot -o $$po -l $$language; \
		$(BIN)/pybabel --quiet compile -i $$po -o $${po%.po}.mo -l $$language; done

clean:
	rm -rf $(VENV) app/static/dist frontend/node_modules

$(STAMPS)/venv:
	@[ -n "$(PYTHON)" ] || { echo "Commoncast needs Python 3.11 or newer." >&2; exit 1; }
	@echo "Making a virtual environment with $(PYTHON) ..."
	@$(PYTHON) .ci/make_venv.py $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installed: $(STAMPS)/venv pyproject.toml constraints.txt
	@echo "Installing what Commoncast needs (a few minutes the first time) ..."
	@$(PIP) --editable .
	@touch $@

$(STAMPS)/tools: $(STAMPS)/installed
	@echo "Installing what the tests need ..."
	@$(PIP) --editable '.[dev,transcribe]'
	@$(BIN)/python .ci/install_test_tools.py
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/installed $(FRONTEND)
	@echo "Building the front end ..."
	@$(BIN)/python .ci/build_frontend.py
	@touch $@
