"""A reader that takes only so much of the output: what waits upstream, and what memory does over time."""

import os
import subprocess
import time

from .run import Watch, reap

BYTES_A_SECOND = 4_000_000
PIECE = 1 << 16


def measure(models, files, scale):
    return {"bytes_a_second": BYTES_A_SECOND, "models": {model.name: one(model, files, scale) for model in models}}


def one(model, files, scale):
    command = model.command(files.large, "-")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    watch = Watch(process.pid, every=0.1)
    start, taken = time.monotonic(), 0
    while time.monotonic() - start < scale.seconds:
        taken += len(os.read(process.stdout.fileno(), PIECE))
        time.sleep(max(0.0, start + taken / BYTES_A_SECOND - time.monotonic()))
    watch.end()
    process.kill()
    process.stdout.close()
    reap(process)
    settled = [mib for at, mib in watch.memory if at >= scale.seconds / 3]
    return {"memory": watch.memory, "peak_mib": max(mib for _, mib in watch.memory), "growth_mib": settled[-1] - settled[0]}
