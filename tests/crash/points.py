"""STATE_OBSERVER of a crawl that dies: at the point, and the time it is reached, CRASH_AT names.

CRASH_AT=before-commit:3    SIGKILL when `before-commit` is reached the third time
"""

from __future__ import annotations

import os
import signal
from collections import Counter

POINT, _, NUMBER = os.environ.get("CRASH_AT", "").partition(":")
reached: Counter[str] = Counter()


def at(point: str) -> None:
    reached[point] += 1
    if point == POINT and reached[point] == int(NUMBER):
        os.kill(os.getpid(), signal.SIGKILL)
