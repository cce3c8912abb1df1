"""What a replay of a night gives, and how it differs from what the night gave."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ruralnews.extensions.log_lines import escape
from ruralnews.middlewares.refused import Refusal
from ruralnews.middlewares.replaying import NOT_ARCHIVED
from ruralnews.processors.dates import CHINA
from ruralnews.reasons import Reason
from ruralnews.state.past import REPLAY, fate_of, line_at, line_before, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.state.past import PastRun
    from ruralnews.state.store import Store

AROUND = 20
"""Characters shown before and after the place where two texts differ."""
LONG = 60
"""Characters up to which a text is shown whole."""
OF_THE_NIGHT = ("revision", "fetched_at")
"""Fields that differ from one night to the next by themselves."""
LOST = (NOT_ARCHIVED, Refusal.ROBOTS_UNREACHABLE, Reason.PARTS_MISSING)
"""Words in the fate of a page that lacks something of the archive."""


def compare(store: Store, past: PastRun, copy: Store, *, whole: bool) -> int:
    """How many records of a replay in `copy` are not those of the run in `store`.

    The replay's records are printed to stdout, the differences to stderr. When the archive was
    not `whole`, what it lacks is told, but is no difference.
    """
    now: dict[str, int] = {}
    for seq, url, line in recorded(copy, REPLAY):
        now[url] = seq
        sys.stdout.buffer.write(line.encode())
    sys.stdout.flush()
    count, differ, lost = 0, 0, 0
    for _, url, line in recorded(store, past.id):
        count += 1
        seq = now.pop(url, 0)
        if seq:
            differ += _tell(line, line_at(copy, seq))
            continue
        fate = fate_of(copy, past.portal, url)
        is_lost = not whole and any(word in fate for word in LOST)
        lost += is_lost
        differ += not is_lost
        print(f"{_id(line)}: gives no record any more: {fate}", file=sys.stderr)
    for url, seq in now.items():
        differ += _tell_new(store, past, url, line_at(copy, seq))
    began = datetime.fromtimestamp(past.started, CHINA)
    told = f"{count} records, {differ} differ now"
    told += f", {lost} are not in the archive" if lost else ""
    print(f"scrapy replay: {past.portal}, {began:%Y-%m-%d %H:%M}: {told}", file=sys.stderr)
    return differ


def _tell(before: str, after: str, *left_out: str) -> bool:
    """Whether two lines of a record differ; tells where."""
    if before == after:
        return False
    name = _id(before)
    told = [change for change in differences(before, after) if change[0] not in left_out]
    for field, one, other in told:
        print(escape(f"{name}: {field}: {one} -> {other}"), file=sys.stderr)
    return True


def _tell_new(store: Store, past: PastRun, url: str, line: str) -> bool:
    """Tells of a record that the run did not make: of an unchanged page, or of none."""
    name = _id(line)
    before = line_before(store, past, name)
    if before is None:
        print(escape(f"{name}: gave no record that night: {url}"), file=sys.stderr)
        return True
    print(f"{name}: was unchanged that night:", file=sys.stderr)
    return _tell(before, line, *OF_THE_NIGHT)


def _id(line: str) -> str:
    return str(json.loads(line)["id"])


def differences(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """Field, value before and value after, as JSON, of every field that two lines tell apart.

    A field of fields (`raw`) is told by the ones that differ (`raw.title`).
    """
    yield from _differences(json.loads(before), json.loads(after), "")


def _differences(
    old: dict[str, Any], new: dict[str, Any], prefix: str
) -> Iterator[tuple[str, str, str]]:
    for field in dict.fromkeys((*old, *new)):
        one, other = old.get(field), new.get(field)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _differences(one, other, f"{prefix}{field}.")
        elif one != other:
            yield f"{prefix}{field}", *_shown(one, other)


def _shown(one: Any, other: Any) -> tuple[str, str]:
    """Both values; of long texts only where they differ, and a little around it."""
    if isinstance(one, str) and isinstance(other, str) and max(len(one), len(other)) > LONG:
        start = next(
            (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
            min(len(one), len(other)),
        )
        rest = min(len(one), len(other)) - start
        end = next((n for n in range(rest) if one[-1 - n] != other[-1 - n]), rest)
        one, other = (_excerpt(text, start, len(text) - end) for text in (one, other))
    return json.dumps(one, ensure_ascii=False), json.dumps(other, ensure_ascii=False)


def _excerpt(text: str, start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
