"""What the store makes of a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from nights import Nights, article, done, record
from sqlalchemy import select

from ruralnews.items import gone_schema
from ruralnews.state import schema
from ruralnews.state.commit import Committed, PageResult
from ruralnews.state.forgetting import forget_article
from ruralnews.state.queue import Link, Scope, Task
from ruralnews.state.rules import Kind, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

LINKS = [article(1), article(2)]


def read(nights: Nights) -> tuple[Task, Task]:
    nights.begin()
    for task in nights.lists():
        nights.commit(task, PageResult(0, State.DONE, links=tuple(LINKS)))
    one, two = nights.articles()
    return one, two


def lines(nights: Nights) -> list[tuple[str, str, int]]:
    columns = (schema.record.c.kind, schema.record.c.id, schema.record.c.revision)
    with nights.store.transaction() as connection:
        rows = connection.execute(select(*columns).order_by(schema.record.c.seq))
        return [tuple(row) for row in rows]


def test_a_change_is_a_revision_and_no_change_no_line() -> None:
    nights = Nights()
    one, _ = read(nights)
    verdicts = [nights.commit(one, done(1, sha)).verdict for sha in "aabba"]
    assert verdicts == ["new", "unchanged", "changed", "unchanged", "changed"]
    assert lines(nights) == [("article", "hemiao:1", n) for n in (1, 2, 3)]


def test_the_line_carries_the_revision() -> None:
    nights = Nights()
    one, _ = read(nights)
    made = [nights.commit(one, done(1, sha)) for sha in "ab"]
    assert [committed.revision for committed in made] == [1, 2]
    with nights.store.transaction() as connection:
        rows = connection.scalars(select(schema.record.c.line).order_by(schema.record.c.seq))
        assert [json.loads(line)["revision"] for line in rows] == [1, 2]


@pytest.mark.parametrize("other", [record(1, "b"), record(2) | {"content_sha": "a1"}])
def test_the_same_id_or_content_of_another_page_is_a_duplicate(other: dict[str, str]) -> None:
    nights = Nights()
    one, two = read(nights)
    nights.commit(one, done(1))
    made = nights.commit(two, PageResult(0, State.DONE, record=other))
    assert (made.verdict, made.repeats) == (Verdict.DUPLICATE, "hemiao:1")
    assert len(lines(nights)) == 1


def test_a_result_that_fails_leaves_nothing_of_itself() -> None:
    nights = Nights()
    one, _ = read(nights)
    bad = PageResult(0, State.DONE, links=(article(9),), record=record(1) | {"x": float("nan")})
    with pytest.raises(ValueError, match="JSON compliant"):
        nights.commit(one, bad)
    assert lines(nights) == []
    assert [task.url for task in nights.articles()] == []


MISSING = [
    PageResult(0, State.FAILED, "http-404"),
    PageResult(0, State.FAILED, "http-410"),
    PageResult(0, State.FAILED, "soft-404"),
    PageResult(0, State.HELD, "article-missing"),
    PageResult(0, State.HELD, "page-empty"),
]


def look_at_all_again(nights: Nights, answers: Callable[[int], PageResult]) -> list[str]:
    """The fates of the articles after a night in which both were due."""
    with nights.store.transaction() as connection:
        connection.execute(schema.page.update().values(due=0))
    nights.night(LINKS, answers)
    words = select(schema.page.c.state, schema.page.c.reason)
    with nights.store.transaction() as connection:
        rows = connection.execute(words.where(schema.page.c.kind == Kind.ARTICLE)).all()
    return [f"{row.state} {row.reason}" for row in rows]


@pytest.mark.parametrize("answer", MISSING)
def test_an_article_missing_in_two_runs_is_gone_once(answer: PageResult) -> None:
    nights = Nights()
    nights.night(LINKS, done)
    for _ in range(5):
        look_at_all_again(nights, lambda number: answer if number == 1 else done(number))
    assert lines(nights)[2:] == [("gone", "hemiao:1", 1)]


@pytest.mark.parametrize("answer", MISSING)
def test_nothing_is_gone_for_want_of_an_article_while_no_article_is_read(
    answer: PageResult,
) -> None:
    """A redesign, or a front page in place of every article."""
    nights = Nights()
    nights.night(LINKS, done)
    for _ in range(5):
        fates = look_at_all_again(nights, lambda _: answer)
    says_so = (answer.reason or "").startswith("http-")
    assert [kind for kind, _, _ in lines(nights)[2:]] == ["gone", "gone"] * says_so
    assert says_so or set(fates) == {f"{answer.state} {answer.reason}"}
    look_at_all_again(nights, done)
    for _ in range(2):
        look_at_all_again(nights, lambda number: answer if number == 1 else done(number))
    assert ("gone", "hemiao:1", 1 + says_so) in lines(nights)


UNSURE = [answer for answer in MISSING if not (answer.reason or "").startswith("http-")]


@pytest.mark.parametrize("answer", UNSURE)
def test_the_only_article_of_a_portal_is_gone_when_no_list_names_it_either(
    answer: PageResult,
) -> None:
    nights = Nights()
    nights.night(LINKS[:1], done)

    def night(links: list[Link], *, reads_list: bool = True) -> None:
        with nights.store.transaction() as connection:
            connection.execute(schema.page.update().values(due=0))
        nights.begin()
        for task in nights.lists():
            unread = PageResult(0, State.HELD, "empty")
            nights.commit(
                task, PageResult(0, State.DONE, links=tuple(links)) if reads_list else unread
            )
        for task in nights.articles():
            nights.commit(task, answer)
        nights.end()

    for _ in range(3):
        night(LINKS[:1])
    for _ in range(3):
        night([], reads_list=False)
    assert [kind for kind, _, _ in lines(nights)] == ["article"]
    for _ in range(3):
        night([])
    assert [kind for kind, _, _ in lines(nights)] == ["article", "gone"]


def look_again(nights: Nights, answer: PageResult) -> Committed:
    [task] = [task for task in nights.articles() if task.url == LINKS[0].url] or [again(nights)]
    return nights.commit(task, answer)


def again(nights: Nights) -> Task:
    columns = [schema.page.c[name] for name in Task.__slots__]
    with nights.store.transaction() as connection:
        words = select(*columns).where(schema.page.c.url == LINKS[0].url)
        return Task(*connection.execute(words).one())


def test_a_tombstone_keeps_its_format_and_an_article_that_returns_is_a_revision() -> None:
    nights = Nights()
    one, _ = read(nights)
    nights.commit(one, done(1))
    for _ in range(2):
        made = look_again(nights, MISSING[0])
    assert (made.state, made.reason) == (State.GONE, "http-404")
    with nights.store.transaction() as connection:
        words = select(schema.record.c.line).where(schema.record.c.kind == Kind.GONE)
        tombstone = json.loads(connection.scalar(words) or "")
    jsonschema.validate(tombstone, gone_schema())
    assert list(tombstone) == list(gone_schema()["properties"])
    assert tombstone["reason"] == "http-404"
    assert look_again(nights, done(1)).verdict is Verdict.CHANGED
    assert [kind for kind, _, _ in lines(nights)] == ["article", "gone", "article"]


def test_a_miss_between_two_successes_is_forgotten() -> None:
    nights = Nights()
    one, _ = read(nights)
    for answer in (done(1), MISSING[0], done(1), MISSING[0], done(1)):
        nights.commit(one, answer)
    assert lines(nights) == [("article", "hemiao:1", 1)]


def test_a_page_that_never_was_an_article_has_no_tombstone() -> None:
    nights = Nights()
    one, _ = read(nights)
    states = [nights.commit(one, MISSING[0]).state for _ in range(2)]
    assert states == [State.FAILED, State.GONE]
    assert lines(nights) == []


def test_lists_that_a_list_leads_to_are_asked_for_once_in_a_run() -> None:
    nights = Nights()
    nights.begin()
    (first,) = nights.lists()
    issue = Link("http://www.hemiao.example/2.html", "http://www.hemiao.example/2.html",
                 Kind.LIST, first.column, 2)  # fmt: skip
    named = PageResult(0, State.DONE, lists=(issue,))
    nights.commit(first, named)
    (second,) = nights.lists()
    assert second.url == issue.url
    nights.commit(second, named)
    assert nights.lists() == []


TEXT = "天刚亮，南坡的收割机已经下了地，合作社把种子送到了每户门口。" * 5
REPRINT = TEXT.replace("，", ", ").replace("。", "。\n")


def reprints(nights: Nights) -> dict[str, str | None]:
    """Id and revision of every line, and the record whose text it repeats."""
    with nights.store.transaction() as connection:
        said = [json.loads(line) for line in connection.scalars(select(schema.record.c.line))]
    return {f"{one['id']} {one['revision']}": one["reprint_of"] for one in said}


def put(nights: Nights, task: Task, body: str, **changed: str) -> Committed:
    said = record(int(task.url.rpartition("/t")[2].removesuffix(".html")))
    return nights.commit(task, PageResult(0, State.DONE, record=said | {"body": body} | changed))


def test_a_reprint_names_the_record_that_had_the_text_first() -> None:
    nights = Nights()
    one, two = read(nights)
    assert put(nights, one, TEXT).reprint_of is None
    assert put(nights, two, REPRINT).reprint_of == "hemiao:1"
    put(nights, one, TEXT, content_sha="b")
    assert reprints(nights) == {"hemiao:1 1": None, "hemiao:2 1": "hemiao:1", "hemiao:1 2": None}


def test_the_text_of_another_portal_is_a_reprint_in_either() -> None:
    nights = Nights()
    one, _ = read(nights)
    put(nights, one, TEXT)
    other = Nights(scope=Scope("maitian"), store=nights.store)
    task, _ = read(other)
    assert put(other, task, REPRINT, id="maitian:1").reprint_of == "hemiao:1"


def test_short_texts_and_other_texts_are_no_reprints() -> None:
    nights = Nights()
    one, two = read(nights)
    for body in ("图片新闻：柳湾镇麦收开镰。", TEXT):
        put(nights, one, body, content_sha=body)
        made = put(nights, two, body if body != TEXT else TEXT + "又。", content_sha=f"b{body}")
        assert made.reprint_of is None


def test_a_forgotten_text_is_nobody_s() -> None:
    nights = Nights()
    one, two = read(nights)
    put(nights, one, TEXT)
    with nights.store.transaction() as connection:
        forget_article(connection, LINKS[0].url)
    assert put(nights, two, TEXT).reprint_of is None
