"""What saved pages lose that are put through the damaging tool whole, tags and all.

    make bench-hijacked PAGES=FOLDER

FOLDER holds saved pages of articles, `*.html` anywhere below it. Each is read as it is and damaged,
at three cuts of the table, with private-use characters kept and dropped, only converted, and read
in a wrong encoding. Prints for how many pages a field differs from that of the clean page, the
pages that give no record, and the share of wrong characters in the texts of the others. Needs the
extra `bench`.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from damaging import Tool, decode
from extraction import read_pages, text_of
from rapidfuzz.distance import Levenshtein

from ruralnews import extract

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "http://www.example.cn/a.html"
FIELDS = ("title", "published", "source", "author", "editor")
WAYS: dict[str, Callable[[str, int], str]] = {
    f"{'kept' if private else 'dropped'}, first {cut}": Tool(
        cut=cut, folded=False, private=private, markup=True
    ).damage
    for private in (True, False)
    for cut in (8, 60, 134)
}
WAYS["only converted"] = Tool(cut=0, controls=0, folded=False, markup=True).damage
WAYS["UTF-8 read as GBK"] = lambda page, _: decode(page.encode())
WAYS["UTF-8 read as Latin-1"] = lambda page, _: page.encode().decode("latin-1")
WAYS["GBK read as Latin-1"] = lambda page, _: page.encode("gbk", "replace").decode("latin-1")


def lost(pages: list[str], damage: Callable[[str, int], str]) -> str:
    """How many pages differ in what, of those that give a record as they are."""
    differ: Counter[str] = Counter()
    wrong = length = 0
    for seed, page in enumerate(pages):
        clean, other = (extract(text.encode(), URL) for text in (page, damage(page, seed)))
        if clean is None:
            continue
        if other is None:
            differ["no record"] += 1
            continue
        differ["restored"] += bool(other.restored)
        differ.update(name for name in FIELDS if getattr(clean, name) != getattr(other, name))
        wrong += Levenshtein.distance(clean.body, other.body)
        length += len(clean.body)
    told = ", ".join(f"{name} {differ[name]}" for name in ("restored", "no record", *FIELDS))
    return f"{told}, characters {wrong / max(length, 1):.5f}"


def main() -> None:
    """Prints a line for each way of damaging."""
    pages = [text_of(body) for body in read_pages(sys.argv[1])]
    print(f"{len(pages)} pages")
    for name, damage in WAYS.items():
        print(f"{name}: {lost(pages, damage)}", flush=True)


if __name__ == "__main__":
    main()
