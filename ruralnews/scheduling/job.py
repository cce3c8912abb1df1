"""What a scheduler must know: which program, where, when, and how long it may take to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ruralnews.errors import UsageError
from ruralnews.processors.dates import CHINA

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

NIGHT_HOURS = 8
"""Hours after which a night stops by itself; the next one goes on with the rest."""
LOOK_AFTER = timedelta(hours=NIGHT_HOURS + 2)
"""From the begin of a night to the look of the dead man's switch: when it must have ended."""
MAX_AGE = "36h"
"""Of the last night at that look: one night may stay away for half a day, two may not."""
CLOSING = 45
"""Seconds for what follows a stop: the last commits, publishing, the books and the report. With 926
unpublished records it took 2.7 s on a busy machine of two processors, 2026-11."""
UNWRITABLE = "\"'\\"
"""Characters that no two of the schedulers quote alike."""


@dataclass(frozen=True, slots=True)
class Job:
    """One nightly crawl on one machine."""

    python: Path
    """The interpreter, absolute, as called: a virtual environment's own link."""
    project: Path
    """Folder of scrapy.cfg."""
    output: Path
    writes: tuple[Path, ...]
    """Folders that must be writable, the output folder first."""
    options: tuple[str, ...]
    """Options that every command gets, such as `-s`, `OUTPUT_DIR=/srv/news`."""
    only: str
    """The portals, as `nightly --only` takes them; empty: all that are due."""
    night: time
    """When it begins, China time."""
    account: str
    """The user it runs as: the owner of the output folder."""
    alerts: bool
    """Whether there is anybody whom the dead man's switch can tell."""
    stop_seconds: float
    """STOP_SECONDS, and what alerts may take."""
    memory_mb: int
    """MiB that the program allows itself: the crawl, and a page that is read. 0: any number."""

    @property
    def budget(self) -> int:
        """Seconds from a stop signal to the end of the process, at most."""
        return round(self.stop_seconds) + CLOSING

    @property
    def logs(self) -> Path:
        """Where cron and launchd put what the program prints."""
        return self.output / "logs"

    def nightly(self) -> tuple[str, ...]:
        """The command of the night."""
        only = ("--only", self.only) if self.only else ()
        return (*self._scrapy("nightly"), *only, "--max-runtime", f"{NIGHT_HOURS}h")

    def check(self) -> tuple[str, ...]:
        """The command of the dead man's switch."""
        alert = ("--alert",) if self.alerts else ()
        return (*self._scrapy("check-night"), "--max-age", MAX_AGE, *alert)

    def _scrapy(self, command: str) -> tuple[str, ...]:
        return (str(self.python), "-m", "scrapy", command, *self.options)

    @property
    def look(self) -> time:
        """When the dead man's switch looks, China time."""
        return (datetime.combine(date.min, self.night) + LOOK_AFTER).time()


def check_paths(job: Job) -> None:
    """Raises UsageError for a path that cannot be written into a unit so that all read it alike."""
    for path in (job.python, job.project, *job.writes, *job.options, job.only):
        text = str(path)
        if any(c in UNWRITABLE for c in text) or not text.isprintable():
            raise UsageError(
                f"{text!r}: a schedule cannot hold quotes, backslashes or control characters; "
                "blanks, % and Chinese characters it can. Move the project"
            )


def here(clock: time, zone: tzinfo, today: datetime) -> time:
    """A time of China's clocks on the clocks of a zone, on the day of `today` (aware)."""
    day = today.astimezone(CHINA).date()
    return datetime.combine(day, clock, CHINA).astimezone(zone).time()


@cache
def template(name: str) -> Template:
    """A file of `templates/`."""
    return Template(template_text(name))


def template_text(name: str) -> str:
    """Its text."""
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
