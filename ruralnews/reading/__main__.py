"""Begins a process that reads pages: `python -m ruralnews.reading SECONDS MEBIBYTES FUNCTION`."""

import sys

# itemadapter imports Scrapy wherever there is one: 0.45 s and 28 MiB (2026-11) of which a reader
# has no use.
sys.modules["scrapy"] = None  # type: ignore[assignment] # how Python is told of a missing module

from ruralnews.reading.worker import main  # noqa: E402 - after the line above

main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
