"""The conversion and reading tables, from OpenCC's, pypinyin's and jieba's data.

    python -m ruralnews.restoration.making.tables

Needs opencc, pypinyin and jieba (see ../data/README.md). Writes data/conversion.tsv, in which the
tool's own choices (data/choices.tsv) come before OpenCC's, data/readings.tsv and data/half.tsv.
"""

from __future__ import annotations

from collections import defaultdict
from importlib.util import find_spec
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


# What OpenCC knows of traditional text: its own standard, Taiwan's twice, Hong Kong's.
STANDARDS = ("s2t", "s2tw", "s2twp", "s2hk")
# Characters that conversion one by one leaves alone and traditional text writes otherwise in most
# words: 於 後 裡 範 並 麼 願 築 徵 幹. Of 制, 系 and others Japan and Hong Kong keep too many.
LEFT_ALONE = set("于后里范并么愿筑征干")
# 于是 is an old spelling, 什么 a short hand; 村里 are Taiwan's villages and wards, 天后宮 is a
# temple: all stand in genuine text.
GENUINE_TOO = {"于是", "什么", "甚么", "村里", "后宫"}
MIN_SEEN = 500
# GB 2312 has it as a surname.
RARELY_PLAIN = "於"


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
        elif (plain := simplify(full)) != full and (not is_plain(full) or full in RARELY_PLAIN):
            lines.append(f"{full}\t{plain}\tphrase")
    return lines


def half() -> list[str]:
    """Two-character words that conversion one by one leaves half simplified, frequent first."""
    converters = [opencc.OpenCC(name).convert for name in STANDARDS]
    forms = str.maketrans(tool_forms())
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("jieba is not installed; run: pip install -e '.[bench]'")
    words = Path(spec.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for entry in words:
        word, seen, *_ = entry.split(" ")
        if len(word) != 2 or int(seen) < MIN_SEEN or word in GENUINE_TOO:  # noqa: PLR2004 - a pair
            continue
        made = word.translate(forms)
        if all(_left_alone(made, convert(word)) for convert in converters):
            found.append((-int(seen), made))
    return [made for _, made in sorted(found)]


def _left_alone(made: str, full: str) -> bool:
    return any(one != other and one in LEFT_ALONE for one, other in zip(made, full, strict=True))


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
    write(
        "half.tsv",
        "words left half simplified; from jieba 0.42.1 (MIT) and OpenCC 1.4 (Apache-2.0), 2026-11",
        half(),
    )
