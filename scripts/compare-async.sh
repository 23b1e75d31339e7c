#!/bin/sh
# Compares gristmill with the same job on tokio, and writes a report with charts to scripts/compare-runs/DATE-MACHINE/.
#
# usage: scripts/compare-async.sh [--build-times] [--quick]
#
#   --build-times  time clean and incremental builds too (20 minutes more); else the last figures are kept
#   --quick        a tenth of the rows and two rounds of each, to see that all of it works
#
# Needs python3 and 3 GB of /dev/shm. The programs are in scripts/async-baseline, a package of its own; gristmill itself
# has no async runtime in it.
set -eu
cd "$(dirname "$0")/.."

cargo build --release --locked
for feature in lines threads-lines chunks threads-chunks waits; do
    # One at a time: features of one program are not to be found in another.
    cargo build --release --locked --manifest-path scripts/async-baseline/Cargo.toml --target-dir target --features "$feature"
done

# The many-waits scenario holds thousands of connections.
ulimit -n "$(ulimit -Hn)" || true
cd scripts/async-baseline
exec python3 -m compare "$@"
