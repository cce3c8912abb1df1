"""What is wrong with a portal's night, judged against its own nights before. Pure.

A portal is compared with its last good runs (`PortalNight.is_good`) on the same kind of day
(`season.py`); the numbers stand in `thresholds.toml`.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from itertools import pairwise, takewhile
from operator import mul
from statistics import median
from typing import TYPE_CHECKING, Any

from ruralnews.monitoring.causes import cause_of
from ruralnews.monitoring.chance import (
    OF_SEVERAL,
    UNLIKELY,
    few_chance,
    length_chance,
    share_chance,
)
from ruralnews.monitoring.judged import Finding, Judged, level_of, thresholds
from ruralnews.monitoring.night import Alarm, Level
from ruralnews.monitoring.season import day_of, season, workdays_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ruralnews.monitoring.night import PortalNight

NEEDED = ("title", "published", "body")
"""Fields without which there is no record."""
OWN = "profile:"
"""Beginning of the rules that are selectors of a profile."""


def judge(
    night: PortalNight,
    before: Sequence[PortalNight],
    by_hand: Iterable[PortalNight] = (),
    since: date = date.min,
) -> list[Alarm]:
    """The alarms of a portal's night.

    `before` are its earlier nights, the latest first, those before `since` (China time) left out.
    `by_hand` are runs of no night: what they took of the same day's articles is not missing.
    """
    if night.started is None or night.error is not None:
        return []
    day = day_of(night.started)
    runs = thresholds()["history"]["runs"]
    begun = [one for one in before if one.started and day_of(one.started) >= since]
    good = [one for one in begun if one.is_good]
    alike = [one for one in good if season(day_of(one.started or "")) is season(day)]
    today = [one for one in by_hand if one.started and day_of(one.started) == day]
    judged = Judged(night, alike, good[:runs], begun, [night, *today], day)
    return [
        Alarm(name, level, expected, seen, cause_of(name, night, season(day)), about)
        for name, monitor in MONITORS.items()
        for level, expected, seen, about in monitor(judged, thresholds()[name.partition("-")[0]])
    ]


def new_records(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Fewer new records than on such a day, or none for too long; chance alone is left out."""
    seen = sum(run.measures.new for run in judged.today)
    # Silence must not become what is usual while it lasts.
    row = [] if seen else list(takewhile(lambda night: not night.measures.new, judged.before))
    usual = judged.usual("new", [night for night in judged.alike if night not in row])
    silent = sum(season(day_of(night.started or "")) is season(judged.day) for night in row)
    if not usual or few_chance(seen, usual) ** (silent + 1) >= UNLIKELY:
        return
    expected = median(usual)
    if silent:
        yield Level.FAIL, f"{expected:g} records", f"0, as in {silent} such nights before", None
    elif level := level_of(-seen, -limits["warn"] * expected, -limits["fail"] * expected):
        yield level, f"{expected:g} records", f"{seen}", None


def silent_columns(judged: Judged, _: dict[str, Any]) -> Iterator[Finding]:
    """Columns that bring nothing while others do: their lists stand still. One alarm for all."""
    here = {
        name: sum(run.columns[name].published for run in judged.today if name in run.columns)
        for name in judged.night.columns
    }
    if not any(here.values()):
        return
    silent = {
        name: nights
        for name, published in here.items()
        if not published and (nights := _unlikely_silence(judged, name))
    }
    if silent:
        longest = max(silent.values())
        names = ", ".join(silent)
        yield Level.WARN, "records in every column", f"0 in {longest} such nights", names


def _unlikely_silence(judged: Judged, column: str) -> int:
    """Nights on such a day in which the column brought nothing; 0 when that may be chance."""

    def published(night: PortalNight) -> int:
        return night.columns[column].published

    listed = [night for night in judged.before if column in night.columns]
    row = list(takewhile(lambda night: not published(night), listed))
    alike = [night for night in judged.alike if column in night.columns and night not in row]
    usual = list(map(published, alike))[: thresholds()["history"]["runs"]]
    if len(usual) < thresholds()["history"]["enough"]:
        return 0
    silent = 1 + sum(season(day_of(night.started or "")) is season(judged.day) for night in row)
    chance = few_chance(0, usual) ** silent
    return silent if chance < UNLIKELY / len(judged.night.columns) else 0


def empty_lists(judged: Judged, _: dict[str, Any]) -> Iterator[Finding]:
    """Lists that name no article; a portal that has none left is a failure."""
    found = judged.measures
    if found.lists_empty:
        level = Level.WARN if found.lists else Level.FAIL
        yield level, "0 lists without articles", f"{found.lists_empty}", None


def coverage(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Fewer records than usual that have a field; chance alone is left out."""
    held = sum(judged.night.ledger.dropped.values())
    count = judged.records + held
    if count < limits["records"]:
        return
    for name, share in judged.measures.coverage.items():
        past = [one for one in judged.past if name in one.measures.coverage]
        said = f"{share:.0%}"
        if name in NEEDED and share < limits["least"] and (1 - share) * count >= 3:  # noqa: PLR2004 - one or two odd pages are no pattern
            yield Level.FAIL, f"at least {limits['least']:.0%}", said, name
        elif len(past) >= thresholds()["history"]["enough"]:
            usual = usual_share(past, name)
            level = level_of(usual - share, limits["warn"], limits["fail"])
            if level and share_chance(round(share * count), count, usual) < OF_SEVERAL:
                yield level, f"{usual:.0%}", said, name


def usual_share(nights: Sequence[PortalNight], name: str) -> float:
    """The share of the records of all these nights that have a field."""
    counts = [max(one.measures.new + one.measures.changed, 1) for one in nights]
    shares = [one.measures.coverage[name] for one in nights]
    return float(sum(map(mul, shares, counts)) / sum(counts))


def freshness(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """The newest record is older than the portal's usual pause; days off do not count."""
    newest, gap = judged.measures.newest, judged.measures.gap_days
    if newest is None or gap is None:
        return
    last = datetime.fromisoformat(newest).date()
    gap = max(gap, 1.0)
    age = workdays_between(last, judged.day)
    level = level_of(age, limits["warn"] * gap, limits["fail"] * gap)
    days = (judged.day - last).days
    # After a week of holidays two weeks without news are nothing yet.
    if days > limits["days"] > limits["warn"] * gap and age > limits["fail"]:
        level = Level.FAIL
    if level:
        yield level, f"{gap:g} days between publications", f"{age} working days", None


def rules(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Fields are read by other rules than usual: the page was rebuilt. One alarm for all of them.

    When a selector of the profile lost its field, somebody has to mend it: that may be a failure.
    When one general rule took the place of another, the new one is usual after some nights.
    """
    found: list[tuple[Level, float, str, str, str]] = []
    for name, counts in judged.measures.rules.items():
        total: Counter[str] = Counter()
        nights = [one.measures.rules[name] for one in judged.past if name in one.measures.rules]
        for night in nights:
            total.update(night)
        here = sum(counts.values())
        few = len(nights) < thresholds()["history"]["enough"]
        if few or here < thresholds()["coverage"]["records"]:
            continue
        first, count = total.most_common(1)[0]
        usual, share = count / total.total(), counts.get(first, 0) / here
        level = level_of(usual - share, limits["rule_warn"], limits["rule_fail"])
        by_chance = share_chance(counts.get(first, 0), here, usual) >= OF_SEVERAL
        if level is None or by_chance or usual < limits["rule_usual"]:
            continue
        level = level if first.startswith(OWN) else Level.WARN
        found.append((level, usual - share, name, f"{first} in {usual:.0%}", f"{share:.0%}"))
    if found:
        worst = max(found, key=lambda one: (one[0] is Level.FAIL, one[1]))
        yield worst[0], worst[3], worst[4], ", ".join(name for _, _, name, *_ in found)


def length(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Bodies much longer or shorter than usual; chance alone is left out."""
    seen = judged.measures.body_median
    past = [
        (one.measures.body_median, one.measures.new + one.measures.changed)
        for one in judged.past
        if one.measures.body_median
    ]
    few = len(past) < thresholds()["history"]["enough"]
    if few or not seen or judged.records < thresholds()["coverage"]["records"]:
        return
    expected = median(value for value, _ in past)
    level = level_of(abs(seen - expected) / expected, limits["length_warn"], limits["length_fail"])
    odd = not min(past)[0] <= seen <= max(past)[0]
    if level and odd and length_chance(seen, judged.records, expected, past) < OF_SEVERAL:
        yield level, f"{expected:.0f} characters", f"{seen:.0f}", "body"


def removed(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """More removed as boilerplate than in any night before."""
    usual, seen = judged.usual("removed_share"), judged.measures.removed_share
    if not usual or seen is None or judged.records < thresholds()["coverage"]["records"]:
        return
    level = level_of(seen - median(usual), limits["removed_warn"], limits["removed_fail"])
    if level and seen > max(usual):
        yield level, f"{median(usual):.0%} of the text", f"{seen:.0%}", "body"


def repeated(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """One body in many records: a notice, or a piece of the layout, was taken for the text."""
    seen = judged.measures.repeated_body
    count = round((seen or 0) * judged.records)
    if seen is not None and seen > limits["repeated"] and count >= limits["repeated_count"]:
        yield Level.FAIL, "bodies that differ", f"one in {count} records", "body"


def charset(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Unreadable characters, or declarations that suddenly lie."""
    found = judged.measures
    level = level_of(found.replaced or 0.0, limits["replaced_warn"], limits["replaced_fail"])
    if level:
        yield level, "0 unreadable of 10,000 characters", f"{found.replaced:.1f}", "body"
    if found.illegible >= limits["illegible"]:
        yield Level.FAIL, "pages that can be read", f"{found.illegible} cannot", "body"
    if judged.records < thresholds()["coverage"]["records"]:
        return
    share = found.overridden / judged.records
    usual = judged.usual("overridden")
    if usual and share > limits["overridden"] and not any(usual):
        yield Level.WARN, "0 % wrong declarations", f"{share:.0%}", "body"


def http(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Pages that could not be had, that the portal would not give, or does not have."""
    found = judged.measures
    if found.asked and found.lost + found.missing == found.asked:
        yield Level.FAIL, "pages", f"all {found.asked} lost", None
        return
    if found.asked < limits["pages"]:
        return
    told = [
        (level, f"at most {warn:.0%} {what}", f"{count / found.asked:.0%}", None)
        for count, what, warn in (
            (found.blocked, "refused by the portal", limits["warn"]),
            (found.lost, "lost", limits["warn"]),
            (found.missing, "missing", limits["missing"]),
        )
        if (level := level_of(count / found.asked, warn, limits["fail"]))
    ]
    # One is enough: what is refused is lost, too. Of equals the first says most.
    yield from sorted(told, key=lambda one: one[0] is not Level.FAIL)[:1]


def traps(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Addresses that lead astray, where there were none."""
    seen = judged.measures.traps
    if seen > limits["fail"]:
        yield Level.FAIL, "0 bad addresses", f"{seen}", None
    elif seen and not any(judged.usual("traps") or [1]):
        yield Level.WARN, "0 bad addresses", f"{seen}", None


def cut(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Pages cut off, too large or too deep."""
    found = judged.measures
    if found.cut:
        grave = found.cut >= limits["count"] and found.cut > limits["fail"] * found.asked
        level = Level.FAIL if grave else Level.WARN
        yield level, "0 pages cut off or rejected", f"{found.cut}", None


def repeats(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """More duplicates or revisions than usual; most articles revised is a failure."""
    found = judged.measures
    if found.looked_again >= limits["count"]:
        share = found.changed / found.looked_again
        if share > limits["revised"]:
            yield Level.FAIL, f"at most {limits['revised']:.0%} revised", f"{share:.0%}", None
            return
    for name, what in (("duplicates", "duplicates"), ("changed", "revisions")):
        usual, seen = judged.usual(name), getattr(found, name)
        if usual and seen >= limits["count"] and seen > limits["times"] * max(usual):
            yield Level.WARN, f"{median(usual):g} {what}", f"{seen}", None


def finish(judged: Judged, limits: dict[str, Any]) -> Iterator[Finding]:
    """Time, memory or backlog out of the usual."""
    found = judged.measures
    for name, unit, least in (
        ("seconds", "seconds", limits["seconds"]),
        ("peak_mib", "MiB", 0),
        ("backlog", "articles waiting", limits["pages"]),
    ):
        usual, seen = judged.usual(name), getattr(found, name)
        if usual and seen > limits["times"] * max(usual) and seen > least:
            yield Level.WARN, f"{median(usual):g} {unit}", f"{seen:g}", None
    row = [found.backlog, *(one.measures.backlog for one in judged.before)]
    latest = row[: limits["nights"] + 1]
    if len(latest) > limits["nights"] and min(latest[:-1]) > limits["pages"] and falls(latest):
        yield Level.FAIL, "a backlog that shrinks", f"{found.backlog} articles waiting", None


def falls(values: Iterable[int]) -> bool:
    """Whether each value is smaller than the one before it."""
    row = list(values)
    return all(later < earlier for earlier, later in pairwise(row))


def canary(judged: Judged, _: dict[str, Any]) -> Iterator[Finding]:
    """The article that is asked for every night is no longer what it was."""
    if judged.measures.canary not in (None, "same"):
        level = Level.WARN if judged.measures.canary == "differs" else Level.FAIL
        yield level, "same", judged.measures.canary or "", None


MONITORS: dict[str, Callable[[Judged, dict[str, Any]], Iterator[Finding]]] = {
    "new": new_records,
    "columns": silent_columns,
    "lists": empty_lists,
    "coverage": coverage,
    "freshness": freshness,
    "layout-rules": rules,
    "layout-length": length,
    "layout-removed": removed,
    "layout-repeated": repeated,
    "charset": charset,
    "http": http,
    "traps": traps,
    "cut": cut,
    "repeats": repeats,
    "finish": finish,
    "canary": canary,
}
"""Name → monitor; docs/OPERATING.md lists them."""
