"""What suits each program best on this machine: every setting is tried, and the fastest kept."""

from .models import CHUNKS, GRISTMILL, LINES, THREADS_LINES
from .run import run
from .spread import summary

BUFFERS = (8 << 10, 64 << 10, 1 << 20)
TRIED = {
    "lines": [("--buffer", str(size), "--workers", str(workers)) for size in BUFFERS for workers in (1, 2)],
    "threads-lines": [("--buffer", str(size)) for size in BUFFERS],
    "chunks": [("--in-flight", str(jobs), "--workers", str(workers)) for jobs in (2, 3, 4, 8) for workers in (1, 2)],
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
