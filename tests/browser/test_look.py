"""The fixture of these tests sees what it must see; without this the others prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from watching import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.browser

POLICY = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<script>throw Error('qinghe')</script>", "qinghe"),
        ("<script>console.error('hemiao')</script>", "hemiao"),
        (f"{POLICY}<script>document.title = 'ran'</script>", "Content Security Policy"),
        (f"{POLICY}<p style='color: red'>红", "Content Security Policy"),
        ("<img src='http://elsewhere.example/a.png'>", "asked for http://elsewhere.example/a.png"),
        ("<img src='other.png'>", "/other.png"),
    ],
)
def test_a_page_that_misbehaves_is_told(
    look: Callable[..., Any], tmp_path: Path, markup: str, told: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{markup}", encoding="utf-8")
    watched = look(file.as_uri())
    assert any(told in problem for problem in watched.problems), watched.problems
    watched.problems.clear()


def test_a_page_wider_than_a_phone_is_told(look: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    head = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    file.write_text(f"{head}<table><td style='min-width: 500px'>乡村</table>", encoding="utf-8")
    assert look(file.as_uri(), PHONE).overflow > 100
    file.write_text(f"{head}<p>乡村", encoding="utf-8")
    assert look(file.as_uri(), PHONE).overflow == 0


def test_chinese_characters_have_a_font(look: Callable[..., Any], tmp_path: Path) -> None:
    """Without one every character is the same box, and a screenshot shows nothing."""
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><meta charset=utf-8><canvas></canvas>", encoding="utf-8")
    draw = """(text) => {
        const canvas = document.querySelector("canvas"), pen = canvas.getContext("2d");
        pen.clearRect(0, 0, 300, 150); pen.font = "60px sans-serif"; pen.fillText(text, 10, 80);
        return canvas.toDataURL();
    }"""
    page = look(file.as_uri()).page
    assert page.evaluate(draw, "农") != page.evaluate(draw, "村")
