"""What suits each program best on this machine: every setting is tried, and the fastest kept."""

from .machine import cores
from .models import CHUNKS, GRISTMILL, LINES, THREADS_LINES
from .run import run
from .spread import summary

BUFFERS = (8 << 10, 64 << 10, 1 << 20)
# 0 is a runtime on the main thread alone.
WORKERS = sorted({0, 1, cores()})
JOBS = sorted({cores(), cores() + 1, 2 * cores(), 4 * cores()})
TRIED = {
    "lines": [("--buffer", str(size), "--workers", str(workers)) for size in BUFFERS for workers in WORKERS],
    "threads-lines": [("--buffer", str(size)) for size in BUFFERS],
    "chunks": [("--in-flight", str(jobs), "--workers", str(workers)) for jobs in JOBS for workers in WORKERS],
}
ROUNDS = 3


def tune(files, scale):
    """The figures, and the models as they are measured from here on."""
    figures, models = {}, [GRISTMILL]
    for model in (CHUNKS, THREADS_LINES, LINES):
        tried = [(settings, []) for settings in TRIED[model.name]]
        for _ in range(ROUNDS):
            for settings, seconds in tried:
                command = model.tuned(settings).command(files.small, str(files.folder / "out.csv"))
                seconds.append(run(command)["seconds"])
        figures[model.name] = [{"settings": " ".join(settings), **summary(seconds)} for settings, seconds in tried]
        best = min(tried, key=lambda pair: summary(pair[1])["median"])
        models.append(model.tuned(best[0]))
        print(f"{model.name}: {' '.join(best[0])}", flush=True)
    return figures, models
