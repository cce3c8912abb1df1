"""A process that reads pages: jobs on its standard input, answers on its standard output.

    python -m ruralnews.reading SECONDS MEBIBYTES FUNCTION

Each message is its length (4 bytes, big-endian) and as many bytes. The first one out is empty:
the process is ready. It limits itself, and ends when nobody listens any more, so that nothing
is left of it whatever ends the crawl.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from ruralnews.reading.pages import Answer, decode_job, encode
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from ruralnews.reading.pages import Job

LENGTH = 4
MEBIBYTE = 1024 * 1024
ON_THE_CLOCK = 6
"""Times as long as its processor time a page may take: a busy computer is no fault of a page."""
OUT_OF_TIME = (signal.SIGPROF, signal.SIGALRM)
"""What ends a process whose page takes too long: in processor time, on the clock."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that a terminal or a service manager sends to all processes of a crawl."""


def main(seconds: float, mebibytes: int, function: str) -> None:
    """Answers jobs until there are no more."""
    for stop in STOPS:
        # The crawl decides what a stop means, and closes the pipe.
        signal.signal(stop, signal.SIG_IGN)
    module, _, name = function.rpartition(".")
    read: Callable[[Job], Answer] = getattr(import_module(module), name)
    # What is loaded stays: to look through it for garbage takes 5 % of the time of a page.
    gc.freeze()
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    os.dup2(2, 1)
    # macOS knows no such limit; there the kernel's own is what is left.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes * MEBIBYTE,) * 2)
    timers = (signal.ITIMER_PROF, seconds), (signal.ITIMER_REAL, seconds * ON_THE_CLOCK)
    with suppress(BrokenPipeError):
        send(answers, b"")
        while (job := receive(jobs)) is not None:
            # Its end kills the process, also inside of a library: the signals are not handled.
            for timer, limit in timers:
                signal.setitimer(timer, limit)
            answer, is_fit = _answer(read, job)
            for timer, _ in timers:
                signal.setitimer(timer, 0)
            send(answers, answer)
            if not is_fit:
                return


def _answer(read: Callable[[Job], Answer], job: bytes) -> tuple[bytes, bool]:
    """The answer, and whether the process is fit for another job."""
    try:
        return encode(read(decode_job(job))), True
    except MemoryError:
        pass
    except Exception:  # noqa: BLE001 - handed to the crawl, which raises it again
        return encode(Answer(bug=traceback.format_exc())), True
    # Here, when what the page took is free again.
    return encode(Answer(reason=Reason.READER_MEMORY, detail="it takes too much memory")), False


def send(out: BinaryIO, message: bytes) -> None:
    """Writes a message, whole when it returns."""
    out.write(framed(message))
    out.flush()


def receive(source: BinaryIO) -> bytes | None:
    """The next message; None when there is none any more."""
    head = source.read(LENGTH)
    length = int.from_bytes(head, "big")
    message = source.read(length)
    return message if len(head) == LENGTH and len(message) == length else None


def framed(message: bytes) -> bytes:
    """The message as it travels."""
    return len(message).to_bytes(LENGTH, "big") + message
