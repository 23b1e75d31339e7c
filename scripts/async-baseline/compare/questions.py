"""The rows of the report's table: a question, and how each model answers it."""

from .spread import ratio
from .trials import alone


def questions(results, names):
    work, late, ended = results["throughput"], results["latency"]["models"], results["interrupt"]
    slow, trials, code = results["slow"]["models"], results["trials"], results["code"]
    run = lambda figure: lambda name: work["models"][name][figure]
    timed = [
        ("seconds for the job", run("seconds"), "{:.2f} s"),
        ("throughput, million rows a second", lambda name: upside_down(run("seconds")(name), work["rows"] / 1e6), "{:.2f}"),
        ("latency of a batch, p50", lambda name: late[name]["p50_ms"], "{:.1f} ms"),
        ("latency of a batch, p99", lambda name: late[name]["p99_ms"], "{:.1f} ms"),
        ("peak memory", run("peak_mib"), "{:.1f} MiB"),
        ("processor seconds", run("cpu_seconds"), "{:.2f} s"),
        ("context switches, voluntary", run("voluntary"), "{:,.0f}"),
        ("context switches, involuntary", run("involuntary"), "{:,.0f}"),
        ("SIGINT to exit, reading a file", lambda name: ended["busy"][name], "{:.1f} ms"),
        ("SIGINT to exit, waiting for a quiet pipe", lambda name: ended["quiet"][name], "{:.1f} ms"),
        ("slow sink: peak memory", lambda name: slow[name]["peak_mib"], "{:.1f} MiB"),
        ("slow sink: growth over the last two thirds", lambda name: slow[name]["growth_mib"], "{:.1f} MiB"),
        ("calls that block: worst lateness of other work", lambda name: trials[name]["late_ms"], "{:.1f} ms"),
        ("the same, one worker thread", lambda name: trials.get(alone(name), {}).get("late_ms"), "{:.1f} ms"),
        ("calls that block: time that they add", lambda name: trials[name]["added_ms"], "{:.0f} ms"),
        ("the same, one worker thread", lambda name: trials.get(alone(name), {}).get("added_ms"), "{:.0f} ms"),
    ]
    plain = [
        ("threads", lambda name: f"{run('threads')(name)['high']:.0f}"),
        ("backtrace of a failing transform, frames", lambda name: frames(trials[name]["backtrace"])),
        ("clean release build", lambda name: built(results["builds"], name, "clean_s")),
        ("dev build after an edit", lambda name: built(results["builds"], name, "incremental_s")),
        ("crates in the tree", lambda name: str(code[name]["crates"])),
        ("binary, stripped", lambda name: f"{code[name]['binary_mib']:.1f} MiB"),
        ("lines of code that join the stages", lambda name: str(code[name]["lines"])),
    ]
    rows = [[question, *(measured(find, name, names[0], form) for name in names)] for question, find, form in timed]
    return rows + [[question, *(find(name) for name in names)] for question, find in plain]


def upside_down(figures, amount):
    return {"median": amount / figures["median"], "low": amount / figures["high"], "high": amount / figures["low"]}


def measured(find, name, first, form):
    own, other = find(name), find(first)
    if own is None:
        return "–"
    words = ranged(own, form)
    return words if name == first or other is None else f"{words}, {ratio(own, other)}"


def ranged(own, form):
    """The median, and between what the runs lie."""
    low, high = (form.format(own[end]).split()[0] for end in ("low", "high"))
    return f"{form.format(own['median'])} ({low}–{high})"


def frames(backtrace):
    return f"{backtrace['frames']}, {backtrace['own']} of them the program's"


def built(builds, name, figure):
    return f"{builds['models'][name][figure]:.1f} s" if builds else "not timed"
