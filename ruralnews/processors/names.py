"""Names: the raw value of a credit in, one name each out. Organisations are never persons."""

from __future__ import annotations

import re

from ruralnews.extraction.persons import Credited, is_name, is_person, split_credits

PEN_NAME = 4
"""Characters of an author's name in Chinese; longer ones are offices and headlines."""
STAFF_NAME = 6
"""Characters of an editor's: accounts sign as well (系统管理员)."""
CROWD = 12
"""More names than any article has authors: such a value is no list of names."""
ACCOUNT = re.compile(r"[a-z]\w*|.+员", re.ASCII)
"""Accounts of the content system: xxgk01, 管理员. They may sign as editor, never as author."""
NO_WRITERS = frozenset(
    "摄 图 摄影 图片 供图 配图 制图 摄像 视频 校对 审核 审校 监审 监制 初审 复审 终审"
    " 编辑 责编 责任编辑 供稿 策划 统筹 主播 主持人".split()
)
"""Roles in a mixed byline whose people did not write."""


def split_names(raw: str, *, longest: int = PEN_NAME) -> list[str]:
    """The persons in `raw`, each once, in printed order; [] when it names none."""
    return [credit.name for credit in _people(raw, "", longest)]


def split_authors(raw: str, role: str) -> list[Credited]:
    """The writers in `raw`, with the role each is printed with."""
    people = _people(raw, role, PEN_NAME)
    # 文丨某某财经 张甲乙: the medium in front of a person, of the length of a pen name.
    if len(people) > 1 and is_person(people[1].name) and _is_pen_name(people[0].name):
        del people[0]
    return [
        person
        for person in people
        if person.role not in NO_WRITERS and not ACCOUNT.fullmatch(person.name)
    ]


def _is_pen_name(name: str) -> bool:
    return len(name) == PEN_NAME and not is_name(name)


def split_editors(raw: str, role: str) -> list[Credited]:
    """The persons in the value of an editor's label."""
    return _people(raw, role, STAFF_NAME)


def _people(raw: str, role: str, longest: int) -> list[Credited]:
    people = {credit.name: credit for credit in reversed(split_credits(raw, role, longest=longest))}
    return list(reversed(people.values())) if len(people) <= CROWD else []
