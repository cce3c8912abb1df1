"""The conversion and reading tables, from OpenCC's and pypinyin's data.

    python -m ruralnews.restoration.making.tables

Needs opencc and pypinyin (see ../data/README.md). Writes data/conversion.tsv, in which the
tool's own choices (data/choices.tsv) come before OpenCC's, and data/readings.tsv.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import opencc
from pypinyin.constants import PINYIN_DICT

from ruralnews.restoration.tables import rows

DATA = Path(__file__).parents[1] / "data"

GBK_HANZI = [
    chr(code)
    for code in range(0x4E00, 0x9FA6)
    if len(chr(code).encode("gbk", "ignore")) == 2  # noqa: PLR2004 - bytes of a pair
]


def is_plain(character: str) -> bool:
    """Whether simplified text uses the character: GB 2312 has it."""
    return bool(character.encode("gb2312", "ignore"))


def tool_forms() -> dict[str, str]:
    """What the tool makes of each simplified character, where it changes it."""
    convert = opencc.OpenCC("s2t").convert
    choices = dict(rows("choices.tsv"))
    forms = {}
    for plain in GBK_HANZI:
        full = choices.get(plain) or convert(plain)
        if len(full) == 1 and full != plain and full.encode("gbk", "ignore"):
            forms[plain] = full
    return forms


def conversion() -> list[str]:
    """Lines `traditional, simplified candidates, tool|phrase`, the likeliest candidate first."""
    origins: dict[str, list[str]] = defaultdict(list)
    for plain, full in tool_forms().items():
        origins[full].append(plain)
    simplify = opencc.OpenCC("t2s").convert
    lines = []
    for full in GBK_HANZI:
        plains = sorted(origins.get(full, []), key=lambda plain: not is_plain(plain))
        plains = [plain for plain in plains if is_plain(plain)] or plains[:1]
        if plains:
            if is_plain(full):
                plains.append(full)
            lines.append(f"{full}\t{''.join(plains)}\ttool")
        elif (plain := simplify(full)) != full and not is_plain(full):
            lines.append(f"{full}\t{plain}\tphrase")
    return lines


def readings() -> list[str]:
    """Lines `reading, characters that may be read so`."""
    read: dict[str, list[str]] = defaultdict(list)
    for character in GBK_HANZI:
        for reading in PINYIN_DICT.get(ord(character), "").split(","):
            if reading:
                read[reading].append(character)
    return [f"{reading}\t{''.join(read[reading])}" for reading in sorted(read)]


def write(name: str, comment: str, lines: list[str]) -> None:
    """Write one table under its comment line."""
    (DATA / name).write_text("\n".join([f"# {comment}", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    write(
        "conversion.tsv",
        "traditional, simplified, where from; from OpenCC 1.4 (Apache-2.0), 2026-11",
        conversion(),
    )
    write("readings.tsv", "pinyin, characters; from pypinyin 0.55 (MIT), 2026-11", readings())
