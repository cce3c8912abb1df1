"""Which encoding a page is really in.

Headers and metas of Chinese portals lie now and then (gb2312 declared over UTF-8 is common), so
the bytes decide and a declaration only breaks ties.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

from w3lib.encoding import http_content_type_encoding, resolve_encoding

from ruralnews.errors import ExtractionError
from ruralnews.reasons import Reason, Warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)")
"""For lower case: both `<meta charset=x>` and `<meta http-equiv … content="…; charset=x">`."""
META = b"<meta"
META_LENGTH = 200
"""Bytes between the name of the tag and the charset."""
XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]+)")
META_WINDOW = 16_384
"""Bytes searched for a meta; portals put long scripts in front of it."""
GUESSES = ("gb18030", "big5")
"""Tried after the declarations, for bytes that are no UTF-8."""
NOT_HAN = bytes(set(range(256)) - set(range(0x4E, 0xA0)))
"""High bytes of the UTF-16 characters outside of U+4E00 to U+9FFF."""
MIXED_LIMIT = 0.1
"""Share of Han characters in the UTF-8 reading above which a page with many errors is a mixture;
GB text gives less than one in a hundred."""
C1 = "".join(map(chr, range(0x80, 0xA0)))
"""C1 controls, which no page means."""
ASCII = bytes(range(0x80))
ERROR_LIMIT = 0.01
"""Share of unreadable characters among the non-ASCII ones above which the page is held back."""


class Decoded(NamedTuple):
    """The text of a page and how it was read."""

    text: str
    encoding: str
    warnings: list[Warn]
    utf8: bytes | None = None
    """The bytes of the page, where they are the text in UTF-8."""


def declared_encodings(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Encodings the page names, as Python codecs: header, then XML declaration, then metas."""
    content_type = next((v for k, v in headers.items() if k.lower() == "content-type"), None)
    labels = [http_content_type_encoding(content_type)]
    window = body[:META_WINDOW].lower()
    xml = XML_ENCODING.match(window)
    found = [*([xml[1]] if xml else []), *_meta_charsets(window)]
    labels += [label.decode("ascii", "replace") for label in found]
    codecs_named = (resolve_encoding(label) for label in labels if label)
    return list(dict.fromkeys(name for name in codecs_named if name))


def _meta_charsets(window: bytes) -> Iterator[bytes]:
    """The charset of each `<meta>`, its first one; to look for the tags first takes five times."""
    last = -1
    for match in CHARSET.finditer(window):
        least = max(0, match.start() - META_LENGTH - len(META))
        tag = window.rfind(META, least, match.start())
        if tag > last and b">" not in window[tag : match.start()]:
            last = tag
            yield match[1]


def decode(body: bytes, headers: Mapping[str, str]) -> Decoded:
    """The text of `body`, the codec that read it, and what was wrong with the declarations.

    Order: byte order mark; UTF-8 when the bytes are UTF-8 (GB text never is by chance); then
    the declared encoding or a Chinese one, whichever leaves the fewest characters unreadable.

    Raises:
        ExtractionError: `charset-undecided` when no encoding reads the bytes.
    """
    for bom, name in BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(name, "replace"), name, [])
    declared = declared_encodings(body, headers)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and "\ufffd" not in text:
        return Decoded(text, "utf-8", _warnings("utf-8", declared, 0), body)
    # What is ASCII tells nothing, and most of a page is.
    wide = body.translate(None, ASCII).decode("utf-8", "replace")
    errors = wide.count("\ufffd")
    # A GB page read as UTF-8 is nothing but errors; a UTF-8 page with a cut or a bad byte has few.
    if errors <= len(wide) * ERROR_LIMIT or (errors == 1 and len(wide) > 1):
        text = text or body.decode("utf-8", "replace")
        return Decoded(text, "utf-8", _warnings("utf-8", declared, errors))
    if _han(wide) > len(wide) * MIXED_LIMIT:
        raise ExtractionError(
            Reason.CHARSET_UNDECIDED, "part of it is UTF-8 and part of it is another encoding"
        )
    candidates = dict.fromkeys([*(d for d in declared if d not in ("utf-8", "ascii")), *GUESSES])
    errors, best, text = _fewest_unreadable(body, candidates)
    if errors > 1 and errors > _wide(text) * ERROR_LIMIT:
        raise ExtractionError(
            Reason.CHARSET_UNDECIDED,
            f"{best} reads it best and still leaves {errors} of {_wide(text)} characters"
            " unreadable",
        )
    return Decoded(text, best, _warnings(best, declared, text.count("\ufffd")))


def _fewest_unreadable(body: bytes, names: Iterable[str]) -> tuple[int, str, str]:
    """How many characters make no sense under the best codec, the codec, and its text."""
    best = len(body) + 1, "", ""
    for name in names:
        try:
            text = body.decode(name, "replace")
        except LookupError:
            continue
        errors = _unreadable(text)
        if errors < best[0]:
            best = errors, name, text
        if not errors:
            break
    return best


def _han(text: str) -> int:
    """How many characters are Han, of the common block."""
    return len(text.encode("utf-16-le")[1::2].translate(None, NOT_HAN))


def _unreadable(text: str) -> int:
    """How many characters are U+FFFD or C1 controls."""
    return text.count("\ufffd") + sum(text.count(code) for code in C1 if code in text)


def _wide(text: str) -> int:
    """How many characters are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _warnings(encoding: str, declared: list[str], errors: int) -> list[Warn]:
    warnings = []
    if declared and declared[0] != encoding:
        warnings.append(Warn.CHARSET_OVERRIDDEN)
    if errors:
        warnings.append(Warn.DECODE_ERRORS)
    return warnings
