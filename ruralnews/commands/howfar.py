"""How far a long reading is: a bar in a terminal, a line every half minute elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

EVERY = 30.0
"""Seconds between two lines."""


class HowFar:
    """Tells on stderr, for the length of a block, which part is done."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._told = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
            from rich.progress import Progress  # noqa: PLC0415

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.add_task(self.what)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """Shows that so much of so much is done."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)
        elif time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            print(f"{self.what}: {done / total:.0%}", file=sys.stderr, flush=True)
