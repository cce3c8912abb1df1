"""Link farms: runs of bare place names that a hijacker planted, links to unrelated hosts.

Rule and threshold are built from the one hijacked page the project was created from; no corpus of
176 saved pages holds another farm. The four honest lists of counties among them link to gov.cn
hosts only and keep to one province, so hosts and provinces decide.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ruralnews.extraction.links import absolute, registered_domain, url_host
from ruralnews.extraction.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.extraction.page import Page
    from ruralnews.extraction.walk import Line, Walk

LINK_FARM = "link-farm"
"""The rule that drops links planted by a third party."""
PLACE = re.compile(r"[\u4e00-\u9fff]{2,12}(?:市|县|区|旗|州|盟|镇|乡)|[\u4e00-\u9fff]{2,4}")
"""A county or a city; some names of a farm lack the suffix."""
SUFFIX = re.compile(r"[\u4e00-\u9fff]+(?:市|县|区|旗|州|盟)")
SUFFIX_END = re.compile(r"(?:市|县|区|旗|州|盟)$")
SHORTEST = 2
"""Characters of a name."""
PLACE_END = re.compile(r"[市县区旗州盟](?=[\s|｜丨、]|$)")
LEAST = 5
"""Neighbouring place names; honest pages have 16 and more, the farm 40."""
NAMED_SHARE = 0.6
"""Share of the names that carry a suffix: menus of two-character words carry none."""
DOMAINS = 3
"""Unrelated registered domains."""
PROVINCES = 3
"""Provinces that the names lie in; a portal's list of its counties keeps to one."""
BETWEEN = re.compile(r"[\s|｜、,，·丨/-]*")


class Farm(NamedTuple):
    """One run of planted links."""

    start: int
    """First line."""
    end: int
    """Line after the last."""
    chars: int
    """White space not counted."""
    hosts: tuple[str, ...]


def find_farms(page: Page) -> list[Farm]:
    """The link farms of the page, in page order."""
    texts = "\n".join([line.text for line in page.walk.lines if line.links])
    if len(PLACE_END.findall(texts)) < LEAST * NAMED_SHARE:
        return []
    base = page.base
    own = registered_domain(url_host(page.url or ""))
    farms = []
    for start, end, names, targets in _place_runs(page.walk):
        hosts = {url_host(absolute(base, href) or "") for href in targets} - {""}
        domains = {registered_domain(host) for host in hosts} - {own}
        official = sum(host.endswith(".gov.cn") for host in hosts)
        if len(domains) < DOMAINS or official * 2 > len(hosts):
            continue
        if len(provinces_of(names)) >= PROVINCES:
            text = "".join(line.text for line in page.walk.lines[start:end])
            chars = len(re.sub(r"\s", "", text))
            farms.append(Farm(start, end, chars, tuple(sorted(hosts))))
    return farms


def farm_hosts(page: Page) -> tuple[str, ...]:
    """The hosts that the link farms of the page point to, each once, sorted."""
    return tuple(sorted({host for farm in find_farms(page) for host in farm.hosts}))


@cache
def places() -> dict[str, str]:
    """County, city or district without its suffix -> province; none that two provinces share."""
    return {
        name: province for province, names in read_table("places.tsv") for name in names.split()
    }


def provinces_of(names: list[str]) -> set[str]:
    """The provinces in which these places lie; places of unknown province left out."""
    stems = (SUFFIX_END.sub("", name) if len(name) > SHORTEST else name for name in names)
    return {places()[stem] for stem in stems if stem in places()}


def _place_runs(walk: Walk) -> Iterator[tuple[int, int, list[str], list[str]]]:
    """Runs of lines that hold nothing but linked place names, with these and their targets."""
    start, names, targets = 0, list[str](), list[str]()
    for index, line in enumerate([*walk.lines, None]):
        texts = _linked_places(line) if line and line.links else None
        if texts and line:
            if not names:
                start = index
            names += texts
            targets += [link.href for link in line.links]
            continue
        named = sum(SUFFIX.fullmatch(name) is not None for name in names)
        if len(names) >= LEAST and named >= NAMED_SHARE * len(names):
            yield start, index, names, targets
        names, targets = [], []


def _linked_places(line: Line) -> list[str] | None:
    """The link texts of a line that is nothing but linked place names; None for other lines."""
    names = [line.text[link.start : link.end].strip() for link in line.links]
    if not names or not all(PLACE.fullmatch(name) for name in names):
        return None
    rest = line.text
    for link in sorted(line.links, key=lambda link: -link.start):
        rest = rest[: link.start] + rest[link.end :]
    return names if BETWEEN.fullmatch(rest) else None
