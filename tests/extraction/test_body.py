"""Invented pages, one for each way in which extractors are known to fail."""

from __future__ import annotations

import pytest

from ruralnews.extraction.body import find_body, read_body
from ruralnews.extraction.boilerplate import drop_boilerplate
from ruralnews.extraction.page import Page, read_page
from ruralnews.items import Attachment, Image
from ruralnews.portals.model import ArticleRules, Portal

TITLE = "柳湾镇春管现场会开到田埂上"
TEXT = (
    "3月4日一早，柳湾镇的春管现场会开到了桑园村的田埂上，二十多名村干部围着一块麦田听技术员讲课。",
    "技术员拔起一株麦苗，掰开根部，说起分蘖和墒情；有人举着手机录，有人蹲在地头记。",
    "“往年开会在屋里念文件，今年站在地里看苗情，一听就懂。”桑园村的带头人说。",
    "散会前，每个村领走一张管护清单，哪块地追肥、哪块地浇水，写得清清楚楚。",
)
MENU = "".join(f'<li><a href="/c{n}/">栏目{n}</a></li>' for n in range(30))
RELATED = "".join(
    f'<li><a href="/2024/t{n}.html">青禾县又一个村的好消息传来第{n}条</a></li>' for n in range(12)
)
FOOTER = (
    "<div class=foot><p>版权所有：青禾县融媒体中心，未经许可，不得转载。</p>"
    "<p>主办：青禾县某某办公室，地址：青禾县柳湾路，技术支持：青禾网络。</p></div>"
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>\u3000\u3000{text}</p>" for text in texts)


def article(body: str, *, above: str = "", below: str = "", title: str = TITLE) -> str:
    return (
        f"<html><head><title>{title}_青禾网</title></head><body><ul>{MENU}</ul>"
        f"<div class=main><h1>{title}</h1><div class=info>2024-03-04 09:30 来源：青禾网</div>"
        f"{above}{body}{below}</div><ul>{RELATED}</ul>{FOOTER}</body></html>"
    )


def page_of(markup: str) -> Page:
    return read_page(markup.encode(), "http://www.example.com/xc/202403/t20240304_1.html")


def body_of(markup: str, portal: Portal | None = None) -> list[str]:
    page = page_of(markup)
    run = find_body(page, portal)
    if run is None:
        return []
    return drop_boilerplate(read_body(page, portal, run)[0].lines, TITLE)[0]


DIV = "<div class=zw>{}</div>"
ONE_DIV_EACH = "".join(f"<div>{text}</div>" for text in TEXT)
BREAKS = "<br>\u3000\u3000".join(TEXT)
SECTIONS = "".join(f"<section><section><p>{text}</p></section></section>" for text in TEXT)
COMMENTS = "<h3>最新评论</h3>" + "".join(
    f"<div><p>网友{n}</p><p>说得好，这样的会多开几次，大家都欢迎！第{n}楼。</p></div>"
    for n in range(30)
)
FEED = "<h1 class=t>石磨村的竹编课</h1><p>2024-03-01 08:00</p>" + paragraphs(
    *(f"石磨村把竹编课搬进学校，孩子们学会了第{n}种编法，手上也有了茧子。" for n in range(30))
)
EDITOR = "<p>责任编辑：谷雨生</p>"

SHAPES = {
    "paragraphs": article(DIV.format(paragraphs(*TEXT))),
    "bare text and breaks": article(DIV.format(BREAKS)),
    "breaks beside headline and info bar": article(BREAKS),
    "one div a paragraph": article(DIV.format(ONE_DIV_EACH)),
    "sections of a pasted text": article(SECTIONS),
    "table layout": article(
        f"<table><tr><td><table><tr><td>{BREAKS}</td></tr></table></td></tr></table>"
    ),
    "stray end of the document": article("</body></html>" + DIV.format(paragraphs(*TEXT))),
    "unclosed headline": article(paragraphs(*TEXT)).replace("</h1>", ""),
    "comments below": article(DIV.format(paragraphs(*TEXT)), below=COMMENTS),
    "comments in the container": article(
        f"<div class=TRS_Editor>{paragraphs(*TEXT)}{EDITOR}{COMMENTS}</div>"
    ),
    "hidden copy": article(
        f"<div style='display:none'>{paragraphs(*TEXT)}</div>" + DIV.format(paragraphs(*TEXT))
    ),
    "reading mode": article(DIV.format(paragraphs(*TEXT)) + DIV.format(paragraphs(*TEXT))),
    "links between paragraphs": article(
        DIV.format(
            paragraphs(TEXT[0])
            + "<p><a href=/x>点此看看另一篇报道里怎么说</a></p>"
            + paragraphs(*TEXT[1:])
        )
    ),
    "share bar, tools and notice": article(
        DIV.format(paragraphs(*TEXT)),
        above="<p>分享到：</p><p>【打印】【关闭】</p><p>字号：大 中 小</p>",
        below="<p>免责声明：以上内容由网友上传，本平台仅提供存储服务。</p>",
    ),
    "related list in the container": article(
        f"<div class=TRS_Editor>{paragraphs(*TEXT)}<p>相关链接：</p><ul>{RELATED}</ul></div>"
    ),
    "no headline on the page": article(DIV.format(paragraphs(*TEXT))).replace(
        f"<h1>{TITLE}</h1>", ""
    ),
}


@pytest.mark.parametrize("markup", SHAPES.values(), ids=SHAPES)
def test_the_text_and_nothing_else_is_read(markup: str) -> None:
    assert body_of(markup) == list(TEXT)


def test_short_picture_news_is_found_above_a_long_feed() -> None:
    short = "3月4日，柳湾镇桑园村村民在麦田里浇返青水。连日来天气回暖，各村抢抓农时。"
    body = f"<div class=a><h1 class=t>{TITLE}</h1><p><img src=a.jpg></p><p>{short}</p></div>"
    markup = f"<html><head><title>{TITLE}</title></head><body>{body}<div>{FEED}</div></body></html>"
    assert body_of(markup) == [short]


def test_the_first_article_of_an_endless_feed_is_read() -> None:
    body = f"<div class=a><h1 class=t>{TITLE}</h1>{paragraphs(*TEXT)}</div>"
    markup = f"<html><head><title>{TITLE}</title></head><body>{body}<div>{FEED}</div></body></html>"
    assert body_of(markup) == list(TEXT)


def test_cells_of_a_table_become_a_row() -> None:
    cells = "<tr><td>村名</td><td>亩数</td></tr><tr><td><p>桑园村</p></td><td><p>1200</p></td></tr>"
    lines = body_of(article(DIV.format(paragraphs(*TEXT) + f"<table>{cells}</table>")))
    assert lines == [*TEXT, "村名\t亩数", "桑园村\t1200"]


def test_a_policy_document_loses_its_index_table() -> None:
    index = (
        "<table><tr><td>索 引 号：</td><td>QH-1</td><td>发文机关：</td><td>青禾县政府</td></tr>"
        "<tr><td>标　　题：</td><td>关于春管的通知</td>"
        "<td>成文日期：</td><td>2024年3月1日</td></tr></table>"
    )
    head = ("关于春管的通知", "青政发〔2024〕3号", "各乡镇人民政府：")
    text = "现将春季田间管理有关事项通知如下，请结合实际，认真抓好落实。" * 3
    body = f"<body>{index}<div>{paragraphs(*head, text)}</div></body>"
    page = page_of(f"<html><head><title></title></head>{body}</html>")
    run = find_body(page)
    assert run is not None
    lines = drop_boilerplate(read_body(page, None, run)[0].lines, head[0])[0]
    assert lines == [*head, text]


def test_poems_and_captions_keep_their_lines() -> None:
    poem = ("春风过柳湾", "新绿上桑田", "村头锣鼓响", "又是一丰年")
    caption = "图为村民在田间浇水。苗立夏 摄"
    lines = body_of(article(DIV.format(paragraphs(TEXT[0], *poem, caption, TEXT[1]))))
    assert lines == [TEXT[0], *poem, caption, TEXT[1]]


@pytest.mark.parametrize(
    "markup",
    [
        f"<html><head><title>乡村振兴</title></head><body><ul>{MENU}{RELATED}</ul>{FOOTER}</html>",
        "<html><body><h1>404</h1><p>页面不存在</p></body></html>",
        "<html><body></body></html>",
        f"<html><body><p>欢迎来到青禾网，请登录，祝您愉快！</p><ul>{RELATED}</ul></body></html>",
    ],
    ids=["list", "not found", "empty", "greeting"],
)
def test_a_page_without_article_has_no_body(markup: str) -> None:
    assert find_body(page_of(markup)) is None


@pytest.mark.parametrize(
    ("container", "rule"),
    [
        ('<div class="TRS_Editor">{}</div>', "cms:.TRS_Editor"),
        ('<div id="zoom">{}</div>', "cms:#zoom"),
        ("<ucapcontent>{}</ucapcontent>", "cms:ucapcontent"),
        ("<div>{}</div>", "density"),
        ('<div class="TRS_Editor"></div><div>{}</div>', "density"),
    ],
)
def test_a_container_is_believed_when_it_holds_the_text(container: str, rule: str) -> None:
    page = page_of(article(container.format(paragraphs(*TEXT))))
    run = find_body(page)
    assert run is not None
    assert read_body(page, None, run)[0].rule == rule


def test_a_roll_of_names_in_a_container_is_a_text() -> None:
    names = [f"柳湾镇第{n}村 谷雨{n} 苗立{n}" for n in range(12)]
    roll = f"<div class=TRS_Editor>{paragraphs(*names)}</div>"
    assert body_of(article(roll).replace(FOOTER, "")) == names


def test_a_profile_names_the_text_and_what_leaves_it() -> None:
    rules = ArticleRules(body=(".nowhere", ".own"), drop=(".promo",))
    portal = Portal(slug="x", name="某网", hosts=("example.com",), columns=(), article=rules)
    own = f"<div class=own>{paragraphs('短讯一则')}<p class=promo>本栏目由某社冠名</p></div>"
    markup = article(DIV.format(paragraphs(*TEXT)) + own)
    assert body_of(markup, portal) == ["短讯一则"]
    page = page_of(markup)
    run = find_body(page, portal)
    assert run is not None
    assert read_body(page, portal, run)[0].rule == "profile:body"


def test_pictures_are_absolute_in_order_with_their_captions() -> None:
    body = (
        paragraphs(TEXT[0])
        + "<p><img src='loading.gif' data-original='./W02.jpg'></p><p align=center>村民浇水</p>"
        + paragraphs(TEXT[1])
        + "<figure><img src=/pic/b.png><figcaption>田间课堂</figcaption></figure>"
        + "<p><img src='../icons/share.png' width=20></p><p><img src='W02.jpg'></p>"
        + "<p><img src=c.jpg></p>"
        + paragraphs(TEXT[2])
    )
    page = page_of(article(DIV.format(body), below="<p><img src=footer.jpg></p>"))
    run = find_body(page)
    assert run is not None
    assert read_body(page, None, run)[1] == [
        Image("http://www.example.com/xc/202403/W02.jpg", "村民浇水"),
        Image("http://www.example.com/pic/b.png", "田间课堂"),
        Image("http://www.example.com/xc/202403/c.jpg", None),
    ]


def test_addresses_start_from_the_base_of_the_page() -> None:
    markup = article(DIV.format(paragraphs(*TEXT) + "<p><img src=a.jpg></p>" + paragraphs("完。")))
    page = page_of(markup.replace("<head>", "<head><base href='https://img.example.com/x/'>"))
    run = find_body(page)
    assert run is not None
    assert [image.url for image in read_body(page, None, run)[1]] == [
        "https://img.example.com/x/a.jpg"
    ]


def test_documents_are_attachments_and_other_links_are_not() -> None:
    files = (
        "<p>附件：<a href=P1.doc>1.春管清单.doc</a></p><p><a href='/d?name=b.xlsx'>2.地块表</a></p>"
        "<p><a href='/wap/'>手机版</a></p><p><a href='P1.doc'></a></p>"
    )
    page = page_of(article(DIV.format(paragraphs(*TEXT) + files)))
    run = find_body(page)
    assert run is not None
    raw, _, attachments, removed = read_body(page, None, run)
    assert attachments == [
        Attachment("http://www.example.com/xc/202403/P1.doc", "1.春管清单.doc"),
        Attachment("http://www.example.com/d?name=b.xlsx", "2.地块表"),
    ]
    assert raw.lines[-2:] == ["附件：1.春管清单.doc", "2.地块表"]
    assert [(removal.rule, removal.chars) for removal in removed] == [("link-line", 3)]


def test_a_repeated_caption_is_no_second_copy() -> None:
    caption = "3月4日，村民在柳湾镇桑园村的麦田里浇返青水，抢抓农时。苗立夏 摄"
    lines = body_of(article(DIV.format(paragraphs(TEXT[0], caption, caption, caption, TEXT[1]))))
    assert lines.count(caption) == 3


def test_a_link_behind_the_last_sentence_is_cut() -> None:
    tail = "<p>" + TEXT[3] + "<a href=/>返回青禾网，查看更多</a></p>"
    assert body_of(article(DIV.format(paragraphs(*TEXT[:3]) + tail))) == list(TEXT)
