"""From SIGINT in the middle of a run to the end of the process."""

import subprocess
import time

from .run import interrupt
from .spread import summary

# Long enough for every program to be at work, and to be far from its end.
AFTER = 0.5


def measure(models, files, scale):
    times = {model.name: [] for model in models}
    codes = {model.name: set() for model in models}
    for _ in range(2 * scale.rounds):
        for model in models:
            command = model.command(files.large, str(files.folder / "out.csv"))
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            time.sleep(AFTER if scale.rounds > 2 else AFTER / 5)
            times[model.name].append(1000 * interrupt(process))
            codes[model.name].add(process.returncode)
    return {name: {"ms": summary(own), "exit_codes": sorted(codes[name])} for name, own in times.items()}
