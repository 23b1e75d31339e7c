"""A reader that takes only so much of the output: what waits upstream, and what memory does over time."""

import os
import subprocess
import sys
import time

from .run import Watch, reap, start_of
from .spread import summary

BYTES_A_SECOND = 4_000_000
PIECE = 1 << 16
ROUNDS = 3


def measure(models, files, scale):
    runs = {model.name: [] for model in models}
    for _ in range(ROUNDS):
        for model in models:
            runs[model.name].append(one(model, files, scale))
    figures = {name: figures_of(own, scale) for name, own in runs.items()}
    return {"bytes_a_second": BYTES_A_SECOND, "seconds": scale.seconds, "models": figures}


def figures_of(runs, scale):
    """Peak, growth over the last two thirds, and one run over time."""
    growths = [settled[-1] - settled[0] for settled in ([mib for at, mib in run if at >= scale.seconds / 3] for run in runs)]
    peaks = [max(mib for _, mib in run) for run in runs]
    return {"peak_mib": summary(peaks), "growth_mib": summary(growths), "memory": runs[0]}


def one(model, files, scale):
    process = start_of(model.command(files.large, "-"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    watch = Watch(process.pid, every=0.1)
    start, taken = time.monotonic(), 0
    while time.monotonic() - start < scale.seconds:
        piece = os.read(process.stdout.fileno(), PIECE)
        if not piece:
            sys.exit(f"{model.name} ended beside a slow sink")
        taken += len(piece)
        time.sleep(max(0.0, start + taken / BYTES_A_SECOND - time.monotonic()))
    watch.end()
    process.kill()
    process.stdout.close()
    reap(process)
    return watch.memory
