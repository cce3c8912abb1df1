"""One fault: what the portal plays, and what must come out of a crawl of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import hostile
from portal import FaultPortal, answer

from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    import ssl
    from collections import Counter
    from collections.abc import Callable

    from portal import Play, Visit

LIST = "/yw/index.html"
TEXT = "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡第{}块地。"
FAST = {
    "BACKOFF_SECONDS": 0.1,
    "DOWNLOAD_DELAY_JITTER": 0,
    # Nothing hangs but where a case says so, and sets its own; a busy machine is no fault.
    "DOWNLOAD_TIMEOUT": 180,
    "DNS_TIMEOUT": 4,
    "ARCHIVE_DIR": "",
}


def path(number: int) -> str:
    return f"/yw/202611/t20261101_{number}.html"


def title(number: int) -> str:
    return f"南坡第{number}块地的小麦今天颗粒归仓"


def html(number: int) -> str:
    """The page of a good article."""
    return hostile.article(title(number), TEXT.format(number)).body


def good(number: int) -> Play:
    return answer(html(number))


class Servers(NamedTuple):
    """The servers of one case."""

    site: FaultPortal
    """The portal."""
    other: FaultPortal
    """A second host of it."""
    foreign: FaultPortal
    """A host that its profile does not name."""


def plays(*made: Play) -> Callable[[Servers], list[Play]]:
    """The plays of a case that needs no address."""
    return lambda _: list(made)


@dataclass
class Night:
    """What one crawl of a portal did, and what is on disk after it."""

    stats: dict[str, Any]
    code: int
    records: list[dict[str, Any]]
    """Of every file published so far, in the order of publication."""
    pages: Counter[str]
    """Articles in the store by state."""
    problems: list[str]
    """What `scrapy verify` says."""
    asked: Counter[str]
    """Requests that the portal got, by path."""
    gone: list[dict[str, Any]]
    """Every tombstone published so far."""


@dataclass
class Outcome:
    """What became of a portal in the night of its fault."""

    servers: Servers
    night: Night
    warnings: list[str]
    """Log lines at WARNING and above that name the portal."""
    visits: list[Visit]
    """The requests that the portal got."""

    @property
    def stats(self) -> dict[str, Any]:
        return self.night.stats

    @property
    def records(self) -> list[dict[str, Any]]:
        return self.night.records

    def gaps(self, number: int) -> list[float]:
        """Seconds between the visits to an article page."""
        return [after.at - before.at for before, after in pairwise(self.asked(path(number)))]

    def asked(self, page: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.path == page]


@dataclass
class Case:
    """A fault of the list. Its pages are articles 2, 3 … between the good articles 1 and 99."""

    fault: int
    name: str
    plays: Callable[[Servers], list[Play]] = lambda _: []
    """Of the faulty articles."""
    records: int = 0
    """How many of the faulty articles become records all the same."""
    stats: dict[str, int] = field(default_factory=dict)
    """Counters without their `rn/`."""
    code: int | None = None
    """Default: 0 when every faulty article became a record, else 10."""
    extra: dict[str, Play] = field(default_factory=dict)
    """Further pages, robots.txt for one, by path."""
    links: Callable[[Servers], list[str]] = lambda _: []
    """Further links of the list."""
    settings: dict[str, Any] = field(default_factory=dict)
    check: Callable[[Outcome], None] = lambda _: None
    good: int = 2
    """How many of the two good articles become records."""
    tls: ssl.SSLContext | None = None
    verify_tls: bool = True
    max_pages: int = 3
    delay: float = 0.03
    slow: bool = False
    heals: bool = True
    """Whether the portal of `heal` has all its articles."""
    kind: str = "html"
    """What its list is; any other than HTML stands in `extra`."""
    rules: dict[str, list[str]] = field(default_factory=dict)
    """Selectors of its profile for articles, by field."""
    bug: str = ""
    """Where our own code fails over article 2 in the first night; `bugs` names the places."""
    twin: bool = False
    """Whether a second portal of the same host is crawled beside it, and fails at its start."""
    late: int = 0
    """Pages that failed when their record was committed: they have both, and are asked again."""
    later: tuple[Callable[[Servers], None], ...] = ()
    """What changes at the portal before each further night, instead of its being healed."""
    check_nights: Callable[[list[Night]], None] = lambda _: None
    """With `later`: what must be true of all nights."""

    @property
    def id(self) -> str:
        return f"{self.fault:02d} {self.name}"

    @property
    def slug(self) -> str:
        words = "".join(c if c.isascii() and c.isalnum() else " " for c in self.id).lower().split()
        return "-".join(["f", *words])

    def expected_code(self, plays: int) -> int:
        if self.code is not None:
            return self.code
        complete = self.records == plays and self.good == 2
        return Exit.OK if complete else Exit.PARTIAL


def listed(links: list[tuple[str, str]]) -> Play:
    """A list page of these addresses and headlines."""
    return answer(hostile.listing(links).body)


def build(case: Case, servers: Servers) -> list[int]:
    """Puts the pages of the case on its servers; the numbers of its articles."""
    faulty = case.plays(servers)
    site = servers.site
    numbers = [1, *range(2, 2 + len(faulty)), 99]
    for number, play in zip(numbers, [good(1), *faulty, good(99)], strict=True):
        site.pages[path(number)] = play
    hostile_links = [(url, "别处的一个链接地址写得很长") for url in case.links(servers)]
    links = [(path(n), title(n)) for n in numbers]
    links[1:1] = hostile_links
    site.pages.setdefault(LIST, listed(links))
    site.pages |= case.extra
    return numbers


def heal(servers: Servers, numbers: list[int]) -> None:
    """Takes the fault out of the pages."""
    servers.site.pages.pop("/robots.txt", None)
    servers.site.pages |= {path(number): good(number) for number in numbers}
    servers.site.pages[LIST] = listed([(path(n), title(n)) for n in numbers])
