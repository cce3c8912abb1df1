"""How many fields of the project's own pages are read right, against what is pinned.

    python tests/quality.py            the figures, and whether one fell below its pin
    python tests/quality.py --pin      pin them; refused where one would fall
    python tests/quality.py --pin --lower   pin them all the same

The pages are the saved cases (`portals/`) and the page forms (`extraction/forms/`). The pin names
their hash: who changes a page has to pin again, and a fall shows in the diff of `quality.json`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import forms
import test_portals as saved

TESTS = Path(__file__).parent
PIN = TESTS / "quality.json"
Scores = dict[str, list[int]]
"""Field -> fields read right, fields in all."""


def corpus_hash() -> str:
    """The hash of every file that a figure depends on."""
    files = [*forms.FOLDER.glob("*.toml"), *(f for f in saved.FOLDER.rglob("*") if f.is_file())]
    digest = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(TESTS).as_posix()
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def measure() -> Scores:
    """The scores of every field, `saved` and `forms` apart."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in saved.ARTICLES:
        for field in forms.FIELDS:
            if field == "body" and "parts" in case.meta:
                continue
            got, wanted = saved.record(case)[field], case.expected[field]
            got = saved.AS_EXPECTED.get(field, lambda value: value)(got)
            total[f"saved {field}"] += 1
            right[f"saved {field}"] += got == wanted
    for form in forms.load_forms():
        for field in form.expected:
            total[f"forms {field}"] += 1
            right[f"forms {field}"] += forms.is_right(form, field)
    return {name: [right[name], total[name]] for name in total}


def read_pin() -> dict[str, Any]:
    """`corpus`: the hash; `scores`: what must be reached."""
    pin: dict[str, Any] = json.loads(PIN.read_text("utf-8"))
    return pin


def fallen(pinned: Scores, scores: Scores) -> list[str]:
    """The fields that are read worse than pinned, or on fewer pages, as sentences."""
    found = []
    for name, (right, total) in pinned.items():
        now_right, now_total = scores.get(name, [0, 0])
        if now_total < total:
            found.append(f"{name}: {total} fields pinned, {now_total} left")
        elif now_right * total < right * now_total:
            found.append(f"{name}: {right} of {total} pinned, now {now_right} of {now_total}")
    return found


def main(arguments: list[str]) -> int:
    """Exit status: 1 when a figure fell and nobody asked to lower it."""
    scores = measure()
    for name, (right, total) in scores.items():
        print(f"{name:16} {right:4} of {total}")
    problems = fallen(read_pin()["scores"], scores) if PIN.exists() else []
    for problem in problems:
        print(f"fell: {problem}", file=sys.stderr)
    if problems and "--lower" not in arguments:
        return 1
    if "--pin" in arguments:
        pin = {"corpus": corpus_hash(), "scores": scores}
        PIN.write_text(json.dumps(pin, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
