# Thin targets over real tools. `make demo` and `make test` need Python 3.11 or newer and nothing else.
#   PYTHON=python3.12   the Python that makes the environment      VENV=.venv   where it lies
#   PORT=8000           where the demo serves                      ARGS="..."   passed to the tool
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
ARGS ?=

export PORT
export NEXUS_VENV := $(VENV)
bin := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench campaign nightly clean python

help:
	@echo "make demo     serve the example shop, with its data, on port $(PORT)"
	@echo "make test     run the suite on SQLite and PostgreSQL"
	@echo "make lint     format, style, imports and types"
	@echo "make docs     build the documentation in docs/_build/html"
	@echo "make bench    compare the hot paths with a bare Django view"
	@echo "make campaign try the totals on random carts for long: ARGS='--examples 100000 --seed 1'"
	@echo "make nightly  run everything on every host, database and version"
	@echo "make clean    remove what was built; the environment and the demo's data stay"

demo: python
	@$(PYTHON) tools/bootstrap.py demo
	@$(bin)/python example_project/manage.py nexus_demo $(ARGS)

test: python
	@$(PYTHON) tools/bootstrap.py test
	@$(bin)/python tools/run_tests.py $(ARGS)

lint: python
	@$(PYTHON) tools/bootstrap.py dev
	@$(bin)/python tools/gates.py format style imports types sizes $(ARGS)

docs: python
	@$(PYTHON) tools/bootstrap.py dev
	@$(bin)/python tools/gates.py docs $(ARGS)

bench: python
	@$(PYTHON) tools/bootstrap.py test
	@$(bin)/python -m benchmarks $(ARGS)
	@$(bin)/python -m benchmarks.totals

campaign: python
	@$(PYTHON) tools/bootstrap.py test
	@$(bin)/python tools/campaign.py $(ARGS)

nightly: python
	@$(PYTHON) tools/bootstrap.py dev
	@NEXUS_MACHINE_RUNS=$${NEXUS_MACHINE_RUNS:-50} $(bin)/python tools/run_tests.py --nightly $(ARGS)
	@$(bin)/tox run

clean:
	rm -rf build dist docs/_build docs/reference/generated htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 6))" 2>/dev/null || { echo "$(PYTHON) is not a Python 3 here. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
