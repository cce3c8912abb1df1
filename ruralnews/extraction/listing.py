"""The article links of a column page and the page after it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ruralnews.extraction.links import absolute
from ruralnews.extraction.media import is_document
from ruralnews.extraction.nodes import ancestors, attribute, elements_in
from ruralnews.extraction.paging import next_page, paging_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from ruralnews.extraction.page import Page
    from ruralnews.extraction.walk import Block, Walk
    from ruralnews.portals.model import ListingRules, Portal

DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12]\d|0?[1-9])(?!\d)"
)
DAY_ABOVE_MONTH = re.compile(
    r"(?<!\d)(?P<d>3[01]|[12]\d|0?[1-9])\s+(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>1[0-2]|0?[1-9])(?!\d)"
)
"""A date box: the day large, year and month below it."""
DATE_ALONE = re.compile(
    r"[\[(（【]?(?:(?:19|20)\d\d\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}日?[\s\])）】\d:]*"
)
ARTICLE_PATH = re.compile(
    r"t\d{8}_\d+|/(?:19|20)\d\d[-/]?(?:1[0-2]|0?[1-9])(?:[-/]?\d\d)?/|[0-9a-f]{32}|/art_|ARTI\d{10}"
    r"|/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.|$)"
    r"|/(?=[A-Z]*\d)[0-9A-Z]{12,}(?:\.|$)"
    r"|/(?:content|post|info|article|detail|news|show|view|p|a|n\d?)[_/-](?:.*[_/-])?\w*\d{3,}"
    r"|/c\d*[-_]\d{4,}|\d{5,}\.s?html?$|[?&](?:id|aid|newsid|articleid|docid|infoid)=\w+",
    re.IGNORECASE,
)
"""What the address of an article has in the CMS families met: a date, or an id."""
CODE = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[A-Z]*\d)[0-9A-Z]{8,}"
)
"""Hexadecimal and base-36 ids in file names."""
COLUMN_PATH = re.compile(
    r"/(?:index|list|node|col|channel|default|more|main)[\w-]*(?:\.\w+)?$|/$|/col/|/channel/",
    re.IGNORECASE,
)
"""What the address of a list has."""
HAN = re.compile(r"[\u4e00-\u9fff]")
HAN_TITLE = 8
"""Characters a headline has at least; menu entries have two to six."""
FAMILY_LEAST = 3
"""Headlines a list has."""
STEPS = 8
"""Blocks around a link that tell lists apart."""
ITEM_LINES = 3
"""Lines of an item; classes of smaller blocks (first, odd, hot) do not tell lists apart."""
SKIPPED_ENDS = re.compile(r"\.(?:jpe?g|png|gif|mp4|mp3|apk|exe|css|js)(?:$|\?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListLink:
    """One article a list names."""

    url: str
    """Absolute URL."""
    title: str
    date: str | None
    """Date beside the link, YYYY-MM-DD."""


class IdWalk(NamedTuple):
    """Addresses of articles that differ in a number."""

    before: str
    highest: int
    after: str

    def down(self, count: int) -> list[str]:
        """The `count` addresses below the highest, the highest first."""
        numbers = range(self.highest - 1, max(self.highest - count, 1) - 1, -1)
        return [f"{self.before}{number}{self.after}" for number in numbers]


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list page says."""

    links: list[ListLink] = field(default_factory=list)
    next_page: str | None = None
    """Absolute URL of the list page after this one."""
    lists: list[str] = field(default_factory=list)
    """Absolute URLs of further lists that this one leads to: the pages of an issue, sitemaps."""
    past: bool = False
    """Whether only the first of them change: past issues stay as they are."""
    paged: bool = False
    """Whether a script of the page says how many pages there are."""
    walk: IdWalk | None = None
    """Articles that the page does not name, where ids are all there is to go by."""


class _Anchor(NamedTuple):
    """One `<a>` of the page."""

    url: str
    title: str
    line: int
    """Where it begins."""
    node: LexborNode
    way: list[Block]
    """The blocks around it but for the body, the innermost first."""


def read_listing(page: Page, portal: Portal | None = None) -> Listing:
    """The article links of a list page, in page order, each once, and its next page.

    With a profile its patterns decide; without one the largest group of links of one form that
    look like headlines of articles.
    """
    rules = portal.listing if portal else None
    anchors = list(_anchors(page))
    if rules and rules.links:
        regions = {node for css in rules.links for node in page.root.css(css)}
        anchors = [a for a in anchors if _inside(a.node, regions)]
    chosen = _matching(anchors, rules) if rules and rules.article else _family(page, anchors)
    if rules and rules.tentative and len(chosen) < FAMILY_LEAST:
        chosen = _family(page, anchors)
    dates = _dates(page.walk, chosen)
    links = [ListLink(a.url, a.title, dates.get(a.url)) for a in _best_titles(chosen)]
    named = rules.pages.rpartition(".")[2] if rules and "." in rules.pages else "html"
    following = next_page(page, rules.next if rules else (), named)
    return Listing(links, following, paged=paging_script(page) is not None)


def _inside(node: LexborNode, regions: set[LexborNode]) -> bool:
    return node in regions or any(above in regions for above in ancestors(node))


def _matching(anchors: Iterable[_Anchor], rules: ListingRules) -> list[_Anchor]:
    return [a for a in anchors if any(pattern.search(a.url) for pattern in rules.article)]


def _anchors(page: Page) -> Iterator[_Anchor]:
    """Every link with an address and a text, pieces of one `<a>` put together."""
    base = page.base
    pieces: dict[LexborNode, list[tuple[int, str]]] = {}
    hrefs: dict[LexborNode, str] = {}
    blocks = {block.node.mem_id: block for block in page.walk.blocks}
    for number, line in enumerate(page.walk.lines):
        for link in line.links:
            text = line.text[link.start : link.end].strip()
            pieces.setdefault(link.node, []).append((number, text))
            hrefs[link.node] = link.href
    for node, parts in pieces.items():
        url = absolute(base, hrefs[node])
        if url and not SKIPPED_ENDS.search(url) and not is_document(url):
            title = _title(node, [text for _, text in parts])
            way = [blocks[a.mem_id] for a in ancestors(node) if a.mem_id in blocks]
            yield _Anchor(url, title, parts[0][0], node, way[:-1])


def _title(node: LexborNode, texts: list[str]) -> str:
    """The headline of a link: its text, or its @title where the text is cut short."""
    words = [text for text in texts if not DATE_ALONE.fullmatch(text)]
    text = next((w for w in words if len(w) >= HAN_TITLE), "".join(words[:1]))
    for child in elements_in(node):
        # A date of its own element, not the end of a headline (`…（2024年3月4日）`).
        date = child.text(deep=False).strip()
        if date and DATE_ALONE.fullmatch(date):
            text = text.removesuffix(date).removeprefix(date)
    full = " ".join(attribute(node, "title").split())
    shown = re.sub(r"(?:\.{2,}|…+)$", "", text.strip()).lstrip("·•-●■ ")
    if len(full) > len(shown) and full.replace(" ", "").startswith(shown.replace(" ", "")):
        return full
    return shown


def _form(url: str) -> str:
    """The shape of a URL: folder names and numbers left out."""
    parts = urlsplit(url)
    *folders, name = parts.path.split("/")
    shapes = ["9" if any(map(str.isdigit, folder)) else "a" for folder in folders]
    shape = re.sub(r"\d+", "9", CODE.sub("9", name))
    if "9" not in shape:
        shape += "?" + ",".join(re.findall(r"([\w-]+)=", parts.query))
    # Folders of one kind count once: columns lie at different depths.
    return f"{parts.hostname}/{re.sub(r'a+', 'a', ''.join(shapes))}/{shape}"


def _structure(way: list[Block]) -> str:
    """The way from the page to the link by tags and classes: siblings of a list share it."""
    steps: list[str] = []
    for block in way[:STEPS]:
        start, end = block.span
        name = block.get("id") or (block.get("class") if end - start > ITEM_LINES else "")
        steps.append(f"{block.tag}.{name}")
    return "/".join(steps)


def _is_headline(anchor: _Anchor) -> bool:
    title = anchor.title
    return len(title) >= HAN_TITLE and not title.endswith("。") and HAN.search(title) is not None


def is_article_url(url: str) -> bool:
    """Whether an address has the form of an article's and not that of a list's."""
    path = url.partition("://")[2].partition("/")[2]
    return bool(ARTICLE_PATH.search("/" + path)) and not COLUMN_PATH.search(url.partition("?")[0])


def _family(page: Page, anchors: list[_Anchor]) -> list[_Anchor]:
    """The links of the list: the largest family of siblings of one form."""
    families: dict[tuple[str, str], list[_Anchor]] = defaultdict(list)
    for anchor in anchors:
        if is_article_url(anchor.url):
            families[_structure(anchor.way), _form(anchor.url)].append(anchor)
    scored = []
    for key, members in families.items():
        headlines = {a.url: len(a.title) for a in members if _is_headline(a)}
        dates = len(_dates(page.walk, members))
        if len(headlines) >= min(FAMILY_LEAST, len(anchors)):
            scored.append((sum(headlines.values()) * (1 + dates / len(headlines)), key))
    if not scored:
        return []
    place, _ = max(scored)[1]
    # Links of another form in the same list: articles of a sister site.
    chosen = [a for (where, _), members in families.items() if where == place for a in members]
    return sorted(chosen, key=lambda anchor: anchor.line)


def _best_titles(anchors: Iterable[_Anchor]) -> Iterator[_Anchor]:
    """One link per address: picture, headline and summary often lead to the same article."""
    groups: dict[str, list[_Anchor]] = {}
    for anchor in anchors:
        groups.setdefault(anchor.url, []).append(anchor)
    for members in groups.values():
        named = [a for a in members if a.title]
        if named:
            yield next((a for a in named if len(a.title) >= HAN_TITLE), named[0])


def _dates(walk: Walk, anchors: list[_Anchor]) -> dict[str, str]:
    """Dates by URL: the date in the item of the list that holds this link and no other."""
    owners: dict[Block, set[str]] = defaultdict(set)
    ways: dict[str, list[Block]] = {}
    for anchor in anchors:
        way = anchor.way[:6]
        ways.setdefault(anchor.url, way)
        for block in way:
            owners[block].add(anchor.url)
    dates = {}
    for url, way in ways.items():
        item = None
        for block in way:
            if len(owners[block]) > 1:
                break
            item = block
        if item is not None:
            start, end = item.span
            if date := find_date(" ".join(line.text for line in walk.lines[start:end][:12])):
                dates[url] = date
    for anchor in anchors:
        # A link around the whole item; a date in its headline is none of the list.
        text = " ".join(anchor.node.text(separator=" ").split()).replace(anchor.title, "")
        if anchor.url not in dates and (date := find_date(text)):
            dates[anchor.url] = date
    return dates


def find_date(text: str) -> str | None:
    """The first full date in the text as YYYY-MM-DD."""
    if match := DATE.search(text):
        year, month, day = match.groups()
    elif box := DAY_ABOVE_MONTH.search(text):
        year, month, day = box["y"], box["m"], box["d"]
    else:
        return None
    return f"{year}-{int(month):02}-{int(day):02}"
