"""The time that the program goes by; nothing else asks the clock of the machine.

RURALNEWS_CLOCK=2026-10-01T02:00:00+08:00 in the environment sets it: the process begins then, and
time goes on from there. So a month of nights can be played in minutes, each night a process of its
own. How long something takes is not asked here: that is what `time.monotonic` is for.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from functools import cache

from ruralnews.errors import UsageError

VARIABLE = "RURALNEWS_CLOCK"
EXAMPLE = "2026-10-01T02:00:00+08:00"


def now() -> float:
    """Unix seconds."""
    return _ahead() + time.time()  # noqa: TID251 - the one place


def utc_now() -> datetime:
    """The same, aware."""
    return datetime.fromtimestamp(now(), UTC)


def is_set() -> str | None:
    """What the environment sets the clock to; None when it is that of the machine."""
    return os.environ.get(VARIABLE) or None


@cache
def _ahead() -> float:
    """Seconds that the clock is ahead of the machine's. Raises UsageError."""
    said = is_set()
    if said is None:
        return 0.0
    try:
        begun = datetime.fromisoformat(said)
    except ValueError as error:
        raise UsageError(f"{VARIABLE}={said}: is no time; write it like {EXAMPLE}") from error
    if begun.tzinfo is None:
        raise UsageError(f"{VARIABLE}={said}: names no time zone; write it like {EXAMPLE}")
    return begun.timestamp() - time.time()  # noqa: TID251 - the one place
