# Acquis. `make demo` and `make test` each need only git, make and Python >= 3.11 with venv: they install the rest.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv
PYTEST := $(BIN)/pytest
ONCE ?=
# One more than the two cores that all is tried on: some tests wait.
WORKERS ?= 3
ACQUIS_TORTURE ?= long
ACQUIS_BENCH ?=
ALL ?=
OF ?=
FUZZ_SECONDS ?= 3600
FOLDER ?=

# Where this is set, each of the tests' many processes compiles anew all that it imports: half of its start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test days check nightly lint types imports format map rights words pictures law dictionary reference catalogue frozen golden tampering verifier bench postgresql torture fuzz mutants lock clean help

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(UV):
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# Compiled by who installs: the services' account may write nothing there, and each start of theirs would compile it anew.
.venv/run.stamp: requirements.lock pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/python -m compileall -q domain adapters projections webapi
	$(BIN)/python -c 'from webapi.app import compile_pages; compile_pages()'
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/run.stamp ## play the demonstration, then serve it (ONCE=1: play it, print the JSON, exit; KEEP=folder: keep it)
	$(BIN)/acquis demo $(if $(ONCE),--once --json) $(if $(KEEP),--keep $(KEEP))

test: .venv/dev.stamp ## the tests of the day: all but those of the night (`make days`), torture and the benches
	$(PYTEST) -n $(WORKERS) --dist loadfile tests --ignore tests/torture --ignore tests/bench

days: .venv/dev.stamp ## the tests of the night (ten minutes): each role's day in a browser, each kill, each page of documents played
	ACQUIS_DAYS=1 $(PYTEST) -n $(WORKERS) --dist loadfile -m nightly tests --ignore tests/torture --ignore tests/bench

check: test lint types imports ## what a change must pass; `.ci/run` asks more where a store changed

nightly: .venv/dev.stamp ## what takes hours: the PostgreSQL server, long torture, fuzzing, mutants, each part of the bench; goes on after a failure
	$(MAKE) --keep-going --jobs=1 days postgresql torture fuzz mutants bench ALL=1 ACQUIS_BENCH=smoke

lint: .venv/dev.stamp ## ruff: form and habits
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev.stamp ## mypy --strict
	$(BIN)/mypy

imports: .venv/dev.stamp ## imports point down
	$(BIN)/lint-imports

format: .venv/dev.stamp ## let ruff write the form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

map: .venv/dev.stamp ## write domain/README.md anew from the domain's code
	$(BIN)/python -m tests.generated.domain_map

rights: .venv/dev.stamp ## write deploy/RIGHTS.md anew from webapi/rights.py
	$(BIN)/python -m tests.generated.rights_page

pictures: .venv/dev.stamp ## take the pictures of the help and of the README anew, from the pages of the demonstration
	ACQUIS_TAKE_PICTURES=1 $(PYTEST) -n0 -q -m nightly tests/browser/test_pictures.py

words: .venv/dev.stamp ## write webapi/words/en/to_translate.po: what the pages say and English still lacks
	$(BIN)/python -m tests.generated.words

law: .venv/dev.stamp ## write deploy/docs/law.md anew from the law that ships, the refusals and the tests that cite them
	$(BIN)/python -m tests.generated.law_page

dictionary: .venv/dev.stamp ## write deploy/docs/dictionary.md anew from the contract of the reporting views
	$(BIN)/python -m tests.generated.dictionary_page

reference: .venv/dev.stamp ## write deploy/docs/reference.md anew from the settings and commands
	$(BIN)/python -m tests.generated.reference

catalogue: .venv/dev.stamp ## write both catalogue.txt of adapters/database anew from the migrations and the read models
	$(BIN)/python -m tests.generated.catalogue_file

frozen: .venv/dev.stamp ## freeze new migrations: add their digests to applied.sha256 (an applied one is never edited)
	$(BIN)/python -m tests.generated.frozen_migrations

golden: .venv/dev.stamp ## write tests/golden/golden.json anew from the demonstration (FOLDER=…: into it what is digested)
	$(BIN)/python -m tests.golden.digests $(FOLDER)

tampering: .venv/dev.stamp ## write deploy/TAMPERING.md anew from the campaign that tampers (2 minutes)
	$(BIN)/python -m tests.generated.tampering_page

verifier: .venv/run.stamp ## the verifier of audit bags as one file that needs nothing but Python
	$(BIN)/acquis verify --write-zipapp acquis-verify.pyz

bench: .venv/dev.stamp ## the figures, as ratios within one run (ACQUIS_BENCH=smoke: in small, so that none rots; OF="append soak": some)
	ACQUIS_BENCH=$(ACQUIS_BENCH) $(BIN)/python -m tests.bench $(OF)

postgresql: .venv/dev.stamp ## the store on this machine's PostgreSQL server (ALL=1: all that needs a database; ACQUIS_CI_POSTGRESQL: which)
	WORKERS=$(WORKERS) .ci/postgresql $(if $(ALL),all)

torture: .venv/dev.stamp ## kills, races, lost answers (ACQUIS_TORTURE=short: as CI runs them)
	ACQUIS_TORTURE=$(ACQUIS_TORTURE) $(PYTEST) -n $(WORKERS) --dist loadfile $(if $(filter short,$(ACQUIS_TORTURE)),,-m '') tests/torture

fuzz: .venv/dev.stamp ## feed each of our parsers what nobody writes, an hour each (FUZZ_SECONDS=1: as CI does; OF="office bag": some)
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m tests.fuzz $(OF)

mutants: .venv/dev.stamp ## break the domain in every way, and list what no test sees (OF="domain.framework.block_rule.*" or SAMPLE=800 SEED=2: some of it)
	$(BIN)/python -m tests.mutants $(if $(OF),"$(OF)") $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

lock: | $(UV) ## resolve the dependencies anew
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra embedded pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was installed and measured, never data
	rm -rf mutants .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
