"""The page the project was created from comes back to the letter."""

from __future__ import annotations

import json
import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from ruralnews.restoration import apply_steps, count_steps, restore, restore_tree

CASES = Path(__file__).parent / "seed"
SEED = (CASES / "article.txt").read_text(encoding="utf-8")
EXPECTED = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


def test_the_text_is_the_newsrooms_own() -> None:
    text = restore(SEED).text
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == EXPECTED["title"]
    assert lines[1].split() == [
        "2020-09-11",
        "15:29:00",
        "来源:" + EXPECTED["source"],
        "作者:" + "、".join(EXPECTED["author"]),
    ]
    assert "责编:" + EXPECTED["editor"][0] in lines
    paragraphs = EXPECTED["body"].split("\n")
    assert [line for line in lines if line in paragraphs] == paragraphs


def test_the_steps_replay() -> None:
    restored = restore(SEED)
    assert apply_steps(SEED, restored.steps) == restored.text
    assert dict(count_steps(restored.steps))["slip"] == 2


def test_a_page_is_restored_in_place_across_inline_tags() -> None:
    lines = SEED.split("\n")
    paragraphs = "".join(
        "<p>" + re.sub(r"\((\w+)\)", r"<i>(\1</i>)", line, count=4) + "</p>\n" for line in lines
    )
    page = LexborHTMLParser(
        f"<html><head><title>{lines[0]}</title><meta name='keywords' content='{lines[0]}'></head>"
        f"<body>{paragraphs}</body></html>"
    )
    assert page.root is not None
    assert restore_tree(page.root)
    texts = [" ".join(p.text_lexbor().split()) for p in page.css("p")]
    title, meta = page.css_first("title"), page.css_first("meta")
    assert title is not None
    assert meta is not None
    assert title.text_lexbor() == meta.attributes["content"] == EXPECTED["title"]
    assert texts[0] == EXPECTED["title"]
    paragraphs = EXPECTED["body"].split("\n")
    assert [text for text in texts if text in paragraphs] == paragraphs
    assert restore_tree(page.root) == ()


def test_the_restored_text_is_healthy() -> None:
    text = restore(SEED).text
    assert restore(text).text is text
