"""The rows of the report's table: a question, and how each model answers it."""

from .spread import ratio


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
        ("SIGINT to exit", lambda name: ended[name]["ms"], "{:.1f} ms"),
        ("five calls that block 200 ms: worst lateness of other work", lambda name: trials[name]["late_ms"], "{:.1f} ms"),
    ]
    plain = [
        ("the same, with one worker thread", lambda name: alone(trials, name, lambda own: f"{own['late_ms']['median']:.1f} ms")),
        ("time that they add", lambda name: f"{trials[name]['added_ms']} ms"),
        ("the same, with one worker thread", lambda name: alone(trials, name, lambda own: f"{own['added_ms']} ms")),
        ("threads", lambda name: f"{run('threads')(name)['high']:.0f}"),
        ("slow sink: peak memory", lambda name: f"{slow[name]['peak_mib']:.1f} MiB"),
        ("slow sink: growth over the last two thirds", lambda name: f"{slow[name]['growth_mib']:.1f} MiB"),
        ("backtrace of a failing transform, frames", lambda name: frames(trials[name]["backtrace"])),
        ("clean build", lambda name: built(results["builds"], name, "clean_s")),
        ("incremental build", lambda name: built(results["builds"], name, "incremental_s")),
        ("crates in the tree", lambda name: str(code[name]["crates"])),
        ("binary, stripped", lambda name: f"{code[name]['binary_mib']:.1f} MiB"),
        ("lines of code that join the stages", lambda name: str(code[name]["lines"])),
    ]
    rows = [[question, *(measured(find, name, names[0], form) for name in names)] for question, find, form in timed]
    return rows + [[question, *(find(name) for name in names)] for question, find in plain]


def upside_down(figures, amount):
    return {"median": amount / figures["median"], "low": amount / figures["high"], "high": amount / figures["low"]}


def measured(find, name, first, form):
    own = find(name)
    words = f"{form.format(own['median'])} ({form.format(own['low']).split()[0]}–{form.format(own['high']).split()[0]})"
    return words if name == first else f"{words}, {ratio(own, find(first))}"


def alone(trials, name, say):
    own = trials.get(f"{name}, one worker")
    return say(own) if own else "–"


def frames(backtrace):
    return f"{backtrace['frames']}, {backtrace['own']} of them the program's"


def built(builds, name, figure):
    return f"{builds['models'][name][figure]:.1f} s" if builds else "not timed"
