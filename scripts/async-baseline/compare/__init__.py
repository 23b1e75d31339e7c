"""Measures gristmill beside its async baseline and writes a report; see scripts/compare-async.sh."""
