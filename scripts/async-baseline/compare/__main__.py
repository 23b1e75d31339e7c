"""All of the comparison. The options are those of scripts/compare-async.sh, which has looked at them."""

import signal
import sys
import time

from . import builds, charts, code, data, interrupt, latency, machine, report, slow, throughput, trials, tuning, waits
from .run import end_all

INTERRUPTED = 130


def main():
    # A script in the background ignores SIGINT, and so would the programs, which are to be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        compare(quick="--quick" in sys.argv, build_times="--build-times" in sys.argv)
    except KeyboardInterrupt:
        print("interrupted; there is no new report", file=sys.stderr)
        sys.exit(INTERRUPTED)
    finally:
        end_all()
        data.clear()


def compare(quick, build_times):
    scale = data.QUICK if quick else data.FULL
    begun = time.monotonic()
    files = data.prepare(scale)
    results = {"machine": machine.describe(), "scale": scale._asdict()}
    results["tuning"], models = tuning.tune(files, scale)
    for part in (throughput, latency, interrupt, slow, trials, waits):
        print(f"== {part.__name__.split('.')[-1]}", flush=True)
        results[part.__name__.split(".")[-1]] = part.measure(models, files, scale)
    results["code"] = code.measure()
    results["minutes"] = round((time.monotonic() - begun) / 60, 1)
    folder = machine.folder(quick)
    charts.write(folder, results)
    for asked in [False, True] if build_times else [False]:
        results["builds"] = builds.measure(folder, asked)
        report.write(folder, results)
    print(f"report: {folder}/report.md and report.html, after {results['minutes']} minutes")


main()
