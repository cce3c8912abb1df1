"""Full-text search of Chinese for SQLite's FTS5: what is indexed, and what is asked. Pure.

Chinese has no spaces, so that a tokenizer of words finds nothing, and FTS5's trigrams find no word
of two characters. Here a text is its runs of letters and digits, and a run is indexed as its pairs
of neighbours and its last character: 乡村振兴 as 乡村 村振 振兴 兴. What is searched for is a
phrase of such pairs, so that any part of a text finds it, from one character on. Case, width,
punctuation and line feeds do not count.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

TOKENIZER = "ascii"
"""Splits at spaces; what is no letter or digit was taken out before."""
LONGEST = 200
"""Characters of a query that count."""
QUOTED = re.compile(r'"([^"]*)"|[^\s"]+')
LETTERS = ("L", "N")
JOINING = ("M", "Cf")
"""Unicode categories of characters without a width of their own: variation selectors, accents."""


class _Folding(dict[int, str]):
    """For `str.translate`: what each character counts as; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(char: str) -> str:
    if unicodedata.category(char).startswith(JOINING):
        return ""
    forms = unicodedata.normalize("NFKC", char).casefold()
    return "".join(
        form if unicodedata.category(form).startswith(LETTERS) else " "
        for form in forms
        if not unicodedata.category(form).startswith(JOINING)
    )


_FOLDING = _Folding()


def runs(text: str) -> list[str]:
    """The runs of letters and digits, folded.

    >>> runs("２０２３年，Ａ类 乡村")
    ['2023年', 'a类', '乡村']
    """
    return text.translate(_FOLDING).split()


def indexed(text: str) -> str:
    """What FTS5 is given of a text: pairs and last characters, with spaces between.

    >>> indexed("乡村振兴，好")
    '乡村 村振 振兴 兴 好'
    """
    return " ".join(run[i : i + 2] for run in runs(text) for i in range(len(run)))


def match_query(query: str) -> str:
    """The FTS5 query that finds the texts which hold every part of what a person typed.

    Parts stand between spaces; one in "double quotes" may hold spaces. Nothing in it is an
    operator. A query without letters and digits finds nothing.

    >>> match_query('乡村 "责任 编辑"')
    '"乡村" AND "责任 任 编辑"'
    >>> match_query("村"), match_query("OR -")
    ('"村"*', '"or"')
    >>> match_query("？")
    '""'
    """
    return " AND ".join(_phrase(part) for part in parts(query)) or '""'


def parts(query: str) -> list[list[str]]:
    """The parts of a query, each as its runs; parts without any are left out."""
    found = (
        runs(match[1] if match[1] is not None else match[0])
        for match in QUOTED.finditer(query[:LONGEST])
    )
    return [part for part in found if part]


def _phrase(part: list[str]) -> str:
    *before, last = part
    pairs = [run[i : i + 2] for run in before for i in range(len(run))]
    if len(last) == 1:
        # Any pair that begins with it, or itself at the end of a run.
        return f'"{" ".join([*pairs, last])}"*'
    # Without its last character alone: in the text, the run may go on.
    pairs += [last[i : i + 2] for i in range(len(last) - 1)]
    return f'"{" ".join(pairs)}"'


class Piece(NamedTuple):
    """A part of a text, and whether it was searched for."""

    text: str
    hit: bool


def pieces(text: str, query: str) -> list[Piece]:
    """The text cut at every place where a part of the query stands; joined, they are the text.

    >>> [piece.text for piece in pieces("看乡村，振兴", '"村 振"') if piece.hit]
    ['村，振']
    """
    wanted = [re.escape(" ".join(part)) for part in parts(query)]
    if not wanted:
        return [Piece(text, hit=False)] if text else []
    folded, places = _placed(text)
    found, end = [], 0
    for match in re.finditer("|".join(sorted(wanted, key=len, reverse=True)), folded):
        begin, stop = places[match.start()], places[match.end() - 1] + 1
        # Two hits within one character, of which several letters were made.
        if begin < end:
            continue
        found += [Piece(text[end:begin], hit=False), Piece(text[begin:stop], hit=True)]
        end = stop
    found.append(Piece(text[end:], hit=False))
    return [piece for piece in found if piece.text]


def _placed(text: str) -> tuple[str, list[int]]:
    """The runs of a text with a space between, and where each character of it stands."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for form in _FOLDING[ord(char)]:
            if form != " " or (folded and folded[-1] != " "):
                folded.append(form)
                places.append(place)
    return "".join(folded), places


def excerpt(text: str, query: str, length: int) -> str:
    """About `length` characters of a text around the first place where the query stands."""
    begin = 0
    for piece in pieces(text, query):
        if piece.hit:
            break
        begin += len(piece.text)
    else:
        begin = 0
    begin = max(0, min(begin - length // 4, len(text) - length))
    cut = text[begin : begin + length].replace("\n", " ")
    return f"{'…' if begin else ''}{cut}{'…' if begin + length < len(text) else ''}"
