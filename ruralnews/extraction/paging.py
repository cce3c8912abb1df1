"""Pages of an article (分页) and of a list: scripts, numbered links and 下一页.

The address of page k is never guessed from nothing: a paging script names the pattern, or a link
on the page has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from ruralnews.extraction.links import absolute, page_base

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ruralnews.extraction.page import Page

TRS_CALL = re.compile(
    r"createPageHTML\s*\(\s*(?:(['\"])[^'\"]*\1\s*,\s*)?(\d{1,5})\s*,\s*(\d{1,5})\s*,"
    r"\s*(['\"])([^'\"]{1,200})\4\s*,\s*(['\"])(\w{2,6})\6"
)
"""`createPageHTML(total, current, name, extension)`, pages counted from 0, and the form with a
container id in front, counted from 1."""
COUNT_VARIABLES = re.compile(
    r"\b(?:countPage|totalPage|pageCount)\s*=\s*(\d{1,5}).{0,400}?\bcurrentPage\s*=\s*(\d{1,5})",
    re.DOTALL,
)
"""The same script of TRS written out, counted from 0; its name is always `index`."""
FILE = re.compile(r"(?P<stem>.*?)(?:(?P<sep>[_-])(?P<number>\d{1,2}))?(?P<end>\.\w{3,5})?$")
"""A path: page 2 of `a.html` is `a_2.html` or `a-2.html`; ids are longer than two digits."""
QUERY_PAGE = re.compile(
    r"(?<=[?&])(?P<key>p|page|pn|pageno|pageindex|curpage)=(?P<number>\d{1,4})", re.IGNORECASE
)
NUMBER = re.compile(r"[\[【(（第<]?\s*(\d{1,3})\s*[\]】)）页>]?")
PAGE_WORDS = re.compile(
    r"(?:下|上|前|后|末|尾|首)一?页.{0,2}|第[一二三四五六七八九十]+页|余下全文|next|prev|[›»>]{1,2}",
    re.IGNORECASE,
)
NEXT_WORDS = re.compile(
    r"[\[【]?(?:下一?页|后一?页|下页|next(?: page)?|[›»>]|&gt;)[\]】›»>]*", re.IGNORECASE
)
PART_LIMIT = 60
"""Pages an article may have; the longest series met has 30."""


class Script(NamedTuple):
    """What a paging script says."""

    total: int
    current: int
    """Counted from `first`."""
    first: int
    name: str
    extension: str

    def file(self, number: int) -> str:
        """The file name of page `number`; the first page carries no number."""
        tail = "" if number == self.first else f"_{number}"
        return f"{self.name}{tail}.{self.extension}"


def script_texts(page: Page) -> Iterator[str]:
    """Inline scripts and comments: a call may have been commented out and still be right."""
    for node in page.root.iter("script", etree.Comment):
        if node.text:
            yield node.text


def paging_script(page: Page) -> Script | None:
    """The paging script of the page, if it has one."""
    for text in script_texts(page):
        if call := TRS_CALL.search(text):
            first = 1 if call[1] else 0
            return Script(int(call[2]), int(call[3]), first, call[5], call[7])
        if counts := COUNT_VARIABLES.search(text):
            end = FILE.match(urlsplit(page.url or "").path)
            extension = (end["end"] if end else None) or ".html"
            return Script(int(counts[1]), int(counts[2]), 0, "index", extension[1:])
    return None


def find_parts(page: Page) -> list[str]:
    """URLs of the article's other pages, in order; empty for an article on one page."""
    base = page_base(page)
    script = paging_script(page)
    if script and _is_own_name(page, script.name):
        if not 1 < script.total <= PART_LIMIT:
            return []
        numbers = range(script.first, script.first + script.total)
        return [urljoin(base, script.file(k)) for k in numbers if k != script.current]
    return _linked_parts(page, base)


def _is_own_name(page: Page, name: str) -> bool:
    """Whether a script pages the article, not the column it stands in."""
    stem = FILE.match(urlsplit(page.url or "").path.rpartition("/")[2])
    if stem and stem["stem"]:
        return name in (stem["stem"], stem[0].partition(".")[0])
    return re.fullmatch(r"t?\d{6,}_\d+|[a-z]+_\d{4,}|\d{6,}", name) is not None


class _Numbered(NamedTuple):
    """A URL split at its page number."""

    before: str
    number: int | None
    after: str


def _numbered(url: str) -> _Numbered:
    """The URL split at the page number in its query or at the end of its path."""
    if query := QUERY_PAGE.search(url):
        return _Numbered(url[: query.start("number")], int(query["number"]), url[query.end() :])
    path, mark, rest = url.partition("?")
    file = FILE.match(path)
    if file is None or file["number"] is None:
        end = (file and file["end"]) or ""
        return _Numbered(path.removesuffix(end), None, end + mark + rest)
    before = file["stem"] + file["sep"]
    return _Numbered(before, int(file["number"]), (file["end"] or "") + mark + rest)


def _page_links(page: Page) -> Iterator[tuple[str, str]]:
    """Text and target of each link that looks like one of a pager."""
    for line in page.walk.lines:
        for link in line.links:
            text = line.text[link.start : link.end].strip()
            if NUMBER.fullmatch(text) or PAGE_WORDS.fullmatch(text):
                yield text, link.href


def _linked_parts(page: Page, base: str) -> list[str]:
    """Parts named by pager links: addresses that differ from the page's only in a number."""
    own = _numbered(page.url or "")
    found: dict[int, str] = {}
    form: _Numbered | None = None
    for _, href in _page_links(page):
        url = absolute(base, href)
        if url is None:
            continue
        part = _numbered(url)
        if part.number is None or not _same_article(page.url, own, part):
            continue
        form = part
        found[part.number] = url
    if form is None or not 1 <= len(found) <= PART_LIMIT:
        return []
    start = min(found) if own.number is None else min(*found, own.number)
    end = max(found) if own.number is None else max(*found, own.number)
    if end - start >= PART_LIMIT:
        return []
    numbers = [k for k in range(start, end + 1) if k != own.number]
    parts = [found.get(k, f"{form.before}{k}{form.after}") for k in numbers]
    return _first_page(page, base, own, form, parts)


def _same_article(url: str | None, own: _Numbered, part: _Numbered) -> bool:
    """Whether `part` is a page of the article at `own`."""
    if not url:
        return part.number is not None and bool(re.search(r"\d{4,}[_-]$", part.before))
    if part.after != own.after and part.before.rstrip("_-?&page=") != url:
        return False
    stems = {own.before, own.before + "_", own.before + "-"}
    return part.before in stems or part.before.partition("?")[0] == url.partition("?")[0]


def _first_page(
    page: Page, base: str, own: _Numbered, form: _Numbered, parts: list[str]
) -> list[str]:
    """The parts with the unnumbered first page in front, when this is a later one."""
    if own.number is None or not page.url:
        return parts
    plain = form.before.rstrip("_-") + form.after
    links = {absolute(base, href) for _, href in _page_links(page)}
    return [plain, *parts] if plain in links and plain != page.url else parts


def next_page(page: Page, selectors: Sequence[str] = ()) -> str | None:
    """The URL of the list page after this one; None on the last page.

    `selectors` are a profile's and go before script and 下一页 link.
    """
    base = page_base(page)
    for selector in selectors:
        for element in page.root.cssselect(selector):
            if url := absolute(base, element.get("href")):
                return url
    if script := paging_script(page):
        following = script.current + 1
        if following < script.first + script.total:
            return urljoin(base, script.file(following))
        return None
    return _next_link(page, base)


def _next_link(page: Page, base: str) -> str | None:
    relation = page.root.find(".//*[@rel='next'][@href]")
    if relation is not None and (url := absolute(base, relation.get("href"))):
        return url
    own = _numbered(page.url or "").number or 1
    for text, href in _page_links(page):
        if not NEXT_WORDS.fullmatch(text):
            continue
        url = absolute(base, href)
        if url and url != page.url:
            return url
    for text, href in _page_links(page):
        number = NUMBER.fullmatch(text)
        url = absolute(base, href)
        if number and url and int(number[1]) == own + 1 and url != page.url:
            return url
    return None
