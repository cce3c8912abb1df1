"""Every profile crawled end to end, under its real host names, on this machine.

Nothing here is of a portal: a profile and its cases are the whole input (`world`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from listing import PAGE

from ruralnews.monitoring.outcome import Exit
from ruralnews.portals import load_portals
from ruralnews.portals.model import LIST_KINDS

if TYPE_CHECKING:
    from ruralnews.portals.model import Portal

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
SECONDS = 600
THREE = [{"folder": "a"}, {"folder": "a"}, {"folder": "a", "late": True}]
ARGUED = [
    {"folder": "b", "column": True},
    {"folder": "c", "since": True},
    {"folder": "d", "max_pages": 1},
]
PORTALS = {slug: portal for slug, portal in load_portals().portals.items() if slug != "demo"}
"""The demo portal brings its own server: tests/test_crawl.py."""


def kinds_of(portal: Portal) -> set[str]:
    """The kinds of list it has."""
    return {column.kind or portal.listing.kind for column in portal.columns}


KINDS = set().union(*map(kinds_of, PORTALS.values()))
MADE = [f"kind-{kind}" for kind in LIST_KINDS if kind not in KINDS]
"""Portals made of the kinds of list that no profile has; their articles are
those of another portal."""
SLUGS = sorted(PORTALS)
PARTS = [SLUGS[::2], SLUGS[1::2], MADE]
"""What a process crawls; no two portals of it have the same articles."""


def crawl(folder: Path, plans: list[list[str]], nights: list[dict[str, Any]]) -> list[Any]:
    """What came of the nights, one result for each group of portals, side by side."""
    running = []
    for number, portals in enumerate(plans):
        part = folder / str(number)
        part.mkdir()
        plan = {"portals": portals, "nights": nights}
        (part / "plan.json").write_text(json.dumps(plan), "utf-8")
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crawling.py")), str(part)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(part / "ca.pem")},
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append((part, process))
    results = []
    for part, process in running:
        _, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, errors[-4000:]
        results.append(json.loads((part / "result.json").read_text("utf-8")))
    return results


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    return crawl(tmp_path_factory.mktemp("e2e"), PARTS, THREE + ARGUED)


@pytest.fixture(params=[*SLUGS, *MADE])
def nights(request: pytest.FixtureRequest, results: list[Any]) -> list[dict[str, Any]]:
    """What the nights did to one portal, each with the pages that were asked of its hosts."""
    slug = request.param
    result = next(one for one in results if slug in one["nights"][0]["portals"])
    return [night["portals"][slug] | {"asked": night["asked"]} for night in result["nights"]]


def titles(entries: list[dict[str, Any]]) -> list[str]:
    return sorted(entry["title"] for entry in entries)


def articles_asked(night: dict[str, Any]) -> list[str]:
    """The articles of this portal that were asked for, as often as they were."""
    mine = {entry["url"] for entry in night["expected"]}
    asked = (line.partition(" ")[2] for line in night["asked"])
    return [url for url in asked if url in mine]


def test_the_first_night_finds_the_articles_that_are_there_and_no_other(nights: list[Any]) -> None:
    first = nights[0]
    assert titles(first["records"]) == titles(first["expected"])
    assert first["code"] == Exit.OK
    assert sorted(articles_asked(first)) == sorted(entry["url"] for entry in first["expected"])


def test_article_and_list_say_the_same(nights: list[Any]) -> None:
    first = nights[0]
    days = {entry["title"]: entry["day"] for entry in first["expected"]}
    assert {record["title"]: record["published"][:10] for record in first["records"]} == days
    assert [key for key in first["stats"] if key.startswith("rn/witness/")] == []


def test_the_second_night_brings_nothing_new(nights: list[Any]) -> None:
    first, second = nights[:2]
    assert titles(second["records"]) == titles(first["records"])
    assert second["code"] == Exit.OK
    # An article of the last three days is looked at again.
    young = {entry["url"] for entry in first["expected"] if entry["kind"] == "epaper"}
    assert set(articles_asked(second)) <= young


def test_an_article_published_late_into_page_two_is_found(nights: list[Any]) -> None:
    second, third = nights[1:3]
    late = [entry for entry in third["expected"] if entry["late"]]
    assert late
    new = Counter(titles(third["records"])) - Counter(titles(second["records"]))
    assert sorted(new.elements()) == titles(late)


def test_one_column_alone(nights: list[Any]) -> None:
    night = nights[3]
    mine = [e for e in night["expected"] if e["column"] == night["arguments"]["column"]]
    assert titles(night["records"]) == titles(mine)
    assert night["code"] == Exit.OK


def test_since_a_day(nights: list[Any]) -> None:
    night = nights[4]
    mine = [e for e in night["expected"] if e["day"] >= night["arguments"]["since"]]
    assert titles(night["records"]) == titles(mine)
    assert 0 < len(mine) < len(night["expected"])


def test_one_list_page_of_every_column(nights: list[Any]) -> None:
    night = nights[5]
    mine = [
        entry
        for entry in night["expected"]
        if entry["place"] < PAGE or entry["kind"] in ("feed", "epaper", "ids") or not entry["paged"]
    ]
    assert titles(night["records"]) == titles(mine)


def test_no_name_but_those_of_the_world_is_looked_up_and_nothing_leaves_this_machine(
    results: list[Any],
) -> None:
    for result in results:
        assert result["connected"] == ["127.0.0.1"]
        assert set(result["looked_up"]) <= set(result["hosts"])


def test_the_records_of_hanweb_are_asked_for_with_a_form(results: list[Any]) -> None:
    asked = [line for result in results for night in result["nights"] for line in night["asked"]]
    proxy = {line.partition(" ")[0] for line in asked if "/dataproxy.jsp?" in line}
    assert proxy == {"POST"}
