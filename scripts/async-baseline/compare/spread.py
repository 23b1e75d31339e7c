"""Medians, and which differences are none."""

import statistics


def summary(values):
    """Median and quartiles of repeated runs."""
    values = sorted(values)
    if len(values) < 3:
        return {"median": statistics.median(values), "low": values[0], "high": values[-1]}
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": statistics.median(values), "low": low, "high": high}


def summaries(runs, names):
    """The same for each figure of a list of runs."""
    return {name: summary([run[name] for run in runs]) for name in names}


def differ(one, other):
    """Whether the middle halves of the runs do not meet."""
    return one["low"] > other["high"] or other["low"] > one["high"]


def ratio(one, other):
    """How many times `other` the figure is, in words; "no difference" where the runs overlap."""
    if not differ(one, other):
        return "no difference"
    return f"{one['median'] / other['median']:.2f} ×" if other["median"] else "more"


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0
