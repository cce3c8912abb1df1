from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from ruralnews.extraction.infobar import Bar, read_bar
from ruralnews.extraction.labels import find_labels
from ruralnews.extraction.walk import walk_page


def bar_of(markup: str) -> Bar:
    body = LexborHTMLParser(markup).body
    assert body is not None
    return read_bar(walk_page(body).lines)


def values(bar: Bar) -> list[tuple[str, str]]:
    return [(v.label.field, v.text) for v in bar.values if v.label.field != "noise"]


BARS = [
    (
        "2024-05-09 10:36:00  来源：示例网-示例日报  作者：样子",
        [("source", "示例网-示例日报"), ("author", "样子")],
    ),
    (
        "来源：示球网编辑：张试审核：李范例",
        [("source", "示球网"), ("editor", "张试"), ("credit", "李范例")],
    ),
    ("来源:示例村官网   作者:   点击:", [("source", "示例村官网"), ("author", "")]),
    ("来源: | 发布时间: 2024-05-09 | 浏览次数: 21", [("source", ""), ("published", "2024-05-09")]),
    ("来源：示明网-《示明日报》2024-05-20 03:15", [("source", "示明网-《示明日报》")]),
    (
        "发布日期：2024-05-09 浏览次数： 信息来源：省示改委",
        [("published", "2024-05-09"), ("source", "省示改委")],
    ),
    ("来 源：示例报　责任编辑：张 试", [("source", "示例报"), ("editor", "张 试")]),
    ("（编辑：小样）返回首页，查看更多", [("editor", "小样")]),
    ("作者: 张试样 责任编辑:", [("author", "张试样"), ("editor", "")]),
    ("来源：[ 示例报 ]", [("source", "示例报")]),
    ("来源：示例局（原示例办） 字号：大 中 小", [("source", "示例局（原示例办）")]),
    ("来源于<!-- 来源 -->示例商报　2024-05-09 09:47", [("source", "示例商报")]),
    ("<span alt='来源：别处'><i>来源：</i> 示例日报</span>", [("source", "示例日报")]),
    ("供稿 摄影/张试 编辑/李范", [("credit", "张试"), ("editor", "李范")]),
    ("【文/示例网专栏作者 张试】", [("author", "示例网专栏作者 张试")]),
    ("【责任编辑 张试样】", [("editor", "张试样")]),
    ("2024-05-09 星期四 第06版 来源：示例报", [("source", "示例报")]),
    ("一审：张试 二审：李范", [("credit", "张试"), ("credit", "李范")]),
    ("总监制｜张试 签发｜李范", [("credit", "张试"), ("credit", "李范")]),
    ("一审一校：张试", [("credit", "张试")]),
]


@pytest.mark.parametrize(("markup", "wanted"), BARS)
def test_a_bar_is_split_by_its_labels(markup: str, wanted: list[tuple[str, str]]) -> None:
    assert values(bar_of(f"<p>{markup}</p>")) == wanted


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>发文机关：</td><td>示例局</td></tr></table>",
        "<dl><dt>发文机关：</dt><dd>示例局</dd></dl>",
    ],
)
def test_a_label_table_has_its_value_in_the_next_cell(markup: str) -> None:
    assert values(bar_of(markup)) == [("agency", "示例局")]


def test_the_name_may_stand_on_the_next_line() -> None:
    assert values(bar_of("<div><p>责任编辑：</p><p>张 试</p></div>")) == [("editor", "张 试")]


def test_an_empty_label_takes_nothing_from_the_next_line() -> None:
    assert values(bar_of("<div><p>来源：</p><p>打印本页</p></div>")) == [("source", "")]


@pytest.mark.parametrize(
    ("markup", "labels"),
    [
        ("成文日期：2024年5月9日", ["written"]),
        ("更新时间：2024-05-09 10:00", ["updated"]),
        ("最后更新: 2024-05-09 10:00", ["updated"]),
        ("发布时间：2024-05-09", ["published"]),
        ("2024-05-09 10:00 示例报", [None]),
        ("来源：示例报 2024-05-09 10:00", [None]),
    ],
)
def test_a_date_keeps_its_label(markup: str, labels: list[str | None]) -> None:
    assert [label for label, _, _ in bar_of(f"<p>{markup}</p>").dates] == labels


@pytest.mark.parametrize(
    ("markup", "beside"),
    [
        ("<p>2024年05月09日 19:55 示例报</p>", ["示例报"]),
        ("<p>2024-05-09 · 示例报道</p>", ["示例报道"]),
        ("<p>原创 示例都市报 2024-05-09 16:01</p>", ["原创 示例都市报"]),
        ("<p>示例日报</p><p>2024-05-09 06:16发布于某地示例日报官方账号</p>", ["示例日报"]),
        ("<p>2024-05-09 10:00</p>", []),
        ("<p>更新时间：2024-05-09 10:00 示例报</p>", []),
    ],
)
def test_what_stands_beside_the_date_is_kept(markup: str, beside: list[str]) -> None:
    found = bar_of(markup).beside
    assert found[: len(beside)] == beside
    assert len(found) <= len(beside) + 1


def test_the_longest_label_counts() -> None:
    (label,) = find_labels("责任编辑：张试")
    assert (label.name, label.field) == ("责任编辑", "editor")


@pytest.mark.parametrize("text", ["会议时间：5月", "一审获刑十二年", "记者17日从某部获悉", "10:30"])
def test_everyday_words_are_no_labels(text: str) -> None:
    assert find_labels(text) == []


def test_parts_elements_that_meet_without_a_blank() -> None:
    bar = bar_of(
        "<div><span>2021-09-18 10:12</span><span>来源：青禾发布</span><span>时间轴</span>"
        "<a href='/'>评论</a></div>"
    )
    assert values(bar) == [("source", "青禾发布")]


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：李<b>晓东</b>",
        "责任编辑：李晓<b>东</b>",
        "<span>责任编</span><span>辑:李</span><span>晓东</span>",
        "责<b>任编辑</b>：<a href='/'>李</a>晓东<span>关闭</span>",
    ],
)
def test_leaves_a_name_whole_that_is_set_in_parts(line: str) -> None:
    bar = bar_of(f"<p>{line}</p>")
    assert values(bar) == [("editor", "李晓东")]


def test_leaves_a_word_whole_whose_parts_are_punctuated() -> None:
    bar = bar_of("<p>2021-09-18 来源：<a href='/'>青禾网</a>-<b>《青禾日报》</b></p>")
    assert values(bar) == [("source", "青禾网-《青禾日报》")]


def test_gives_the_cells_of_a_table_their_colons() -> None:
    bar = bar_of("<table><tr><td>信件标题</td><td>路灯不亮</td></tr></table>")
    assert values(bar) == [("title", "路灯不亮")]
