"""What the monitors compare, measured from the records and fates of a run. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from ruralnews.monitoring.night import Measures
from ruralnews.reasons import Reason, Warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FIELDS = ("title", "published", "body", "source", "author", "editor")
"""Fields whose coverage is watched."""
HELD_FOR: dict[str, str] = {
    Reason.TITLE_MISSING: "title",
    Reason.DATE_MISSING: "published",
    Reason.DATE_IMPOSSIBLE: "published",
    Reason.BODY_MISSING: "body",
    Reason.ARTICLE_MISSING: "body",
}
"""Reason of a held page, and the field it lacks."""
BLOCKED = ("http-403", "http-412", "http-429", "challenge", "host-challenge")
"""Reasons of pages that the portal would not give us."""
CUT = ("truncated", "oversize", Reason.PAGE_TRUNCATED, Reason.PAGE_REJECTED)
TRAPS = ("trap", "address", "scheme", "port", "bad-url")
"""Reasons of addresses that lead a crawler astray, or inside."""
LOST = ("failed", "deferred")
MISSING = ("http-404", "http-410", "soft-404")
"""Reasons of pages that the portal says it does not have: newsrooms withdraw articles."""
ILLEGIBLE = (Reason.CHARSET_UNDECIDED, Reason.TEXT_BEYOND_REPAIR)
"""Reasons of pages whose characters cannot be told."""
UNKNOWN = "\ufffd"
MIN_REPEATED = 40
"""Characters from which two equal bodies are no accident; pictures have shorter ones."""


def measure_records(records: Iterable[Mapping[str, Any]], held: Mapping[str, int]) -> Measures:
    """The measures that records tell; `held` counts the reasons of pages that gave none."""
    found = Measures()
    lengths: list[int] = []
    bodies: Counter[int] = Counter()
    have: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = {}
    restored: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    unknown = count = 0
    for record in records:
        count += 1
        body = record["body"]
        lengths.append(len(body))
        bodies[hash(body)] += len(body) >= MIN_REPEATED
        for one in record["removed"]:
            dropped[one["rule"]] += one["chars"]
        for one in record["restored"]:
            restored[one["step"]] += one["count"]
        unknown += body.count(UNKNOWN)
        have.update(name for name in FIELDS if record[name])
        for name, rule in record["provenance"].items():
            rules.setdefault(name, Counter())[rule] += 1
        found.new += record["revision"] == 1
        found.changed += record["revision"] > 1
        found.overridden += Warn.CHARSET_OVERRIDDEN in record["warnings"]
    found.rules = {name: dict(counts.most_common()) for name, counts in sorted(rules.items())}
    found.restored, found.removed = dict(restored.most_common()), dict(dropped.most_common())
    found.coverage = _coverage(have, count, held)
    if count:
        chars, removed = sum(lengths), sum(dropped.values())
        found.body_median = float(median(lengths))
        found.repeated_body = max(bodies.values()) / count
        found.removed_share = removed / (removed + chars) if chars else None
        found.replaced = unknown * 10_000 / chars if chars else None
    return found


def _coverage(have: Counter[str], count: int, held: Mapping[str, int]) -> dict[str, float]:
    """Field → share of the pages read that have it. Empty when no page was read."""
    lacking: Counter[str] = Counter()
    for reason, pages in held.items():
        if reason in HELD_FOR:
            lacking[HELD_FOR[reason]] += pages
    return {name: have[name] / (count + lacking[name]) for name in FIELDS if count + lacking[name]}


def add_fates(
    found: Measures, fates: Iterable[tuple[str, str | None, bool, bool, int]]
) -> Measures:
    """Adds the fates of the pages of a run, as (state, reason, asked, gave, count)."""
    for state, reason, asked, gave, count in fates:
        if not asked:
            continue
        found.asked += count
        found.missing += count * (reason in MISSING)
        found.lost += count * (state in LOST and reason not in MISSING)
        found.illegible += count * (reason in ILLEGIBLE)
        found.blocked += count * (reason in BLOCKED)
        found.traps += count * (reason in TRAPS)
        found.cut += count * (reason in CUT)
        found.duplicates += count * (reason == "duplicate")
        again = state == "gone" or (state == "done" and reason in ("unchanged", "changed"))
        found.looked_again += count * again
        found.gone += count * (state == "gone" and gave)
    return found


def usual_gap(times: Sequence[str]) -> float | None:
    """The median of the days between publications, from times a day apart, latest first."""
    days = [datetime.fromisoformat(time).date() for time in times]
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    return float(median(gaps)) if gaps else None
