"""What becomes of a page, and when it is looked at again. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ruralnews.reasons import Code

YOUNG = 72 * 3600
"""Seconds after its publication in which an article is looked at in every run: newsrooms
correct and withdraw in the first days."""
RESUME = 12 * 3600
"""Seconds for which a run that was killed is continued; after that its lists are out of date
and a new run begins. Nothing is lost either way."""
PATIENT = 3
"""Failures in a row after which a page is no longer asked for in every run."""
DAY = 24 * 3600
LONGEST = 30 * DAY
CONFIRMED = 2
"""Runs that must find a page missing before it counts as gone."""
BUG = "bug"
"""Reason of a page over which our own code failed."""
FORGOTTEN = "forgotten"
"""Reason of a page that is never asked for again."""
GONE_REASONS = ("http-404", "http-410", "soft-404")
UNREADABLE = "list-unreadable"
"""Reason of a list that is of another kind, often the front page in place of one past the end."""


class Kind(StrEnum):
    """What a page is, and what a record is."""

    LIST = "list"
    ARTICLE = "article"
    GONE = "gone"
    FORGOTTEN = "forgotten"
    """A record whose line was deleted at a person's request."""
    PRUNED = "pruned"
    """A published file that was deleted for its age; its records have no line any more."""


class State(StrEnum):
    """What became of a page."""

    PENDING = "pending"
    """To be asked for. A page in flight is still pending: a kill loses nothing."""
    DONE = "done"
    """Read; everything it gave is in the store."""
    HELD = "held"
    """Answered, but it gives no record; the reason says why."""
    FAILED = "failed"
    """Could not be had."""
    REFUSED = "refused"
    """Not ours to ask for: robots.txt, a host or an address outside the portal."""
    SKIPPED = "skipped"
    """No article, or older than the argument `since`."""
    DEFERRED = "deferred"
    """Put off: a host that is left alone, or a list page beyond `max_pages`."""
    GONE = "gone"
    """Missing in two runs."""


class End(Code):
    """Why a list is not read beyond a page."""

    LAST = "last", "no further page is named"
    KNOWN = "known", "enough known articles in a row"
    REPEATS = "repeats", "it names no article that this run had not met in the column"
    OLD = "old", "its articles are older than `since`, or than the window of the portal"
    MAX_PAGES = "max-pages", "as many pages as a run reads; -a max_pages=N reads more"


READ = (State.DONE, State.HELD, State.SKIPPED)
"""States of a page that was had and looked at."""


class Verdict(StrEnum):
    """What a committed page brought."""

    NONE = "none"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


def next_look(state: State, attempts: int, published: str | None, now: int) -> int | None:
    """When a page is due again, Unix seconds; None for never. `now` means the next run."""
    if state in (State.HELD, State.FAILED, State.REFUSED):
        late = attempts - PATIENT
        return now if late <= 0 else now + min(DAY * 2 ** min(late, 10), LONGEST)
    if state is State.DEFERRED:
        return now
    if state is State.DONE and published and is_young(published, now):
        return now
    return None


def is_kept(state: State, reason: str | None) -> bool:
    """Whether the archive keeps what was answered: pages that gave a record, or might have."""
    return state in READ or reason == BUG


def is_young(published: str, now: int) -> bool:
    """Whether an article of this time (ISO 8601 with offset) may still be edited."""
    return now - datetime.fromisoformat(published).timestamp() < YOUNG
