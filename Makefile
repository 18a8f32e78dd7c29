# Every target works from a fresh clone: what it needs is installed into .venv first, as locked in requirements-dev.txt.
PYTHON ?= python3
WORKERS ?= 2
STACKS ?= 8
BIN := .venv/bin
READY := .venv/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check quick lint types unit control-plane e2e update docs record bench package format clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 16

demo: $(READY) ## translate examples/shop into build/demo, and deploy examples/guestbook, if there is a cluster
	$(BIN)/kompyle -f examples/shop/compose.yaml convert -o build/demo
	@echo && wc -l build/demo/*
	@$(BIN)/python docs/record.py

test: lint types unit e2e docs package ## everything that must hold

check: quick ## the quick part of it: lint, types, docs
quick: lint types docs

lint: $(READY) ## format, rules and spelling
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/codespell

types: $(READY) ## type check
	$(BIN)/mypy

unit: $(READY) ## the tests, with coverage
	@$(BIN)/python -m tests.controlplane.build --if-possible
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

control-plane: $(READY) ## build a Kubernetes API server and its kin, once, for the tests that need one; takes Go
	@$(BIN)/python -m tests.controlplane.build

e2e: $(READY) ## the stacks of tests/e2e on real Pods, if there is a cluster, or a node can be started
	@$(BIN)/python -m tests.e2e.node
	$(BIN)/pytest tests/e2e -n $(STACKS) --dist loadfile

update: $(READY) ## rewrite the expected files of the fixtures; read the diff afterwards
	$(BIN)/pytest tests/test_fixtures.py --update -n $(WORKERS)

docs: $(READY) ## are the generated documents fresh?
	$(BIN)/python docs/generate.py --check

record: $(READY) ## deploy examples/guestbook, and write into README.md what that looks like; takes a cluster
	$(BIN)/python docs/record.py --write

bench: $(READY) ## time and memory; more with ARGS=--large; and next to kubectl, where a control plane is built
	$(BIN)/python benchmarks/bench.py $(ARGS)
	PYTHONPATH=. $(BIN)/python benchmarks/deploy.py

package: $(READY) ## build the packages and run the wheel away from the sources
	rm -rf build/package
	mkdir -p build/package
	$(BIN)/python -m build --no-isolation --outdir build/package . > build/package/log 2>&1 || { cat build/package/log; exit 1; }
	$(BIN)/python -m venv --without-pip build/package/venv
	$(BIN)/pip --python build/package/venv install --quiet --no-index --no-deps build/package/*.whl
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$$(echo build/package/venv/lib/python3.*/site-packages)/locked.pth"
	cd build/package && venv/bin/kompyle --version && venv/bin/kompyle -f ../../examples/shop/compose.yaml convert -o shop

format: $(READY) ## format, and repair what can be repaired
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean: ## remove what the other targets made
	rm -rf .venv build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find kompyle tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Kompyle needs Python 3.11 or newer. Name one: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { echo '$(PYTHON) cannot make virtual environments. Install its venv module (on Debian and Ubuntu the package python3-venv).' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@
