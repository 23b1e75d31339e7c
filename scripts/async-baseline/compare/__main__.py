"""usage: python3 -m compare [--build-times] [--quick]"""

import argparse
import signal
import time

from . import builds, charts, code, data, interrupt, latency, machine, report, slow, throughput, trials, tuning, waits


def main():
    # A script in the background ignores SIGINT, and so would the programs, which are to be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments = argparse.ArgumentParser(prog="compare-async.sh")
    arguments.add_argument("--build-times", action="store_true")
    arguments.add_argument("--quick", action="store_true")
    arguments = arguments.parse_args()
    scale = data.QUICK if arguments.quick else data.FULL
    folder = machine.folder(arguments.quick)
    begun = time.monotonic()
    files = data.prepare(scale)
    results = {"machine": machine.describe(), "scale": scale._asdict()}
    results["tuning"], models = tuning.tune(files, scale)
    for part in (throughput, latency, interrupt, slow, trials, waits):
        print(f"== {part.__name__.split('.')[-1]}", flush=True)
        results[part.__name__.split(".")[-1]] = part.measure(models, files, scale)
    results["code"] = code.measure()
    results["minutes"] = round((time.monotonic() - begun) / 60, 1)
    charts.write(folder, results)
    for asked in [False, True] if arguments.build_times else [False]:
        results["builds"] = builds.measure(folder, asked)
        report.write(folder, results)
    print(f"report: {folder}/report.md and report.html, after {results['minutes']} minutes")


main()
