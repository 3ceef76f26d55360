# `make demo` and `make test` need git, make and Python >= 3.11 with venv. They install everything else in .venv/.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv
PYTEST := $(BIN)/pytest
ONCE ?=
# The reference machine has two cores. A third worker uses the time that some tests spend waiting.
WORKERS ?= 3
ACQUIS_TORTURE ?= long
ACQUIS_BENCH ?=
ALL ?=
OF ?=
FUZZ_SECONDS ?= 3600
FOLDER ?=

# If this variable is set, every process that a test starts compiles its imports again, which doubles its start time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-slow check nightly lint types imports format map rights words pictures law dictionary reference catalogue frozen golden tampering verifier bench postgresql torture fuzz mutants lock clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(UV):
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/packages.stamp: requirements.lock pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# Compile here: the services' account cannot write to this folder, so each start of a service would compile again.
.venv/run.stamp: .venv/packages.stamp
	$(UV) pip install --quiet --python $(BIN)/python --reinstall --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/python -m compileall -q domain adapters projections webapi
	$(BIN)/python -c 'from webapi.app import compile_pages; compile_pages()'
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/packages.stamp ## play the demonstration, then serve it (ONCE=1: print the result as JSON and exit; KEEP=folder: keep the data there)
	$(BIN)/acquis demo $(if $(ONCE),--once --json) $(if $(KEEP),--keep $(KEEP))

test: .venv/dev.stamp ## run the fast tests (not the slow tests, the torture tests or the benchmarks)
	$(PYTEST) -n $(WORKERS) --dist loadfile tests --ignore tests/torture --ignore tests/bench

test-slow: .venv/dev.stamp ## run the slow tests, ten minutes: browser tests of each role, every process kill, the documents' commands
	ACQUIS_SLOW=1 $(PYTEST) -n $(WORKERS) --dist loadfile -m slow tests --ignore tests/torture --ignore tests/bench

check: test lint types imports ## run what every change must pass (`.ci/run` runs more if a store changed)

nightly: .venv/dev.stamp ## run everything that takes hours: slow tests, PostgreSQL server, torture, fuzzing, mutants, every benchmark; continue after a failure
	$(MAKE) --keep-going --jobs=1 test-slow postgresql torture fuzz mutants bench ALL=1 ACQUIS_BENCH=smoke

lint: .venv/dev.stamp ## check formatting and lint rules with ruff
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev.stamp ## check types with mypy --strict
	$(BIN)/mypy

imports: .venv/dev.stamp ## check the import layers with import-linter
	$(BIN)/lint-imports

format: .venv/dev.stamp ## format the code and apply ruff's fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

map: .venv/dev.stamp ## regenerate domain/README.md from the domain's code
	$(BIN)/python -m tests.generated.domain_map

rights: .venv/dev.stamp ## regenerate deploy/RIGHTS.md from webapi/rights.py
	$(BIN)/python -m tests.generated.rights_page

pictures: .venv/dev.stamp ## retake the screenshots of the help pages and of the README from the demonstration
	ACQUIS_TAKE_PICTURES=1 $(PYTEST) -n0 -q -m slow tests/browser/test_pictures.py

words: .venv/dev.stamp ## write webapi/words/en/to_translate.po: the texts that have no English translation yet
	$(BIN)/python -m tests.generated.words

law: .venv/dev.stamp ## regenerate deploy/docs/law.md from the shipped law, the refusals and the tests that cite them
	$(BIN)/python -m tests.generated.law_page

dictionary: .venv/dev.stamp ## regenerate deploy/docs/dictionary.md from the contract of the reporting views
	$(BIN)/python -m tests.generated.dictionary_page

reference: .venv/dev.stamp ## regenerate deploy/docs/reference.md from the settings and commands
	$(BIN)/python -m tests.generated.reference

catalogue: .venv/dev.stamp ## regenerate both catalogue.txt of adapters/database from the migrations and the read models
	$(BIN)/python -m tests.generated.catalogue_file

frozen: .venv/dev.stamp ## add the digests of new migrations to applied.sha256 (an applied migration is never edited)
	$(BIN)/python -m tests.generated.frozen_migrations

golden: .venv/dev.stamp ## regenerate tests/golden/golden.json from the demonstration (FOLDER=…: also write the digested content there)
	$(BIN)/python -m tests.golden.digests $(FOLDER)

tampering: .venv/dev.stamp ## regenerate deploy/TAMPERING.md by running the tampering campaign (9 minutes)
	$(BIN)/python -m tests.generated.tampering_page

verifier: .venv/run.stamp ## build the audit bag verifier as one file that needs only Python
	$(BIN)/acquis verify --write-zipapp acquis-verify.pyz

bench: .venv/dev.stamp ## run the benchmarks, which print ratios within one run (ACQUIS_BENCH=smoke: small sizes; OF="append soak": only these)
	ACQUIS_BENCH=$(ACQUIS_BENCH) $(BIN)/python -m tests.bench $(OF)

postgresql: .venv/dev.stamp ## run the store's tests on this machine's PostgreSQL server (ALL=1: every test with a database; ACQUIS_CI_POSTGRESQL: its URL)
	WORKERS=$(WORKERS) .ci/postgresql $(if $(ALL),all)

torture: .venv/dev.stamp ## test process kills, races and lost answers (ACQUIS_TORTURE=short: as CI runs them)
	ACQUIS_TORTURE=$(ACQUIS_TORTURE) $(PYTEST) -n $(WORKERS) --dist loadfile $(if $(filter short,$(ACQUIS_TORTURE)),,-m '') tests/torture

fuzz: .venv/dev.stamp ## fuzz each of the project's parsers for an hour (FUZZ_SECONDS=1: as CI does; OF="office bag": only these)
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m tests.fuzz $(OF)

mutants: .venv/dev.stamp ## mutate the domain and list the mutants that no test detects (OF="domain.framework.block_rule.*" or SAMPLE=800 SEED=2: part of it)
	$(BIN)/python -m tests.mutants $(if $(OF),"$(OF)") $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

lock: | $(UV) ## resolve the dependencies and rewrite the lock files
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra embedded pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove installed packages and caches, but no data
	rm -rf mutants .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
