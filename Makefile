# Everything a developer types; `make` alone lists it. Needs Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test prove bench check package lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(STAMP) ## start the service and all it needs on loopback (PORT=8000, STATE=.local)
	@exec $(PY) -m infra.local run

test: check ## every check, then every test but the long proofs
	$(PY) -m pytest -m 'not prove' -n 3 --dist loadfile --no-loadscope-reorder

prove: $(STAMP) ## the same properties over large numbers
	$(PY) -m pytest -m prove

bench: $(STAMP) ## measure, and print ratios
	@$(PY) -m bench

check: $(STAMP) ## lint, format, types, arrows
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

package: $(STAMP) ## build what ships: build/out/deployment.zip and template.json
	$(PY) -m infra.package

lock: ## resolve requirements.in afresh into requirements.txt
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install -q -r requirements.in
	echo '# The whole set, pinned: what requirements.in resolves to. Written by `make lock`.' > requirements.txt
	build/lock/bin/python -m pip freeze >> requirements.txt

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "setting up $(VENV) (once for each requirements.txt; a minute or so)"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $(STAMP)
