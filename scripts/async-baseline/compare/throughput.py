"""The whole job, file to file, all programs in turn: seconds, processor, memory, switches, threads."""

import hashlib
import os
import subprocess
import sys

from .run import Watch, reap, run
from .spread import summaries

FIGURES = ("seconds", "cpu_seconds", "peak_mib", "voluntary", "involuntary")


def measure(models, files, scale):
    target = str(files.folder / "out.csv")
    runs, sums = {model.name: [] for model in models}, {}
    for _ in range(scale.rounds):
        for model in models:
            if os.path.exists(target):
                os.remove(target)
            runs[model.name].append(run(model.command(files.large, target)))
            sums[model.name] = checksum(target)
    if len(set(sums.values())) != 1:
        sys.exit(f"the programs do not write the same rows: {sums}")
    result = {model.name: summaries(runs[model.name], FIGURES) for model in models}
    for model in models:
        result[model.name]["threads"] = threads(model.command(files.large, target))
    return {"rows": scale.rows, "bytes": os.path.getsize(files.large), "sha256": sums[models[0].name], "models": result}


def checksum(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def threads(command):
    """Counted in a run of its own, for looking costs time."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    watch = Watch(process.pid)
    reap(process)
    watch.end()
    return watch.threads
