"""How much is measured, and the files it is measured on."""

import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = pathlib.Path("/dev/shm/gristmill-compare")

# The job, as the programs have it in src/order.rs.
QUERY = (
    "select order_id, ordered_at, upper(country) as country, product, "
    "round(quantity * unit_price * (1 - discount), 2) as total "
    "from input where status = 'paid' and quantity * unit_price > 50"
)


class Scale(NamedTuple):
    rows: int
    small: int
    rounds: int
    seconds: float
    sources: tuple


FULL = Scale(rows=10_000_000, small=1_000_000, rounds=5, seconds=6.0, sources=(10, 30, 100, 300, 1_000, 3_000, 10_000))
QUICK = Scale(rows=1_000_000, small=200_000, rounds=2, seconds=2.0, sources=(10, 100, 1_000))


class Files(NamedTuple):
    large: str
    small: str
    folder: pathlib.Path


def prepare(scale):
    """Orders without newlines inside fields: a reader of lines would be wrong on the others."""
    FOLDER.mkdir(exist_ok=True)
    return Files(orders(scale.rows), orders(scale.small), FOLDER)


def orders(rows):
    path = FOLDER / f"orders-{rows}.csv"
    if not path.exists():
        part = path.with_suffix(".part")
        with open(part, "wb") as out:
            made = subprocess.run([ROOT / "scripts/make-orders", "--no-newlines", str(rows)], stdout=out)
        if made.returncode != 0:
            sys.exit(f"cannot make {path}; is there room in /dev/shm? All that is needed takes 3 GB")
        part.rename(path)
    return str(path)


def clear():
    """Only the orders stay, for the next time."""
    for path in FOLDER.glob("*"):
        if not re.fullmatch(r"orders-\d+\.csv", path.name):
            path.unlink()
