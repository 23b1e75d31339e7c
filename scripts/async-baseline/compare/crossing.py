"""From how many sources on a task for each beats a pool of threads."""

from .spread import differ

FIGURES = {"seconds": "in time", "peak_mib": "in memory"}


def sentences(result):
    pools = [way for way in result["sources"][0]["ways"] if way != "tasks"]
    return [sentence(result, pool, figure, words) for pool in pools for figure, words in FIGURES.items()]


def sentence(result, pool, figure, words):
    won = [at["count"] for at in result["sources"] if wins(at, pool, figure)]
    lasting = [count for count in won if all(at["count"] in won for at in result["sources"] if at["count"] >= count)]
    if not lasting:
        most = result["sources"][-1]["count"]
        return f"Against a {pool} threads, tasks do not win {words} for good up to {most:,} sources."
    before = [at["count"] for at in result["sources"] if at["count"] < lasting[0]]
    between = f"between {before[-1]:,} and {lasting[0]:,}" if before else f"at or below {lasting[0]:,}"
    return f"Against a {pool} threads, tasks win {words} from {lasting[0]:,} sources on; the crossing is {between}."


def wins(at, pool, figure):
    tasks, threads = at["ways"]["tasks"][figure], at["ways"][pool][figure]
    return tasks["median"] < threads["median"] and differ(tasks, threads)
