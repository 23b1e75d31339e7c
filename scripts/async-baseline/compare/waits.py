"""Many sources that answer after 20 to 200 ms, merged into one file: a task for each, or a bounded pool of threads."""

import hashlib
import resource
import subprocess
import sys

from .models import BASELINE
from .run import run, start_of
from .spread import summaries

POOLS = (64, 512, 4096)
ROUNDS_OF_MANY = 3
MANY = 1_000
# Files that a program holds besides its connections.
SPARE = 100


def measure(_, files, scale):
    server = start_of([BASELINE / "answers"], stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().strip()
        counts, most = allowed(scale.sources)
        return {"left_out": most, "sources": [at(sources, port, files, scale) for sources in counts]}
    finally:
        server.kill()
        server.wait()


def allowed(counts):
    """Those that the limit of open files allows, and the others."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return [n for n in counts if n + SPARE <= limit], [n for n in counts if n + SPARE > limit]


def checksum(path):
    """Of the rows in any order."""
    return hashlib.sha256(b"\n".join(sorted(path.read_bytes().splitlines()))).hexdigest()


def at(sources, port, files, scale):
    """All ways in turn, so that a slow moment falls on all alike."""
    ways = {"tasks": []} | {f"pool of {pool}": [str(pool)] for pool in POOLS}
    rounds = scale.rounds if sources <= MANY else min(ROUNDS_OF_MANY, scale.rounds)
    runs, rows = {way: [] for way in ways}, set()
    for _ in range(rounds):
        for way, pool in ways.items():
            out = files.folder / "waits.csv"
            binary = BASELINE / ("waits-threads" if pool else "waits-tasks")
            runs[way].append(run([binary, port, str(sources), out, *pool], watched=True))
            rows.add(checksum(out))
    if len(rows) != 1:
        sys.exit(f"the programs do not merge the same rows of {sources} sources")
    return {"count": sources, "ways": {way: summaries(own, ("seconds", "peak_mib")) for way, own in runs.items()}}
