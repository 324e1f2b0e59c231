# Everything a person does with Salon. Each target makes .venv and installs what is missing first.
#
# On Linux without an NVIDIA GPU, give pip the CPU builds of torch, or it downloads gigabytes of CUDA:
#   make run TORCH_INDEX=https://download.pytorch.org/whl/cpu

PYTHON ?= python3
TORCH_INDEX ?=
PROMPT ?= a fox in a meadow at noon
MODEL ?= mini
MINUTES ?= 60
ROUNDS ?= 100

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: help install run imagine test soak lint bench train clean

help:
	@echo "make run     set up and open the bot: in your browser, or on Discord if SALON_DISCORD__TOKEN is set"
	@echo "make imagine set up and paint PROMPT in the terminal"
	@echo "make test    set up and pass the checks and tests"
	@echo "make lint    the checks alone          make soak   the long tests, of ROUNDS=$(ROUNDS)"
	@echo "make bench   the speed tables          make train  train MODEL=$(MODEL) for MINUTES=$(MINUTES)"

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Salon needs Python 3.11 or newer; name one with make PYTHON=python3.12."; exit 78; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Python's venv is missing; on Debian and Ubuntu: apt install python3-venv."; exit 78; }

.venv/.torch: constraints.txt | .venv/bin/python
	@if [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null && [ -z "$(TORCH_INDEX)" ]; then \
		$(PIP) --dry-run --no-deps --report - torch | grep -q '"version": "[^"]*+cpu"' \
		|| $(BIN)/python -c 'import torch' 2>/dev/null \
		|| { echo "This machine has no NVIDIA GPU, and pip would download CUDA's gigabytes. Run: make $(MAKECMDGOALS) TORCH_INDEX=https://download.pytorch.org/whl/cpu"; exit 78; }; \
	fi
	@echo "Installing torch..."
	@$(PIP) torch
	@touch $@

.venv/.run: pyproject.toml constraints.txt .venv/.torch
	@echo "Installing Salon and what it stands on..."
	@$(PIP) --editable '.[engine]'
	@touch $@

.venv/.dev: .venv/.run
	@echo "Installing the tools of the tests..."
	@$(PIP) --editable '.[engine,dev]'
	@touch $@

install: .venv/.run

# exec, so that Ctrl-C reaches the bot itself, and its way of ending is make's.
run: install
	@exec $(BIN)/salon run

imagine: install
	@$(BIN)/salon imagine "$(PROMPT)" -n 4

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/python -m pytest

soak: .venv/.dev
	SOAK_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -m soak -n 0 -s --timeout 3600

bench: .venv/.dev
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.chat

train: install
	$(BIN)/salon train $(MODEL) --minutes $(MINUTES)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache *.egg-info build
