from __future__ import annotations

import pytest

from ruralnews.extraction.page import read_page
from ruralnews.extraction.paging import find_parts, next_page

HOST = "http://www.example.com"


def links(*pairs: tuple[str, str]) -> str:
    return " ".join(f'<a href="{href}">{text}</a>' for text, href in pairs)


TRS = "/xc/202403/t20240304_123"
PEOPLE = "/n1/2024/0304/c1013-31159463"
PARTS = {
    "trs script": (
        f"{TRS}.html",
        '<script>createPageHTML(3, 0, "t20240304_123", "html");</script>',
        [f"{TRS}_1.html", f"{TRS}_2.html"],
    ),
    "trs script on the second page": (
        f"{TRS}_1.html",
        '<script>createPageHTML(3, 1, "t20240304_123", "html");</script>',
        [f"{TRS}.html", f"{TRS}_2.html"],
    ),
    "trs script of one page": (
        f"{TRS}.html",
        '<script>createPageHTML(1, 0, "t20240304_123", "html");</script>',
        [],
    ),
    "trs script with a container, in a comment": (
        f"{TRS}.shtml",
        "<!-- createPageHTML('pages', 3, 1, 't20240304_123', 'shtml', 60) -->",
        [f"{TRS}_2.shtml", f"{TRS}_3.shtml"],
    ),
    "script of the column": (
        f"{TRS}.html",
        '<script>createPageHTML(30, 0, "index", "html");</script>',
        [],
    ),
    "numbered links": (
        "/a/100.html",
        links(
            ("1", "100.html"), ("2", "100_2.html"), ("3", "100_3.html"), ("下一页", "100_2.html")
        ),
        ["/a/100_2.html", "/a/100_3.html"],
    ),
    "numbered links on a later page": (
        "/a/100_2.html",
        links(("1", "100.html"), ("2", "100_2.html"), ("3", "100_3.html")),
        ["/a/100.html", "/a/100_3.html"],
    ),
    "a first page that carries its number": (
        "/detail/20240304/1000_1.html",
        links(("[1]", "1000_1.html"), ("[2]", "1000_2.html"), ("下一页", "1000_2.html")),
        ["/detail/20240304/1000_2.html"],
    ),
    "dashes behind an id": (
        f"{PEOPLE}.html",
        links(
            ("【1】", f"{PEOPLE}.html"),
            ("【2】", f"{PEOPLE}-2.html"),
            ("【3】", f"{PEOPLE}-3.html"),
        ),
        [f"{PEOPLE}-2.html", f"{PEOPLE}-3.html"],
    ),
    "underscore behind an id": (
        "/2024-03/04/c_1125597921.htm",
        links(("2", "c_1125597921_2.htm"), ("下一页", "c_1125597921_2.htm")),
        ["/2024-03/04/c_1125597921_2.htm"],
    ),
    "only the next page": ("/a/100.html", links(("下一页", "100_2.html")), ["/a/100_2.html"]),
    "a pager with a gap": (
        "/a/100.html",
        links(("2", "100_2.html"), ("…", "#"), ("5", "100_5.html")),
        [f"/a/100_{n}.html" for n in (2, 3, 4, 5)],
    ),
    "page in the query": (
        "/show?id=7",
        links(("2", "?id=7&page=2"), ("3", "?id=7&page=3")),
        ["/show?id=7&page=2", "/show?id=7&page=3"],
    ),
    "an id of two digits": (
        "/a/art_12.html",
        links(("2", "art_12_2.html"), ("下一页", "art_12_2.html")),
        ["/a/art_12_2.html"],
    ),
    "a later page of an article with a short id": (
        "/a/art_12_2.html",
        links(("1", "art_12.html"), ("2", "art_12_2.html"), ("3", "art_12_3.html")),
        ["/a/art_12.html", "/a/art_12_3.html"],
    ),
    "numbers with a nought": (
        "/system/2019/11/05/010934512.shtml",
        links(("1", "010934512.shtml"), ("2", "010934512_01.shtml"), ("3", "010934512_02.shtml")),
        ["/system/2019/11/05/010934512_01.shtml", "/system/2019/11/05/010934512_02.shtml"],
    ),
    "the first page in the query": (
        "/show?id=7",
        links(("1", "?id=7&page=1"), ("2", "?id=7&page=2")),
        ["/show?id=7&page=2"],
    ),
    "parts with headings": (
        "/a/100.html",
        links(("第1页：缘起", "100.html"), ("第2页：困境与出路", "100_2.html")),
        ["/a/100_2.html"],
    ),
    "a number as the last folder": (
        "/2101.html",
        links(("2", "/2101.html/2"), ("3", "/2101.html/3")),
        ["/2101.html/2", "/2101.html/3"],
    ),
    "a folder of parts": (
        "/2022/03/post/",
        links(("2", "/2022/03/post/2/"), ("8", "/2022/03/08/")),
        ["/2022/03/post/2/"],
    ),
    "neighbours in the column": (
        "/a/100.html",
        links(("下一篇", "101.html"), ("上一篇：麦收", "99.html"), ("2", "/b/200_2.html")),
        [],
    ),
    "pages of the column": (
        "/a/100.html",
        links(("2", "index_2.html"), ("下一页", "index_2.html")),
        [],
    ),
}


@pytest.mark.parametrize(("path", "markup", "parts"), PARTS.values(), ids=PARTS)
def test_parts_of_an_article(path: str, markup: str, parts: list[str]) -> None:
    page = read_page(f"<html><body><p>正文</p>{markup}</body></html>".encode(), HOST + path)
    assert find_parts(page) == [HOST + part for part in parts]


def test_parts_of_a_page_whose_url_is_not_known() -> None:
    pager = links(
        ("1", "t20240304_123.html"), ("2", "t20240304_123_1.html"), ("3", "t20240304_123_2.html")
    )
    page = read_page(f"<html><body><p>正文</p>{pager}</body></html>".encode())
    assert find_parts(page) == ["t20240304_123_1.html", "t20240304_123_2.html"]


def test_a_paging_script_that_lies_asks_for_nothing() -> None:
    script = '<script>createPageHTML(99999, 0, "t20240304_123", "html");</script>'
    page = read_page(f"<html><body><p>文</p>{script}</body></html>".encode(), f"{HOST}{TRS}.html")
    assert find_parts(page) == []


NEXT = {
    "words in brackets": ("/xc/", links(("[下页]", "index_2.html")), "/xc/index_2.html"),
    "a picture": (
        "/xc/",
        '<a href="index_2.html"><img src="n.gif" alt="下一页"></a>',
        "/xc/index_2.html",
    ),
    "a title": ("/xc/list.html", '<a href="list_2.html" title="下一页">→</a>', "/xc/list_2.html"),
    "a class": ("/xc/list.html", '<a class="next" href="list_2.html"></a>', "/xc/list_2.html"),
    "the arrow of a slide show": ("/xc/", '<a class="next" href="/xc/t20240301_1.html"></a>', None),
    "trs script": (
        "/xc/",
        '<script>createPageHTML(25, 0, "index", "html");</script>',
        "/xc/index_1.html",
    ),
    "trs script on page 2": (
        "/xc/index_1.html",
        '<script>createPageHTML(25, 1, "index", "html");</script>',
        "/xc/index_2.html",
    ),
    "trs script on the last page": (
        "/xc/index_24.html",
        '<script>createPageHTML(25, 24, "index", "html");</script>'
        + links(("下一页", "index_25.html")),
        None,
    ),
    "script with a container": (
        "/xc/list.shtml",
        "<script>createPageHTML('page_div', 11, 1, 'list', 'shtml', 154);</script>",
        "/xc/list_2.shtml",
    ),
    "script in a comment": ("/xc/", '<!--createPageHTML(3,0,"index","htm")-->', "/xc/index_1.htm"),
    "variables": (
        "/xc/index.htm",
        "<script>var currentPage; var countPage = 25//x\nvar currentPage = 0;\nf()</script>",
        "/xc/index_1.htm",
    ),
    "variables in the other order": (
        "/xc/index.htm",
        "<script>var currentPage = 3; var countPage = 25;</script>",
        "/xc/index_4.htm",
    ),
    "next link": (
        "/xc/",
        links(("首页", "index.html"), ("下一页", "index_2.html")),
        "/xc/index_2.html",
    ),
    "next link with an arrow": ("/xc/", links(("下一页»", "p2.html")), "/xc/p2.html"),
    "rel": ("/xc/", '<link rel="next" href="/xc/2/">', "/xc/2/"),
    "numbers only": (
        "/xc/index2.html?p=2",
        links(("1", "?p=1"), ("2", "?p=2"), ("3", "?p=3")),
        "/xc/index2.html?p=3",
    ),
    "a script for a link": ("/xc/", '<a href="javascript:go(2)">下一页</a>', None),
    "no pager": ("/xc/", links(("下一篇", "a.html")), None),
}


@pytest.mark.parametrize(("path", "markup", "following"), NEXT.values(), ids=NEXT)
def test_the_list_page_after_this_one(path: str, markup: str, following: str | None) -> None:
    page = read_page(f"<html><body><p>列表</p>{markup}</body></html>".encode(), HOST + path)
    assert next_page(page) == (HOST + following if following else None)


def test_the_selector_of_a_profile_goes_first() -> None:
    markup = '<html><body><a class="more" href="/x/3.html">往后</a>' + links(("下一页", "2.html"))
    page = read_page(markup.encode(), f"{HOST}/x/")
    assert next_page(page, ["a.more"]) == f"{HOST}/x/3.html"
