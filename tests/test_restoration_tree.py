"""A parsed page is restored in place: text, attributes, markup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from damaging import Tool, decode
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ruralnews.errors import ExtractionError
from ruralnews.reasons import Reason
from ruralnews.restoration import restore_tree

CASES = Path(__file__).parent / "restoration"
SYNTHETIC = json.loads((CASES / "synthetic.json").read_text(encoding="utf-8"))
DAMAGED, RESTORED = SYNTHETIC[0]["damaged"], SYNTHETIC[0]["restored"]
FARM = "".join(
    f"<a href='http://{n}.invalid/'>{name}市</a>| " for n, name in enumerate("甲乙丙丁戊己庚辛")
)


def parse(body: str, head: str = "") -> LexborNode:
    root = LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>").root
    assert root is not None
    return root


def text_of(page: LexborNode, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None
    return node.text_lexbor()


def attribute_of(page: LexborNode, selector: str, name: str) -> str | None:
    node = page.css_first(selector)
    assert node is not None
    return node.attributes[name]


def test_the_template_stays_while_the_article_is_restored() -> None:
    page = parse(f"<div id='nav'>首页 | 新闻(news)</div><p>{DAMAGED}</p><div>版权所有</div>")
    assert restore_tree(page)
    assert text_of(page, "p") == RESTORED
    assert text_of(page, "div") == "首页 | 新闻(news)"


def test_an_annotation_split_by_tags_is_found() -> None:
    split = DAMAGED.replace("(xué)", "<span>(x</span><b>ué</b>)")
    page = parse(f"<p>{split}</p>")
    restore_tree(page)
    assert text_of(page, "p") == RESTORED
    assert len(page.css("b")) == split.count("<b>")


def test_attributes_and_metas_are_restored_with_the_evidence_of_the_page() -> None:
    page = parse(
        f"<p>{DAMAGED}<img alt='農(nóng)業(yè)'></p>",
        "<title>農(nóng)業(yè)</title><meta name='keywords' content='學(xué)習(xí)'>",
    )
    restore_tree(page)
    assert text_of(page, "title") == attribute_of(page, "img", "alt") == "农业"
    assert attribute_of(page, "meta", "content") == "学习"


@pytest.mark.parametrize(("cut", "paragraphs"), [(8, 1), (134, 4)])
def test_converted_titles_beside_the_article_do_not_hide_its_annotations(
    cut: int, paragraphs: int
) -> None:
    text = "村里优先发展产业，对于怎么创业，由于没有规范，这里先学习经验，以后再说。"
    titles = [Tool(cut=0).damage(f"{words}经验") for words in ("优先", "创业", "发展", "学习")]
    links = "".join(f"<li><a href='/'>{title}</a></li>" for title in titles * 10)
    damaged = Tool(cut=cut, folded=False, controls=0).damage(text)
    assert "(yōu)" in damaged
    page = parse(f"<ul>{links}</ul>" + f"<p>{damaged}</p>" * paragraphs)
    restore_tree(page)
    assert text_of(page, "p") == text


def test_the_metadata_in_a_script_are_restored() -> None:
    data = json.dumps({"headline": "學(xué)習(xí)管水"}, ensure_ascii=False)
    script = f"<script type='application/ld+json'>{data}</script>"
    page = parse(f"<p>{DAMAGED}</p>", script)
    restore_tree(page)
    assert json.loads(text_of(page, "script")) == {"headline": "学习管水"}


def test_the_swallowed_bracket_of_a_tag_falls_away_with_the_tag() -> None:
    text = "他们说：“要学会管水。”"
    damaged = Tool(cut=134, folded=False).damage(text + "\n" + text)
    first = damaged.split("\n")[0]
    assert first.endswith("?")
    page = parse(f"<p>{DAMAGED}</p><p>{first}/span&gt;</p><p>{DAMAGED}</p>")
    restore_tree(page)
    assert text_of(page, "p:nth-of-type(2)") == text


@pytest.mark.parametrize("tag", ["p", "P", "SPAN"])
def test_a_tag_whose_bracket_a_lost_byte_swallowed_falls_away(tag: str) -> None:
    text = "村里的老人说：“这条渠没有一个人管。”"
    damaged = Tool(cut=8, controls=1, folded=False).damage(f"<{tag}>{text}</{tag}>")
    assert f"?/{tag}>" in damaged
    page = parse(f"<div>{DAMAGED}</div>{damaged}<div>{DAMAGED}</div>")
    restore_tree(page)
    assert text in text_of(page, "body")
    assert f"/{tag}" not in text_of(page, "body")


@pytest.mark.parametrize("blanks", ["\u2003\u2003", "\u00a0" * 4])
def test_spaces_that_the_code_page_lacks_fall_away_before_paragraphs(blanks: str) -> None:
    lines = ["村里学习经验。", "“由合作社经营。”", "（记者）", "谁来管？？"]
    damaged = Tool(cut=8, folded=False).damage("\n".join(blanks + line for line in lines))
    page = parse(f"<p>{DAMAGED}</p>" + "".join(f"<p>{x}</p>" for x in damaged.split("\n")))
    restore_tree(page)
    assert [p.text_lexbor() for p in page.css("p")][1:] == lines


def test_a_tag_whose_bracket_mojibake_swallowed_falls_away() -> None:
    heading, text = (
        "桥村的水渠修好了吗",
        "从前靠天吃饭，如今渠水到田头，村民说日子有盼头，都是一起干的。",
    )
    damaged = decode(f"<h1>{heading}</h1><p>{text}</p>".encode())
    assert damaged.count("?/") == 2
    page = parse(damaged)
    restore_tree(page)
    assert text_of(page, "body") == heading + text


@pytest.mark.parametrize(("tag", "held"), [("li", True), ("a", True), ("p", False)])
def test_a_page_whose_structure_mojibake_swallowed_is_held_back(tag: str, *, held: bool) -> None:
    line = f"<{tag}>从前靠天吃饭啊</{tag}><{tag}>如今水在田里了</{tag}>"
    damaged = decode(f"{line * 2}<p>有人说，是的，这里的渠一年到头都在修。</p>".encode())
    assert damaged.count(f"?/{tag}>") > 2
    if not held:
        restore_tree(parse(damaged))
        return
    with pytest.raises(ExtractionError, match="first character of") as caught:
        restore_tree(parse(damaged))
    assert caught.value.reason is Reason.TEXT_BEYOND_REPAIR


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_article_stored_as_latin_letters_is_read_in_a_healthy_template(encoding: str) -> None:
    title, text = "麦子熟了", f"{RESTORED}一天，村里的人都在地里，“A股”没有人管了。"
    stored_title, stored = (one.encode(encoding).decode("latin-1") for one in (title, text))
    page = parse(
        f"<div>\xa0\xa0首页“A股”行情…</div><h1>\xa0\xa0{stored_title}\xa0\xa0</h1><p>{stored}</p>",
        f"<title>{stored_title}</title>",
    )
    restore_tree(page)
    assert text_of(page, "title") == text_of(page, "h1").strip() == title
    assert text_of(page, "p") == text
    assert text_of(page, "div") == "\xa0\xa0首页“A股”行情…"


def test_a_healthy_page_stays_byte_for_byte() -> None:
    page = parse("<p>村里办起了直播间(live),由合作社(coop)统一发货。</p><!-- 注 --><p>二</p>")
    before = page.html
    assert restore_tree(page) == ()
    assert page.html == before


def test_comments_scripts_and_styles_are_left_alone() -> None:
    page = parse(f"<script>var a = '農(nóng)業(yè)';</script><!--農(nóng)業(yè)--><p>{DAMAGED}</p>")
    restore_tree(page)
    source = page.html or ""
    assert "var a = '農(nóng)業(yè)'" in source
    assert "<!--農(nóng)業(yè)-->" in source


def test_a_page_beyond_repair_is_refused_with_its_reason() -> None:
    page = parse("<p>" + "锟斤拷锟斤拷的锟斤拷一锟斤拷" * 20 + "</p>")
    with pytest.raises(ExtractionError, match="which stands for bytes that were thrown") as refused:
        restore_tree(page)
    assert refused.value.reason is Reason.TEXT_BEYOND_REPAIR


def test_planted_links_are_left_to_the_extraction_and_planted_text_is_dropped() -> None:
    names = "甲州市| 乙山县| 丙河市| 丁原县| 戊川区| 己南县| 庚北市| 辛口县|"
    page = parse(f"<p>{DAMAGED}</p><div>{FARM}</div><p>{names}</p>")
    kinds = [step.step for step in restore_tree(page)]
    assert kinds.count("link-farm") == 1
    assert "甲市" in page.text_lexbor()
    assert "甲州市" not in page.text_lexbor()


def test_control_bytes_kept_by_the_parser_fall_away() -> None:
    damaged = Tool(cut=134, keep_controls=True).damage(RESTORED, 3)
    page = parse(f"<p>{damaged}</p><p>\x0b</p>")
    assert "\x05" in page.text_lexbor()
    restore_tree(page)
    assert "\x05" not in page.text_lexbor()


def test_labels_of_the_information_bar_are_read_as_on_a_clean_page() -> None:
    bar = Tool(cut=134).damage("来源：青禾日报　作者：田小满　责任编辑：麦青禾", 1)
    assert "來(lái)源" in bar
    page = parse(f"<h1>{DAMAGED[:12]}</h1><div class='info'>{bar}</div><p>{DAMAGED}</p>")
    restore_tree(page)
    assert text_of(page, "div") == "来源:青禾日报\u3000作者:田小满\u3000责任编辑:麦青禾"


def test_control_bytes_before_every_mark_are_evidence_without_annotations() -> None:
    damaged = Tool(cut=0, keep_controls=True).damage(RESTORED * 2, 3)
    page = parse(f"<p>{damaged}</p>")
    assert restore_tree(page)
    assert text_of(page, "p") == RESTORED * 2
