"""What a changed rule changes: every field of a saved case that is read otherwise than expected.

    python tests/accept.py          show the differences, and ask whether they are right
    python tests/accept.py --yes    show them and take them: write expected.json, pin the figures

Who accepts a difference says to have compared it with the page. The page forms
(`extraction/forms/`) are shown as well; their files are written by hand.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import forms
import quality
import test_portals as saved

from ruralnews import extract
from ruralnews.errors import ExtractionError
from ruralnews.extraction.article import read_article
from ruralnews.portals import get_portal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

AROUND = 12
"""Characters shown on both sides of what differs in a text."""
LONGEST = 160
"""Characters of a value that is shown."""
GONE = "reason"
"""The field of a case whose page gives no article."""


@dataclass(frozen=True)
class Change:
    """One field that is read otherwise."""

    case: str
    field: str
    before: Any
    """As expected."""
    after: Any
    """As read now, in the same form."""
    folder: Path | None = None
    """Of the saved case; None for a page form."""


def changes(cases: Iterable[saved.Case]) -> Iterator[Change]:
    """Every difference between what cases expect and what is read now, in their order."""
    for case in cases:
        now = read_now(case)
        if GONE in now or GONE in case.expected:
            if now.get(GONE) != case.expected.get(GONE):
                before = case.expected.get(GONE, "an article")
                after = now.get(GONE, "an article")
                yield Change(case.name, GONE, before, after, case.folder)
            continue
        for field, before in case.expected.items():
            if "parts" in case.meta and field in saved.OF_ALL_PARTS:
                continue
            if comparable(field, now[field]) != comparable(field, before):
                yield Change(case.name, field, before, now[field], case.folder)


def comparable(field: str, value: Any) -> Any:
    """The value where its order says nothing."""
    if field == "credits":
        return saved.credits_in_order(value)
    return sorted(value) if field == "warnings" else value


def read_now(case: saved.Case) -> dict[str, Any]:
    """What is read from a case, in the form of expected.json; `reason` when it is no article."""
    try:
        if case.kind == "list":
            return saved.listing(case)
        if case.kind == "held":
            read_article(case.read(), get_portal(case.slug))
            return {}
        record = extracted(case)
    except ExtractionError as error:
        return {GONE: str(error.reason)}
    written = {name: form for name, form in saved.AS_EXPECTED.items() if name != "credits"}
    return {name: written.get(name, lambda v: v)(value) for name, value in record.items()}


@cache
def extracted(case: saved.Case) -> dict[str, Any]:
    """The record of an article case. Raises ExtractionError when there is none."""
    body, headers = case.response()
    article = extract(
        body,
        case.meta["url"],
        headers=headers,
        portal=case.slug,
        fetched_at=case.fetched_at,
        strict=True,
    )
    assert article is not None, "strict"
    return article.to_record()


def form_changes() -> Iterator[Change]:
    """The fields of page forms that are read otherwise and not known to be."""
    for form in forms.load_forms():
        for field, before in form.expected.items():
            after = forms.read_form(form, field)
            if (after == before) == (field in form.fails):
                yield Change(f"form {form.name}", field, before, after)


def rendered(found: Iterable[Change]) -> str:
    """The differences for a reader: case, field, before (-) and after (+)."""
    lines = []
    for name, group in groupby(found, key=lambda change: change.case):
        lines.append(name)
        for change in group:
            lines.append(f"  {change.field}")
            lines += [f"    {line}" for line in _difference(change.before, change.after)]
    return "\n".join(lines)


def _difference(before: Any, after: Any) -> Iterator[str]:
    if before == after:
        yield f"  {_shown(before)} is right now: take the field out of 'fails'"
    elif isinstance(before, list) and isinstance(after, list):
        matcher = SequenceMatcher(None, [_key(v) for v in before], [_key(v) for v in after])
        for what, start, end, new_start, new_end in matcher.get_opcodes():
            if what != "equal":
                yield from _pairs(before[start:end], after[new_start:new_end])
        if not after:
            yield "+ []"
    else:
        yield from _pairs([before], [after])


def _pairs(before: list[Any], after: list[Any]) -> Iterator[str]:
    """Values that stand against each other, texts cut down to what differs."""
    for old, new in zip(before, after, strict=False):
        if isinstance(old, str) and isinstance(new, str):
            old_cut, new_cut = _cut(old, new)
            yield f"- {old_cut}"
            yield f"+ {new_cut}"
        else:
            yield f"- {_shown(old)}"
            yield f"+ {_shown(new)}"
    common = min(len(before), len(after))
    yield from (f"- {_shown(value)}" for value in before[common:])
    yield from (f"+ {_shown(value)}" for value in after[common:])


def _cut(old: str, new: str) -> tuple[str, str]:
    """Both texts without what they begin and end with alike, but for AROUND characters."""
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return _window(old, start, end), _window(new, start, end)


def _window(text: str, start: int, end: int) -> str:
    first, last = max(0, start - AROUND), min(len(text), len(text) - end + AROUND)
    head, tail = "…" if first else "", "…" if last < len(text) else ""
    return _shown(head + text[first:last] + tail)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _key(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def accept(found: Iterable[Change]) -> list[str]:
    """Writes what is read now into the saved cases; what a person must still do, as sentences."""
    open_ends = []
    for folder, group in groupby(found, key=lambda change: change.folder):
        if folder is None:
            open_ends.append("page forms are not written: edit extraction/forms/")
            continue
        taken = list(group)
        if any(change.field == GONE for change in taken):
            open_ends.append(f"{folder}: an article or none: write expected.json by hand")
            continue
        file = folder / "expected.json"
        expected = json.loads(file.read_text("utf-8"))
        expected |= {change.field: change.after for change in taken}
        _write(file, expected)
        open_ends += _explain_empty(folder, expected)
    return list(dict.fromkeys(open_ends))


def _explain_empty(folder: Path, expected: dict[str, Any]) -> Iterator[str]:
    """Keeps the `why` of meta.json with the fields that are empty."""
    file = folder / "meta.json"
    meta = json.loads(file.read_text("utf-8"))
    empty = [f for f in saved.MAY_BE_EMPTY if f in expected and not expected[f]]
    why = {field: reason for field, reason in meta.get("why", {}).items() if field in empty}
    if why != meta.get("why", {}):
        meta.pop("why")
        _write(file, meta | ({"why": why} if why else {}))
    for field in empty:
        if field not in why:
            yield f"{file}: say in 'why' why there is no {field}"


def _write(file: Path, value: dict[str, Any]) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")


def report() -> str:
    """All differences, for the message of a failing test."""
    found = [*changes(saved.CASES), *form_changes()]
    return f"{rendered(found)}\n`make accept` shows this again, and takes it when it is right"


def main(arguments: list[str]) -> int:
    """Exit status: 1 when there are differences that nobody accepted, or that need a hand."""
    found = [*changes(saved.CASES), *form_changes()]
    print(rendered(found))
    count = f"{len(found)} fields of {len({change.case for change in found})} cases"
    print(f"{count} are read otherwise than expected")
    if found and "--yes" not in arguments:
        if not sys.stdin.isatty():
            print("nothing is written; --yes takes it", file=sys.stderr)
            return 1
        if (
            input(f"{len(found)} differences. Compared with the pages, are they right? [y/N] ")
            != "y"
        ):
            return 1
    open_ends = accept(found)
    for sentence in open_ends:
        print(sentence, file=sys.stderr)
    for cached in (saved.record, saved.listing):
        cached.cache_clear()
    saved.CASES[:] = [saved.read_case(case.folder) for case in saved.CASES]
    saved.ARTICLES[:] = [case for case in saved.CASES if case.kind == "article"]
    return quality.main(["--pin"]) or int(bool(open_ends))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
