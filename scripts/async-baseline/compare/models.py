"""The programs: what they are called, and how each is asked to do the job."""

from typing import NamedTuple

from .data import QUERY, ROOT

BASELINE = ROOT / "target/release"


class Model(NamedTuple):
    name: str
    binary: str
    settings: tuple = ()

    def command(self, source, target, period_ms=1000, extra=()):
        if self.name == "gristmill":
            batch = f'load.batch={{ period = "{period_ms}ms" }}'
            return [self.binary, "run", source, target, "--sql", QUERY, "--set", batch, "--quiet"]
        options = [*self.settings, "--period", str(period_ms), *extra]
        return [self.binary, source, target, *options]

    def tuned(self, settings):
        return self._replace(settings=tuple(settings))


GRISTMILL = Model("gristmill", str(ROOT / "target/release/gristmill"))
CHUNKS = Model("chunks", str(BASELINE / "chunks"))
THREADS_LINES = Model("threads-lines", str(BASELINE / "threads-lines"))
LINES = Model("lines", str(BASELINE / "lines"))
# The row code of the line programs in one loop: what their messages cost stands out beside it.
LOOP_LINES = Model("loop-lines", str(BASELINE / "loop-lines"), ("--buffer", str(1 << 20)))
# gristmill's own wiring, with a trial put into the pool's job.
THREADS_CHUNKS = Model("threads-chunks", str(BASELINE / "threads-chunks"))

WHAT = {
    "gristmill": "threads, chunks of 1 MiB",
    "chunks": "tokio, the same chunks",
    "threads-lines": "threads, a message per row",
    "lines": "tokio, a message per row",
}
