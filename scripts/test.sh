#!/bin/sh
# Everything that must hold before a change lands: format, lints, tests.
#
# usage: scripts/test.sh
#
# Tests over other people's files run where GRISTMILL_CORPUS, or ../shared/corpus, is a folder. Tests of PostgreSQL run
# against a server of their own, in a temporary folder, or against that of GRISTMILL_POSTGRES, a URL; as
# root the script installs what they need.
set -eu
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say format
cargo fmt --check
rustfmt --check --edition 2024 scripts/make-orders.rs

say lints
cargo clippy --locked --all-targets -- -D warnings

say tests
GRISTMILL_EXPRESSIONS=20000 cargo test --locked

corpus=${GRISTMILL_CORPUS:-../shared/corpus}
if [ -d "$corpus" ]; then
    say "tests over the corpus"
    GRISTMILL_CORPUS=$(cd "$corpus" && pwd) cargo test --locked -- --ignored corpus
else
    say "tests over the corpus: skipped, there is no $corpus"
fi

if [ "$(id -u)" = 0 ]; then
    say "tests that mount a small tmpfs"
    cargo test --locked -- --ignored tmpfs
else
    say "tests that mount a small tmpfs: skipped, they need root"
fi

say "tests of PostgreSQL"
postgres_tests='cargo test --locked --test e2e -- --ignored postgres --skip ::alone'
if [ -n "${GRISTMILL_POSTGRES:-}" ]; then
    $postgres_tests
else
    scripts/with-postgres $postgres_tests
    scripts/with-postgres cargo test --locked --test e2e -- --ignored ::alone --test-threads=1
fi

say "the async baseline"
baseline='--locked --manifest-path scripts/async-baseline/Cargo.toml --target-dir target --all-features'
cargo fmt --check --manifest-path scripts/async-baseline/Cargo.toml
cargo clippy $baseline --all-targets -- -D warnings
cargo test $baseline

say "shipped data"
scripts/make-orders --dirty 10000 | cmp - data/orders.csv

say "all passed"
