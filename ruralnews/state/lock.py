"""One run at a time in one output folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ruralnews import clock
from ruralnews.errors import LockedError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = ".lock"


def is_at_work(folder: Path) -> bool:
    """Whether another process has the folder for itself."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def workspace_lock(folder: Path) -> Iterator[None]:
    """Keeps other processes out of the folder for the length of the block.

    The lock is the kernel's and dies with the process: a file that a killed run left behind
    locks nothing. Raises LockedError, naming the holder, when another process has it.
    """
    path = folder / FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(f"{path}: cannot be opened: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            raise LockedError(
                f"{folder}: another run is at work here ({holder}); let it end, or set OUTPUT_DIR"
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"pid {os.getpid()} since {clock.utc_now():%FT%TZ}\n".encode())
        yield
    finally:
        os.close(descriptor)
