from __future__ import annotations

import re

import pytest

from ruralnews.extraction.listing import ListLink, find_date, read_listing
from ruralnews.extraction.page import read_page
from ruralnews.portals.model import ListingRules, Portal

URL = "http://www.example.com/xc/index.html"
TITLES = (
    "柳湾镇春管现场会开到田埂上",
    "桑园村老粮站变身村民大客厅",
    "石磨村把竹编课搬进学校",
    "云脚村板凳会议出一条灌溉渠",
)
MENU = "".join(
    f'<li><a href="/{name}/">{text}</a></li>'
    for name, text in (("dj", "党建"), ("nj", "农技"), ("sp", "视频"), ("zt", "专题报道"))
)
FRIENDS = "".join(
    f'<li><a href="http://www.friend{n}.example/">青禾县某某单位的网站第{n}家</a></li>'
    for n in range(9)
)
HOT = "".join(
    f'<li><a href="/xc/202402/t202402{n:02}_9{n}.html">热点新闻里的一条老消息第{n}条</a></li>'
    for n in range(1, 4)
)


def address(number: int) -> str:
    return f"/xc/202403/t202403{number:02}_{number}.html"


def page_of(items: str) -> bytes:
    return (
        f"<html><body><ul class=nav>{MENU}</ul><div class=list><ul>{items}</ul></div>"
        f"<div class=hot><ul>{HOT}</ul></div><div class=foot><ul>{FRIENDS}</ul></div></body></html>"
    ).encode()


WANTED = [
    ListLink(f"http://www.example.com{address(n)}", title, f"2024-03-{n:02}")
    for n, title in enumerate(TITLES, 1)
]
ITEMS = {
    "date behind": '<li><a href="{url}">{title}</a><span>{date}</span></li>',
    "date in front": '<li><span>[{date}]</span><a href="{url}">{title}</a></li>',
    "cut title": '<li><a href="{url}" title="{title}">{cut}...</a> {date}</li>',
    "date in the link": '<li><a href="{url}"><span>{title}</span><i>{date}</i></a></li>',
    "relative": '<li><a href=".{path}">{title}</a><em>{date}</em></li>',
    "picture, headline and summary": (
        '<li><a href="{url}"><img src=a.jpg></a><h3><a href="{url}">{title}</a></h3>'
        '<p><a href="{url}">摘要：这里是一段说明，文字比标题更长一些。</a></p><p>{date}</p></li>'
    ),
    "block link": '<li><a href="{url}"><h4>{title}</h4><p>一段说明。</p><p>{date}</p></a></li>',
    "table": "<tr><td>·</td><td><a href='{url}'>{title}</a></td><td>{date}</td></tr>",
    "Chinese date": '<li><a href="{url}">{title}</a><span>2024年3月{day}日</span></li>',
    "day above month": '<li><div><b>{day}</b><p>2024-03</p></div><a href="{url}">{title}</a></li>',
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_a_list_is_found_by_structure_and_form(item: str) -> None:
    items = "".join(
        item.format(
            url=address(n),
            path=address(n).removeprefix("/xc"),
            title=title,
            cut=title[:6],
            date=f"2024-03-{n:02}",
            day=n,
        )
        for n, title in enumerate(TITLES, 1)
    )
    markup = page_of(items)
    if item.startswith("<tr>"):
        markup = markup.replace(b"<div class=list><ul>", b"<div class=list><table>")
    assert read_listing(read_page(markup, URL)).links == WANTED


@pytest.mark.parametrize(
    "path",
    [
        "/art/2024/3/{n}/art_88_{n}0001.html",
        "/n1/2024/0304/c1013-3115946{n}.html",
        "/20240304/0123456789abcdef0123456789abcde{n}/c.html",
        "/2024/03/04/ARTI171000000012345{n}.shtml",
        "/content/post_100{n}.html",
        "/info/1018/210{n}.htm",
        "/p/3000{n}.html",
        "/24/0304/09/AB12CD34EF5600{n}H.html",
        "/show.jsp?id=7{n}",
    ],
)
def test_articles_of_every_known_system_are_recognised(path: str) -> None:
    items = "".join(
        f"<li><a href='{path.format(n=n)}'>{title}</a></li>" for n, title in enumerate(TITLES, 1)
    )
    links = read_listing(read_page(page_of(items), URL)).links
    assert [link.title for link in links] == list(TITLES)


def test_a_headline_that_ends_in_numbers_is_whole() -> None:
    titles = [
        "青禾县粮价日报（2024年3月4日）",
        "青禾县麦价每百斤涨3.5",
        "青禾县春管日报03-04",
        TITLES[0],
    ]
    items = "".join(f"<li><a href='{address(n)}'>{t}</a></li>" for n, t in enumerate(titles, 1))
    links = read_listing(read_page(page_of(items), URL)).links
    assert [link.title for link in links] == titles


def test_a_profile_decides_which_links_are_articles() -> None:
    items = "".join(f"<li><a href='/own/{n}'>{n}</a></li>" for n in range(3))
    rules = ListingRules(article=(re.compile(r"^http://www\.example\.com/own/\d$"),))
    portal = Portal(slug="x", name="某网", hosts=("example.com",), columns=(), listing=rules)
    links = read_listing(read_page(page_of(items), URL), portal).links
    assert [link.url for link in links] == [f"http://www.example.com/own/{n}" for n in range(3)]


def test_a_profile_names_the_region_of_the_links() -> None:
    items = "".join(f"<li><a href='{address(n)}'>{t}</a></li>" for n, t in enumerate(TITLES, 1))
    rules = ListingRules(article=(re.compile(r"/t\d{8}_\d+\.html$"),), links=("div.list",))
    portal = Portal(slug="x", name="某网", hosts=("example.com",), columns=(), listing=rules)
    links = read_listing(read_page(page_of(items), URL), portal).links
    assert [link.title for link in links] == list(TITLES)


@pytest.mark.parametrize(
    "markup",
    [
        f"<html><body><ul>{MENU}</ul><ul>{FRIENDS}</ul></body></html>",
        "<html><body><p>正在建设中</p></body></html>",
        f"<html><body>{'<li><a href=#>栏目</a></li>' * 9}</body></html>",
        "<html><body><li><a href='a.pdf'>附件一的名字相当长</a></li></body></html>",
        "<html><body><a href='javascript:x()'>一个看起来像标题的链接</a></body></html>",
    ],
)
def test_a_page_without_article_links_gives_none(markup: str) -> None:
    assert read_listing(read_page(markup.encode(), URL)).links == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-04", "2024-03-04"),
        ("[2024.3.4]", "2024-03-04"),
        ("2024年3月4日 09:30", "2024-03-04"),
        ("4 2024-03", "2024-03-04"),
        ("03-04", None),
        ("2024-13-04", None),
        ("电话 2024-3-45", None),
        ("", None),
    ],
)
def test_dates_beside_a_link(text: str, date: str | None) -> None:
    assert find_date(text) == date
