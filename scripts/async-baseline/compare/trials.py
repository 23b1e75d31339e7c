"""What a transform stage may do to the rest: calls that block, as a careless lookup does, and a panic.

gristmill has no such switch; its own wiring is run by a small program that puts the trial into the pool's job.
"""

import json
import os
import re
import subprocess

from .machine import cores
from .models import THREADS_CHUNKS
from .run import run
from .spread import summary

BLOCKS, BLOCK_MS = 5, 200
FAIL_AT = 3
# Messages in a run over the small file: rows, or chunks of 1 MiB.
BYTES_A_CHUNK = 1 << 20


def measure(models, files, scale):
    tried = {"gristmill": THREADS_CHUNKS} | {model.name: with_workers(model, cores()) for model in models[1:]}
    tried |= {alone(model.name): with_workers(model, 1) for model in models[1:] if is_tokio(model)}
    return {name: trial(model, files, scale) for name, model in tried.items()}


def alone(name):
    return f"{name}, one worker"


def is_tokio(model):
    return "--workers" in model.settings


def with_workers(model, workers):
    """A runtime of so many threads for its tasks, whatever suits it best otherwise."""
    if not is_tokio(model):
        return model
    settings = list(model.settings)
    settings[settings.index("--workers") + 1] = str(workers)
    return model.tuned(settings)


def trial(model, files, scale):
    # No more calls than BLOCKS, and no fewer: the last of them comes a little before the end.
    every = messages(model, files, scale) // BLOCKS
    target = str(files.folder / "out.csv")
    late, added = [], []
    for _ in range(scale.rounds):
        # Without a wait, the same program: what blocks is all the difference.
        plain = run(model.command(files.small, target, extra=["--block-every", str(every), "--block-ms", "0"]))
        blocked = run(model.command(files.small, target, extra=["--block-every", str(every), "--block-ms", str(BLOCK_MS)]))
        added.append(1000 * (blocked["seconds"] - plain["seconds"]))
        late.append(json.loads(blocked["said"].splitlines()[-1])["late_ms"])
    return {"late_ms": summary(late), "added_ms": summary(added), "backtrace": backtrace(model, files, target)}


def messages(model, files, scale):
    return os.path.getsize(files.small) // BYTES_A_CHUNK if "chunks" in model.name else scale.small


def backtrace(model, files, target):
    """Frames of a panic's backtrace: all, and those of the program or of gristmill."""
    command = model.command(files.small, target, extra=["--fail-at", str(FAIL_AT)])
    environment = os.environ | {"RUST_BACKTRACE": "full"}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=files.folder).stderr
    frames = re.findall(r"^ *\d+: +0x[0-9a-f]+ - (.+)$", said, re.M)
    own = [frame for frame in frames if re.search(r"\b(async_baseline|gristmill|lines|chunks|threads_\w+)::", frame)]
    return {"frames": len(frames), "own": len(own)}
