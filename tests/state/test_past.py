"""The store of a replay knows what the real one knew before the run."""

from __future__ import annotations

from nights import Nights, article, record
from sqlalchemy import select

from ruralnews.state import schema
from ruralnews.state.commit import PageResult
from ruralnews.state.past import PastRun, restore_past
from ruralnews.state.queue import Scope
from ruralnews.state.rules import State
from ruralnews.state.store import open_store

TEXTS = ["天刚亮，南坡的收割机已经下了地。" * 9, "合作社把种子送到了每户门口。" * 9]


def test_a_replay_knows_the_texts_that_other_portals_had_before_the_run_and_no_later_ones() -> None:
    nights = Nights()
    others = {slug: Nights(scope=Scope(slug), store=nights.store) for slug in ("early", "late")}

    def told(slug: str, text: int) -> PageResult:
        said = record(text) | {"id": f"{slug}:{text}", "body": TEXTS[text]}
        return PageResult(0, State.DONE, record=said)

    links = [article(0), article(1)]
    others["early"].night(links[:1], lambda _: told("early", 0))
    number = nights.begin()
    nights.night(links, lambda text: told("hemiao", text))
    others["late"].night(links[1:], lambda _: told("late", 1))
    copy = open_store("sqlite://")
    restore_past(nights.store, PastRun(number, "hemiao", 0, None, None, None), copy)
    with copy.transaction() as connection:
        assert connection.scalars(select(schema.record.c.id)).all() == ["early:0"]
    copy.close()
