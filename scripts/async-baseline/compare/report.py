"""The report: one row per question, with the figure for each model, and what they add up to."""

import json

from . import crossing
from .document import Document
from .models import WHAT
from .questions import questions

NAMES = tuple(WHAT)


def write(folder, results):
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    document = compose(results)
    (folder / "report.md").write_text(document.markdown())
    (folder / "report.html").write_text(document.html())


def compose(results):
    machine, result = results["machine"], results["throughput"]
    document = Document("Threads or async: gristmill and its async baseline")
    document.text(
        f"Measured on {machine['date']}: {machine['processor']}, {machine['cores']} cores, Linux {machine['kernel']}, "
        f"{machine['rustc']}, tokio {machine['tokio']}, release builds. The job is the first one of the README's speed table, "
        f"{result['rows']:,} orders of {result['bytes']:,} bytes in the page cache, filtered and computed, CSV to CSV on a "
        f"RAM disk. All programs wrote the same bytes (SHA-256 {result['sha256'][:16]}…). They ran in turn, "
        f"{results['scale']['rounds']} rounds; figures are medians with quartiles, and where the middle halves of the runs "
        "meet, the report says that there is no difference."
    )
    document.text(
        "The orders have no newlines inside quoted fields: on data that has them, `lines` and `threads-lines` are simply "
        "wrong, for they take a line for a record."
    )
    document.heading("The models")
    document.table(["program", "concurrency"], [[f"`{name}`", what] for name, what in WHAT.items()])
    document.heading("One row per question")
    document.table(["question", *NAMES], questions(results, NAMES))
    for note in NOTES:
        document.text(note)
    document.picture("throughput.svg", "Throughput of the four programs")
    document.picture("slow.svg", "Memory over time beside a slow sink")
    many_waits(document, results["waits"])
    tuned(document, results["tuning"])
    return document


NOTES = (
    "× compares with gristmill in the first column. Latency is that of a batch of 1,000 rows through a pipe, 50 batches a "
    "second, every program told to hold nothing back for more than 10 ms. gristmill waits up to 5 ms more for a chunk to "
    "fill.",
    "Calls that block: five sleeps of 200 ms in the transform stage. Lateness is that of a heartbeat every 5 ms, which stands for other "
    "work of the program: timers, connections, health checks. What they add is beside a run of the same program without them. "
    "gristmill's figures for this and for the backtrace come from its own wiring with the trial put into the pool's job.",
    "Lines of code are those of what joins the stages, without blank lines and comments; gristmill's also keep limits, "
    "groups, several targets, budgets of bytes, metrics and rejects, which the others do not have. Crates are those of the "
    "normal dependency tree, and for gristmill and `chunks` they hold SQL, Parquet, SQLite and PostgreSQL.",
)


def many_waits(document, result):
    document.heading("Many waits")
    document.text(
        "N sources on the loopback, each answering after 20 to 200 ms with ten rows, merged into one file: a tokio task for "
        "each, or a pool of at most so many threads with stacks of 32 KiB. Peak memory is what the process holds itself; "
        "the kernel's own stack of each thread, 16 KiB, is not in it."
    )
    ways = list(result["sources"][0]["ways"])
    for figure, unit, digits in (("seconds", "s", 2), ("peak_mib", "MiB", 1)):
        cell = lambda own: f"{own[figure]['median']:.{digits}f} {unit}"
        rows = [[f"{at['count']:,}", *(cell(at["ways"][way]) for way in ways)] for at in result["sources"]]
        document.table(["sources", *ways], rows)
    for sentence in crossing.sentences(result):
        document.text(sentence)
    document.picture("waits-time.svg", "Time over the number of sources")
    document.picture("waits-memory.svg", "Memory over the number of sources")


def tuned(document, result):
    document.heading("How each was tuned")
    document.text(
        "All are release builds with the same profile. Every setting below was tried on a tenth of the rows, three rounds, and the fastest kept; "
        "channels of the line programs hold 100 messages, as the tutorials have it. gristmill ran with its defaults."
    )
    rows = [
        [f"`{name}`", own["settings"], f"{own['median']:.3f} s ({own['low']:.3f}–{own['high']:.3f})"]
        for name, tried in result.items()
        for own in tried
    ]
    document.table(["program", "settings", "seconds"], rows)
