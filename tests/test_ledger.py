"""Every article that a list named has one fate, or the books say that it has none."""

from __future__ import annotations

import pytest

from ruralnews.monitoring.ledger import imbalance, ledger
from ruralnews.monitoring.measures import add_fates, measure_records, usual_gap
from ruralnews.monitoring.night import Ledger, Measures

# state, reason, asked, gave
FATES = [
    (("done", None, True, True), Ledger(listed=2, published=2)),
    (("done", "changed", True, True), Ledger(listed=2, published=2)),
    (("gone", "http-404", True, True), Ledger(listed=2, published=2)),
    (("done", "unchanged", True, False), Ledger(listed=2, unchanged=2)),
    (("done", "duplicate", True, False), Ledger(listed=2, dropped={"duplicate": 2})),
    (("held", "body-missing", True, False), Ledger(listed=2, dropped={"body-missing": 2})),
    (
        ("refused", "robots-disallowed", True, False),
        Ledger(listed=2, dropped={"robots-disallowed": 2}),
    ),
    (("failed", "dns", True, False), Ledger(listed=2, failed={"dns": 2})),
    (("deferred", "host-wait", True, False), Ledger(listed=2, deferred={"host-wait": 2})),
    (("done", None, False, False), Ledger(listed=2, known=2)),
    (("failed", "dns", False, False), Ledger(listed=2, known=2)),
]


@pytest.mark.parametrize(("fate", "expected"), FATES)
def test_an_article_with_a_fate_is_entered_once(
    fate: tuple[str, str | None, bool, bool], expected: Ledger
) -> None:
    book = ledger([(*fate, 2)])

    assert book == expected
    assert book.is_balanced


@pytest.mark.parametrize(
    "fate", [("pending", None, False, False), ("done", None, True, False)], ids=["left", "lost"]
)
def test_an_article_without_a_fate_unbalances_the_books(
    fate: tuple[str, str | None, bool, bool],
) -> None:
    book = ledger([("done", None, True, True, 3), (*fate, 1)])

    assert not book.is_balanced
    problem = imbalance(book, "demo: 要闻")
    assert problem == "demo: 要闻: the books do not balance: lists named 4 articles, 3 have a fate"


@pytest.mark.parametrize(
    ("how", "reason"), [({"stopped": True}, "stopped"), ({"narrowed": True}, "left-out")]
)
def test_what_a_run_did_not_come_to_is_deferred_when_it_had_a_reason(
    how: dict[str, bool], reason: str
) -> None:
    book = ledger([("pending", None, False, False, 4)], **how)

    assert book.deferred == {reason: 4}
    assert book.is_balanced


def record(**said: object) -> dict[str, object]:
    return {
        "title": "标题",
        "published": "2026-11-01T08:00:00+08:00",
        "source": "示例日报",
        "author": [],
        "editor": ["甲乙"],
        "body": "正文" * 50,
        "revision": 1,
        "removed": [],
        "restored": [],
        "provenance": {"source": "infobar:来源"},
        "warnings": [],
    } | said


def test_measures_tell_what_the_records_of_a_run_are_like() -> None:
    records = [
        record(),
        record(
            author=["丙丁"],
            removed=[{"rule": "share-links", "chars": 50}],
            restored=[{"step": "annotation", "count": 3}],
        ),
        record(source=None, provenance={"source": "meta:source"}, body="另一篇\ufffd" * 25),
        record(revision=2, warnings=["charset-overridden"]),
    ]
    found = measure_records(records, {"body-missing": 1, "date-missing": 4})

    assert (found.new, found.changed, found.overridden) == (3, 1, 1)
    assert found.coverage == {
        "title": 1.0,
        "published": 0.5,
        "body": 0.8,
        "source": 0.75,
        "author": 0.25,
        "editor": 1.0,
    }
    assert found.rules == {"source": {"infobar:来源": 3, "meta:source": 1}}
    assert (found.body_median, found.repeated_body) == (100.0, 0.75)
    assert found.removed_share == pytest.approx(50 / 450)
    assert found.restored == {"annotation": 3}
    assert found.replaced == pytest.approx(25 * 10_000 / 400)


def test_a_run_without_records_measures_nothing() -> None:
    assert measure_records([], {}) == Measures()


def test_fates_are_added_to_the_measures() -> None:
    found = add_fates(
        Measures(),
        [
            ("done", None, True, True, 5),
            ("done", "unchanged", True, False, 2),
            ("gone", "http-404", True, True, 1),
            ("deferred", "challenge", True, False, 3),
            ("failed", "truncated", True, False, 1),
            ("failed", "dns", False, False, 7),
            ("failed", "http-404", True, False, 2),
            ("held", "text-beyond-repair", True, False, 1),
        ],
    )

    assert (found.asked, found.lost, found.blocked, found.cut) == (15, 4, 3, 1)
    assert (found.missing, found.illegible) == (3, 1)
    assert (found.looked_again, found.gone) == (3, 1)


def test_the_usual_gap_is_the_median_of_days_between_publications() -> None:
    days = ["2026-11-20", "2026-11-19", "2026-11-16", "2026-11-15"]

    assert usual_gap([f"{day}T08:00:00+08:00" for day in days]) == 1.0
    assert usual_gap([]) is None
