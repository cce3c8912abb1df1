"""The candidates of author, editor and credits, the most trusted first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruralnews.extraction.bylines import (
    PHOTO,
    WRITERS,
    are_reporters,
    bare_byline,
    bare_names,
    dateline,
    lone_byline,
    read_bylines,
    signature,
)
from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.fields import beside, is_contributor, labelled, meta_rule
from ruralnews.extraction.nodes import attribute
from ruralnews.extraction.persons import HAN, is_name, is_organisation, is_person, split_people
from ruralnews.extraction.tables import read_words
from ruralnews.extraction.values import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ruralnews.extraction.infobar import Bar, Value
    from ruralnews.extraction.metas import Metas
    from ruralnews.extraction.walk import Line
    from ruralnews.extraction.zones import Zones

AUTHOR_METAS = ("enp:author", "author", "article:author", "jsonld:author")
"""Never believed alone: on saved pages they name the editor, an office or an account."""
DECLARED_PERSONS = ("jsonld:person", "enp:author")
"""What a page declares as a person."""
AUTHOR_NAME = re.compile(r"\b(?:author|byline|zuozhe|writer)", re.IGNORECASE)
CENTRED = re.compile(r"align\s*:\s*center", re.IGNORECASE)
POST_AUTHOR = "rich_media_meta_text"
"""The class of the author's name on the page of an account's post."""
PARTS = 20
SHORT_NAME = 2
REPORTERS = re.compile(r"[（(]([^（()）]*(?:记者|通讯员|作者)[^（()）]*)[)）]?")
LAST_BRACKET = re.compile(r"[（(/／](?P<names>[^（()）/／]{2,20})[)）]?$")
"""In the value of a source: 某报（记者 甲）."""
SENT_IN = re.compile(
    r"[（(]?供\s*稿\s*[：:]\s*[^\s，。]{3,20}[\s\u3000]+(?P<names>[^，。：:]{2,20}?)[)）]?"
)
"""供稿：某局某科 甲乙: an office, and its man."""
BAR_REPORTERS = re.compile(
    rf"(?:记者|通讯员)[\s\u3000]+(?P<names>[{HAN}][{HAN}·、\s\u3000]{{1,40}})(?:$|(?=[|｜丨]))"
)
"""Reporters at the end of the bar's line."""
SPEAKER = re.compile(rf"(?:主讲人?|宣讲人?|授课人?|演讲|发言人|{'|'.join(read_words('title'))})$")
"""What may stand in front of a name between headline and text."""
NOTE = 3
REPRINT = re.compile(r"(?:本文|文章)来?自.{2,80}编辑[：:丨|\s]\s*(?P<editor>[^，。,；;丨|]{2,12})")
"""The note of a reprint: 本文来自微信公众号“某号”，作者：甲，编辑：乙. Paragraphs at either end
of the text that may be it."""
BULLET_EDITOR = re.compile(
    rf"[○●⊙◎□■][\s\u3000]*(?:责任)?编辑[\s\u3000]+(?P<names>[{HAN}]{{2,4}}|[{HAN}][\s\u3000]+[{HAN}])\s*$"
)
"""⊙记者 张甲 ○编辑 李乙"""
SENTENCE_END = re.compile(r"[。？！?!]")


def author_candidates(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """Label in the bar, byline in the bar, names beside the date, then bylines of the text."""
    yield from _labelled_authors(zones)
    yield from _source_reporters(zones)
    yield from _bar_bylines(zones, metas)
    yield from _linked_names(zones)
    for phrase in zones.head.beside:
        yield from lone_byline(phrase)
    # Who stands in the headline is written about.
    names = [name for name in _names_beside(zones) if name not in metas.title]
    if names and not _writers(zones.paragraphs[:1]) > set(names):
        yield Candidate("nearby:date", " ".join(names), "作者")
    for line in zones.bylines:
        yield from dateline(line.text)
    yield from read_bylines(zones.paragraphs)
    yield from _foot_authors(zones)
    for signed in zones.signatures:
        yield from signature(signed)
    for name, text in metas.get(*DECLARED_PERSONS):
        yield from [Candidate(name, text, "作者")] if _are_persons(text) else []


def _writers(texts: Iterable[str]) -> set[str]:
    """The names in the datelines of these texts."""
    datelines = (candidate for text in texts for candidate in dateline(text))
    return {name for candidate in datelines for name in split_people(candidate.raw)}


def _labelled_authors(zones: Zones) -> Iterator[Candidate]:
    """The values of the labels of the bar, but not 来源：某某人大　作者：某某人大.

    Nor those that the byline at the head of the text repeats with more: 作者：张甲 等.
    """
    values = [value for bar in (zones.head, zones.above) for value in _credited(bar, "author")]
    if not values:
        return
    texts = [*(line.text for line in zones.bylines), *zones.paragraphs[:3]]
    bylines = {n for text in texts for found in lone_byline(text) for n in split_people(found.raw)}
    more = bylines | _writers(texts)
    sources = {value.text for bar in (zones.head, zones.above) for value in bar.first("source")}
    for value in values:
        names = set(split_people(value.text))
        repeated = names and names < more
        if not repeated and (value.text not in sources or is_person(value.text)):
            yield labelled(value, "infobar")


def _foot_authors(zones: Zones) -> Iterator[Candidate]:
    """The labels at the foot, who sent the text in, and lines that are bylines as a whole."""
    yield from (labelled(value, "foot") for value in _credited(zones.foot, "author"))
    for kind, bar in (("infobar", zones.head), ("foot", zones.foot)):
        for value in filter(is_contributor, bar.first("source")):
            yield Candidate(f"{kind}:{value.label.name}", value.text, "作者")
    for text in zones.foot.text.split("\n"):
        yield from lone_byline(text)
        if (sent := SENT_IN.fullmatch(text)) and bare_names(sent["names"]):
            yield Candidate("foot:供稿", sent["names"], "作者")


def _source_reporters(zones: Zones) -> Iterator[Candidate]:
    """The reporters in a bracket behind the source: 某报（记者 甲）, 某县委组织部（张甲乙）."""
    for bar in (zones.head, zones.above):
        for value in bar.first("source"):
            bracket = REPORTERS.search(value.text) or LAST_BRACKET.search(value.text)
            # 某城晚报(某城): the place of the paper.
            place = bracket and value.text.startswith(bracket[1])
            if bracket and (bracket.re is REPORTERS or (bare_names(bracket[1]) and not place)):
                yield Candidate(f"byline:{value.label.name}", bracket[1], "记者")


def _are_persons(text: str) -> bool:
    return all(map(is_person, text.split("、")))


def _bar_bylines(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """The lines between headline and text that are bylines as a whole."""
    declared = {name for _, name in metas.get(*AUTHOR_METAS) if is_person(name)}
    for line in zones.bylines:
        yield from lone_byline(line.text)
        reporters = BAR_REPORTERS.search(line.text)
        if reporters and are_reporters(reporters["names"]):
            yield Candidate("byline:记者", reporters["names"], "记者")
        yield from bare_byline(line.text)
        # A lone name is one where the page says so, by its metas or the class of the line.
        name = "".join(line.text.split())
        if name in declared or (is_person(name) and _is_set_as_byline(line)):
            yield Candidate("byline:name", line.text, "作者")


def _is_set_as_byline(line: Line) -> bool:
    """Whether the class of a lone name says so, or it is set in the middle below a headline.

    That is how a speech names its speaker; two characters are a word too often.
    """
    block = line.block
    if AUTHOR_NAME.search(block.get("class")):
        return True
    style = f"{block.get('style')} align:{block.get('align')}"
    return block.tag == "p" and len(line.text) > SHORT_NAME and bool(CENTRED.search(style))


def _names_beside(zones: Zones) -> list[str]:
    """The full names beside the date, as printed; places and photographers left out."""
    photos = {
        name for phrase in zones.head.beside if PHOTO.search(phrase) for name in phrase.split()
    }
    tokens = [name for phrase in beside(zones) for name in re.split(r"[、\[【]", phrase)]
    tokens = [name for name in tokens if _stands_among_names(zones, name)]
    names = [name for name in tokens if is_person(name) and name not in photos | PLACES]
    return sorted(names, key=zones.head.text.find)


def _stands_among_names(zones: Zones, name: str) -> bool:
    """Whether `name` stands on the line of the date, or on one of nothing but names and media.

    （杨梅 枇杷） between headline and text has one that looks like a name.
    """
    rows = [row for row in zones.head.text.split("\n") if name in row]
    if any(text in row for row in rows for _, _, text in zones.head.dates) or not rows:
        return True
    words = filter(None, re.split(r"[\s、|丨｜/／：:]+", rows[0].strip("（()）")))
    return all(_goes_with_names(word) for word in words)


def _goes_with_names(word: str) -> bool:
    """Whether a word is a name, a medium, a role, a post or a date."""
    named = is_name(word) or is_organisation(word) or word in WRITERS
    return named or any(map(str.isdigit, word)) or SPEAKER.search(word) is not None


def _linked_names(zones: Zones) -> Iterator[Candidate]:
    """Names that the bar sets as the author's: `<a rel="author">`, and those of a post."""
    for line in zones.linked:
        for part in line.block.node.css("span")[:PARTS]:
            name = part.text(deep=False)
            if POST_AUTHOR in attribute(part, "class").split() and is_person("".join(name.split())):
                yield Candidate("byline:post", name, "作者")
        for link in line.links:
            kind = f"{attribute(link.node, 'rel')} {attribute(link.node, 'class')}"
            name = line.text[link.start : link.end]
            if AUTHOR_NAME.search(kind) and is_person("".join(name.split())):
                yield Candidate("byline:link", name, "作者")


def editor_candidates(zones: Zones, metas: Metas) -> Iterator[Candidate]:
    """Labels at the foot, then in the bar, then the hidden block, then the meta."""
    bars = (("foot", zones.foot), ("infobar", zones.head), ("infobar", zones.above))
    seen = [(kind, value) for kind, bar in bars for value in _credited(bar, "editor")]
    # 编辑 and a name without a mark is the first editor of a pasted text if the page has its own.
    marked = [entry for entry in seen if entry[1].label.marked or entry[1].label.name != "编辑"]
    yield from (labelled(value, kind) for kind, value in marked or seen)
    for text in (*zones.head.text.split("\n"), *zones.paragraphs[:1]):
        if bullet := BULLET_EDITOR.search(text):
            yield Candidate("byline:编辑", bullet["names"], "编辑")
    for paragraph in (*zones.paragraphs[:NOTE], *zones.paragraphs[-NOTE:]):
        if note := REPRINT.search(paragraph):
            yield Candidate("note:编辑", note["editor"], "编辑")
    yield from (labelled(value, "hidden") for value in zones.hidden.first("editor"))
    for name, text in metas.get("editor"):
        yield Candidate(meta_rule(name), text, "编辑")


def credit_candidates(zones: Zones) -> Iterator[Candidate]:
    """Everyone else the page credits: 审核, 校对, 监制, 摄影."""
    for kind, bar in (("infobar", zones.head), ("foot", zones.foot)):
        yield from (labelled(value, kind) for value in _credited(bar, "credit"))


def _credited(bar: Bar, name: str) -> list[Value]:
    """The values of a label that are no sentences: in an interview 记者： is followed by one."""
    return [value for value in bar.first(name) if not SENTENCE_END.search(value.text)]
