"""Begins a process that reads pages: `python -m ruralnews.reading SECONDS MEBIBYTES FUNCTION`."""

import sys

from ruralnews.reading.worker import main

main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
