"""Every form of docs section "Names", with invented people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.extraction.bylines import lone_byline, read_bylines
from ruralnews.extraction.persons import is_organisation, is_person
from ruralnews.processors.names import split_authors, split_editors, split_names

FORMS = [
    ("（本报记者张试样、李范、王例文）", ["张试样", "李范", "王例文"]),
    ("(责编：张试样、李范)", ["张试样", "李范"]),
    ("本报记者 张试样 李 范", ["张试样", "李范"]),
    ("（记者张试 李范例 王样）", ["张试", "李范例", "王样"]),
    ("（本报记者  张试样  通讯员  李  范）", ["张试样", "李范"]),
    ("（本报记者\u3000张试样\u3000通讯员\u3000李\u3000范）", ["张试样", "李范"]),
    ("（记者/张试样 通讯员/李范例）", ["张试样", "李范例"]),
    ("文/图 张试样 李范例", ["张试样", "李范例"]),
    ("◎文/示例报融媒记者 张试样 图/示例报融媒记者 李范", ["张试样", "李范"]),
    ("示例报业全媒体记者 张试样 通讯员 李范例", ["张试样", "李范例"]),
    ("（通讯员 建样 融媒体记者 李范例）", ["建样", "李范例"]),
    ("《示例》杂志记者 张试试 某县融媒体中心记者 李 范", ["张试试", "李范"]),
    ("记者 张 试 样", ["张试样"]),
    ("张 试 李 范", ["张试", "李范"]),
    ("全媒体记者 张试样通讯员 李范例", ["张试样", "李范例"]),
    ("南示见习记者 张试样", ["张试样"]),
    ("张试样 PX209", ["张试样"]),
    ("张试_NN2587", ["张试"]),
    ("HN666", []),
    ("张试样，系示例大学特约研究员", ["张试样"]),
    ("张试样系示例大学研究员", ["张试样"]),
    ("示例中心世界经济研究部部长、研究员张试样", ["张试样"]),
    ("张试样（示例大学教授）", ["张试样"]),
    ("张试样教授", ["张试样"]),
    ("示例中心部长", []),
    ("阿试杜·热例合曼、李范", ["阿试杜·热例合曼", "李范"]),
    ("欧阳试样 诸葛范", ["欧阳试样", "诸葛范"]),
    ("Ann Example", ["Ann Example"]),
    ("记者 张试样 示州报道", ["张试样"]),
    ("记者张试样 李范 摄影报道", ["张试样", "李范"]),
    ("示例日报", []),
    ("某县委宣传部", []),
    ("某某党支部", []),
    ("未知", []),
    ("本站", []),
    ("", []),
]


@pytest.mark.parametrize(("raw", "names"), FORMS)
def test_a_printed_form_gives_its_names(raw: str, names: list[str]) -> None:
    assert split_names(raw) == names


def test_roles_stay_with_their_names() -> None:
    people = split_authors("文/张试样 图/李范例", "")
    assert [(p.role, p.name) for p in people] == [("文", "张试样")]


def test_an_editor_may_sign_with_a_longer_pen_name() -> None:
    assert [p.name for p in split_editors("样样不是糖", "编辑")] == ["样样不是糖"]


@pytest.mark.parametrize("account", ["xxgk01", "admin", "管理员", "信息员"])
def test_an_account_of_the_content_system_is_no_author(account: str) -> None:
    assert split_authors(account, "作者") == []


def test_a_long_list_is_no_list_of_authors() -> None:
    assert split_names("、".join(f"张{c}" for c in "一二三四五六七八九十百千万")) == []


@pytest.mark.parametrize(
    "text", ["示例日报", "某市新闻办", "某省发改委", "示例网", "某大学", "某某县"]
)
def test_media_and_offices_are_organisations(text: str) -> None:
    assert is_organisation(text)
    assert not is_person(text)


@pytest.mark.parametrize("text", ["张试样", "李范", "欧阳试样", "阿试杜·热例合曼"])
def test_full_names_are_persons(text: str) -> None:
    assert is_person(text)
    assert not is_organisation(text)


GIVEN = st.text(alphabet="样例范试拟假虚构", min_size=1, max_size=2)
NAMES = st.lists(
    st.builds(str.__add__, st.sampled_from("张李王赵刘陈杨黄"), GIVEN),
    min_size=1,
    max_size=5,
    unique=True,
)
MARKS = st.sampled_from(["、", " ", "\u3000", "，", "/", "  "])
LABELS = st.sampled_from(["", "记者 ", "（记者", "本报记者 ", "责编：", "通讯员 ", "作者：", "文/"])


@given(NAMES, MARKS, LABELS)
def test_names_come_back_once_in_order_and_without_label(
    names: list[str], mark: str, label: str
) -> None:
    raw = label + mark.join(names) + ("）" if label.startswith("（") else "")
    assert split_names(raw) == names


@given(st.text(alphabet="张李试样记者通讯员编辑责任：:、 /（）()报网\u3000·A1", max_size=40))
def test_no_label_survives_and_no_name_is_doubled(raw: str) -> None:
    names = split_names(raw)
    assert len(names) == len(set(names))
    assert not [name for name in names if set("：:、/（）()") & set(name)]
    assert not {"记者", "通讯员", "编辑", "责任编辑"} & set(names)


BYLINES = [
    ("本报记者 张试样 李范", "本报记者 张试样 李范"),
    ("文丨示例社特约评论员 张试样", "文丨示例社特约评论员 张试样"),
    ("【文/示例网专栏作者 张试】", "【文/示例网专栏作者 张试】"),
    ("采写：示都见习记者 张试样", "采写：示都见习记者 张试样"),
    ("作者︱样样", "作者︱样样"),
]
NO_BYLINES = [
    "记者从某县农业农村局获悉",
    "新华社记者 张试样 摄",
    "记者：你通过什么渠道最快获取这些信息？",
    "文明乡风进万家",
    "作者单位：示例大学",
]


@pytest.mark.parametrize(("line", "raw"), BYLINES)
def test_a_paragraph_that_is_a_byline_is_one(line: str, raw: str) -> None:
    assert [c.raw for c in lone_byline(line)] == [raw]


@pytest.mark.parametrize("line", NO_BYLINES)
def test_a_sentence_or_caption_is_no_byline(line: str) -> None:
    assert list(lone_byline(line)) == []


@pytest.mark.parametrize(
    ("paragraphs", "names"),
    [
        (["示例社某地5月9日电（记者张试样）某县粮食丰收。"], ["张试样"]),
        (["示例报讯（记者 张试样 通讯员 李范）某县粮食丰收。"], ["张试样", "李范"]),
        (["某县粮食丰收。" * 12 + "（张试样 李范 ）"], ["张试样", "李范"]),
        (["某县粮食丰收。" * 12 + "（记者：张试样）"], ["张试样"]),
        (["中示网某地5月9日电 (张试样 李范)某县粮食丰收。"], ["张试样", "李范"]),
        (["某县粮食丰收，图为收割现场。（示例社记者 张试样 摄）"], []),
        (["某县粮食丰收。（完）"], []),
        (["某县粮食丰收。（据《示例报》）"], []),
    ],
)
def test_bylines_inside_paragraphs(paragraphs: list[str], names: list[str]) -> None:
    found = [name for c in read_bylines(paragraphs) for name in split_names(c.raw)]
    assert list(dict.fromkeys(found)) == names
