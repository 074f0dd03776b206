# The two commands of a new user are `make maps` and `make test`; the environment is made when it is absent or its lock file changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: maps test test-lowest mutants lab show docs check lock clean

maps: $(READY)
	$(BIN)/coopgeo run --draws 1000 --share communes

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadscope

# Changes one operator or figure at a time, in a copy, and lists the changes that the tests do not notice. One module takes minutes:
# make mutants MODULE=coopgeo/chain/costs.py TESTS=tests/chain/test_costs.py
MODULE ?= coopgeo/chain
TESTS ?= tests/chain tests/plan
MUTANTS := $(or $(TMPDIR),/tmp)/coopgeo-mutants
mutants: $(READY)
	rm -rf $(MUTANTS) && mkdir -p $(MUTANTS)/project && cp -r coopgeo tests data docs pyproject.toml README.md $(MUTANTS)/project
	printf '[cosmic-ray]\nmodule-path = "%s"\ntimeout = 600.0\nexcluded-modules = []\ntest-command = "%s -m pytest -x -p no:cacheprovider %s"\n[cosmic-ray.distributor]\nname = "local"\n' \
		"$(MODULE)" "$(abspath $(BIN)/python)" "$(TESTS)" > $(MUTANTS)/settings.toml
	cd $(MUTANTS)/project && $(abspath $(BIN))/cosmic-ray init ../settings.toml ../session.sqlite
	cd $(MUTANTS)/project && $(abspath $(BIN))/cosmic-ray exec ../settings.toml ../session.sqlite
	$(BIN)/cr-report --surviving-only --show-diff $(MUTANTS)/session.sqlite

# The location problems on the lowest versions that pyproject.toml allows of what they need; needs uv.
LOWEST := .venv-lowest
test-lowest:
	uv venv --quiet --clear --python 3.11 $(LOWEST)
	grep -oE '"(highspy|lazy-loader|numba|numpy|scipy)[<>=!][^"]*"' pyproject.toml | tr -d '"' | \
		uv pip install --quiet --python $(LOWEST) --resolution lowest-direct -r - "pytest>=8.3" "hypothesis>=6.120"
	uv pip install --quiet --python $(LOWEST) --no-deps -e .
	uv pip list --quiet --python $(LOWEST)
	$(LOWEST)/bin/python -m pytest --confcutdir=tests/siting -p no:cacheprovider tests/siting $(wildcard tests/properties/test_siting_*.py)

# JupyterLab in French, and Voilà, with the settings of notebooks/.jupyter. Ctrl + C ends either.
JUPYTER := JUPYTER_CONFIG_PATH="$(CURDIR)/notebooks/.jupyter" JUPYTER_PATH="$(CURDIR)/notebooks/.jupyter"
lab: $(READY)
	$(JUPYTER) $(BIN)/jupyter lab --notebook-dir=notebooks

# One notebook without its code, for a meeting: make show NOTEBOOK=01_territoire
NOTEBOOK ?= 04_plateforme
show: $(READY)
	$(JUPYTER) $(BIN)/voila notebooks/$(NOTEBOOK).ipynb

# The docs site: open exports/site/index.html. A broken link fails.
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

# Style and types, as the pre-commit hooks run them.
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -c "from coopgeo import siting; siting.p_median([[0]], 1); siting.facility_location([[0]], [1], [1], capacity=[1])" # compiles them, once
	touch $(READY)

# Exact versions for every Python that the project supports; needs uv (https://docs.astral.sh/uv/).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra dev --extra cluster \
		--generate-hashes --no-header --quiet -o requirements.lock

clean:
	rm -rf $(VENV) $(LOWEST) exports
