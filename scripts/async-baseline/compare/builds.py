"""How long builds take, timed only when asked for; else the last figures of this machine are kept."""

import json
import subprocess
import tempfile
import time

from .data import ROOT

PACKAGE = ROOT / "scripts/async-baseline"
NAMES = ("gristmill", "chunks", "threads-lines", "lines")
# Touched for the incremental build: where the model's own code is.
TOUCHED = {
    "gristmill": ROOT / "src/pipeline/transform.rs",
    "chunks": PACKAGE / "src/bin/chunks.rs",
    "threads-lines": PACKAGE / "src/bin/threads_lines.rs",
    "lines": PACKAGE / "src/bin/lines.rs",
}


def measure(folder, asked):
    kept = folder.parent / f"builds-{folder.name[11:]}.json"
    if asked:
        kept.write_text(json.dumps({"date": folder.name[:10], "models": {name: build(name) for name in NAMES}}, indent=1) + "\n")
    return json.loads(kept.read_text()) if kept.exists() else None


def build(name):
    command = ["cargo", "build", "--release", "--locked"]
    if name != "gristmill":
        command += ["--manifest-path", str(PACKAGE / "Cargo.toml"), "--features", name]
    subprocess.run(["cargo", "fetch", "--locked", *command[4:6]], cwd=ROOT, check=True, capture_output=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as target:
        clean = timed([*command, "--target-dir", target])
        TOUCHED[name].touch()
        incremental = timed([*command, "--target-dir", target])
        return {"clean_s": clean, "incremental_s": incremental}


def timed(command):
    start = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return round(time.monotonic() - start, 1)
