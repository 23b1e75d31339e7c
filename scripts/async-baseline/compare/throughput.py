"""The whole job, file to file, all programs in turn: seconds, processor, memory, switches, threads."""

import hashlib
import os
import sys

from .models import LOOP_LINES
from .run import run
from .spread import summaries

FIGURES = ("seconds", "cpu_seconds", "voluntary", "involuntary")
WATCHED = ("peak_mib", "threads")


def measure(models, files, scale):
    target = str(files.folder / "out.csv")
    models = [*models, LOOP_LINES]
    runs, watched, sums = {model.name: [] for model in models}, {model.name: [] for model in models}, set()
    for _ in range(scale.rounds):
        for model in models:
            if os.path.exists(target):
                os.remove(target)
            runs[model.name].append(run(model.command(files.large, target)))
            sums.add(checksum(target))
            watched[model.name].append(run(model.command(files.large, target), watched=True))
    if len(sums) != 1:
        sys.exit(f"the programs do not write the same rows: {sums}")
    result = {name: summaries(runs[name], FIGURES) | summaries(watched[name], WATCHED) for name in runs}
    return {"rows": scale.rows, "bytes": os.path.getsize(files.large), "sha256": sums.pop(), "models": result}


def checksum(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
