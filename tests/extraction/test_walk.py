from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from ruralnews.errors import ExtractionError
from ruralnews.extraction.limits import DEEPEST
from ruralnews.extraction.page import read_page
from ruralnews.extraction.walk import Walk, walk_page
from ruralnews.reasons import Reason


def walk(markup: str) -> Walk:
    body = LexborHTMLParser(markup).body
    assert body is not None
    return walk_page(body)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>甲</p><p>乙</p>", ["甲", "乙"]),
        ("甲<br>乙<br><br/>丙", ["甲", "乙", "丙"]),
        ("<div>甲<span>乙</span>丙</div>丁", ["甲乙丙", "丁"]),
        ("<p>  春\n\t耕  <b> 备</b> 耕 </p>", ["春 耕 备 耕"]),
        ("<p>甲<!-- 注 -->乙<?pi?>丙</p>", ["甲乙丙"]),
        ("<p>甲<script>x()</script>乙<style>p{}</style></p>", ["甲乙"]),
        ("<table><tr><td>甲</td><td>乙</td></tr></table>", ["甲", "乙"]),
        ("<p>张\u3000三\xa0四</p>", ["张\u3000三\xa0四"]),
        ("<p>\u3000\u3000\xa0</p><div></div>", []),
    ],
)
def test_lines_are_what_a_reader_sees(markup: str, lines: list[str]) -> None:
    assert [line.text for line in walk(markup).lines] == lines


def test_links_carry_their_place_in_the_line() -> None:
    (line,) = walk('<p> 见 <a href="a.doc"> 附件 </a> 与<a href="b.doc">表</a></p>').lines
    assert [(link.href, line.text[link.start : link.end].strip()) for link in line.links] == [
        ("a.doc", "附件"),
        ("b.doc", "表"),
    ]
    assert line.link_chars == sum(link.end - link.start for link in line.links)


def test_a_link_around_blocks_is_in_each_of_their_lines() -> None:
    lines = walk('<a href="x.html"><h3>标题</h3><p>摘要</p></a><p>别的</p>').lines
    assert [(line.text, len(line.links)) for line in lines] == [
        ("标题", 1),
        ("摘要", 1),
        ("别的", 0),
    ]


def test_every_block_covers_a_run_of_lines() -> None:
    found = walk('<div id="a"><p>甲</p><div id="b"><p>乙</p><p>丙</p></div></div><p>丁</p>')
    spans = {block.get("id"): block.span for block in found.blocks if block.get("id")}
    assert spans == {"a": (0, 3), "b": (1, 3)}


def test_hidden_lines_are_marked_and_kept() -> None:
    lines = walk('<p>甲</p><div style="display: none"><p>乙</p></div><p>丙</p>').lines
    assert [line.hidden for line in lines] == [False, True, False]


def test_pictures_stand_before_the_line_they_precede() -> None:
    assert [at for at, *_ in walk('<p>甲</p><p><img src="a.jpg"></p><p>乙</p>').images] == [1]


@given(st.recursive(st.text("甲乙 \n,"), lambda inner: st.lists(inner, max_size=4), max_leaves=30))
def test_no_character_is_lost_or_doubled(tree: object) -> None:
    def markup(node: object) -> str:
        if isinstance(node, str):
            return node
        assert isinstance(node, list)
        tag = ("div", "span", "a href='x'", "td")[len(node) % 4]
        return f"<{tag}>{''.join(map(markup, node))}</{tag.split()[0]}>"

    body = LexborHTMLParser(markup(tree)).body
    assert body is not None
    read = "".join(line.text for line in walk_page(body).lines)
    assert "".join(read.split()) == "".join(body.text_lexbor().split())


def test_a_tree_of_many_levels_is_read_without_recursion() -> None:
    page = read_page(("<html><body>" + "<div>" * 1500 + "正文").encode())
    assert [line.text for line in page.walk.lines] == ["正文"]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<body>" + "<div>" * (DEEPEST + 1) + "正文", Reason.PAGE_REJECTED),
        ("只有文字", Reason.PAGE_NOT_HTML),
        ("  \n", Reason.PAGE_EMPTY),
    ],
    ids=["deep", "text", "empty"],
)
def test_what_is_no_page_is_held_back(markup: str, reason: Reason) -> None:
    with pytest.raises(ExtractionError) as raised:
        read_page(markup.encode())
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ('document.write("来源：甲");', ["来源：甲"]),
        ("""var from = '甲'; if (from !== '') { document.write('来源：甲'); }""", ["来源：甲"]),
        ('if (mobile) { document.write("来源：甲"); }', []),
        ('document.write("来源：" + from);', []),
        ('document.write("<b>来源：甲</b>");', []),
    ],
)
def test_what_a_script_writes_as_it_stands_is_read(script: str, lines: list[str]) -> None:
    page = read_page(f"<body><script>{script}</script></body></html>".encode())
    assert [line.text for line in page.walk.lines] == lines


def test_a_page_without_content_has_no_lines() -> None:
    assert walk("").lines == []


def test_comments_behind_the_document_are_read() -> None:
    page = read_page(b"<html><body><p>x</p><!--1--></body><!--2--></html><!--3-->")
    assert page.metas.comments == ["1", "2", "3"]


def test_text_behind_a_stray_end_of_the_document_is_read() -> None:
    page = read_page("<html><body><p>甲</p></body></html><div><p>乙</p></div></html>".encode())
    assert [line.text for line in page.walk.lines] == ["甲", "乙"]
