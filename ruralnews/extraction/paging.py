"""Pages of an article (分页) and of a list: scripts, numbered links and 下一页.

The address of page k is never guessed from nothing: a paging script names the pattern, or a link
on the page has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from ruralnews.extraction.links import absolute
from ruralnews.extraction.nodes import attribute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ruralnews.extraction.page import Page
    from ruralnews.portals.model import Portal

TRS_CALL = re.compile(
    r"createPageHTML\s*\(\s*(?:(['\"])[^'\"]*\1\s*,\s*)?(\d{1,5})\s*,\s*(\d{1,5})\s*,"
    r"\s*(['\"])([^'\"]{1,200})\4\s*,\s*(['\"])(\w{2,6})\6"
)
"""`createPageHTML(total, current, name, extension)`, pages counted from 0, and the form with a
container id in front, counted from 1."""
COUNT = re.compile(r"(?:countPage|totalPage|pageCount)(?<!\w.{9})\s*=\s*(\d{1,5})")
CURRENT = re.compile(r"\bcurrentPage\s*=\s*(\d{1,5})")
"""The variables of the same script of TRS written out: counted from 0, its name is `index`."""
FILE = re.compile(r"(?P<stem>.*?)(?:[_-](?P<number>\d{1,2}))?(?P<end>\.\w{3,5})?$")
"""A path: page 2 of `a.html` is `a_2.html` or `a-2.html`; ids are longer than two digits."""
QUERY_PAGE = re.compile(
    r"(?P<mark>[?&])(?:p|page|pn|pageno|pageindex|curpage)=(?P<number>\d{1,4})(?:&|$)",
    re.IGNORECASE,
)
NEXT_WORDS = re.compile(
    r"[\[【]?(?:下一?页|后一?页|下页|next(?: page)?|[›»>]|&gt;)[\]】›»>]*", re.IGNORECASE
)
PAGER_STARTS = frozenset("0123456789０１２３４５６７８９[【(（第<下上前后末尾首余nNpP›»>")
PAGER = re.compile(
    r"(?:[\[【(（第<]?\s*\d{1,3}\s*[\]】)）页>]?"
    r"|第\s*\d{1,2}\s*页\s*[:：].{1,24}|[\[【(（<]?(?:下|上|前|后|末|尾|首)一?页.{0,2}|第[一二三四五六七八九十]+页|余下全文|next|prev|[›»>]{1,2})",
    re.IGNORECASE,
)
"""A page's number or the words of a pager; the first character rules out nearly every link."""
LONG_ID = re.compile(r"\d{3,}(?:\.\w+)?$")
PAGE_WORD_LENGTH = 30
"""Characters of a pager's link, which may name the part: 第2页：困境."""
FIRST = re.compile(r"\D{0,2}1\D{0,2}|第\s*1\s*页.*")
"""The link to the first page, which is this one if its address has no number."""
PART_LIMIT = 60
"""Pages an article may have; the longest series met has 30."""


LIST_FILE = re.compile(r"/(?:index|list|default|node)[_-]?\d+(?:[_-]\d+)?(?:\.\w+)?$")


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


def paging_script(page: Page, extension: str = "html") -> Script | None:
    """The paging script of the page, if it has one.

    `extension` is that of its pages where neither script nor URL has one.
    """
    # A call may have been commented out and still be right.
    for text in (*page.metas.scripts, *page.metas.comments):
        if "createPageHTML" in text and (call := TRS_CALL.search(text)):
            first = 1 if call[1] else 0
            return Script(int(call[2]), int(call[3]), first, call[5], call[7])
        if (
            "currentPage" in text
            and (count := COUNT.search(text))
            and (current := CURRENT.search(text))
        ):
            end = FILE.match(urlsplit(page.url or "").path)
            own = end["end"][1:] if end and end["end"] else extension
            return Script(int(count[1]), int(current[1]), 0, "index", own)
    return None


def find_parts(page: Page) -> list[str]:
    """URLs of the article's other pages, in order; empty for an article on one page."""
    base = page.base
    script = paging_script(page)
    if script and _is_own_name(page, script.name):
        if not 1 < script.total <= PART_LIMIT:
            return []
        numbers = range(script.first, script.first + script.total)
        return [urljoin(base, script.file(k)) for k in numbers if k != script.current]
    return _linked_parts(page, base)


def first_part(page: Page) -> str | None:
    """The URL of the article's first page, which is the page's own for most articles."""
    parts = [*find_parts(page), *([page.url] if page.url else [])]
    # The first page carries no number, and 10 comes after 9.
    return min(parts, key=lambda url: (len(url), url)) if page.url else None


def _is_own_name(page: Page, name: str) -> bool:
    """Whether a script pages the article, not the column it stands in."""
    stem = FILE.match(urlsplit(page.url or "").path.rpartition("/")[2])
    if stem and stem["stem"]:
        return name in (stem["stem"], stem[0].partition(".")[0])
    return re.fullmatch(r"t?\d{6,}_\d+|[a-z]+_\d{4,}|\d{6,}", name) is not None


class _Address(NamedTuple):
    """A URL split at its page number."""

    article: str
    """The URL without it: what the pages of one article have in common."""
    number: int
    """0 when it carries none."""
    before: str
    after: str
    width: int = 1
    """Digits of the number, which may be padded: `_01`."""

    def part(self, number: int) -> str:
        """The URL of another page of the article."""
        return f"{self.before}{number:0{self.width}}{self.after}"


def _address(url: str) -> _Address:
    """The URL split at the page number in its query or at the end of its path."""
    if ("?" in url or "&" in url) and (query := QUERY_PAGE.search(url)):
        start, end = query.span("number")
        rest = url[query.end() :]
        article = url[: query.start()] + (query["mark"] + rest if rest else "")
        return _Address(article, int(query["number"]), url[:start], url[end:])
    path, mark, rest = url.partition("?")
    file = FILE.match(path)
    if file is None or not file["number"]:
        return _Address(url, 0, "", "")
    after = (file["end"] or "") + mark + rest
    width = len(file["number"]) if file["number"].startswith("0") else 1
    before = path[: file.start("number")]
    return _Address(file["stem"] + after, int(file["number"]), before, after, width)


def _page_links(page: Page, base: str) -> list[tuple[str, str]]:
    """Text and URL of each link that looks like one of a pager."""
    found = []
    for line in page.walk.lines:
        for href, start, end, _ in line.links:
            if end - start <= PAGE_WORD_LENGTH:
                text = line.text[start:end].strip()
                if text[:1] in PAGER_STARTS and PAGER.fullmatch(text):
                    found.append((text, absolute(base, href)))
    return [(text, url) for text, url in found if url]


def _linked_parts(page: Page, base: str) -> list[str]:
    """Parts named by pager links: addresses that differ from the page's only in a number."""
    found = _page_links(page, base)
    urls = [url for _, url in found]
    own = _address(page.url or "")
    others = [url for text, url in found if own.number or not FIRST.fullmatch(text)]
    links = [_address(url) for url in others]
    # `a_12.html` may be page 12 of a.html or an article with pages a_12_2.html, a_12_3.html.
    for article in (page.url, own.article) if page.url else _likely_articles(links):
        numbered = {link.number: link for link in links if link.number and link.article == article}
        if not numbered:
            continue
        number = own.number if article == own.article else 0
        link = next(iter(numbered.values()))
        known = {*numbered, number} - {0}
        parts = [link.part(k) for k in range(min(known), max(known) + 1) if k != number]
        # The first page of content_25_2.html is content_25.html, not the 25th of content.html.
        if number and article in urls:
            parts.insert(0, article)
        return parts if len(parts) < PART_LIMIT else []
    return _folder_parts(page.url, urls) if page.url else []


def _folder_parts(url: str, urls: list[str]) -> list[str]:
    """Parts below the address of the first page: `post.html/2`, `post/2/`, `post/2.html`."""
    stem = url.rstrip("/")
    form = re.compile(re.escape(stem) + r"/(?P<number>\d{1,2})(?P<end>/|\.\w{3,5})?")
    ends = {
        int(match["number"]): match["end"] or "" for match in map(form.fullmatch, urls) if match
    }
    last = max(ends, default=1)
    return [f"{stem}/{k}{ends[last]}" for k in range(2, last + 1)] if last < PART_LIMIT else []


def _likely_articles(links: list[_Address]) -> list[str]:
    """For a page whose URL is not known: articles with an id that pager links point to."""
    articles = [link.article for link in links if link.number]
    return [article for article in articles if LONG_ID.search(article)]


def next_page(page: Page, selectors: Sequence[str] = (), extension: str = "html") -> str | None:
    """The URL of the list page after this one; None on the last page.

    `selectors` are a profile's and go before script and 下一页 link; `extension` as in
    `paging_script`.
    """
    base = page.base
    for selector in selectors:
        for element in page.root.css(selector):
            if url := absolute(base, attribute(element, "href")):
                return url
    if script := paging_script(page, extension):
        following = script.current + 1
        if following < script.first + script.total:
            return urljoin(base, script.file(following))
        return None
    return _next_link(page, base)


def _next_link(page: Page, base: str) -> str | None:
    """The target of 下一页, or of the number after this page's."""
    relation = page.root.css_first("[rel=next][href]")
    if relation is not None and (url := absolute(base, attribute(relation, "href"))):
        return url
    links = [
        (text, url)
        for text, url in _page_links(page, base)
        if url != page.url and not url.endswith((".js", ".json", ".css"))
    ]
    following = str((_address(page.url or "").number or 1) + 1)
    wanted = (
        next((url for text, url in links if NEXT_WORDS.fullmatch(text)), None),
        next((url for text, url in links if text.strip("[]【】()（） ") == following), None),
    )
    return wanted[0] or wanted[1] or _pictured_next(page, base)


def _pictured_next(page: Page, base: str) -> str | None:
    """The target of a link that says 下一页 by its title, its picture or its class."""
    own = {page.url, _address(page.url or "").article}
    for element in page.root.css("a"):
        pictures = [attribute(image, "alt") for image in element.css("img")]
        words = [attribute(element, "title"), *pictures]
        said = any(NEXT_WORDS.fullmatch(word.strip()) for word in words)
        if not said and "next" not in attribute(element, "class").lower().split():
            continue
        url = absolute(base, attribute(element, "href"))
        # A slide show has arrows, too, and they lead to articles.
        if url and url != page.url and (_address(url).article in own or LIST_FILE.search(url)):
            return url
    return None


def numbered_next(url: str, portal: Portal) -> str | None:
    """The URL of the list page after `url`, by the profile's name for list pages.

    None when it has none. The last page is not known: the list ends where no page is.
    """
    rules = portal.listing
    if not rules.pages:
        return None
    is_first = url.partition("://")[2] in {c.url.partition("://")[2] for c in portal.columns}
    if rules.pages.startswith("?"):
        return _next_query(url, rules.pages[1:].partition("=")[0], rules.pages_from)
    parts = urlsplit(url)
    folder, _, file = parts.path.rpartition("/")
    form = re.escape(rules.pages).replace(r"\{n\}", r"(?P<n>\d{1,4})")
    form = form.replace(r"\{name\}", "(?P<name>.+?)")
    match = None if is_first else re.fullmatch(form, file)
    number = int(match["n"]) + 1 if match else rules.pages_from
    name = match.groupdict().get("name") if match else file.partition(".")[0]
    file = rules.pages.replace("{n}", str(number)).replace("{name}", name or "index")
    return urlunsplit(parts._replace(path=f"{folder}/{file}"))


def _next_query(url: str, name: str, second: int) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    number = query.get(name, "")
    query[name] = str(int(number) + 1 if number.isdecimal() else second)
    return urlunsplit(parts._replace(query=urlencode(query)))
