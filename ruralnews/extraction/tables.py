"""The tables beside the code: tab-separated, comment lines start with `#`."""

from __future__ import annotations

import re
from importlib.resources import files


def read_table(name: str) -> list[list[str]]:
    """The rows of `data/<name>`, cells stripped; comments and empty lines left out."""
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [[cell.strip() for cell in line.split("\t")] for line in lines]


def read_words(kind: str) -> list[str]:
    """The words of one kind in `data/words.tsv`, in its order."""
    rows = (row for row in read_table("words.tsv") if row[0] == kind)
    return [word for _, words in rows for word in words.split()]


def read_patterns(name: str) -> re.Pattern[str]:
    """One pattern for the rows of `data/<name>`, whose first column is a pattern."""
    return re.compile("|".join(pattern for pattern, *_ in read_table(name)))
