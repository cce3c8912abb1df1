"""Text that nobody can read, and text that only looks odd."""

from __future__ import annotations

import pytest

from ruralnews.errors import ExtractionError
from ruralnews.extraction.mojibake import mojibake_in
from ruralnews.extraction.page import read_page
from ruralnews.extraction.sniffing import is_cut, other_format
from ruralnews.reasons import Reason

TEXT = (
    "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡的三百亩。傍晚，晒场上铺开了"
    "一层新麦，老人们拿着木锨来回翻，孩子们在边上追着跑。镇上的技术员说，今年的墒情比往年好。"
)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.encode().decode("gb18030", "replace"),
        TEXT.encode().decode("gbk", "ignore"),
        TEXT.encode().decode("latin-1"),
        TEXT.encode("gb18030").decode("latin-1"),
        TEXT.encode("gb18030").decode("utf-8", "replace"),
        TEXT + "锟斤拷" * 10,
        TEXT + "\ufffd" * 3,
    ],
    ids=["utf-8 as gb18030", "as gbk", "as latin-1", "gbk as latin-1", "as utf-8", "lost", "holes"],
)
def test_lost_text(text: str) -> None:
    assert mojibake_in(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT + "\ufffd",
        TEXT * 3 + "程序员把乱码叫作“锟斤拷”。",
        TEXT + "café, naïve, Zürich",
        "鄉村幹部報網：村裡的麥子熟了，合作社的收割機天不亮就下了地，一上午收完了南坡的三百畝。",
        "plain English",
        "",
        "麦收",
    ],
)
def test_readable_text(text: str) -> None:
    assert mojibake_in(text) is None


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"%PDF-1.7\n<html><body>", "PDF"),
        (b"\xff\xd8\xff\xe0 JFIF", "JPEG"),
        (b"PK\x03\x04 word/document.xml", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Office"),
        (b"\n<!DOCTYPE html>", None),
        (b"<?xml version='1.0'?><html>", None),
        (b"\xef\xbb\xbf<html>", None),
        (b"", None),
    ],
)
def test_other_formats(body: bytes, name: str | None) -> None:
    assert other_format(body) == name


WHOLE = "<!DOCTYPE html><html><head><title>麦收</title></head><body><p>麦子熟了。</p></body></html>"


@pytest.mark.parametrize(
    ("page", "cut"),
    [
        (WHOLE, False),
        (WHOLE + "<script>" + "x" * 9_000 + "</script>", False),
        (WHOLE.replace("</html>", ""), False),
        (WHOLE[:-10].replace("</body", ""), True),
        (WHOLE[:70], True),
        ("<html><body><p>麦子熟了。</p>", False),
        ("<div><p>麦子熟了。</p></div>", False),
        ("<div><p>麦子熟了。</p></di", True),
        ("<div><p>麦子<a hre", True),
        ("", False),
    ],
)
def test_a_page_with_a_head_must_close(page: str, cut: bool) -> None:
    assert is_cut(page.encode()) is cut
    assert is_cut(b"\xff\xfe" + page.encode("utf-16-le")) is cut


def test_neither_is_read_as_a_page() -> None:
    for body, reason in (
        (b"%PDF-1.7\n<html><body><p>a</p></body></html>", Reason.PAGE_NOT_HTML),
        (WHOLE[:-20].encode(), Reason.PAGE_TRUNCATED),
    ):
        with pytest.raises(ExtractionError) as caught:
            read_page(body)
        assert caught.value.reason is reason
