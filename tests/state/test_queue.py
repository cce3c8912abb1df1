"""Which pages a run asks for."""

from __future__ import annotations

import pytest
from nights import NIGHT, Nights, article, done, following

from ruralnews.state.commit import PageResult
from ruralnews.state.queue import BEYOND, OLD, Scope
from ruralnews.state.rules import DAY, LONGEST, State, next_look

LINKS = [article(1), article(2), article(3)]


def failed(_: int) -> PageResult:
    return PageResult(0, State.FAILED, "timeout")


def test_a_night_asks_for_what_is_new() -> None:
    nights = Nights()
    assert nights.night(LINKS, done) == [1, 2, 3]
    assert nights.night([article(4), *LINKS], done) == [4]
    assert nights.night([article(4), *LINKS], done) == []


def test_a_young_article_is_looked_at_again_in_every_run() -> None:
    nights = Nights()
    young = PageResult(0, State.DONE, published="2026-09-20T08:00:00+08:00")
    asked = [nights.night(LINKS[:1], lambda _: young) for _ in range(5)]
    assert asked == [[1], [1], [1], [], []]


def test_a_page_that_failed_is_asked_for_in_the_next_run() -> None:
    nights = Nights()
    assert nights.night(LINKS, failed) == [1, 2, 3]
    assert nights.night(LINKS, done) == [1, 2, 3]
    assert nights.night(LINKS, done) == []


def test_a_page_that_always_fails_is_asked_for_less_and_less() -> None:
    waits = [next_look(State.FAILED, n, None, 0) for n in range(1, 12)]
    assert waits[:6] == [0, 0, 0, 2 * DAY, 4 * DAY, 8 * DAY]
    assert waits[-1] == LONGEST


def test_a_killed_run_goes_on_where_it_was() -> None:
    nights = Nights()
    nights.night(LINKS[:1], done)
    first = nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS), following=following(2)))
    [two, _] = nights.articles()
    nights.commit(two, failed(2))
    nights.now += 60
    assert nights.begin() == first
    # The seed is asked for once in a run; what failed or was in flight is asked for again.
    assert [task.number for task in nights.lists()] == [2]
    assert [task.url for task in nights.articles()] == [link.url for link in LINKS[1:]]


def test_a_run_killed_long_ago_is_not_continued_and_its_pages_are() -> None:
    nights = Nights()
    first = nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS)))
    nights.now += NIGHT
    assert nights.begin() == first + 1
    assert len(nights.lists()) == 1
    assert len(nights.articles()) == 3


def test_a_list_goes_on_while_it_brings_what_its_column_did_not_name() -> None:
    nights = Nights()
    nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS), following=following(2)))
    [task] = nights.lists()
    # The list moved by one while it was read.
    links = (LINKS[2], article(4))
    made = nights.commit(task, PageResult(0, State.DONE, links=links, following=following(3)))
    assert made.new == 1
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=links, following=following(4)))
    assert nights.lists() == []


@pytest.mark.parametrize(
    ("number", "reason", "again"),
    [
        (2, "http-404", False),
        (2, "list-unreadable", False),
        (2, "timeout", True),
        (1, "list-unreadable", True),
    ],
)
def test_a_list_page_past_the_end_is_not_asked_for_by_itself(
    number: int, reason: str, again: bool
) -> None:
    nights = Nights()
    nights.begin()
    [task] = nights.lists()
    whole = PageResult(0, State.DONE, links=tuple(LINKS), following=following(2))
    nights.commit(task, PageResult(0, State.HELD, reason) if number == 1 else whole)
    if number == 2:
        [task] = nights.lists()
        nights.commit(task, PageResult(0, State.HELD, reason))
    nights.end()
    nights.begin()
    assert (number in [task.number for task in nights.lists()]) == again


def test_a_past_issue_is_read_once() -> None:
    nights = Nights()
    for asked in ([1, 2, 3], [1, 2], [1, 2]):
        nights.begin()
        [task] = nights.lists()
        leads = PageResult(0, State.DONE, lists=(following(2),), once=(following(3),))
        nights.commit(task, leads)
        tasks = nights.lists()
        for one in tasks:
            nights.commit(one, PageResult(0, State.DONE))
        assert [task.number, *(one.number for one in tasks)] == asked
        nights.end()


def test_a_list_that_leads_in_a_circle_ends() -> None:
    nights = Nights()
    nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=(LINKS[0],), following=following(2)))
    [task] = nights.lists()
    back = PageResult(0, State.DONE, links=(LINKS[1],), following=following(2))
    nights.commit(task, back)
    nights.taken.clear()
    assert nights.lists() == []


def test_list_pages_beyond_max_pages_wait_for_a_run_that_reads_more() -> None:
    nights = Nights(Scope("hemiao", max_pages=1))
    nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS), following=following(2)))
    assert nights.lists() == []
    nights.end()
    nights.scope = Scope("hemiao", max_pages=2)
    nights.begin()
    assert sorted(task.number for task in nights.lists()) == [1, 2]
    assert BEYOND


def test_what_was_too_old_for_one_run_is_read_by_a_run_that_goes_further_back() -> None:
    nights = Nights(Scope("hemiao", since="2026-01-01"))
    old = PageResult(0, State.SKIPPED, OLD, published="2025-05-05T00:00:00+08:00")
    assert nights.night(LINKS[:1], lambda _: old) == [1]
    assert nights.night(LINKS[:1], done) == []
    nights.scope = Scope("hemiao", since="2025-05-01")
    assert nights.night(LINKS[:1], done) == [1]


def test_a_run_of_one_column_leaves_the_pages_of_the_others_pending() -> None:
    nights = Nights()
    nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS)))
    nights.scope = Scope("hemiao", columns=("党建",))
    nights.begin()
    assert nights.articles() == []
    nights.scope = Scope("hemiao", columns=("要闻",))
    assert len(nights.articles()) == 3


def test_pages_are_given_out_in_the_order_of_the_list_some_at_a_time() -> None:
    nights = Nights()
    nights.begin()
    [task] = nights.lists()
    nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS)))
    asked = [nights.articles(2), nights.articles(2), nights.articles(2)]
    assert [len(tasks) for tasks in asked] == [2, 1, 0]


@pytest.mark.parametrize("state", [State.SKIPPED, State.GONE, State.DONE])
def test_what_is_settled_is_never_due(state: State) -> None:
    assert next_look(state, 1, "2020-01-01T00:00:00+08:00", 1_790_000_000) is None
