"""Scrapy's watch over the memory of a crawl, with a number that is the crawl's own."""

from __future__ import annotations

import re
from pathlib import Path

from scrapy.extensions import memusage

STATUS = Path("/proc/self/status")
"""Of the kernel, on Linux."""
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
KIB = 1024


class MemoryUsage(memusage.MemoryUsage):
    """Takes the peak since the program began.

    Scrapy asks getrusage, which on Linux begins with the peak of the process that started this
    one: a crawl begun by a large program would be stopped at once.
    """

    def get_virtual_size(self) -> int:
        """Bytes."""
        return own_peak() or super().get_virtual_size()


def own_peak() -> int | None:
    """The most bytes this program has held since it began; None where no kernel tells."""
    try:
        found = PEAK.search(STATUS.read_text("ascii"))
    except OSError:
        return None
    return int(found[1]) * KIB if found else None
