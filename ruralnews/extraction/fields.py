"""The candidates of each field, the most trusted first.

What is seen goes before what is declared, what is declared before what is inferred.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import fold, line_key, rule_of
from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.dates import complete_date, find_dates, url_date
from ruralnews.extraction.headline import HEADINGS
from ruralnews.extraction.infobar import read_bar
from ruralnews.extraction.labels import find_labels
from ruralnews.extraction.persons import HAN, is_name, is_organisation, is_person, split_people
from ruralnews.extraction.scripts import script_values, written_dates
from ruralnews.extraction.selectors import element_text, select
from ruralnews.extraction.tables import read_patterns, read_words
from ruralnews.extraction.titles import title_parts, title_segments
from ruralnews.extraction.values import CONTRIBUTED, PLACES
from ruralnews.extraction.walk import Line, Walk, lone_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ruralnews.extraction.headline_text import Headline
    from ruralnews.extraction.infobar import Bar, Value
    from ruralnews.extraction.metas import Metas
    from ruralnews.extraction.page import Page
    from ruralnews.extraction.zones import Zones
    from ruralnews.portals.model import Portal

# Agreement with the printed values on pages that carry the standard metas of government sites:
# ArticleTitle 20 of 20, PubDate (day) 20, ContentSource 19.
TITLE_METAS = ("articletitle", "enp:title", "jsonld:headline", "og:title", "twitter:title")
DATE_METAS = (
    "pubdate publishdate article:published_time og:release_date datepublished jsonld:datepublished"
    " og:published_time publish_time publishtime firstpublishedtime jsonld:pubdate og:time"
    " og:pubdate weibo:article:create_at enp:date time"
).split()
SOURCE_METAS = (
    "contentsource",
    "enp:sourcename",
    "enp:source",
    "source",
    "article:source",
    "og:source",
)
KEYWORD_METAS = ("keywords", "news_keywords", "jsonld:keywords")
SUMMARY_METAS = ("description", "og:description")
URL_METAS = ("canonical", "url", "og:url")
PAPER = re.compile(r"《(?P<name>[^《》]{2,16})》\s*[（(]\s*\d{4}\s*[年-]")
"""The paper in front of its date: 《某报》（2023年10月17日 第11版）."""
LONGEST_TEXT = 500
"""Characters of an element that a selector may name as a field; more is a selector gone wrong."""
SHORT_TITLE = 6
WRITER = re.compile(r"\S*(?:记者|通讯员)\s+[\u4e00-\u9fff]{2,4}(?=\s|$)")
"""Whoever stands behind a role is no source, whatever the name."""
BESIDE_WORDS = frozenset(read_words("beside"))
"""Tools and columns: what stands beside the date and names neither source nor author."""
UNDER = 3
PARTS = 20
"""Elements inside a line that are looked at."""
ACCOUNT_ID = "js_name"
"""The account that posted the text, on its own page, where a script writes the date."""
SOURCE_ATTRIBUTES = ("alt", "title", "data-source")
UNPRINTED = re.compile(r"(?:文章|信息|新闻|稿件)?来\s*源\s*[：:]\s*(?P<source>[^：:<>]{2,40})")
SOURCE_NOTE = re.compile(
    r"[（(]?(?:转自|转载自|本文来自|摘自|摘编自|选自|原载于?|原刊于?|据)\s*[：:]?\s*"
    r"(?P<source>《[^》]{2,20}》|[^，。；：:《》（）()]{2,20}?)"
    r"(?:杂志|微信公众号|[电讯]|报道|消息|[，,\s]?(?:19|20)\d\d年.{0,20}|[，,].{0,20})?\s*[。.]?[)）]?"
)
"""The note of a reprint as a paragraph of its own."""
SENT_BY = re.compile(rf"[（(]?(?P<source>[{HAN}]{{4,20}}?)供稿[)）]?")
"""某县委组织部供稿, as a paragraph of its own."""
NOTES = 3
UNKNOWN_LABEL = re.compile(r"[\u4e00-\u9fff]{2,8}[：:]")
NO_SOURCE = read_patterns("no_source.tsv")
SUBTITLE_NAME = re.compile(
    r"sub-?_?tit|futi|fubiao|ftit|yinti|kicker|vice|shoulder|\bpre\b|\bsub\b", re.IGNORECASE
)
CRUMBS = re.compile(r"位\s*置\s*[：:]|首页|^[^>＞»]{2,8}[>＞»]\s*\S")
CRUMB_MARK = re.compile(r"[>＞»]")
NOT_PUBLISHED = ("updated", "written")


PROFILE_ROLES = {"author": "作者", "editor": "编辑"}
"""The role of the people whom a selector without a label names."""


def profile_candidates(page: Page, portal: Portal | None, name: str) -> Iterator[Candidate]:
    """What the portal's selectors give for a field; a label inside the element counts."""
    selectors = getattr(portal.article, name, ()) if portal else ()
    for _, element in select(page.root, selectors):
        text = element_text(element)
        if len(text) > LONGEST_TEXT:
            continue
        bar = read_bar([Line(text, lone_block(element))]) if name != "title" else None
        if bar and name == "published":
            yield from _dates(bar, f"profile:{name}")
        elif bar and bar.first(name):
            yield from (labelled(value, f"profile:{name}") for value in bar.first(name))
        elif text and not (bar and bar.values):
            yield Candidate(f"profile:{name}", text, PROFILE_ROLES.get(name))


def title_candidates(headline: Headline | None, metas: Metas, zones: Zones) -> Iterator[Candidate]:
    """Label table, headline, declared titles, `<title>` without site and column."""
    for value in (*zones.above.first("title"), *zones.head.first("title")):
        yield Candidate(f"table:{value.label.name}", value.text)
    seen = Candidate(headline.rule, headline.text) if headline else None
    if seen and headline and headline.agreed:
        yield seen
    for name, text in metas.get("articletitle"):
        yield Candidate(meta_rule(name), text)
    if seen and headline and not headline.agreed:
        yield seen
    for name, text in metas.get(*TITLE_METAS[1:]):
        yield Candidate(meta_rule(name), _cut_title(text))
    if metas.title:
        yield Candidate("page:title", _cut_title(metas.title))


def meta_rule(name: str) -> str:
    """`meta:PubDate`; what JSON-LD says keeps its own kind, `jsonld:pubDate`."""
    return name if name.startswith(("jsonld:", "enp:")) else f"meta:{name}"


def _cut_title(title: str) -> str:
    """A declared title without the site in front, up to its first suffix that leaves enough."""
    site = title_segments(title)[0] if title else ""
    if is_organisation(site) and len(title) > len(site) + SHORT_TITLE:
        title = title[title.index(site) + len(site) :].lstrip("_＿-–—－|｜>＞» ")
    parts = title_parts(title)
    return next((part for part in parts if len(part) >= SHORT_TITLE), title)


def subtitle_candidates(walk: Walk, headline: Headline | None, zones: Zones) -> Iterator[Candidate]:
    """The line under the headline that is set as one (副题), then the one over it (引题)."""
    for bar in (zones.head, zones.above):
        for value in bar.first("subtitle"):
            yield Candidate(f"infobar:{value.label.name}", value.text)
    if headline is None:
        return
    if headline.rest.startswith("——"):
        yield Candidate("page:subtitle", headline.rest)
    for rule, at in (("subtitle", headline.last + 1), ("kicker", headline.first - 1)):
        line = walk.lines[at] if 0 <= at < len(walk.lines) else None
        if line is None or line.links or line.hidden or fold(line.text) in fold(headline.text):
            continue
        if find_labels(line.text) or find_dates(line.text) or len(line.text) < SHORT_TITLE:
            continue
        block = line.block
        named = SUBTITLE_NAME.search(f"{block.get('id')} {block.get('class')}")
        set_as_one = block.tag in HEADINGS or line.text.startswith(("——", "--", "──"))
        if is_organisation(line.text):
            continue
        above = block.parent is walk.lines[headline.first].block.parent
        if named or (set_as_one and (above or rule == "subtitle")):
            yield Candidate(f"page:{rule}", line.text)


def date_candidates(zones: Zones, metas: Metas, page: Page) -> Iterator[Candidate]:
    """Bar under the headline, over it, foot (labelled only), hidden blocks, metas, URL."""
    yield from _dates(zones.head, "infobar")
    yield from _dates(zones.above, "infobar")
    yield from _dates(zones.foot, "foot", labelled=True)
    if zones.hidden.first("source") or zones.hidden.first("editor"):
        yield from _dates(zones.hidden, "hidden")
    declared = [Candidate(meta_rule(name), text) for name, text in metas.get(*DATE_METAS)]
    day = url_date(page.url) if page.url else None
    if not (zones.head.dates or zones.above.dates):
        days = [date.value for candidate in declared for date in find_dates(candidate.raw)]
        completed = complete_date(zones.head.text, [*days, day] if day else days)
        if completed:
            yield Candidate("infobar:yearless", completed)
    yield from declared
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
    for kind, bar in (("infobar", zones.head), ("infobar", zones.above)):
        for value in bar.first("source"):
            if not is_contributor(value):
                yield Candidate(f"{kind}:{value.label.name}", value.text)
    if paper := PAPER.search(zones.head.text):
        yield Candidate("infobar:paper", f"《{paper['name'].strip()}》")
    empty = any(value.label.field == "source" for value in zones.head.values)
    phrases = [] if empty else [phrase for phrase in beside(zones) if _may_be_source(phrase)]
    near = [Candidate("nearby:date", phrase) for phrase in phrases]
    foot = [
        Candidate(f"foot:{value.label.name}", value.text)
        for value in zones.foot.first("source")
        if not is_contributor(value)
    ]
    # The portal's own name beside the date says less than a label at the foot.
    own = phrases and fold(metas.title).endswith(fold(phrases[0]))
    yield from (*foot, *near) if own else (*near, *foot)
    yield from _source_notes(zones)
    if not (empty or phrases or zones.head.first("source")):
        yield from _unprinted_sources(zones)
    for value in zones.hidden.first("source"):
        yield Candidate(f"hidden:{value.label.name}", value.text)
    for name, text in metas.get(*SOURCE_METAS):
        yield Candidate(meta_rule(name), text)
    for bar in (zones.head, zones.above):
        issuers = [value for value in bar.first("published") if is_organisation(value.text)]
        for value in (*bar.first("agency"), *issuers):
            yield Candidate(f"table:{value.label.name}", value.text)


def _source_notes(zones: Zones) -> Iterator[Candidate]:
    """Where the last lines say in a bracket that the text was taken from: （原载《某报》）."""
    for paragraph in zones.paragraphs[-NOTES:]:
        note = SOURCE_NOTE.fullmatch(paragraph.strip())
        note = note or SENT_BY.fullmatch(paragraph.strip())
        if note and (note["source"].startswith("《") or is_organisation(note["source"])):
            yield Candidate("foot:note", note["source"])


def _unprinted_sources(zones: Zones) -> Iterator[Candidate]:
    """Sources that the elements of the bar hold in an attribute or a comment: `alt="来源：甲"`."""
    blocks = dict.fromkeys(line.block for line in (*zones.bylines, *zones.linked))
    for node in (node for block in blocks for node in islice(block.node.traverse(), PARTS)):
        said = node.attributes
        texts = [node.comment_content, *(said.get(name) for name in SOURCE_ATTRIBUTES)]
        if said.get("id") == ACCOUNT_ID:
            yield Candidate("infobar:account", node.text(separator=" "))
        for text in texts:
            if match := UNPRINTED.fullmatch((text or "").strip()):
                yield Candidate("infobar:attribute", match["source"])


def is_contributor(value: Value) -> bool:
    """Whether 供稿： is followed by persons and not by an office."""
    if value.label.name not in CONTRIBUTED:
        return False
    people = split_people(value.text)
    letters, named = ("".join(filter(str.isalnum, text)) for text in (value.text, "".join(people)))
    return bool(people) and named == letters and all(map(is_name, people))


def _under_headline(zones: Zones) -> list[str]:
    """A medium and the names behind it, under a headline whose date stands above it."""
    if zones.head.dates or not zones.above.dates:
        return []
    for line in zones.bylines[:UNDER]:
        words = line.text.split()
        if len(words) <= UNDER and is_organisation(words[0]) and not find_labels(line.text):
            return words
    return []


def _may_be_source(phrase: str) -> bool:
    """Whether a phrase beside the date is no tool, no column, no place, no person, no counter."""
    if (
        UNKNOWN_LABEL.match(phrase)
        or phrase in BESIDE_WORDS
        or phrase in PLACES
        or rule_of(line_key(phrase), "any", "edge")
    ):
        return False
    people = split_people(phrase)
    named = people and all(map(is_person, people))
    return is_organisation(phrase) or not (named or NO_SOURCE.search(phrase))


def beside(zones: Zones) -> list[str]:
    """Phrases beside the date of the bar, one token each, those on the page's tools left out.

    None in the label table of a document: there every value has its label.
    """
    if any(value.label.field == "document" for value in zones.head.values):
        return []
    phrases = (WRITER.sub(" ", phrase) for phrase in zones.head.beside)
    tokens = [token for phrase in phrases for token in phrase.split(" ") if token]
    return tokens or _under_headline(zones)


def labelled(value: Value, kind: str) -> Candidate:
    """The candidate of a labelled value; its label is its role."""
    return Candidate(f"{kind}:{value.label.name}", value.text, value.label.name)


def column_candidates(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """The declared column, then the crumbs (当前位置：首页 > 新闻 > 正文) over the headline."""
    for name, text in metas.get("columnname"):
        yield Candidate(meta_rule(name), text)
    crumbs = ""
    for line in zones.crumbs:
        if crumbs and line.text.startswith(("»", "›", ">", "＞")):
            crumbs += line.text
        elif CRUMBS.search(line.text):
            crumbs = line.text
        elif CRUMB_MARK.search(crumbs) or not crumbs.endswith(("：", ":")):
            continue
        else:
            crumbs += line.text
    if re.search(r"[>＞»/]", crumbs):
        yield Candidate("page:crumbs", crumbs)


def script_candidates(
    scripts: Sequence[str], headline: Headline | None
) -> Iterator[tuple[str, Candidate]]:
    """Source and published as a script of the page says them beside the headline."""
    for name, value in script_values(scripts, headline.text) if headline else ():
        yield name, Candidate(f"script:{name}", value)
    for date in written_dates(scripts):
        yield "published", Candidate("script:published", date)


def declared_candidates(metas: Metas) -> Iterator[tuple[str, Candidate]]:
    """keywords, summary and canonical_url as the page declares them."""
    for field, names in (
        ("keywords", KEYWORD_METAS),
        ("summary", SUMMARY_METAS),
        ("canonical_url", URL_METAS),
    ):
        for name, text in metas.get(*names):
            yield field, Candidate(meta_rule(name), text)
