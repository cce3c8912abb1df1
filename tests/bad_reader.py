"""PAGE_READER of a crawl in which some pages do what no page should be able to."""

from __future__ import annotations

import os
import re
import signal
from typing import NoReturn

from ruralnews.reading.pages import Answer, Job, read

MORE = 600 * 1024 * 1024
"""Bytes; more than the tests allow, less than a computer has."""


def _hang() -> NoReturn:
    while True:
        pass


def _wait() -> NoReturn:
    while True:
        signal.pause()


def _hoard() -> None:
    bytearray(MORE)


def _die() -> None:
    # As the kernel does when memory is short.
    os.kill(os.getpid(), signal.SIGKILL)


def _fail() -> NoReturn:
    raise LookupError("a mistake of ours")


def _babble() -> None:
    print("what a library prints", flush=True)
    os.write(1, b"\0\0\0\1x")


def _lie() -> None:
    """Writes an answer that is none."""
    for descriptor in range(3, 10):
        try:
            os.write(descriptor, b"\0\0\0\2\xc1\xc1")
        except OSError:
            continue


DEEDS = {
    "hang": _hang,
    "wait": _wait,
    "hoard": _hoard,
    "die": _die,
    "fail": _fail,
    "babble": _babble,
    "lie": _lie,
}


ASKED = re.compile(rb"<!--deed:(\w+)-->")


def asking(page: str, deed: str) -> str:
    """The page with a request for one of DEEDS."""
    return page.replace("</body>", f"<!--deed:{deed}--></body>")


def bad_read(job: Job) -> Answer:
    """Does what the page asks for, and reads it."""
    if asked := ASKED.search(job.body):
        DEEDS[asked[1].decode()]()
    return read(job)
