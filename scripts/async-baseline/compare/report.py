"""The report: one row per question, with the figure for each model, and what they add up to."""

import json

from . import crossing
from .document import Document
from .models import WHAT
from .questions import questions, ranged

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
        f"{results['scale']['rounds']} rounds; figures are medians, with the smallest and the largest in brackets, and where a "
        "run of the one lies among those of the other, the report says that there is no difference. All of it took "
        f"{results['minutes']} minutes."
    )
    document.text(
        "The orders have no newlines inside quoted fields: on data that has them, `lines` and `threads-lines` are simply "
        "wrong, for they take a line for a record."
    )
    document.heading("The models")
    document.table(["program", "concurrency"], [[f"`{name}`", what] for name, what in WHAT.items()])
    document.heading("One row per question")
    document.table(["question", *NAMES], questions(results, NAMES))
    for note in notes(results):
        document.text(note)
    document.picture("throughput.svg", "Throughput of the four programs")
    document.picture("slow.svg", "Memory over time beside a slow sink")
    many_waits(document, results["waits"])
    tuned(document, results)
    return document


def notes(results):
    work, late, builds = results["throughput"]["models"], results["latency"], results["builds"]
    loop = ranged(work["loop-lines"]["seconds"], "{:.2f} s")
    return (
        "× compares with gristmill in the first column. gristmill writes beside its target, syncs and renames; the others "
        "write in place. On a RAM disk that costs next to nothing.",
        f"The row code of the two line programs in one loop, without threads, channels or tasks (`loop-lines`), takes {loop}: "
        "what they need beyond that is the price of a message per row, and what separates it from gristmill is the work "
        "itself, done by columns and on all cores.",
        f"Latency is that of a batch of {late['rows']:,} rows through a pipe, one every {late['every_ms']:.1f} ms, until its last row "
        f"is out, {late['rounds']} runs of {late['batches']} batches. Every program writes a batch when its first row has waited "
        f"{late['period_ms']} ms; gristmill's library, in both chunk programs, waits up to 5 ms more for a chunk to fill.",
        "SIGINT: all end with exit code 130. The quiet pipe has brought 20,000 rows and brings nothing for "
        f"{results['interrupt']['silence_ms'] / 1000:.0f} s more; a thread that is blocked in a read ends only then.",
        f"The slow sink takes {results['slow']['bytes_a_second'] / 1e6:.0f} MB/s for {results['slow']['seconds']:.0f} s, three runs.",
        "Calls that block: five sleeps of 200 ms in the transform stage, one second in all. Lateness is that of a heartbeat "
        "every 5 ms, which stands for other work of the program: timers, connections, health checks. On tokio it is a task, "
        "and the runtime has a worker for each core, whatever suits it best otherwise, or just one, as the row says; "
        "on threads it is a thread of its own, which nobody can hold up. Time added is beside a run of the same program whose "
        "calls do not wait. gristmill's figures for this and for the backtrace come from its own wiring with the trial put "
        "into the pool's job.",
        "Lines of code are those of what joins the stages, without blank lines and comments (`chunks` with the library's "
        "`parts`); gristmill's also keep limits, groups, several targets, budgets of bytes, metrics and rejects, which the "
        "others do not have. Crates are those of the normal dependency tree; for gristmill and `chunks` they hold SQL, "
        "Parquet, SQLite and PostgreSQL.",
        "Builds are "
        + (f"of {builds['date']}, in a copy of the sources with an empty target folder" if builds else "timed with --build-times")
        + ". The edit adds a function to the file that holds the model's own code; for gristmill that is a file of its "
        "library, which is compiled as a whole, for the others a small program.",
    )


def many_waits(document, result):
    document.heading("Many waits")
    document.text(
        "N sources on the loopback, each answering after 20 to 200 ms with ten rows, merged into one file: a tokio task for "
        "each, or a pool of at most so many threads with stacks of 32 KiB. Peak memory is what the process holds itself; "
        "the kernel's own stack of each thread, 16 KiB, is not in it."
    )
    ways = list(result["sources"][0]["ways"])
    for figure, form in (("seconds", "{:.2f} s"), ("peak_mib", "{:.1f} MiB")):
        rows = [[f"{at['count']:,}", *(ranged(at["ways"][way][figure], form) for way in ways)] for at in result["sources"]]
        document.table(["sources", *ways], rows)
    if result["left_out"]:
        document.text(f"Left out, for the limit of open files does not allow them: {result['left_out']} sources.")
    for sentence in crossing.sentences(result):
        document.text(sentence)
    document.picture("waits-time.svg", "Time over the number of sources")
    document.picture("waits-memory.svg", "Memory over the number of sources")


def tuned(document, results):
    document.heading("How each was tuned")
    document.text(
        f"All are release builds with the same profile. Every setting below was tried on {results['scale']['small']:,} rows, three "
        "rounds, and the fastest kept; 0 workers are a runtime on the main thread alone. Channels of the line programs hold "
        "100 messages, as the tutorials have it. gristmill ran with its defaults, but for the period of its batches."
    )
    rows = [
        [f"`{name}`", own["settings"], ranged(own, "{:.3f} s")]
        for name, tried in results["tuning"].items()
        for own in tried
    ]
    document.table(["program", "settings", "seconds"], rows)
