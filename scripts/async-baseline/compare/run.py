"""One run of a program, as the kernel tells of it."""

import os
import signal
import subprocess
import sys
import threading
import time

from .data import FOLDER


def run(command, watched=False):
    """Wall and processor seconds and context switches of one run; `watched`, which costs a little, also peak and threads."""
    start = time.monotonic()
    process = start_of(command, stderr=subprocess.PIPE)
    watch = Watch(process.pid) if watched else None
    said = process.stderr.read().decode()
    usage = reap(process)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with exit code {process.returncode}: {said}")
    result = figures(usage, time.monotonic() - start) | {"said": said}
    if watch:
        watch.end()
        result |= {"peak_mib": watch.peak_mib, "threads": watch.threads}
    return result


_started = []


def start_of(command, **streams):
    """Starts a program where it may leave files."""
    process = subprocess.Popen(command, cwd=FOLDER, **streams)
    _started.append(process)
    return process


def end_all():
    """Those that are still at work when the comparison ends before its time."""
    for process in _started:
        if process.poll() is None:
            process.kill()


def reap(process):
    """Waits for a process, which is told of its end, and returns what it used."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def figures(usage, seconds):
    return {
        "seconds": round(seconds, 4),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "voluntary": usage.ru_nvcsw,
        "involuntary": usage.ru_nivcsw,
    }


class Watch:
    """Looks at a process every few milliseconds: its threads, its memory over time, its peak.

    What the kernel tells of a process that has ended counts the peak of the one that started it, which is this script.
    """

    def __init__(self, pid, every=0.01):
        self.threads = 0
        self.memory = []
        self.peak_mib = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(pid, every))
        self._thread.start()

    def _run(self, pid, every):
        start = time.monotonic()
        while not self._ended.wait(every):
            try:
                status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status") if ":\t" in line)
            except OSError:
                return
            if "VmRSS" in status:
                self.threads = max(self.threads, int(status["Threads"]))
                self.peak_mib = max(self.peak_mib, int(status["VmHWM"].split()[0]) / 1024)
                self.memory.append((round(time.monotonic() - start, 2), int(status["VmRSS"].split()[0]) / 1024))

    def end(self):
        self._ended.set()
        self._thread.join()


def interrupt(process):
    """Seconds from SIGINT to the end."""
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    reap(process)
    return time.monotonic() - start
