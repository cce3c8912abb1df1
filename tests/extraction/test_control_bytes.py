"""Control bytes that the damaging tool set reach the restoration, and no further."""

from __future__ import annotations

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


def test_a_stray_one_on_a_healthy_page_is_dropped() -> None:
    read = read_page(page("村里\x05修路", "村里\x08修路"), "http://portal.example/1.html")
    assert text_and_title(read) == ("村里修路", "村里修路")
    assert read.restored == ()
