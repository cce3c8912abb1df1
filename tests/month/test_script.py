"""The table in the documentation tells what the script of the month says, and nothing else."""

from __future__ import annotations

import tomllib

from monthly import document, row, written
from portals import SCRIPT, Month

from ruralnews.monitoring.outcome import Exit


def test_the_table_of_the_month_is_that_of_its_script() -> None:
    month = Month(tomllib.loads(SCRIPT.read_text("utf-8")))
    wanted = month.expected()
    rows = [
        row(month, night, wanted.get(night, []), Exit.ALARM if night in wanted else Exit.OK)
        for night in range(1, month.nights + 1)
    ]

    # test_month.py plays the script, and holds it to what comes of it.
    assert document() == written(rows), "make month WRITE=--write plays it and writes the table"
