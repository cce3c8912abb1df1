"""The damaging tool, rebuilt for tests and measurements: clean simplified text in, damage out.

It does to bytes what docs/RESTORATION.md tells: convert to traditional, annotate by unaligned
replacement, put control bytes before punctuation (unaligned as well), decode as code page 936.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from ruralnews.restoration import gbk
from ruralnews.restoration.tables import annotation_table, conversion, toneless

FORWARD = str.maketrans(
    {
        plain: full
        for full, plains in conversion().origins.items()
        for plain in plains
        if plain != full
    }
)
FOLD = str.maketrans("，！？：；（）", ",!?:;()")
UNFOLD = str.maketrans(",!?:;()", "，！？：；（）")
PRIVATE = re.compile("[\ue000-\uf8ff]")
MARKS = [mark.encode("gbk") for mark in "，。！？、"]
CUTS = (8, 30, 60, 90, 134)


@dataclass(frozen=True)
class Tool:
    """One way the tool is set, and what middlemen do to its output."""

    cut: int = 60
    """How many entries of the table are used."""
    tones: bool = True
    blank: bool = False
    """A blank before the closing bracket."""
    doubled: bool = False
    controls: float = 0.85
    """How often control bytes are put before a mark."""
    keep_controls: bool = False
    folded: bool = True
    """Full-width punctuation folded to ASCII."""
    private: bool = True
    """Private-use characters kept."""
    markup: bool = False
    """Whether its text is a page: there ; and : are no punctuation."""

    def bracket(self, reading: str) -> bytes:
        """The annotation for a reading."""
        text = f"({reading if self.tones else toneless(reading)}{' ' * self.blank})"
        return text.encode("gb18030") * (1 + self.doubled)

    def damage(self, text: str, seed: int = 0) -> str:
        """What becomes of a text; every line by itself."""
        chance = random.Random(seed)
        return "\n".join(self._line(line, chance) for line in text.split("\n"))

    def _line(self, line: str, chance: random.Random) -> str:
        wide = line if self.markup else line.translate(UNFOLD)
        data = wide.translate(FORWARD).encode("gbk", "replace")
        for key, reading in list(annotation_table().items())[: self.cut]:
            found = key.encode("gbk")
            data = data.replace(found, found + self.bracket(reading))
        for mark in MARKS:
            first, *others = data.split(mark)
            for piece in others:
                run = chance.randint(1, 5) if chance.random() < self.controls else 0
                first += bytes(chance.choices((5, 6, 7, 8), k=run)) + mark + piece
            data = first
        text = decode(data)
        if not self.keep_controls:
            text = re.sub("[\x05-\x08]", "", text)
        if not self.private:
            text = PRIVATE.sub("", text)
        return text.translate(FOLD) if self.folded else text


def decode(data: bytes) -> str:
    """The bytes as Windows reads them in code page 936."""
    parts, at = [], 0
    while at < len(data):
        lead, trail = data[at], data[at + 1] if at + 1 < len(data) else 0
        if lead <= gbk.HIGH:
            parts.append(gbk.EURO if lead == gbk.HIGH else chr(lead))
            at += 1
        elif trail < gbk.TRAIL_LOW or trail in (gbk.DEL, 0xFF) or lead == 0xFF:
            parts.append("?")
            at += 2
        else:
            parts.append(data[at : at + 2].decode("gb18030", "replace"))
            at += 2
    return "".join(parts)


def expected(text: str, tool: Tool) -> str:
    """The clean text with the widths that the tool's middlemen leave."""
    wide = text.translate(UNFOLD)
    return wide.translate(FOLD) if tool.folded else wide


def narrow(text: str) -> str:
    """The text with its punctuation folded, to compare."""
    return text.translate(FOLD)
