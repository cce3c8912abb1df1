"""A month of nights at ten portals: the right alarms on the right nights, and nothing lost."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import chronicle
import pytest
from monthly import document, rows, stage, written

from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monthly import Stage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The whole month, played."""
    with stage(tmp_path_factory.mktemp("month")) as made:
        for night in range(1, made.month.nights + 1):
            made.play(night)
        yield made


def test_every_alarm_is_told_in_its_night_and_no_other(played: Stage) -> None:
    told = {night.number: sorted(night.alarms) for night in played.played if night.alarms}

    assert told == played.month.expected()


def test_a_night_ends_with_the_code_that_it_deserves(played: Stage) -> None:
    lost = {
        night.number
        for night in played.played
        if any(portal.outcome == Exit.PARTIAL for portal in night.facts.portals)
    }
    codes = {
        night.number: Exit.ALARM
        if night.number in played.month.expected()
        else Exit.PARTIAL
        if night.number in lost
        else Exit.OK
        for night in played.played
    }

    assert {night.number: night.code for night in played.played} == codes


def test_the_books_balance_in_every_night(played: Stage) -> None:
    wrong = [
        (night.number, where)
        for night in played.played
        for where, book in night.ledgers
        if not book.is_balanced
    ]

    assert wrong == []


def test_what_the_newsrooms_published_is_published_once(played: Stage) -> None:
    for slug in played.slugs:
        wanted = counted(chronicle.lines(played.month, slug, played.month.nights))
        had = counted(played.lines(slug))

        assert (wanted - had, had - wanted) == (Counter(), Counter()), slug


def counted(lines: list[dict[str, Any]]) -> Counter[str]:
    return Counter(json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines)


def test_check_night_tells_the_portals_that_are_dark(played: Stage) -> None:
    dark = {
        night.number: {line.partition(":")[0] for line in night.late}
        for night in played.played
        if night.late
    }

    assert dark == {night: set(slugs) for night, slugs in played.month.dark.items()}


def test_the_store_and_the_files_agree_in_the_end(played: Stage) -> None:
    done = played.scrapy(played.month.nights, 2, "verify")

    assert done.returncode == Exit.OK, done.stdout + done.stderr
    assert done.stdout.endswith(", 0 problems\n")


def test_every_night_has_its_report(played: Stage) -> None:
    for night in played.played:
        folder = played.folder / "output" / "nights" / night.facts.id
        page = (folder / "report.html").read_text("utf-8")

        assert all(played.month.room(slug).name in page for slug in played.slugs)


def test_the_table_of_the_month_is_in_the_documentation(played: Stage) -> None:
    assert document() == written(rows(played)), "make month WRITE=--write writes it anew"
