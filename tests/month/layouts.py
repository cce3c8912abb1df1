"""The pages of the invented portals: how each CMS sets an article and a list, and its profile."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsrooms import Newsroom, Story

PER_PAGE = 20
"""Articles of a list page."""
HEAD = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}_{name}</title></head>
<body><div class="top"><a href="/">首页</a> {columns}</div>
"""
FOOT = """<div class="foot"><p>{name} 主办：青禾县融媒体中心</p><p>联系我们 | 网站地图</p></div>
</body></html>
"""


@dataclass(frozen=True)
class Layout:
    """How a portal looks."""

    article: str
    entry: str
    """One article of a list, within `box`."""
    box: str
    links: str
    """Selector of `box`."""
    fields: str
    """How the profile finds the fields of an article."""


TRS = Layout(
    """<div class="position">当前位置：<a href="/">首页</a> &gt; {column}</div>
<div class="article"><h2 class="article-title">{title}</h2>
<div class="article-info"><span class="time">{time}</span> <span class="from">来源：{source}</span>
{author}</div>
<div class="TRS_Editor">{body}</div><div class="article-editor">责编：{editor}</div></div>
<div class="share">分享到：微信 微博</div>""",
    '<li><a href="{url}">{title}</a><span>{day}</span></li>',
    '<ul class="list-news">{entries}</ul>',
    "ul.list-news",
    """title = ["h2.article-title"]
published = [".article-info .time"]
source = [".article-info .from"]
body = [".TRS_Editor"]
""",
)
FOUNDER = Layout(
    """<div class="main"><h1>{title}</h1>
<div class="sub">{name} {time} 来源：{source} {author}</div>
<div id="ozoom" class="content">{body}<p class="zrbj">（责任编辑：{editor}）</p></div></div>
<div class="hot"><h3>热点推荐</h3><a href="/">更多</a></div>""",
    '<div class="item"><h3><a href="{url}">{title}</a></h3><em>{day}</em></div>',
    '<div class="news-box">{entries}</div>',
    ".news-box",
    'body = ["#ozoom"]\n',
)
MODERN = Layout(
    """<main><article><header><h1 class="headline">{title}</h1>
<p class="byline"><time>{time}</time>　来源：{source}　{author}</p></header>
<section class="rich-text">{body}</section><footer class="credit">责任编辑：{editor}</footer>
</article></main>""",
    '<a class="card" href="{url}"><b>{title}</b><i>{day}</i></a>',
    '<section class="cards">{entries}</section>',
    "section.cards",
    """title = ["h1.headline"]
published = [".byline time"]
source = [".byline"]
body = ["section.rich-text"]
""",
)
APP = Layout(
    """<div id="app" data-id="{number}"></div><noscript>请启用浏览器脚本后访问本站。</noscript>
<script src="/static/app.3f9c.js"></script>""",
    TRS.entry,
    TRS.box,
    TRS.links,
    TRS.fields,
)
"""Articles are built in the browser: the page has no text."""


def profile(room: Newsroom, host: str, layout: Layout) -> str:
    """The TOML of a portal's profile."""
    columns = "\n".join(
        f'[[columns]]\nname = "{name}"\nurl = "http://{host}{column_path(place)}"\n'
        for place, name in enumerate(room.columns)
    )
    return (
        f'name = "{room.name}"\nhosts = ["{host}"]\ndelay = 0.0\nverified = false\n'
        f'note = "invented"\n\n{columns}\n[listing]\n'
        "article = ['/t\\d{8}_(?P<id>\\d+)\\.html$']\n"
        f'links = ["{layout.links}"]\npages = "index_{{n}}.html"\npages_from = 1\n\n'
        f"[article]\n{layout.fields}"
    )


def column_path(place: int) -> str:
    return f"/c{place}/"


def story_path(story: Story) -> str:
    return f"/a/{story.published:%Y%m}/t{story.published:%Y%m%d}_{story.number}.html"


def article_page(room: Newsroom, story: Story, layout: Layout, charset: str) -> str:
    """The HTML of an article; `charset` is what it declares."""
    said = {
        "name": room.name,
        "charset": charset,
        "columns": " ".join(room.columns),
        "column": story.column,
        "number": story.number,
        "title": escape(story.title),
        "time": f"{story.published:%Y-%m-%d %H:%M:%S}",
        "source": story.source,
        "author": f"<span>作者：{'、'.join(story.author)}</span>" if story.author else "",
        "editor": story.editor,
        "body": "".join(f"<p>　　{escape(text)}</p>" for text in story.body),
    }
    return (HEAD + layout.article + FOOT).format(**said)


def list_page(
    room: Newsroom, shown: Sequence[Story], number: int, layout: Layout, charset: str
) -> str | None:
    """The HTML of a list page, counted from 0; None past the last."""
    part = shown[number * PER_PAGE : (number + 1) * PER_PAGE]
    if number and not part:
        return None
    entries = "".join(
        layout.entry.format(
            url=story_path(one), title=escape(one.title), day=f"{one.published:%Y-%m-%d}"
        )
        for one in part
    )
    said = {"name": room.name, "title": "列表", "charset": charset, "columns": ""}
    return HEAD.format(**said) + layout.box.format(entries=entries) + FOOT.format(**said)
