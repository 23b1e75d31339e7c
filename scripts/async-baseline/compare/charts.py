"""The report's charts."""

from . import svg


def write(folder, results):
    for name, chart in charts(results).items():
        (folder / f"{name}.svg").write_text(chart)


def charts(results):
    return {
        "throughput": throughput(results["throughput"]),
        "slow": slow(results["slow"]),
        "waits-time": waits(results["waits"], "seconds", "Many waits: time to merge N sources", "seconds"),
        "waits-memory": waits(results["waits"], "peak_mib", "Many waits: peak memory", "MiB"),
    }


def throughput(result):
    rows = result["rows"] / 1e6
    figures = {name: own["seconds"] for name, own in result["models"].items()}
    values = [(name, rows / own["high"], rows / own["median"], rows / own["low"]) for name, own in figures.items()]
    return svg.bars("The first job, file to file", "million rows a second (all runs lie within the lines)", values)


def slow(result):
    series = [(name, own["memory"]) for name, own in result["models"].items()]
    return svg.lines("Memory beside a slow sink", "seconds", "resident MiB", series)


def waits(result, figure, title, unit):
    series = []
    for way in result["sources"][0]["ways"]:
        points = [(at["count"], at["ways"][way][figure]["median"]) for at in result["sources"]]
        series.append((way, points))
    return svg.lines(title, "sources N", unit, series, log=True)
