"""Where and when this was measured."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

from .data import ROOT


def describe():
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.strip()
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": cores(),
        "kernel": platform.release(),
        "rustc": rustc,
        "tokio": version("tokio"),
    }


def folder(quick):
    """A quick run is a rehearsal: its report is not kept among the others."""
    name = re.sub(r"[^a-z0-9]+", "-", processor().lower()).strip("-")
    place = ROOT / ("target/compare-runs" if quick else "scripts/compare-runs")
    path = place / f"{datetime.date.today()}-{name}-{cores()}-cores"
    path.mkdir(parents=True, exist_ok=True)
    return path


def processor():
    found = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return re.sub(r"\s*(\(.*?\)|@.*|\bCPU\b)", " ", found.group(1)).strip() if found else platform.machine()


def cores():
    return len(os.sched_getaffinity(0))


def version(package):
    lock = (ROOT / "scripts/async-baseline/Cargo.lock").read_text()
    return re.search(rf'name = "{package}"\nversion = "([^"]+)"', lock).group(1)
