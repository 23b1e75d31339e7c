"""How long builds take, timed only when asked for; else the last figures of this machine are kept.

They are made in a copy of the sources, so that nothing here is touched.
"""

import json
import subprocess
import tempfile
import time

from .data import ROOT

NAMES = ("gristmill", "chunks", "threads-lines", "lines")
PACKAGE = "scripts/async-baseline"
# Edited for the incremental build: where the model's own code is.
EDITED = {
    "gristmill": "src/pipeline/transform.rs",
    "chunks": f"{PACKAGE}/src/bin/chunks.rs",
    "threads-lines": f"{PACKAGE}/src/bin/threads_lines.rs",
    "lines": f"{PACKAGE}/src/bin/lines.rs",
}
EDIT = "\n#[allow(dead_code)]\nfn edited() -> usize {\n    std::process::id() as usize\n}\n"
INCREMENTAL_ROUNDS = 3


def measure(folder, asked):
    kept = folder.parent / f"builds-{folder.name[11:]}.json"
    if asked:
        figures = {"date": folder.name[:10], "models": {name: build(name) for name in NAMES}}
        kept.write_text(json.dumps(figures, indent=1) + "\n")
    return json.loads(kept.read_text()) if kept.exists() else None


def build(name):
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as copy:
        archive = subprocess.Popen(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", copy], stdin=archive.stdout, check=True)
        archive.wait()
        where = ["--locked"]
        if name != "gristmill":
            where += ["--manifest-path", f"{PACKAGE}/Cargo.toml"]
        what = ["--features", name] if name != "gristmill" else []
        subprocess.run(["cargo", "fetch", *where], cwd=copy, check=True, capture_output=True)
        clean = timed(["cargo", "build", "--release", *where, *what], copy)
        return {"clean_s": clean, "incremental_s": incremental(name, ["cargo", "build", *where, *what], copy)}


def incremental(name, command, copy):
    """Of the dev profile, after a function has come to a file: the shortest of a few."""
    timed(command, copy)
    seconds = []
    for number in range(INCREMENTAL_ROUNDS):
        with open(f"{copy}/{EDITED[name]}", "a") as file:
            file.write(EDIT.replace("edited", f"edited_{number}"))
        seconds.append(timed(command, copy))
    return min(seconds)


def timed(command, copy):
    start = time.monotonic()
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return round(time.monotonic() - start, 1)
