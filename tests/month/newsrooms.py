"""What ten invented newsrooms publish, correct and withdraw, day after day. Pure, from a seed.

Working days, weekends and holidays have their own numbers; the rest is chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from math import exp, log
from random import Random
from typing import TYPE_CHECKING

from ruralnews.monitoring.season import Season, season
from ruralnews.processors.dates import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACES = (
    "柳湾镇 石桥村 南坡村 麦岭乡 河口村 桃溪镇 茶岭村 竹坡村 桑园村 云滩乡 上柳村 东圩镇".split()
)
WHO = "村干部 党员志愿者 农技员 驻村工作队 合作社社员 返乡青年 网格员 妇女主任 护林员".split()
DID = (
    "走进田间查看苗情",
    "到夜校补上数字课",
    "修好了村口的水渠",
    "把议事会开到院坝里",
    "帮农户联系销路",
    "给果园换上新滴灌",
    "清理河道迎汛期",
    "入户讲解补贴政策",
    "把闲置粮站改成书屋",
    "试种三个耐旱品种",
)
SENTENCES = (
    "{place}的{who}一早就到了地头，{n}亩稻田分片到人，谁家缺水当天就能知道。",
    "“过去要跑{n}里路、等{m}天才能办的事，现在在村里就能办好。”{place}一位村民说。",
    "今年以来，{place}已经召开院坝会{n}场，收集意见{m}条，办结{n}条。",
    "{who}把{m}户的灌溉账目贴在公示栏里，水费比上年每亩少了{n}元。",
    "镇里从三个部门抽调人手，组成{n}个小组，分头到{m}个自然村走访。",
    "合作社添置了{n}台烘干机，日处理粮食{m}吨，雨天收的谷子不再发愁。",
    "{place}把{n}间闲置校舍改成加工车间，{m}名妇女在家门口上了班。",
    "记者在{place}看到，{m}米长的渠道已经清淤完毕，清水顺着毛渠流进了田里。",
    "按照计划，到年底{place}还将整治道路{n}公里，新建蓄水池{m}口。",
    "{who}说，账算明白了，大家的心气也就顺了，{m}户人家主动让出了地边。",
    "当天下午，{n}名技术员分组入户，对{m}个大棚的土壤逐一取样。",
    "从春到秋，{place}的{who}换了{n}批，但议事的规矩一次也没有断过。",
)
REPORTERS = "田小满 谷雨生 苗立夏 江小溪 田芒种 江处暑 苗白露 谷霜降 田惊蛰 江春分".split()
EDITORS = "麦青禾 田喆 苗清明 谷秋分".split()
SOURCES = ("禾苗通讯社", "柳湾融媒", "青禾日报")
LATE = "收到通讯员补充的情况：{n}户村民已经领到了第一笔分红，共计{m}万元。"
UNREST = 0.25
"""How much busy days differ from others: the deviation of the logarithm of a factor."""
HISTORY = 15
"""Articles that each column has before the first night, two a day."""


@dataclass(frozen=True)
class Newsroom:
    """How much and how a portal publishes."""

    slug: str
    name: str
    rate: float
    """Articles of a working day."""
    weekend: float
    """Share of that on a weekend."""
    festival: float
    """The same, of holidays."""
    signed: float
    """Share of the articles with a reporter's name."""
    length: int
    """Paragraphs."""
    columns: tuple[str, ...] = ("要闻", "乡村振兴")
    corrected: float = 0.04
    withdrawn: float = 0.015


NEWSROOMS = (
    Newsroom("chaling", "茶岭新闻网", 6, 0.5, 0.3, 0.9, 5),
    Newsroom("hemiao", "禾苗网", 9, 0.4, 0.2, 0.8, 6),
    Newsroom("liuwan", "柳湾党建", 7, 0.2, 0.1, 0.5, 7),
    Newsroom("maitian", "麦田农业信息网", 8, 0.3, 0.2, 0.7, 5),
    Newsroom("qinghe", "青禾村镇网", 12, 0.6, 0.4, 0.85, 6),
    Newsroom("sangyuan", "桑园先锋", 6, 0.3, 0.1, 0.4, 6),
    Newsroom("shuikou", "水口发布", 8, 0.6, 0.5, 0.6, 4),
    Newsroom("taoxi", "桃溪乡村在线", 7, 0.4, 0.3, 0.75, 5),
    Newsroom("yuntan", "云滩干部网", 7, 0.2, 0.1, 0.95, 8),
    Newsroom("zhupo", "竹坡三农", 8, 0.4, 0.3, 0.6, 5),
)


@dataclass(frozen=True)
class Story:
    """An article as its newsroom has it."""

    number: int
    column: str
    published: datetime
    title: str
    source: str
    author: tuple[str, ...]
    editor: str
    body: tuple[str, ...]
    appeared: datetime
    """When it came into the list; later than `published` for one put in late."""
    corrected: datetime | None = None
    """From when on the body has a paragraph more."""
    correction: str = ""
    withdrawn: datetime | None = None

    def at(self, now: datetime) -> Story | None:
        """The article as it stands then; None while it is not there."""
        if now < self.appeared or (self.withdrawn and now >= self.withdrawn):
            return None
        if self.corrected and now >= self.corrected:
            return replace(self, body=(*self.body, self.correction))
        return self


@dataclass
class Chance:
    """The texts of a newsroom, all different."""

    random: Random
    said: set[str] = field(default_factory=set)

    def pick(self, values: Sequence[str]) -> str:
        return values[int(self.random.random() * len(values))]

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def count(self, mean: float) -> int:
        """How many articles a day has that has `mean` of them: chance, and days that are busier."""
        left = mean * exp(self.random.gauss(0, UNREST) - UNREST**2 / 2)
        number = 0
        while (left := left + log(1 - self.random.random())) > 0:
            number += 1
        return number

    def moment(self, day: date) -> datetime:
        """A minute of the day at which newsrooms work."""
        minutes = 7 * 60 + int(self.random.random() * 14 * 60)
        at = time(minutes // 60, minutes % 60, int(self.random.random() * 60))
        return datetime.combine(day, at, CHINA)

    def text(self, form: str) -> str:
        """The form with numbers and names, so that no two are alike."""
        while True:
            n, m = (2 + int(self.random.random() * most) for most in (97, 797))
            said = form.format(place=self.pick(PLACES), who=self.pick(WHO), n=n, m=m)
            if said not in self.said:
                self.said.add(said)
                return said

    def title(self) -> str:
        return self.text("{place}" + f"：{{n}}名{self.pick(WHO)}{self.pick(DID)}")

    def body(self, length: int) -> tuple[str, ...]:
        paragraphs = max(2, length - 2 + int(self.random.random() * 5))
        return tuple(
            "".join(self.text(self.pick(SENTENCES)) for _ in range(2 + self.happens(0.5)))
            for _ in range(paragraphs)
        )


def stories(room: Newsroom, first: date, days: int, seed: int) -> list[Story]:
    """Everything that a newsroom publishes to the end of the month, the oldest first."""
    chance = Chance(Random(f"{seed}:{room.slug}"))
    made = [
        _story(room, chance, column, first - timedelta(1 + place // 2))
        for column in room.columns
        for place in range(HISTORY)
    ]
    for number in range(days):
        day = first + timedelta(number)
        share = {Season.WORK: 1.0, Season.REST: room.weekend, Season.FESTIVAL: room.festival}
        for _ in range(chance.count(room.rate * share[season(day)])):
            story = _story(room, chance, chance.pick(room.columns), day)
            made.append(_changed(room, chance, story))
    made.sort(key=lambda story: story.published)
    return [replace(story, number=1000 + place) for place, story in enumerate(made)]


def _story(room: Newsroom, chance: Chance, column: str, day: date) -> Story:
    published = chance.moment(day)
    author = (chance.pick(REPORTERS),) if chance.happens(room.signed) else ()
    source = room.name if chance.happens(0.7) else chance.pick(SOURCES)
    editor, body = chance.pick(EDITORS), chance.body(room.length)
    return Story(
        *(0, column, published, chance.title(), source, author, editor, body), appeared=published
    )


def _changed(room: Newsroom, chance: Chance, story: Story) -> Story:
    """The article and what its newsroom does to it within the first two days."""
    later = chance.moment(story.published.date() + timedelta(1 + chance.happens(0.3)))
    if chance.happens(room.corrected):
        return replace(story, corrected=later, correction=chance.text(LATE))
    return replace(story, withdrawn=later) if chance.happens(room.withdrawn) else story


def late(room: Newsroom, day: date, back: int, seed: int) -> Story:
    """An article put in on a day, as if it had been published so many days before."""
    chance = Chance(Random(f"{seed}:{room.slug}:{day}"))
    story = _story(room, chance, room.columns[0], day - timedelta(back))
    return replace(story, number=900, appeared=chance.moment(day))


def listed(all_stories: Sequence[Story], column: str, now: datetime) -> Iterator[Story]:
    """What stands in a column then, the newest first."""
    for story in sorted(all_stories, key=lambda story: story.published, reverse=True):
        there = story.at(now) if story.column == column else None
        if there:
            yield there
