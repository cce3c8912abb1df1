"""Every counter the project keeps, with its meaning. All keys begin with `rn/`."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

PREFIX = "rn/"


class Key(StrEnum):
    """A stats key. A meaning that speaks of `<reason>` is a family: use `key.of(reason)`."""

    meaning: str

    def __new__(cls, key: str, meaning: str) -> Self:
        member = str.__new__(cls, key)
        member._value_ = key
        member.meaning = meaning
        return member

    LISTS = "rn/lists/read", "list pages read"
    LISTS_ENDED = "rn/lists/ended", "rn/lists/ended/<reason>: why a list was read no further"
    LINKS = "rn/links/found", "article links found on list pages, each page's own repeats once"
    LINKS_NEW = "rn/links/new", "of them, links to articles that were not known"
    LINKS_OUTSIDE = "rn/links/outside", "links to hosts the portal does not cover, not followed"
    LINKS_OLD = "rn/links/old", "links dated before the argument `since`, not followed"
    LINKS_BAD = "rn/links/bad", "links that are no URL"
    LINKS_CAPPED = "rn/links/capped", "article links beyond the most that one list may name"
    ARTICLES = "rn/articles/read", "article pages read, further pages of an article not counted"
    WITNESS = "rn/witness", "rn/witness/<field>: articles of which the list said something else"
    OLD = "rn/articles/old", "articles published before the argument `since`, not yielded"
    PARTS = "rn/articles/parts", "further pages of articles in several pages"
    COMMITTED = "rn/committed", "rn/committed/<verdict>: articles new, changed or unchanged"
    WARNINGS = "rn/warnings", "rn/warnings/<code>: records, new or changed, with this warning"
    NOT_MODIFIED = "rn/not-modified", "pages that the portal calls unchanged (304)"
    GONE = "rn/gone", "articles found missing in two runs"
    SKIPPED = "rn/skipped", "rn/skipped/<reason>: pages of a portal without profile, no article"
    HELD = "rn/held", "rn/held/<reason>: article pages that gave no record"
    DROPPED = "rn/dropped", "rn/dropped/<reason>: articles a pipeline dropped"
    FAILED = "rn/failed", "rn/failed/<reason>: list and article pages that could not be had"
    DEFERRED = "rn/deferred", "rn/deferred/<reason>: article pages left for another run"
    FILTERED = "rn/filtered", "rn/filtered/<reason>: article pages that are not ours to read"
    BLOCKED = "rn/blocked", "rn/blocked/<reason>: requests not sent, retries and hops included"
    TRAPS = "rn/traps", "rn/traps/<kind>: addresses not asked for because they lead in circles"
    ROBOTS_REFUSED = "rn/robots/refused", "hosts whose robots.txt could not be had: nothing is read"
    BODIES = "rn/bodies", "rn/bodies/<reason>: answers whose body was not usable, every attempt"
    CHALLENGES = "rn/challenges", "rn/challenges/<rule>: challenges and log-ins in place of a page"
    MASKED = "rn/masked", "rn/masked/<type>: numbers of private persons masked in records"
    UNVERIFIED = "rn/tls/unverified", "why the certificates of this portal are not checked"
    PAUSES = "rn/hosts/pauses", "pauses given to hosts that failed"
    CLOSED = "rn/hosts/closed", "hosts given up for the run, each with its reason"
    ARCHIVED = (
        "rn/archive/pages",
        "answers written to the archive, redirects and robots.txt included",
    )
    REPLAY = (
        "rn/replay",
        "rn/replay/<reason>: answers that a replay could not have from the archive",
    )
    WRITE_ERRORS = "rn/output/errors", "files that could not be written"
    STATE_ERRORS = "rn/state/errors", "1 when the state store turned out to be damaged"
    UNBALANCED = "rn/ledger/unbalanced", "ledgers of the run that do not balance"
    RECORDS = "rn/output/records", "records in published files"
    FILE = "rn/output/file", "path of the published file"
    OPENED = "rn/opened", "rn/opened/<host>: requests to a host of ALLOW_HOSTS, retries included"
    ALLOWED = "rn/allowed-hosts", "hosts of ALLOW_HOSTS, reachable even at private addresses"

    def __repr__(self) -> str:
        """The key itself: Scrapy prints its counters with repr."""
        return repr(self.value)

    def of(self, reason: str) -> str:
        """The counter of one reason of a family."""
        return f"{self.value}/{reason}"
