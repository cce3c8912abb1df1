"""How long a host is left alone after it failed, and when it is given up. Pure.

Hosts of one portal entry (a registrable domain and its subdomains) usually are one machine: they
are one family, and what one of them asks for is kept with all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus

from ruralnews.middlewares.refused import Refusal
from ruralnews.portals.hosts import covers_host, split_entry

CHINA = timezone(timedelta(hours=8))
FIRST_PAUSE = 5.0
"""Seconds after the first failure, unless BACKOFF_SECONDS says otherwise; doubled with each further
one in a row."""
LONGEST_PAUSE = 24.0
"""First pauses: a host that comes back is read on within two minutes."""
LONGEST_WAIT = 600.0
"""Seconds of a Retry-After that a run waits for; a host that asks for more is left for the next."""
FAILURES = 8
"""Failures in a row after which a host is given up: six and a half minutes with the pauses."""
CHALLENGES = 3
"""Challenge pages in a row after which a host is given up; the first may be one page's own."""
CHALLENGE_PAUSE = 12.0
"""First pauses, a minute: challenges are an answer to too many requests."""
SLOWEST = 16.0
"""The delay of a host that answers 429 or 503 doubles up to this factor."""
RECOVERY = 0.8
"""Each good answer takes a fifth of the slowdown back."""
TOO_MANY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
REFUSING = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.REQUEST_TIMEOUT,
        *TOO_MANY,
    }
)


def is_failure(status: int) -> bool:
    """Whether an answer says that the host, not the page, is the trouble."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in REFUSING


def read_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date; 0 for a past date.

    None for anything else. `now` is aware.
    """
    if re.fullmatch(r"[0-9]+", value.strip()):
        # More digits than a century has seconds.
        return float(value.strip()[:10])
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


@lru_cache(maxsize=1024)
def family_of(host: str, entries: tuple[str, ...]) -> str:
    """The host of the portal entry that covers `host`, else the host itself."""
    domains = [split_entry(e)[0] for e in entries if covers_host((e,), f"http://{host}/")]
    return max(domains, key=len, default=host)


def inside_window(window: str, now: datetime) -> bool:
    """Whether `now` (aware) lies in a `HH:MM-HH:MM` of China time; an empty window is always.

    A window may cross midnight. Raises ValueError for another spelling.
    """
    if not window:
        return True
    try:
        start, end = (time.fromisoformat(part.strip()) for part in window.split("-"))
    except ValueError as error:
        raise ValueError(f"NIGHT_WINDOW {window!r} is not written like 22:00-06:00") from error
    clock = now.astimezone(CHINA).time()
    return start <= clock < end if start <= end else clock >= start or clock < end


@dataclass(slots=True)
class Patience:
    """What a family of hosts did lately; times are seconds of one monotonic clock."""

    first: float = FIRST_PAUSE
    failures: int = 0
    """In a row."""
    challenges: int = 0
    """In a row."""
    slowness: float = 1.0
    """Factor on the delay."""
    until: float = 0.0
    """Nothing is sent before."""
    closed: Refusal | None = None
    """Why nothing is sent any more in this run."""

    def failed(self, now: float, status: int = 0, asked: float | None = None) -> None:
        """Takes note of a failure; `status` 0 for no answer, `asked` what Retry-After says."""
        if status in TOO_MANY:
            self.slowness = min(SLOWEST, self.slowness * 2)
        if asked is not None and asked > LONGEST_WAIT:
            self.closed = self.closed or Refusal.HOST_WAIT
            return
        if now < self.until:
            # Sent before the pause began: the same trouble, already paid for.
            self.until = max(self.until, now + (asked or 0.0))
            return
        self.failures += 1
        if self.failures >= FAILURES:
            self.closed = self.closed or Refusal.HOST_UNREACHABLE
        pause = self.first * min(LONGEST_PAUSE, 2 ** (self.failures - 1))
        self.until = now + max(pause, asked or 0.0)

    def challenged(self, now: float) -> None:
        """Takes note of a challenge page."""
        self.challenges += 1
        self.until = max(self.until, now + self.first * CHALLENGE_PAUSE)
        if self.challenges >= CHALLENGES:
            self.closed = self.closed or Refusal.HOST_CHALLENGE

    def answered(self) -> None:
        """Takes note of a good answer."""
        self.failures = 0
        self.challenges = 0
        self.slowness = max(1.0, self.slowness * RECOVERY)
