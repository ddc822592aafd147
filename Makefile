# Each target does the set-up that it needs; what is up to date is left alone.
PYTHON ?= python3
PORT ?= 8000
DECLIC := .venv/bin/declic

.PHONY: serve test lint bench prepare setup setup-dev clean

serve: prepare
	@DECLIC_PORT=$(PORT) $(DECLIC) serve

prepare: setup
	@$(DECLIC) prepare

setup:
	@$(PYTHON) scripts/setup.py app dialogue

setup-dev:
	@$(PYTHON) scripts/setup.py app dev dialogue

test: setup-dev
	@$(DECLIC) prepare
	@.venv/bin/python -m pytest $(PYTEST_ARGS)

lint: setup-dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: setup-dev
	@$(DECLIC) prepare
	@.venv/bin/python -m benchmarks

clean:
	rm -rf .venv .venv-dialogue var
