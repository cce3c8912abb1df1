"""Pictures with captions and attached documents of the text region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ruralnews.extraction.links import absolute
from ruralnews.extraction.nodes import folded_text
from ruralnews.items import Attachment, Image

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ruralnews.extraction.walk import Block, Line, Walk

SOURCES = (
    "data-original",
    "data-src",
    "_src",
    "data-lazy-src",
    "data-actualsrc",
    "data-url",
    "original",
    "src",
)
"""Attributes with the address of a picture; lazy loading leaves a placeholder in `src`."""
FURNITURE = re.compile(
    r"(?:^|[/_-])(?:icon|logo|qr_?code|ewm|erweima|weixin|wechat|weibo|blank|spacer|space|pixel|loading"
    r"|share|print|arrow|btn|button|grey|1x1)[^/]{0,20}\.\w{3,4}$|/(?:icons?|fileTypeImages|face)/",
    re.IGNORECASE,
)
"""File names of pictures that are part of the page and not of the article."""
SMALL = 50
"""Pixels: a picture declared smaller is an icon."""
DOCUMENT = re.compile(
    r"\.(?:docx?|xlsx?|pdf|pptx?|zip|rar|7z|wps|et|dps|ofd|txt|csv)(?:$|[?&])", re.IGNORECASE
)
CAPTION = re.compile(
    r"(?:▲|△|▼|图[为说片：:①-⑳\d]|\S*图[:：]).*|.*(?:[摄绘]|供图|资料图片?|[图照]片?)[）)。]?"
)
"""图注 by its wording: 图为…, … 摄, … 供图."""
CAPTION_LIMIT = 120
CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
CAPTION_CLASS = re.compile(r"caption|pic|img|photo|tushuo|tuzhu", re.IGNORECASE)


def find_images(walk: Walk, run: tuple[int, int], base: str) -> list[Image]:
    """The pictures of the run, in order, each once."""
    images: dict[str, Image] = {}
    for number, block, node in walk.images:
        if run[0] <= number <= run[1] and (url := image_url(node, base)):
            # A picture that ends the run stands before the line behind it.
            if number == run[1] and not _in_run(block, run):
                continue
            images.setdefault(url, Image(url, _caption(block, walk, number, run)))
    return list(images.values())


def _in_run(block: Block, run: tuple[int, int]) -> bool:
    """Whether the picture in `block` stands in one that covers nothing outside the run."""
    spans = (around.span for around in (block, *block.ancestors()))
    return any(run[0] <= start < end <= run[1] for start, end in spans)


def image_url(node: LexborNode, base: str) -> str | None:
    """The address of an `<img>` that is content; None for icons and placeholders."""
    said = node.attributes
    for side in ("width", "height"):
        size = re.match(r"\s*(\d+)(?:px)?\s*$", said.get(side) or "")
        if size and int(size[1]) < SMALL:
            return None
    for attribute in SOURCES:
        source = said.get(attribute)
        if source and not source.startswith("data:"):
            url = absolute(base, source)
            return None if url is None or FURNITURE.search(url.partition("?")[0]) else url
    return None


def _caption(block: Block, walk: Walk, number: int, run: tuple[int, int]) -> str | None:
    """The line under the picture, if its markup or its words say that it describes it."""
    figure = next((b for b in (block, *block.ancestors()) if b.tag == "figure"), None)
    if figure is not None:
        caption = figure.node.css_first("figcaption")
        return (folded_text(caption) if caption else "") or None
    if number >= run[1]:
        return None
    line = walk.lines[number]
    if len(line.text) > CAPTION_LIMIT or line.links:
        return None
    return line.text if CAPTION.fullmatch(line.text) or _looks_captioned(line) else None


def _looks_captioned(line: Line) -> bool:
    block = line.block
    if CAPTION_CLASS.search(block.get("class")):
        return True
    centred = block.get("align") == "center" or CENTRED.search(block.get("style"))
    return bool(centred) and not line.text.endswith(("。", "：", ":"))


def is_document(href: str) -> bool:
    """Whether the link leads to a document to be downloaded."""
    return DOCUMENT.search(unquote(href)) is not None


def find_attachments(lines: list[Line], base: str) -> list[Attachment]:
    """The documents the lines link to, in order, each once."""
    found: dict[str, Attachment] = {}
    for line in lines:
        for link in line.links:
            name = line.text[link.start : link.end].strip() or None
            if is_document(link.href) or (name and DOCUMENT.search(name)):
                url = absolute(base, link.href)
                if url and (url not in found or not found[url].name):
                    found[url] = Attachment(url, name)
    return list(found.values())
