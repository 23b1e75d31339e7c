"""How long a batch takes through a pipe: 1,000 rows come 43 times a second, and each is timed until its last row has come out.

Measured from outside, in the same way for all. Every program is told to hold nothing back for longer than PERIOD_MS.
"""

import os
import subprocess
import sys
import threading
import time

from .run import reap, start_of
from .spread import percentile, summaries

ROWS = 1_000
# No multiple of the period below: else both would keep step.
EVERY = 0.0233
PERIOD_MS = 10
# What is read at first is looked at to guess types; it is not counted.
WARM_UP = 1.0


def measure(models, files, scale):
    lines = open(files.small, "rb").read().splitlines(keepends=True)
    count = min(int(scale.seconds / EVERY), (len(lines) - 1) // ROWS)
    batches = [b"".join(lines[1 + n * ROWS : 1 + (n + 1) * ROWS]) for n in range(count)]
    batches[0] = lines[0] + batches[0]
    runs = {model.name: [] for model in models}
    ends = expected(models[0], batches, files)
    for _ in range(scale.rounds):
        for model in models:
            runs[model.name].append(paced(model, batches, ends))
    return {"rows": ROWS, "every_ms": EVERY * 1000, "rounds": scale.rounds, "period_ms": PERIOD_MS, "batches": count} | {
        "models": {name: summaries(own, ("p50_ms", "p99_ms")) for name, own in runs.items()}
    }


def expected(model, batches, files):
    """After how many bytes of output each batch is out."""
    ends, out = [], files.folder / "out.csv"
    source = files.folder / "paced.csv"
    source.write_bytes(b"".join(batches))
    subprocess.run(model.command(str(source), str(out)), check=True, stderr=subprocess.DEVNULL, cwd=files.folder)
    written = out.read_bytes().splitlines(keepends=True)
    end, at = len(written[0]), 1
    for number in range(len(batches)):
        while at < len(written) and int(written[at].split(b",", 1)[0]) <= (number + 1) * ROWS:
            end += len(written[at])
            at += 1
        ends.append(end)
    return ends


def paced(model, batches, ends):
    command = model.command("-", "-", period_ms=PERIOD_MS)
    process = start_of(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    arrivals = []
    reader = threading.Thread(target=collect, args=(process.stdout, arrivals))
    reader.start()
    sent, start = [], time.monotonic()
    for number, batch in enumerate(batches):
        time.sleep(max(0.0, start + number * EVERY - time.monotonic()))
        sent.append(time.monotonic())
        process.stdin.write(batch)
        process.stdin.flush()
    process.stdin.close()
    reader.join()
    reap(process)
    if process.returncode != 0 or arrivals[-1][0] != ends[-1]:
        sys.exit(f"{model.name} did not write all rows through a pipe: exit code {process.returncode}")
    times = [came - left for came, left in zip(out_at(ends, arrivals), sent) if left - start >= WARM_UP]
    return {"p50_ms": percentile(times, 0.5) * 1000, "p99_ms": percentile(times, 0.99) * 1000}


def collect(stream, arrivals):
    total = 0
    while piece := os.read(stream.fileno(), 1 << 20):
        total += len(piece)
        arrivals.append((total, time.monotonic()))


def out_at(ends, arrivals):
    """When so many bytes had come, for each of `ends`."""
    at = 0
    for end in ends:
        while at < len(arrivals) - 1 and arrivals[at][0] < end:
            at += 1
        yield arrivals[at][1]
