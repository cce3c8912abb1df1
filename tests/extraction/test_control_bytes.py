"""Control bytes that the damaging tool set reach the restoration, and no further."""

from __future__ import annotations

import pytest
from damaging import Tool

from ruralnews.extraction.page import Page, read_page

PASSAGE = "村里组织学习，推广经验，计划明年再建一个馆，让游客看得见、听得懂、记得住。"


def page(text: str, title: str = "") -> bytes:
    return f"<html><body><p title='{title}'>{text}</p></body></html>".encode()


def text_and_title(page: Page) -> tuple[str, str | None]:
    node = page.root.css_first("p")
    assert node is not None
    return node.text_lexbor(), node.attributes["title"]


def test_they_are_evidence_where_nothing_else_is() -> None:
    damaged = Tool(cut=0, keep_controls=True, folded=False).damage(PASSAGE, 1)
    read = read_page(page(damaged, damaged), "http://portal.example/1.html")
    assert text_and_title(read) == (PASSAGE, PASSAGE)
    assert read.restored


@pytest.mark.parametrize("reference", ["&#5;", "&#27", "&#x1B;", "&#000;", "&#&#7;7;", "&#x7f;"])
def test_one_that_is_written_as_a_reference_is_a_blank(reference: str) -> None:
    read = read_page(page(f"村里{reference}修路", f"村里{reference}修路"))
    assert all(text and text.isprintable() for text in text_and_title(read))


@pytest.mark.parametrize(
    ("reference", "character"),
    [("&#9;", "\t"), ("&#39;", "'"), ("&#x1F33E;", "🌾"), ("&#50;", "2")],
)
def test_other_references_are_read(reference: str, character: str) -> None:
    text, title = text_and_title(read_page(page(reference, reference)))
    assert text == title == character


def test_a_stray_one_on_a_healthy_page_is_dropped() -> None:
    read = read_page(page("村里\x05修路", "村里\x08修路"), "http://portal.example/1.html")
    assert text_and_title(read) == ("村里修路", "村里修路")
    assert read.restored == ()
