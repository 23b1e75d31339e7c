"""From SIGINT to the end of the process: in the middle of a file, and while a pipe brings nothing."""

import subprocess
import sys
import time

from .run import interrupt, start_of
from .spread import summary

# Long enough for every program to be at work, and to be far from its end.
AFTER = 0.5
# What has come through the pipe before it falls silent, and how long its silence lasts.
ROWS = 20_000
SILENCE = 5.0
INTERRUPTED = 130


def measure(models, files, scale):
    busy, quiet = {model.name: [] for model in models}, {model.name: [] for model in models}
    some = open(files.small, "rb").read().splitlines(keepends=True)[: ROWS + 1]
    for _ in range(scale.rounds):
        for model in models:
            busy[model.name].append(at_work(model, files, scale))
            quiet[model.name].append(waiting(model, b"".join(some)))
    figures = lambda times: {name: summary(own) for name, own in times.items()}
    return {"busy": figures(busy), "quiet": figures(quiet), "silence_ms": 1000 * SILENCE}


def at_work(model, files, scale):
    process = start_of(model.command(files.large, str(files.folder / "out.csv")), stderr=subprocess.DEVNULL)
    time.sleep(AFTER if scale.rounds > 2 else AFTER / 5)
    return ended(model, process, 1000 * interrupt(process))


def waiting(model, rows):
    """A program that waits for input and cannot be interrupted ends when the input does."""
    command = model.command("-", "/dev/null", period_ms=10)
    process = start_of(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdin.write(rows)
    process.stdin.flush()
    time.sleep(2 * AFTER)
    closing = subprocess.Popen(["sleep", str(SILENCE)], stdin=subprocess.DEVNULL, pass_fds=[process.stdin.fileno()])
    process.stdin.close()
    milliseconds = 1000 * interrupt(process)
    closing.kill()
    closing.wait()
    return ended(model, process, milliseconds)


def ended(model, process, milliseconds):
    if process.returncode != INTERRUPTED:
        sys.exit(f"{model.name} ended with exit code {process.returncode} after SIGINT")
    return milliseconds
