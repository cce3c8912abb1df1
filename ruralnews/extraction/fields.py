"""The candidates of each field, the most trusted first.

What is seen goes before what is declared, what is declared before what is inferred.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruralnews.extraction.bylines import bare_byline, lone_byline, read_bylines
from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.dates import url_date
from ruralnews.extraction.headline import title_parts
from ruralnews.extraction.infobar import read_bar
from ruralnews.extraction.persons import is_organisation, is_person, split_people
from ruralnews.extraction.selectors import element_text, select
from ruralnews.extraction.walk import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.extraction.headline import Headline
    from ruralnews.extraction.infobar import Bar, Value
    from ruralnews.extraction.metas import Metas
    from ruralnews.extraction.page import Page
    from ruralnews.extraction.zones import Zones
    from ruralnews.portals.model import Portal

# Agreement with the printed values on pages that carry the standard metas of government sites:
# ArticleTitle 20 of 20, PubDate (day) 20, ContentSource 19.
TITLE_METAS = ("articletitle", "jsonld:headline", "og:title", "twitter:title")
DATE_METAS = (
    "pubdate publishdate article:published_time og:release_date datepublished jsonld:datepublished"
    " og:published_time publish_time publishtime firstpublishedtime jsonld:pubdate og:time"
    " og:pubdate weibo:article:create_at"
).split()
SOURCE_METAS = ("contentsource", "source", "article:source", "og:source", "mediaid")
KEYWORD_METAS = ("keywords", "news_keywords", "jsonld:keywords")
SUMMARY_METAS = ("description", "og:description")
URL_METAS = ("canonical", "url", "og:url")
SHORT_TITLE = 6
NOT_PUBLISHED = ("updated", "written")
MEDIUM_NAME = re.compile(r"source|media|origin|laiyuan|ly\b|from", re.IGNORECASE)


def profile_candidates(page: Page, portal: Portal | None, name: str) -> Iterator[Candidate]:
    """What the portal's selectors give for a field; a label inside the element counts."""
    selectors = getattr(portal.article, name, ()) if portal else ()
    for _, element in select(page.root, selectors):
        text = element_text(element)
        bar = read_bar([Line(text, element)]) if name != "title" else None
        if bar and name == "published":
            yield from _dates(bar, f"profile:{name}")
        elif bar and bar.first(name):
            yield from (_labelled(value, f"profile:{name}") for value in bar.first(name))
        elif text and not (bar and bar.values):
            yield Candidate(f"profile:{name}", text, "作者" if name == "author" else "编辑")


def title_candidates(headline: Headline | None, metas: Metas, zones: Zones) -> Iterator[Candidate]:
    """Label table, headline, declared titles, `<title>` without site and column."""
    for value in (*zones.above.first("title"), *zones.head.first("title")):
        yield Candidate(f"label:{value.label.name}", value.text)
    seen = Candidate(headline.rule, headline.text) if headline else None
    if seen and headline and headline.agreed:
        yield seen
    for name, text in metas.get("articletitle"):
        yield Candidate(f"meta:{name}", text)
    if seen and headline and not headline.agreed:
        yield seen
    for name, text in metas.get(*TITLE_METAS[1:]):
        yield Candidate(f"meta:{name}", _cut_title(text))
    if metas.title:
        yield Candidate("meta:title", _cut_title(metas.title))


def _cut_title(title: str) -> str:
    """A declared title up to its first suffix that leaves enough of it."""
    parts = title_parts(title)
    return next((part for part in parts if len(part) >= SHORT_TITLE), title)


def date_candidates(zones: Zones, metas: Metas, page: Page) -> Iterator[Candidate]:
    """Bar under the headline, over it, foot (labelled only), hidden blocks, metas, URL."""
    yield from _dates(zones.head, "infobar")
    yield from _dates(zones.above, "above")
    yield from _dates(zones.foot, "foot", labelled=True)
    for name, text in metas.get(*DATE_METAS):
        yield Candidate(f"meta:{name}", text)
    day = url_date(page.url) if page.url else None
    if day:
        yield Candidate("url:date", f"{day:%Y-%m-%d}")


def _dates(bar: Bar, kind: str, *, labelled: bool = False) -> Iterator[Candidate]:
    """The dates of a bar, those labelled as publication first."""
    good = [entry for entry in bar.dates if entry[0] not in NOT_PUBLISHED]
    for label, _, text in sorted(good, key=lambda entry: entry[0] != "published"):
        if label == "published" or not labelled:
            yield Candidate(f"{kind}:{label or 'date'}", text)


def source_candidates(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """Label in the bar, phrase beside the date, label at the foot, metas, issuing office."""
    for kind, bar in (("infobar", zones.head), ("above", zones.above)):
        for value in bar.first("source"):
            yield Candidate(f"{kind}:{value.label.name}", value.text)
    for phrase in _beside(zones):
        people = split_people(phrase)
        if not people or not all(map(is_person, people)) or is_organisation(phrase):
            yield Candidate("infobar:beside-date", phrase)
    for value in zones.foot.first("source"):
        yield Candidate(f"foot:{value.label.name}", value.text)
    for name, text in metas.get(*SOURCE_METAS):
        yield Candidate(f"meta:{name}", text)
    for bar in (zones.head, zones.above):
        for value in bar.first("agency"):
            yield Candidate(f"label:{value.label.name}", value.text)


def _beside(zones: Zones) -> list[str]:
    """Phrases beside the date of the bar, one token each, those on the page's tools left out."""
    return [token for phrase in zones.head.beside for token in phrase.split(" ") if token]


def author_candidates(zones: Zones) -> Iterator[Candidate]:
    """Label in the bar, byline in the bar, names beside the date, then bylines of the text."""
    for kind, bar in (("infobar", zones.head), ("above", zones.above)):
        yield from (_labelled(value, kind) for value in bar.first("author"))
    for line in zones.bylines:
        yield from lone_byline(line)
        yield from bare_byline(line)
    names = [name for name in _beside(zones) if is_person(name)]
    if names:
        yield Candidate("infobar:beside-date", " ".join(names), "作者")
    yield from read_bylines(zones.paragraphs)
    yield from (_labelled(value, "foot") for value in zones.foot.first("author"))


def editor_candidates(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """Labels at the foot, then in the bar, then the meta."""
    for kind, bar in (("foot", zones.foot), ("infobar", zones.head), ("above", zones.above)):
        yield from (_labelled(value, kind) for value in bar.first("editor"))
    for name, text in metas.get("editor"):
        yield Candidate(f"meta:{name}", text, "编辑")


def credit_candidates(zones: Zones) -> Iterator[Candidate]:
    """Everyone else the page credits: 审核, 校对, 监制, 摄影."""
    for kind, bar in (("infobar", zones.head), ("foot", zones.foot)):
        yield from (_labelled(value, kind) for value in bar.first("credit"))


def _labelled(value: Value, kind: str) -> Candidate:
    return Candidate(f"{kind}:{value.label.name}", value.text, value.label.name)


def column_candidates(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """The declared column, then the crumbs (当前位置：首页 > 新闻 > 正文) over the headline."""
    for name, text in metas.get("columnname"):
        yield Candidate(f"meta:{name}", text)
    crumbs = ""
    for line in zones.crumbs:
        if re.match(r"[>＞»›]", line.text) and crumbs:
            crumbs += line.text
        elif re.search(r"位\s*置\s*[：:]|首页|^[^>＞»]{2,8}[>＞»]", line.text):
            crumbs = line.text
        elif re.search(r"[>＞»]", crumbs) or not crumbs.endswith(("：", ":")):
            continue
        else:
            crumbs += line.text
    if re.search(r"[>＞»/]", crumbs):
        yield Candidate("crumbs", crumbs)


def declared_candidates(metas: Metas) -> Iterator[tuple[str, Candidate]]:
    """keywords, summary and canonical_url as the page declares them."""
    for field, names in (
        ("keywords", KEYWORD_METAS),
        ("summary", SUMMARY_METAS),
        ("canonical_url", URL_METAS),
    ):
        for name, text in metas.get(*names):
            yield field, Candidate(f"meta:{name}", text)
