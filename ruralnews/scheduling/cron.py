"""Lines of a crontab: the night and the dead man's switch."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from ruralnews.errors import UsageError
from ruralnews.scheduling.job import here, template

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, time

    from ruralnews.scheduling.job import Job

LONGEST = 990
"""Bytes of a line; Debian's cron and cronie have room for 1,000."""


def crontab(job: Job, now: datetime) -> str:
    """The lines; `now` is aware, in the zone of the machine, whose clocks cron goes by.

    Raises UsageError when cron would not take them.
    """
    zone = now.tzinfo
    assert zone is not None, "an aware time has one"
    text = template("crontab.txt").substitute(
        night_china=f"{job.night:%H:%M}",
        night_here=f"{here(job.night, zone, now):%H:%M}",
        zone=now.tzname() or "",
        night_line=_fields(here(job.night, zone, now)),
        night_fields=_fields(job.night),
        look_line=_fields(here(job.look, zone, now)),
        look_fields=_fields(job.look),
        project=_quoted([str(job.project)]),
        logs=_quoted([str(job.logs)]),
        nightly=_quoted(job.nightly()),
        check=_quoted(job.check()),
    )
    long = max(len(line.encode()) for line in text.splitlines())
    if long > LONGEST:
        raise UsageError(f"a line of {long} bytes: cron takes {LONGEST}; shorten the paths")
    return text


def _fields(clock: time) -> str:
    return f"{clock.minute} {clock.hour} * * *"


def _quoted(words: Iterable[str]) -> str:
    """Words for /bin/sh; cron makes a line end of every `%` without a backslash."""
    return shlex.join(words).replace("%", "\\%")
