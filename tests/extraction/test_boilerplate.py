from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.extraction.boilerplate import drop_boilerplate, rules

SEED = Path(__file__).parents[1] / "seed"
TITLE = "柳湾镇春管现场会开到田埂上"
FIRST = "3月4日一早，柳湾镇的春管现场会开到了桑园村的田埂上，二十多名村干部围着麦田听课。"
LAST = "散会前，每个村领走一张管护清单，哪块地追肥、哪块地浇水，写得清清楚楚。"

HEAD = [
    TITLE,
    f"　{TITLE} ",
    "2024-03-04 09:30:00",
    "2024年03月04日09:30 青禾日报",
    "2024-03-04 09:30  来源：青禾网  作者：谷雨生",
    "发布时间：2024-03-04 浏览次数：120 次",
    "信息来源：县农业农村局 发布日期：2024-03-04 字号：[大 中 小]",
    "当前位置：首页 > 乡村振兴 > 正文",
    "首页>乡村>正文",
    "1",
    "索 引 号：\tQH-1\t主题分类：\t农业",
    "【字号 大 中 小】",
    "分享到：",
    "打印",
]
FOOT = [
    "责编：谷雨生",
    "（责任编辑：谷雨生、苗立夏）",
    "【纠错】 责任编辑： 谷雨生",
    "[责任编辑：谷雨生 PX001]",
    "编辑：谷雨生 审核：苗立夏",
    "编辑 谷雨生 ｜ 排版 苗立夏",
    "监　制：苗立夏",
    "来源：青禾网",
    "（本文来源：青禾日报 作者：某研究院研究员谷雨生）",
    "原标题：春管会开到田埂上",
    "（原题为《春管会开到田埂上》）",
    "上一页 1 2 3 下一页",
    "【1】【2】【3】【4】",
    "[1] [2] [3]",
    "分享让更多人看到",
    "用微信扫描二维码",
    "扫一扫在手机打开当前页",
    "青禾县融媒体中心微信公众号",
    "更多精彩内容，请下载青禾客户端",
    "【打印本页】【关闭窗口】",
    "【关闭】",
    "关键词：春管 | 柳湾",
    "标签： 春管 农时",
    "版权声明：转载须经版权人书面授权并注明来源",
    "特别声明：以上内容仅代表作者本人，不代表本平台立场，如有侵权请联系删除，谢谢。",
    "（本文来自青禾新闻，更多原创资讯请下载“青禾”APP）",
    "青禾新闻报料：某热线  未经授权不得转载",
    "《青禾日报》（2024年03月04日 第 06 版）",
    "Play Video",
    "青禾县农技站供稿 摄影/苗立夏 编辑/谷雨生",
    "- THE END -",
    "来源 | 青禾网、柳湾日报",
    "【发表评论】【打印本稿】",
    "— END —",
    "点“在看”让更多人看到",
    "主办单位：青禾县某某办公室",
    "0:00 / 2:54",
    "正文已结束，您可以按alt+4进行评论",
    "返回青禾网，查看更多",
]
KEPT = [
    "编辑部收到的来信说，今年的麦苗长得比往年好。",
    "责任编辑谷雨生说：这篇报道的来源是一位老农的来信。",
    "村民把照片分享到微信群里，引来一片赞叹。",
    "他关闭了水闸，打印好轮灌表，贴在村口。",
    "版权意识在竹编匠人中越来越强，去年登记作品三件。",
    "作者：谷雨生",
    "文/图 谷雨生 苗立夏",
    "本报记者 谷雨生",
    "（通讯员 谷雨生）",
    "图为村民在田间浇水。苗立夏 摄",
    "图片来源：青禾县档案馆",
    "图文来源：柳湾镇文化站",
    "来源：青禾网 记者：谷雨生",
    "（转青禾县政府网站信息）",
    "2024年3月4日",
    "青禾县人民政府办公室",
    "（此件公开发布）",
    "一、抓好返青水",
    "第一条　为规范管理，制定本办法。",
    "（2024年3月1日青禾县第十届人民代表大会第三次会议通过）",
    "柳湾镇、桐岭乡、石磨镇、云脚乡、桑园镇等受灾地区",
    "3",
    "120.5",
    "评论员文章还说，农时不等人。",
]


@pytest.mark.parametrize("line", HEAD)
def test_furniture_above_the_text_goes(line: str) -> None:
    kept, removed = drop_boilerplate([line, FIRST, LAST], TITLE)
    assert kept == [FIRST, LAST]
    assert [removal.chars for removal in removed] == [len(re.sub(r"\s", "", line))]


@pytest.mark.parametrize("line", FOOT)
def test_furniture_below_the_text_goes(line: str) -> None:
    kept, removed = drop_boilerplate([FIRST, LAST, line], TITLE)
    assert kept == [FIRST, LAST]
    assert [removal.chars for removal in removed] == [len(re.sub(r"\s", "", line))]


@pytest.mark.parametrize("line", KEPT)
def test_text_that_mentions_furniture_stays(line: str) -> None:
    assert drop_boilerplate([FIRST, line, LAST], TITLE) == ([FIRST, line, LAST], [])


@pytest.mark.parametrize("line", [line for line in KEPT if not line.isdigit()])
def test_last_lines_that_are_text_stay(line: str) -> None:
    assert drop_boilerplate([FIRST, LAST, line], TITLE)[0] == [FIRST, LAST, line]


@pytest.mark.parametrize(
    "heading",
    ["相关链接：", "相关阅读", "推荐阅读", "延伸阅读：", "你可能感兴趣的文章", "网友评论"],
)
def test_a_related_list_goes_with_what_follows(heading: str) -> None:
    lines = [FIRST, LAST, heading, "又一个村的好消息传来", "石磨村把竹编课搬进学校，孩子们乐了。"]
    kept, removed = drop_boilerplate(lines, TITLE)
    assert (kept, [removal.rule for removal in removed]) == ([FIRST, LAST], ["related"])


def test_a_box_in_the_midst_of_the_text_takes_nothing_with_it() -> None:
    lines = [FIRST, "相关链接", LAST, FIRST + LAST, LAST + FIRST]
    assert drop_boilerplate(lines, TITLE)[0] == lines


def test_the_heading_of_an_official_document_stays() -> None:
    lines = [TITLE, "青政发〔2024〕3号", FIRST]
    assert drop_boilerplate(lines, TITLE) == (lines, [])


def test_the_name_of_a_medium_goes_with_its_promotion() -> None:
    lines = ["青禾日报", "微信公众号", "青禾日报", "官方微博", FIRST, "青禾日报", LAST]
    assert drop_boilerplate(lines, TITLE)[0] == [FIRST, "青禾日报", LAST]


def test_the_seed_page_comes_out_as_the_newsroom_published_it() -> None:
    expected = json.loads((SEED / "expected.json").read_text("utf-8"))
    farm = (SEED / "article.txt").read_text("utf-8").splitlines()[-1]
    lines = [
        expected["title"],
        "2020-09-11 15:29:00  来源:乡村干部报网  作者:姜纯、马驰",
        *("1", "乡村干部报网", "微信公众号", "乡村干部报网", "官方微博"),
        *expected["body"].split("\n"),
        "责编:车婧",
        farm,
    ]
    kept, removed = drop_boilerplate(lines, expected["title"])
    assert "\n".join(kept) == expected["body"]
    assert {removal.rule: removal.chars for removal in removed} == {
        "title": 18,
        "infobar": 35,
        "pager": 1,
        "promo": 21,
        "editor": 5,
        "link-farm": 168,
    }


@pytest.mark.parametrize(
    "line", ["柳湾市|桐岭县|石磨县|云脚县|桑园县", "柳湾市| 桐岭县| 石磨县| 云脚县| 桑园县| 苇塘|"]
)
def test_a_trailing_farm_of_place_names_goes(line: str) -> None:
    assert drop_boilerplate([FIRST, LAST, line], TITLE)[0] == [FIRST, LAST]


@pytest.mark.parametrize("line", ["柳湾市|桐岭县|石磨县", "柳湾市、桐岭县、石磨县、云脚县、桑园县"])
def test_a_short_or_written_list_of_places_stays(line: str) -> None:
    assert drop_boilerplate([FIRST, LAST, line], TITLE)[0] == [FIRST, LAST, line]


def test_the_table_is_sound() -> None:
    for rule in rules():
        assert rule.scope in {"head", "foot", "edge", "any", "cut"}
        assert rule.pattern.groups == 0, "a group in a pattern would hide which row matched"
        assert rule.pattern.fullmatch("") is None
        assert not rule.pattern.fullmatch(FIRST)


LINES = st.lists(
    st.one_of(st.sampled_from([*HEAD, *FOOT, *KEPT, FIRST, LAST]), st.text(max_size=40)),
    max_size=20,
)


@given(LINES, st.sampled_from([TITLE, "", FIRST]))
def test_kept_lines_are_unaltered_and_in_order(lines: list[str], title: str) -> None:
    kept, removed = drop_boilerplate(lines, title)
    rest = iter(lines)
    assert all(line in rest for line in kept)
    size = len(re.sub(r"\s", "", "".join(lines)))
    assert size == len(re.sub(r"\s", "", "".join(kept))) + sum(r.chars for r in removed)


def test_names_below_a_lone_label_go_with_it() -> None:
    lines = [FIRST, LAST, "责任编辑：", "谷雨生 苗立夏"]
    assert drop_boilerplate(lines, TITLE)[0] == [FIRST, LAST]
