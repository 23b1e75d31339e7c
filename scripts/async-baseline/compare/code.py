"""What each model is to the person who keeps it: lines of code, crates, size."""

import pathlib
import re
import subprocess

from .data import ROOT
from .models import BASELINE

PACKAGE = ROOT / "scripts/async-baseline"
PIPELINE = ROOT / "src/pipeline"
# What joins threads, channels and pool; the rest of the folder prepares runs and tells of them.
WIRING = ("mod", "stage", "extract", "transform", "phase", "flight", "order", "outlet", "load", "loads", "room", "work")
SOURCES = {
    "gristmill": [PIPELINE / f"{name}.rs" for name in WIRING],
    "chunks": [PACKAGE / "src/bin/chunks.rs", PACKAGE / "src/tasks.rs", ROOT / "src/parts.rs"],
    "threads-lines": [PACKAGE / "src/bin/threads_lines.rs", PACKAGE / "src/threads.rs", PACKAGE / "src/source.rs"],
    "lines": [PACKAGE / "src/bin/lines.rs", PACKAGE / "src/tasks.rs"],
}


def measure():
    return {name: {"lines": lines(files), "crates": crates(name), "binary_mib": size(name)} for name, files in SOURCES.items()}


def lines(files):
    """Lines that are neither blank nor comment, tests left out."""
    count = 0
    for file in files:
        text = re.split(r"^#\[cfg\(test\)\]\nmod tests \{", file.read_text(), flags=re.M)[0]
        count += sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("//"))
    return count


def crates(name):
    command = ["cargo", "tree", "--edges", "normal", "--prefix", "none", "--locked", "--format", "{p}"]
    if name != "gristmill":
        command += ["--manifest-path", str(PACKAGE / "Cargo.toml"), "--features", name]
    tree = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return len({line.removesuffix(" (*)") for line in tree.splitlines() if line}) - 1


def size(name):
    """Without symbols and lines."""
    binary = ROOT / "target/release/gristmill" if name == "gristmill" else BASELINE / name
    stripped = pathlib.Path("/dev/shm/gristmill-compare/stripped")
    subprocess.run(["strip", "-o", stripped, binary], check=True)
    return round(stripped.stat().st_size / (1 << 20), 2)
