"""usage: python3 -m compare [--build-times] [--quick]"""

import argparse
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
        compare(read_arguments())
    except KeyboardInterrupt:
        print("interrupted; there is no new report", file=sys.stderr)
        sys.exit(INTERRUPTED)
    finally:
        end_all()
        data.clear()


def read_arguments():
    arguments = argparse.ArgumentParser(prog="compare-async.sh")
    arguments.add_argument("--build-times", action="store_true")
    arguments.add_argument("--quick", action="store_true")
    return arguments.parse_args()


def compare(arguments):
    scale = data.QUICK if arguments.quick else data.FULL
    begun = time.monotonic()
    files = data.prepare(scale)
    results = {"machine": machine.describe(), "scale": scale._asdict()}
    results["tuning"], models = tuning.tune(files, scale)
    for part in (throughput, latency, interrupt, slow, trials, waits):
        print(f"== {part.__name__.split('.')[-1]}", flush=True)
        results[part.__name__.split(".")[-1]] = part.measure(models, files, scale)
    results["code"] = code.measure()
    results["minutes"] = round((time.monotonic() - begun) / 60, 1)
    folder = machine.folder(arguments.quick)
    charts.write(folder, results)
    for asked in [False, True] if arguments.build_times else [False]:
        results["builds"] = builds.measure(folder, asked)
        report.write(folder, results)
    print(f"report: {folder}/report.md and report.html, after {results['minutes']} minutes")


main()
