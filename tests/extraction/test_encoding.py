from __future__ import annotations

import codecs

import pytest

from ruralnews.errors import ExtractionError
from ruralnews.extraction.encoding import decode
from ruralnews.reasons import Reason, Warn

TEXT = "柳湾镇召开春耕备耕现场会，各村带头人到田头算账。" * 8
RARE = TEXT + "㳇水河边的苗䶮说，今年的稻子长得好。"
"""Two characters that GB2312 and GBK lack."""


def page(charset: str | None, text: str = TEXT) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("declared", "real", "header", "warnings"),
    [
        ("utf-8", "utf-8", None, []),
        ("gb2312", "gb18030", None, []),
        ("gbk", "gb18030", "text/html; charset=GBK", []),
        (None, "gb18030", None, []),
        (None, "utf-8", None, []),
        ("gb2312", "utf-8", None, [Warn.CHARSET_OVERRIDDEN]),
        ("utf-8", "gb18030", None, [Warn.CHARSET_OVERRIDDEN]),
        ("utf-8", "utf-8", "text/html; charset=gbk", [Warn.CHARSET_OVERRIDDEN]),
        ("gb2312", "gb18030", "text/html; charset=utf-8", [Warn.CHARSET_OVERRIDDEN]),
        ("no-such-charset", "gb18030", None, []),
    ],
)
def test_bytes_decide_over_declarations(
    declared: str | None, real: str, header: str | None, warnings: list[Warn]
) -> None:
    markup = page(declared, RARE)
    decoded = decode(markup.encode(real), {"Content-Type": header} if header else {})
    assert (decoded.text, decoded.encoding, decoded.warnings) == (markup, real, warnings)


def test_big5_is_believed_when_declared() -> None:
    markup = page("big5", "鄉村幹部走到田頭，聽老農算一筆春耕的賬。" * 5)
    assert decode(markup.encode("big5"), {}).text == markup


@pytest.mark.parametrize(
    ("bom", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_decides(bom: bytes, codec: str) -> None:
    markup = page("gb2312")
    decoded = decode(bom + markup.encode(codec), {})
    assert (decoded.text, decoded.encoding) == (markup, codec)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_one_bad_byte_costs_one_character(codec: str) -> None:
    body = page(None).encode(codec)
    at = body.index("春耕".encode(codec))
    decoded = decode(body[:at] + b"\xff" + body[at:], {})
    assert decoded.encoding == codec
    assert decoded.warnings == [Warn.DECODE_ERRORS]
    assert "带头人到田头算账" in decoded.text


def test_a_page_cut_in_a_character_is_read() -> None:
    body = page(None).encode().removesuffix(b"</p></body></html>")
    assert decode(body[:-1], {}).encoding == "utf-8"


@pytest.mark.parametrize(
    "middle",
    [TEXT.encode() + TEXT.encode("gb18030"), TEXT.encode("gb18030") + b"\xff\x81\xff\x80" * 400],
    ids=["half UTF-8, half GB", "noise"],
)
def test_bytes_of_no_encoding_are_held_back(middle: bytes) -> None:
    with pytest.raises(ExtractionError) as raised:
        decode(b"<html><body><p>" + middle, {})
    assert raised.value.reason is Reason.CHARSET_UNDECIDED
