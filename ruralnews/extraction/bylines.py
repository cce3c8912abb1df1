"""Bylines (署名) in and around the text: who wrote it, where no label says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.persons import (
    ASIDE,
    BOTH,
    DOTTED,
    HAN,
    HAN_ONLY,
    THEN_PICTURES,
    is_name,
    is_organisation,
    is_person,
    split_credits,
    split_people,
)
from ruralnews.extraction.tables import read_words
from ruralnews.extraction.values import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAD = 5
"""Paragraphs at the start that may carry the byline; on the saved pages it is the first or, below
a subtitle or a picture, the second or third."""
FOOT = 6
"""Lines at the end that may carry it, above notes and editor lines."""
LONGEST_BYLINE = 60
"""Characters of a paragraph that is nothing but a byline."""
WRITER = "记者|記者|通讯员|信息员|评论员|撰稿人?|撰文|采写|执笔|编译|作者|文"
WRITTEN = re.compile(rf"{WRITER}|(?:台|中心|站)\s*[：:／/丨|｜]")
"""In every line that names a role or a station; most lines of a text do not."""
WRITING = re.compile(rf"{WRITER}(?:(?<!文)|(?=\s*[：:/／丨|])|(?<=^文)(?=\s))")
"""A role; 文 stands in names as well, so it needs its mark."""
# （记者 甲 乙 通讯员 丙）, （全媒体记者甲）, （编译/甲）, （记者：甲）
BRACKET = re.compile(
    rf"[（(【\[]([^（()）【】\[\]]{{0,30}}?(?:{WRITER})[^（()）【】\[\]]{{2,60}})[)）】\]]"
)
# 本报讯 记者甲 乙 报道: the names end at the blank or comma before the text
OPEN = re.compile(
    r"^.{0,30}?(?:讯|电|日|消息)\s*[（(]?(?:[^\s，。（(]{0,12}?)(?:记者|通讯员)\s*"
    rf"(?P<names>[{HAN}][{HAN}·、 \u3000]{{1,40}}?)\s*(?:报道|[)）])"
)
# 本报记者 甲 乙 青禾报道 …, 记者甲报道：…, 某网讯 甲 乙报道：…
REPORT = re.compile(
    rf"^[□◎■●\s]*(?:【[{HAN}]{{2,10}}】)?(?:[{HAN}\w《》·]{{0,16}}?(?:记者|記者|通讯员|[讯电訊電])[\s\u3000]*)"
    rf"(?P<names>[{HAN}]{{2,4}}"
    rf"(?:[、\s\u3000]+(?:[{HAN}]{{0,4}}(?:记者|通讯员)[\s\u3000]*)?[{HAN}]{{2,4}}){{0,3}}?)"
    rf"(?:[\s\u3000]+[{HAN}]{{2,8}}?)?(?:摄影|综合)?(?:报道|報道|報導|[本某]?报讯)(?=[：:，,\s\u3000])"
)
# 某报某地4月25日电 记者甲乙 通讯员丙丁 the text: each role and its names end at a blank
NAME = rf"(?:[{HAN}]{{2,3}}|[{HAN}] [{HAN}])"
ROLED = re.compile(
    rf"^.{{2,30}}?(?:讯|电|消息)[\s\u3000]+(?P<names>(?:[{HAN}]{{0,6}}(?:记者|通讯员)[\s\u3000]?"
    rf"{NAME}(?:、{NAME})*[\s\u3000]+)+)(?=\S)"
)
# 某网 甲 通讯员 乙 报道 the text
SITE_REPORT = re.compile(
    rf"^(?P<front>[{HAN}]{{4,16}})[\s\u3000]+(?P<names>[{HAN}][{HAN}、\s\u3000]{{1,40}}?)[\s\u3000]+报道[\s\u3000：:]"
)
# （某中心 甲）, （甲 乙） in front of the first sentence
OPENING = re.compile(r"^[（(](?P<names>[^（()）]{2,40})[)）]\s*(?=\S)")
CLOSING = re.compile(
    r"[（(【\[]([^（()）【】\[\]]{2,40})[)）】\]]\s*[。.]?(?:\s*返回.{0,10}|\s*.{0,3})$"
)
SENTENCE = re.compile(r"[。！？!?；;]|[“”].*[“”].*[“”]|\d{2,}")
LONE = re.compile(
    rf"^[（(【\[◎●■▲\s·—-]*(?P<front>[^，。、：:/／|丨︱｜]{{0,24}}?)(?P<role>文字|{WRITER}|文[/／]图|图[/／]文|文图|图文|文字)"
    r"(?P<mark>\s*[：:/／丨︱｜|]\s*|[\s\u3000\u00a0]+|(?=\S))(?P<names>\S.*)$"
)
# 中新网北京2月20日电 (甲 乙): names alone in the agency's bracket
AGENCY = re.compile(r"^.{2,30}?(?:讯|电|日|报道)[】\]]?\s*[（(](?P<names>[^（()）]{2,30})[)）]")
PHOTO = re.compile(r"[摄绘]\s*[)）]?$|朗诵\s*[)）]?$|供图|制图|图片来源|资料图|题图|视频截图")
"""Marks of a caption's credit."""
CAPTION = re.compile(r"^[△▲↑（(]?\s*(?:图|上图|下图|左图|右图|照片|资料)")
# 某报记者张甲乙某县报道: name and place without a blank
PLACED_REPORT = re.compile(rf"^(?P<front>.{{0,24}}?记者)(?P<rest>[{HAN}]{{4,11}})报道$")
PLACE = re.compile(rf"[{HAN}]{{2,7}}[县市镇乡村州区盟旗]")
NAMES = 3
"""Full names that a line may hold to be a byline without a role; more are a roll of names."""
OFFICE_AND_NAME = 2
"""Words of `（某中心 甲）`."""
SIGNED = re.compile(
    rf"[（(]?[{HAN}]{{2,20}}(?:村民|居民|市民|读者|农民|教师|学生|职工|党员|[县市区乡镇村])[\s\u3000]+"
    r"(?P<names>\S{2,4}|\S[\s\u3000]\S)[)）]?"
)
STATION = re.compile(rf"[{HAN}]{{2,10}}(?:台|中心|站)\s*[：:／/丨|｜]\s*(?P<names>.{{2,30}})")
"""某县台：张甲 李乙, below the reporters of the greater one."""
BRACKETED = re.compile(rf"[（(][{HAN}]{{3,4}}[)）]")
"""（张甲乙） in a line of its own."""
DIGITS = re.compile(r"\d{2}")
VILLAGE = re.compile(rf"[{HAN}]{{2,3}}[村乡镇庄]$")
AFFILIATION = re.compile(rf"(?<=[{HAN}])[\d*]{{1,3}}(?=[，,、\s]|$)")
"""张甲1，李乙2: the numbers of their institutes."""
OFFICE_NAMES = re.compile(
    r"[（(]?(?P<office>[^\s，。：:]{3,24})[\s\u3000]+(?P<names>[^，。：:]{2,20}?)[)）]?"
)
AUTHOR_NOTE = re.compile(
    rf"[（(【]?(?:本文)?作者(?:简介)?\s*[：:]?\s*(?P<names>[{HAN}·]{{2,4}}?(?:[、和][{HAN}·]{{2,4}}?)*)"
    r"\s*(?:系|为|是|[，,（(])"
)
MARKED = re.compile(r"[■◎●□○▲◆]")
BLANK = re.compile(r"\S[\s\u3000\u00a0]+\S")
LONGEST_UNKNOWN = 3
"""Characters of a name whose surname is not known."""
STOPS = ("。", "！", "？", "”", "…", "!", "?")
OFFICIAL = re.compile(
    rf"[（(]?[{HAN}“”、·\s]{{2,30}}(?:{'|'.join(read_words('title'))})[\s\u3000\u00a0]+"
    rf"(?P<name>[{HAN}](?:[\s\u3000\u00a0]?[{HAN}]){{1,2}})[)）]?$"
)
LONGEST_FRONT = 30
"""Characters of media, roles and places beside the names in a bracket."""
WRITERS = frozenset(read_words("writer"))


def read_bylines(paragraphs: Sequence[str]) -> Iterator[Candidate]:
    """Author candidates from the paragraphs of the text, the most trusted first.

    A paragraph of its own, then the dateline, then the bracket at the end.
    """
    head, foot = paragraphs[:HEAD], paragraphs[max(HEAD, len(paragraphs) - FOOT) :]
    for paragraph in [*head, *foot]:
        yield from lone_byline(paragraph)
    for paragraph in head:
        yield from dateline(paragraph)
    for paragraph in paragraphs[-FOOT:]:
        yield from _closing(paragraph)
    for paragraph in paragraphs[1:][-FOOT:]:
        signed = _signed_by_office(paragraph)
        if signed and bare_names(signed["names"]):
            yield Candidate("inline:office", signed["names"], "作者")
        note = AUTHOR_NOTE.match(paragraph)
        if note and _people(note["names"]):
            yield Candidate("inline:note", note["names"], "作者")


def lone_byline(text: str) -> Iterator[Candidate]:
    """The byline that `text` as a whole is: `本报记者 甲 乙`, `文/甲`, `【文/某网专栏作者 甲】`."""
    if len(text) > LONGEST_BYLINE or not WRITTEN.search(text):
        return
    if SENTENCE.search(ASIDE.sub("", text)):
        return
    if PHOTO.search(THEN_PICTURES.sub("", BOTH.sub("", text)) if "摄" in text else text):
        return
    placed = PLACED_REPORT.match(text)
    if placed:
        yield from _before_place(placed["rest"])
        return
    station = STATION.fullmatch(text)
    if station and bare_names(station["names"]):
        yield Candidate("byline:台", station["names"], "记者")
    match = LONE.match(text)
    if not match:
        return
    marked = bool(match["mark"].strip())
    # 文 is a surname and a common word: it needs its mark.
    if (match["role"] == "文" and not marked) or (match["role"] == "文字" and not match["mark"]):
        return
    names = split_people(text)
    if names and (marked or all(map(is_person, names)) or _is_reporters(match, names)):
        yield Candidate(f"byline:{match['role']}", text, match["role"])


def _is_reporters(match: re.Match[str], names: list[str]) -> bool:
    """Whether a role and names without a mark are a byline although a surname is not known.

    That is so beside a name that is known, and behind a medium: 某报记者 其其格.
    """
    if match["role"] not in ("记者", "記者", "通讯员"):
        return False
    if any(map(is_person, names)) or all(map(is_name, names)):
        return True
    if not match["mark"]:
        return False
    front = match["front"].strip()
    own = front.endswith(("本报", "本网", "本刊", "本台", "媒体")) or is_organisation(front)
    return own and all(len(name) <= LONGEST_UNKNOWN for name in names)


def _before_place(text: str) -> Iterator[Candidate]:
    """The name in `张甲乙某县`; three characters are likelier than two."""
    for size in (3, 2):
        name, place = text[:size], text[size:]
        if is_person(name) and (place in PLACES or PLACE.fullmatch(place)):
            yield Candidate("byline:记者", name, "记者")
            return


def bare_byline(text: str) -> Iterator[Candidate]:
    """The byline that a line of nothing but full names is: `张 甲`, `■ 张甲乙 李丙`.

    Or of one with its office: `中共某市委书记 张甲乙`.

    One word alone is none: 易信 and 关注 look like names too.
    """
    if not (MARKED.match(text) or BLANK.search(text) or BRACKETED.fullmatch(text)) or text.endswith(
        ("：", ":")
    ):
        return
    official = OFFICIAL.match(text)
    if official and (_people(official["name"]) or _may_be_name(official["name"])):
        yield Candidate("byline:office", official["name"], "作者")
        return
    # □ 张甲乙（某村党支部书记）
    names = bare_names(ASIDE.sub("", text) if MARKED.match(text) else text)
    if 0 < len(names) <= NAMES:
        yield Candidate("byline:names", text, "作者")


def _may_be_name(text: str) -> bool:
    """Whether three characters behind an office and a blank are a name no list of surnames has."""
    return len(text) == LONGEST_UNKNOWN and split_people(text) == [text]


def signature(text: str) -> Iterator[Candidate]:
    """The byline that a line set to the right below the text is, if it is nothing but names.

    Or one with where it lives: （某县某乡　张甲乙）, 某乡村民 张甲乙.
    """
    if text.endswith(("：", ":")):
        return
    signed = SIGNED.fullmatch(text) or _signed_by_office(text)
    names = signed["names"] if signed else text
    if bare_names(names):
        yield Candidate("byline:signature", names, "作者")


def _signed_by_office(text: str) -> re.Match[str] | None:
    """`某县委组织部 张甲乙`, split."""
    signed = OFFICE_NAMES.fullmatch(text)
    return signed if signed and is_organisation(signed["office"]) else None


def bare_names(text: str) -> list[str]:
    """The full names that `text` consists of; empty when it says anything else."""
    text = AFFILIATION.sub("", MARKED.sub("", text))
    letters = re.sub(r"\W", "", text)
    if not HAN_ONLY.match(letters):
        return []
    names = split_people(text)
    sound = all(name.isalpha() or DOTTED.match(name) for name in names)
    return (
        names if sound and _are_full(names) and re.sub(r"\W", "", "".join(names)) == letters else []
    )


def dateline(paragraph: str) -> Iterator[Candidate]:
    """`（记者甲）` in the dateline of a paragraph."""
    for match in BRACKET.finditer(paragraph):
        if not PHOTO.search(match[1]) and (_people(match[1]) or are_reporters(match[1])):
            yield Candidate("inline:head", match[1], "记者")
    site = SITE_REPORT.match(paragraph)
    if site and is_organisation(site["front"]) and _people(site["names"]):
        yield Candidate("inline:head", site["names"], "作者")
    for form in (OPEN, AGENCY, REPORT, ROLED, OPENING):
        names = form.match(paragraph)
        if names and (_people(names["names"]) or (form is OPEN and are_reporters(names["names"]))):
            yield Candidate("inline:head", names["names"].strip(), "记者")


def _closing(paragraph: str) -> Iterator[Candidate]:
    """`（记者甲）` or `（甲 乙）` at the end of a paragraph."""
    match = CLOSING.search(paragraph[-LONGEST_BYLINE:])
    if not match or PHOTO.search(match[1]):
        return
    if WRITING.search(match[1]):
        writers = [person for person in split_credits(match[1], "") if person.role in WRITERS]
        # A correspondent may sign for an office (通讯员 穗妇宣).
        if writers and all(is_person(person.name) or person.role == "通讯员" for person in writers):
            yield Candidate("inline:foot", match[1], "记者")
        return
    tokens = re.split(r"[\s、\u3000\u00a0]+", match[1].strip())
    names = len(split_people(match[1]))
    before = paragraph[: -len(match[0])].rstrip()
    sentence = (not before or before.endswith(STOPS)) and not CAPTION.match(paragraph)
    long = len(paragraph) > LONGEST_BYLINE
    few = len(tokens) <= len(match[1]) // 2 or (len(tokens) == OFFICE_AND_NAME and names == 1)
    if (sentence or long) and few and _people(match[1]):
        yield Candidate("inline:foot", match[1].strip(), "作者")


def are_reporters(text: str) -> bool:
    """Whether the roles of a bracket are followed by names that no list of surnames has, too.

    Beside one that is known: （记者 张甲 通讯员 其其格）.
    """
    names = split_people(text)
    unknown = [name for name in names if not is_name(name)]
    # A compound surname beside two names that are known.
    longest = LONGEST_UNKNOWN + (len(names) > 2 * len(unknown))
    short = all(len(name) <= longest and name not in PLACES for name in unknown)
    return bool(names) and short and 2 * len(unknown) <= len(names) and _is_little(text, names)


def _people(text: str) -> bool:
    """Whether everything that reads like a name in `text` is a full name."""
    names = split_people(text)
    return _are_full(names) and _is_little(text, names) and not DIGITS.search(text)


def _are_full(names: list[str]) -> bool:
    """Whether these are full names, and not the places whose names look like them."""
    places = (name in PLACES or VILLAGE.match(name) for name in names)
    return bool(names) and all(map(is_name, names)) and not all(places)


def _is_little(text: str, names: list[str]) -> bool:
    """Whether little but `names` stands in a bracket."""
    return len(re.sub(r"\W", "", text)) - sum(map(len, names)) <= LONGEST_FRONT
