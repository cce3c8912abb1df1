"""Text as the bytes it was read from in Windows-1252, which most programs mean by Latin-1."""

from __future__ import annotations

# Where it differs from Latin-1: 27 of the 32 places; the other five are control characters in both.
_DIFFERENT = {
    ord(character): byte
    for byte in range(0x80, 0xA0)
    if (character := bytes((byte,)).decode("cp1252", "ignore"))
}


def as_latin1(text: str) -> str:
    """The text, of the same length, with what Windows-1252 adds as the control of its byte."""
    return text.translate(_DIFFERENT)


def encode(text: str) -> bytes:
    """The bytes of a text; what the code page does not have is left out."""
    return as_latin1(text).encode("latin-1", "ignore")
