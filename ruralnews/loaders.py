"""Raw candidates in, one article out: for each field the first candidate its processor accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from urllib.parse import urlsplit

from itemloaders import ItemLoader
from itemloaders.processors import Identity, MapCompose, TakeFirst

from ruralnews.errors import ExtractionError
from ruralnews.extraction.dates import find_dates
from ruralnews.extraction.links import absolute, url_host
from ruralnews.items import Article, Credit, Repair
from ruralnews.processors.dates import Published, read_date
from ruralnews.processors.names import split_authors, split_editors
from ruralnews.processors.sources import clean_source, split_source
from ruralnews.processors.texts import clean_column, clean_summary, split_keywords
from ruralnews.processors.titles import clean_title
from ruralnews.reasons import Reason, Warn
from ruralnews.restoration import count_steps
from ruralnews.state.keys import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ruralnews.extraction.candidates import Candidate, RawArticle
    from ruralnews.portals.model import Portal
    from ruralnews.restoration import Step

LOADED = ("title", "subtitle", "source", "column", "keywords", "summary")
"""Fields that one candidate decides."""
Traces: TypeAlias = "dict[str, Candidate]"
"""Field -> the candidate it was read from."""
WITNESSES = ("meta:articletitle", "meta:og:title", "list:")
"""Rules whose title is the article's, not the page's, by the start of their lower-cased names."""


class Source(Protocol):
    """What the loader needs to know of the first page."""

    @property
    def url(self) -> str | None: ...
    @property
    def fetched_at(self) -> datetime: ...
    @property
    def restored(self) -> Sequence[Step]: ...


class ArticleLoader(ItemLoader):
    """Fills an `Article`; one processor per field."""

    default_item_class = Article

    # Every field names both processors: the library takes long to find that there is none.
    title_in = subtitle_in = MapCompose(clean_title)
    source_in = MapCompose(clean_source)
    column_in = MapCompose(clean_column)
    summary_in = MapCompose(clean_summary)
    keywords_in = MapCompose(split_keywords)
    published_in = published_precision_in = Identity()
    author_in = editor_in = credits_in = Identity()
    title_out = subtitle_out = source_out = column_out = summary_out = TakeFirst()
    published_out = published_precision_out = TakeFirst()
    keywords_out = author_out = editor_out = credits_out = Identity()


def load_article(raw: RawArticle, page: Source, portal: Portal | None = None) -> Article:
    """The article of `page`: each field from its first candidate that says something.

    `provenance` names the rule and `raw` the text of every field that was read from a candidate.

    Raises:
        ExtractionError: `date-impossible` when every date of the page lies in the future or
            before the web.
    """
    loader = ArticleLoader()
    traces: Traces = {}
    _load_people(loader, raw, traces)
    _load_texts(loader, raw, traces)
    dates = _load_date(loader, raw, page.fetched_at, traces)
    article: Article = loader.load_item()
    article.url = page.url
    article.portal = portal.slug if portal else None
    article.canonical_url = _canonical(page.url, raw.candidates.get("canonical_url", []))
    article.images, article.attachments = raw.images, raw.attachments
    article.removed = list(raw.removed)
    article.restored = [Repair(step, count) for step, count in count_steps(page.restored)]
    article.fetched_at = page.fetched_at.isoformat()
    article.provenance = {name: candidate.rule for name, candidate in traces.items()}
    article.raw = {name: candidate.raw for name, candidate in traces.items()}
    if article.source and (carried := split_source(article.source)):
        article.raw["source.carrier"], article.raw["source.origin"] = carried
    if raw.farm_hosts:
        article.raw["removed"] = " ".join(raw.farm_hosts)
    if raw.body:
        article.body = "\n".join(raw.body.lines)
        article.provenance["body"] = raw.body.rule
    article.warnings = _warnings(article, raw, dates)
    if not all(step.certain for step in page.restored):
        article.warnings.append(Warn.RESTORED_UNCERTAIN.value)
    return article


def _load_texts(loader: ArticleLoader, raw: RawArticle, traces: Traces) -> None:
    """The fields that the first acceptable candidate decides."""
    people = {*loader.get_collected_values("author")}
    for name in LOADED:
        candidates = raw.candidates.get(name, [])
        if name == "source":
            # A name beside the date is the author's as often as the medium's.
            candidates = [candidate for candidate in candidates if candidate.raw not in people]
        if chosen := _load(loader, name, candidates):
            traces[name] = chosen


def _load_date(
    loader: ArticleLoader, raw: RawArticle, fetched_at: datetime, traces: Traces
) -> list[tuple[Candidate, Published]]:
    """The possible dates, after the best of them was loaded."""
    candidates = raw.candidates.get("published", [])
    dates = list(_readable(candidates, fetched_at))
    if dates:
        traces["published"], published = _finest(dates)
        loader.add_value("published", published.iso)
        loader.add_value("published_precision", published.precision)
    for candidate in () if dates else candidates:
        if find_dates(candidate.raw):
            raise ExtractionError(
                Reason.DATE_IMPOSSIBLE, f"{candidate.rule} says {candidate.raw!r}"
            )
    return dates


def _load(loader: ArticleLoader, name: str, candidates: list[Candidate]) -> Candidate | None:
    """The first candidate that gave the field a value; the loader holds it then."""
    for candidate in candidates:
        loader.replace_value(name, candidate.raw)
        if any(loader.get_collected_values(name)):
            return candidate
    return None


def _readable(
    candidates: list[Candidate], fetched_at: datetime
) -> Iterator[tuple[Candidate, Published]]:
    for candidate in candidates:
        published = read_date(candidate.raw, fetched_at)
        if published:
            yield candidate, published


def _finest(dates: list[tuple[Candidate, Published]]) -> tuple[Candidate, Published]:
    """The first date, or a later witness of the same day that knows the time."""
    chosen = dates[0]
    if chosen[1].precision != "day":
        return chosen
    day = chosen[1].moment.date()
    finer = (d for d in dates if d[1].moment.date() == day and d[1].precision != "day")
    return next(finer, chosen)


def _load_people(loader: ArticleLoader, raw: RawArticle, traces: Traces) -> None:
    """Authors from the first kind of rule that names any, editors from every visible label."""
    credited: dict[tuple[str, str], None] = {}
    for name, split in (("author", split_authors), ("editor", split_editors)):
        group = ""
        people: dict[str, str] = {}
        for candidate in raw.candidates.get(name, []):
            found = split(candidate.raw, candidate.role or "")
            if not found or (group and _group(candidate) != group):
                continue
            if not group:
                group = _group(candidate)
                traces[name] = candidate
            for person in found:
                people.setdefault(person.name, person.role)
        loader.add_value(name, list(people))
        credited.update(dict.fromkeys((role, person) for person, role in people.items()))
    for candidate in raw.credits:
        for person in split_editors(candidate.raw, candidate.role or ""):
            credited[(person.role, person.name)] = None
    loader.add_value("credits", [Credit(role, name) for role, name in credited if role])


def _group(candidate: Candidate) -> str:
    """What may be read together: labels of one bar, paragraphs that are bylines, and so on."""
    kind = candidate.rule.partition(":")[0]
    if kind in ("foot", "infobar"):
        return "label"
    return candidate.rule if kind == "inline" else kind


def _canonical(url: str | None, candidates: list[Candidate]) -> str | None:
    """The canonical form of the page's URL, or of the one it declares for itself.

    A declared address counts when it names an article of the same host: templates repeat that of
    the front page. The profile knows the page of an article that came as data.
    """
    for candidate in candidates:
        if candidate.rule == "profile:page":
            return canonical_url(candidate.raw)
        declared = absolute(url or "", candidate.raw)
        if declared is None or not any(map(str.isdigit, urlsplit(declared).path)):
            continue
        host = url_host(declared)
        if host and (not url or host == url_host(url)):
            return canonical_url(declared)
    return canonical_url(url) if url else None


def _warnings(
    article: Article, raw: RawArticle, dates: list[tuple[Candidate, Published]]
) -> list[str]:
    warnings: dict[str, Any] = dict.fromkeys(str(warning) for warning in raw.warnings)
    days = {published.moment.date() for _, published in dates}
    if len(days) > 1:
        warnings[Warn.DATE_DISAGREES.value] = None
    if article.provenance.get("published") == "url:date":
        warnings[Warn.DATE_FROM_URL.value] = None
    title = _letters(article.title)
    for candidate in raw.candidates.get("title", []):
        other = _letters(candidate.raw)
        if (
            candidate.rule.lower().startswith(WITNESSES)
            and title not in other
            and other not in title
        ):
            warnings[Warn.TITLE_DISAGREES.value] = None
    return list(warnings)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
