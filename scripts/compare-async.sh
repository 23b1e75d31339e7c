#!/bin/sh
# Compares gristmill with the same job on tokio, and writes a report with charts to scripts/compare-runs/DATE-MACHINE/.
#
# usage: scripts/compare-async.sh [--build-times] [--quick]
#
#   --build-times  time clean and incremental builds too (half an hour more); else the last figures are kept
#   --quick        a tenth of the rows and two rounds of each, to see that all of it works
#
# Needs python3 and 3 GB of /dev/shm, where the orders stay for the next time (/dev/shm/gristmill-compare). The programs are
# in scripts/async-baseline, a package of its own; gristmill itself has no async runtime in it.
set -eu
cd "$(dirname "$0")/.."

for option; do
    case $option in
        --build-times | --quick) ;;
        -h | --help)
            sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
            exit
            ;;
        *)
            echo "$option is no option; see $0 --help" >&2
            exit 2
            ;;
    esac
done
command -v python3 > /dev/null || { echo "python3 is needed, and not there" >&2; exit 1; }

cargo build --release --locked
for feature in lines threads-lines chunks threads-chunks waits; do
    # One at a time: features of one program are not to be found in another.
    cargo build --release --locked --manifest-path scripts/async-baseline/Cargo.toml --target-dir target --features "$feature"
done

# The many-waits scenario holds thousands of connections.
ulimit -n "$(ulimit -Hn)" || true
cd scripts/async-baseline
exec python3 -m compare "$@"
