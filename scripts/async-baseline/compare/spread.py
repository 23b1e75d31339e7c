"""Medians, and which differences are none."""

import statistics


def summary(values):
    """Median, smallest and largest of repeated runs."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def summaries(runs, names):
    """The same for each figure of a list of runs."""
    return {name: summary([run[name] for run in runs]) for name in names}


def differ(one, other):
    """Whether no run of the one is among those of the other. Of two equal programs one pair in a hundred does, at five runs."""
    return one["low"] > other["high"] or other["low"] > one["high"]


def ratio(one, other):
    """How many times `other` the figure is, in words; "no difference" where the runs overlap."""
    if not differ(one, other):
        return "no difference"
    if min(one["median"], other["median"]) <= 0:
        return "more" if one["median"] > other["median"] else "less"
    times = one["median"] / other["median"]
    return f"{times:.2f} ×" if times >= 0.1 else f"{times:.1g} ×"


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0
