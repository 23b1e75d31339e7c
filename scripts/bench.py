"""Runs gristmill and its peers in turn and writes raw figures and a summary; see scripts/bench.

usage: bench.py FOLDER ROUNDS          time everything on FOLDER/orders.csv
       bench.py --groups FOLDER ROUNDS time groups and distinct pairs on FOLDER/orders.csv; see scripts/bench
       bench.py --parquet FOLDER ROUNDS time CSV to Parquet on FOLDER/orders.csv; see scripts/bench
       bench.py --gzip FOLDER ROUNDS   time gristmill and zcat on FOLDER/orders-*.csv.gz; see scripts/bench-gzip
       bench.py --peer NAME IN OUT     run one peer once
"""

import datetime
import importlib.util
import json
import os
import pathlib
import platform
import re
import shlex
import statistics
import sys
import time

GRISTMILL = "target/release/gristmill"
WHERE = "status = 'paid' and quantity * unit_price > 50"
SELECT = (
    "order_id, ordered_at, upper(country) as country, product, "
    "round(quantity * unit_price * (1 - discount), 2) as total"
)
GROUPS = (
    "select country, status, count(*) as orders, sum(quantity * unit_price) as total, avg(discount) as discount "
    "from {} group by country, status"
)
PAIRS = "select distinct customer_id, country from {}"


def main(arguments):
    match arguments:
        case ["--peer", name, source, target]:
            PEERS[name](source, target)
        case ["--groups", folder, rounds]:
            bench_groups(pathlib.Path(folder), int(rounds))
        case ["--parquet", folder, rounds]:
            bench_parquet(pathlib.Path(folder), int(rounds))
        case ["--gzip", folder, rounds]:
            bench_gzip(pathlib.Path(folder), int(rounds))
        case [folder, rounds]:
            bench(pathlib.Path(folder), int(rounds))
        case _:
            sys.exit(__doc__)


def polars(source, target):
    import polars as pl

    orders = pl.scan_csv(source)
    paid = orders.filter((pl.col("status") == "paid") & (pl.col("quantity") * pl.col("unit_price") > 50))
    total = (pl.col("quantity") * pl.col("unit_price") * (1 - pl.col("discount"))).round(2).alias("total")
    paid.select("order_id", "ordered_at", pl.col("country").str.to_uppercase(), "product", total).sink_csv(target)


def duckdb(source, target):
    import duckdb

    duckdb.sql(f"copy (select {SELECT} from read_csv('{source}') where {WHERE}) to '{target}' (header)")


def polars_groups(source, target):
    import polars as pl

    total = (pl.col("quantity") * pl.col("unit_price")).sum().alias("total")
    grouped = pl.scan_csv(source).group_by("country", "status")
    grouped.agg(pl.len().alias("orders"), total, pl.col("discount").mean()).sink_csv(target)


def polars_pairs(source, target):
    import polars as pl

    pl.scan_csv(source).select("customer_id", "country").unique().sink_csv(target)


def polars_parquet(source, target):
    import polars as pl

    pl.scan_csv(source, try_parse_dates=True).sink_parquet(target, compression="zstd", compression_level=1)


def duckdb_parquet(source, target):
    import duckdb

    duckdb.sql(f"copy (from read_csv('{source}')) to '{target}' (format parquet, compression zstd, compression_level 1)")


def duckdb_query(query, source, target):
    import duckdb

    query = query.format(f"read_csv('{source}')")
    duckdb.sql(f"copy ({query}) to '{target}' (header)")


PEERS = {
    "polars": polars,
    "duckdb": duckdb,
    "groups polars": polars_groups,
    "groups duckdb": lambda source, target: duckdb_query(GROUPS, source, target),
    "parquet polars": polars_parquet,
    "parquet duckdb": duckdb_parquet,
    "pairs polars": polars_pairs,
    "pairs duckdb": lambda source, target: duckdb_query(PAIRS, source, target),
}


def bench(folder, rounds):
    """One run of each in turn, so that a slow moment of the machine falls on all alike."""
    source, target = str(folder / "orders.csv"), str(folder / "out.csv")
    commands = {"gristmill": [GRISTMILL, "run", source, target, "--where", WHERE, "--select", SELECT, "-q"]}
    commands |= peers(["polars", "duckdb"], source, target)
    runs = [run(name, command, target) for _ in range(rounds) for name, command in commands.items()]
    report(runs, list(commands), "filter + 3 expressions, CSV to CSV", os.path.getsize(source))


def bench_groups(folder, rounds):
    """The same for two queries that gather rows."""
    source, target = str(folder / "orders.csv"), str(folder / "out.csv")
    commands = {}
    for job, query in {"groups": GROUPS, "pairs": PAIRS}.items():
        sql = query.format("input")
        commands[f"{job} gristmill"] = [GRISTMILL, "run", source, target, "--sql", sql, "-q"]
        commands |= peers([f"{job} polars", f"{job} duckdb"], source, target)
    runs = [run(name, command, target) for _ in range(rounds) for name, command in commands.items()]
    title = "120 groups of two keys with three aggregates, and 4.5 million distinct pairs, CSV to CSV"
    report(runs, list(commands), title, os.path.getsize(source), "groups-")


def bench_parquet(folder, rounds):
    """All columns as they are, with the types that each guesses, compressed by zstd at level 1."""
    source, target = str(folder / "orders.csv"), str(folder / "out.parquet")
    commands = {"parquet gristmill": [GRISTMILL, "run", source, target, "-q"]}
    commands |= peers(["parquet polars", "parquet duckdb"], source, target)
    runs = [run(name, command, target) for _ in range(rounds) for name, command in commands.items()]
    pathlib.Path(target).unlink()
    report(runs, list(commands), "all columns, CSV to Parquet, zstd level 1", os.path.getsize(source), "parquet-")


def peers(names, source, target):
    """The commands of those peers that are installed."""
    commands = {}
    for name in names:
        if importlib.util.find_spec(name.split()[-1]):
            commands[name] = [sys.executable, __file__, "--peer", name, source, target]
        else:
            print(f"{name} is not installed; left out", file=sys.stderr)
    return commands


def bench_gzip(folder, rounds):
    """The same for the two ways to read a .gz file. Memory is that of the larger process."""
    target = folder / "out.csv"
    commands = {}
    for source in sorted(folder.glob("orders-*.csv.gz")):
        level = re.sub(r"\D", "", source.name)
        filtered = f"{target} --where {shlex.quote(WHERE)} --select {shlex.quote(SELECT)}"
        for job, rest in {"count": "null:", "filter": filtered}.items():
            direct = f"exec {GRISTMILL} run {source} {rest} -q"
            piped = f"zcat {source} | {GRISTMILL} run - {rest} -q"
            commands[f"{job}, gzip -{level}, gristmill"] = ["sh", "-c", direct]
            commands[f"{job}, gzip -{level}, zcat |"] = ["sh", "-c", piped]
    runs = [run(name, command, target) for _ in range(rounds) for name, command in commands.items()]
    report(runs, list(commands), "CSV from .gz", os.path.getsize(folder / "orders.csv"), "gzip-")


def run(name, command, target):
    """Time and peak memory of one run, as the kernel tells them of this very process.

    A new process starts with the peak of the one that made it, so this script stays small: some 12 MiB are the floor.
    """
    pathlib.Path(target).unlink(missing_ok=True)
    start = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{name} failed with exit code {os.waitstatus_to_exitcode(status)}")
    figures = {
        "name": name,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
        "output_bytes": os.path.getsize(target) if os.path.exists(target) else 0,
    }
    print(figures, file=sys.stderr)
    return figures


def report(runs, names, title, input_bytes, prefix=""):
    folder = pathlib.Path("scripts/bench-runs") / f"{datetime.date.today()}-{machine()}"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{title}, {input_bytes:,} bytes in, medians of {len(runs) // len(names)}", ""]
    width = max(10, *map(len, names))
    for name in names:
        own = [run for run in runs if run["name"] == name]
        seconds = statistics.median(run["seconds"] for run in own)
        memory = max(run["peak_mib"] for run in own)
        lines.append(f"{name:<{width}} {seconds:6.2f} s   {input_bytes / seconds / 1e6:6.0f} MB/s   peak {memory:6.1f} MiB")
    summary = "\n".join(lines) + "\n"
    (folder / f"{prefix}raw.json").write_text(json.dumps(runs, indent=1) + "\n")
    (folder / f"{prefix}summary").write_text(summary)
    print(summary, end="")


def machine():
    """The processor and how many of its cores are ours."""
    model = platform.machine()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists() and (found := re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text())):
        model = found.group(1)
    words = re.sub(r"\(.*?\)|@.*|\bCPU\b", " ", model)
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return f"{name}-{len(os.sched_getaffinity(0))}-cores"


main(sys.argv[1:])
