"""What a transform stage may do to the rest: calls that block, as a careless lookup does, and a panic.

gristmill has no such switch; its own wiring is run by a small program that puts the trial into the pool's job.
"""

import json
import os
import re
import subprocess

from .models import THREADS_CHUNKS
from .run import run
from .spread import summary

BLOCKS, BLOCK_MS = 5, 200
FAIL_AT = 3
# Messages in a run over the small file: rows, or chunks of 1 MiB.
BYTES_A_CHUNK = 1 << 20


def measure(models, files, scale):
    tried = {"gristmill": THREADS_CHUNKS} | {model.name: model for model in models[1:]}
    tried |= {f"{model.name}, one worker": one_worker(model) for model in models[1:] if model.name != "threads-lines"}
    return {name: trial(name, model, files, scale) for name, model in tried.items()}


def one_worker(model):
    """As in a container with one processor: the runtime has one thread for its tasks."""
    settings = list(model.settings)
    settings[settings.index("--workers") + 1] = "1"
    return model.tuned(settings)


def trial(name, model, files, scale):
    every = messages(model, files, scale) // BLOCKS
    blocking = ["--block-every", str(every), "--block-ms", str(BLOCK_MS)]
    # Without a wait, the same program: what blocks is all the difference.
    plain = ["--block-every", str(every), "--block-ms", "0"]
    target = str(files.folder / "out.csv")
    late, seconds = [], {"plain": [], "blocked": []}
    for _ in range(scale.rounds):
        for key, extra in (("plain", plain), ("blocked", blocking)):
            ended = run(model.command(files.small, target, extra=extra))
            seconds[key].append(ended["seconds"])
            if key == "blocked":
                late.append(json.loads(ended["said"].splitlines()[-1])["late_ms"])
    added = summary(seconds["blocked"])["median"] - summary(seconds["plain"])["median"]
    return {"late_ms": summary(late), "added_ms": round(1000 * added), "backtrace": backtrace(model, files, target)}


def messages(model, files, scale):
    return os.path.getsize(files.small) // BYTES_A_CHUNK if "chunks" in model.name else scale.small


def backtrace(model, files, target):
    """Frames of a panic's backtrace: all, and those of the program or of gristmill."""
    command = model.command(files.small, target, extra=["--fail-at", str(FAIL_AT)])
    environment = os.environ | {"RUST_BACKTRACE": "full"}
    said = subprocess.run(command, env=environment, capture_output=True, text=True).stderr
    frames = re.findall(r"^ *\d+: +0x[0-9a-f]+ - (.+)$", said, re.M)
    own = [frame for frame in frames if re.search(r"\b(async_baseline|gristmill|lines|chunks|threads_\w+)::", frame)]
    return {"frames": len(frames), "own": len(own)}
