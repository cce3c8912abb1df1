"""The demo portal, crawled as a user does it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from running import scrapy, started

from ruralnews.demo.server import serve
from ruralnews.items import record_schema
from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

THREE_PAGES = "从“等着干”到“抢着干”——青禾县激励村干部担当作为调查"
LOST = "/xczx/202401/t20240108_1000404.html"


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def run(folder: Path) -> CompletedProcess[str]:
    return started(folder, "crawl", "demo", "-L", "WARNING")


@pytest.fixture(scope="module")
def records(run: CompletedProcess[str], folder: Path) -> list[dict[str, Any]]:
    assert "Traceback" not in run.stderr
    [path] = folder.glob("output/demo/*.jsonl")
    return read_lines(path)


def test_every_article_of_the_portal_becomes_a_record(records: list[dict[str, Any]]) -> None:
    assert len(records) == 17
    assert len({record["id"] for record in records}) == 17
    assert {record["portal"] for record in records} == {"demo"}
    assert {record["column"] for record in records} == {"乡村振兴", "党建工作"}


def test_every_record_keeps_the_data_format(records: list[dict[str, Any]]) -> None:
    validator = jsonschema.Draft202012Validator(record_schema())
    for record in records:
        validator.validate(record)
        assert list(record) == list(record_schema()["properties"])


def test_the_facts_of_the_run_show_its_work_on_the_texts(
    run: CompletedProcess[str], folder: Path
) -> None:
    del run
    with closing(sqlite3.connect(folder / "output/state.sqlite")) as store:
        [[text]] = store.execute("SELECT facts FROM run WHERE facts IS NOT NULL")
    facts = json.loads(text)
    mended = [one for one in facts["samples"] if one["after"]]
    removed = [one for one in facts["samples"] if not one["after"]]
    assert any("廣開(kāi)" in one["before"] and "广开" in one["after"] for one in mended)
    assert removed
    assert {one["rule"] for one in removed} <= set(facts["measures"]["removed"])
    assert sum(facts["measures"]["restored"].values()) > 100
    assert [key for key in facts["counters"] if key.startswith("rn/opened/")] == [
        "rn/opened/127.0.0.1"
    ]


def test_an_article_in_three_pages_is_one_record(records: list[dict[str, Any]]) -> None:
    [record] = [record for record in records if record["title"] == THREE_PAGES]
    assert record["pages"] == 3
    assert record["warnings"] == []
    lines = record["body"].split("\n")
    assert len(lines) == len(set(lines))


def test_a_lost_page_is_told_with_its_address_and_reason(run: CompletedProcess[str]) -> None:
    # Of the spider alone: Scrapy warns of memory, and counts that of the process that started it.
    told = [line for line in run.stderr.splitlines() if "[demo] WARNING" in line]
    assert any("failed/http-404" in line and LOST in line for line in told)
    assert len(told) == 1


def test_a_page_that_is_gone_is_no_loss(run: CompletedProcess[str]) -> None:
    assert run.returncode == Exit.OK


def test_the_records_are_shown_with_their_file(run: CompletedProcess[str], folder: Path) -> None:
    [path] = folder.glob("output/demo/*.jsonl")
    lines = run.stdout.splitlines()
    assert lines[-1] == str(path)
    assert lines[1].split() == ["published", "title", "source", "author", "editor", "chars"]
    assert any("2023-09-11 15:29" in line and "田小满" in line for line in lines)


def test_the_archive_replays_to_the_same_articles(
    records: list[dict[str, Any]], folder: Path
) -> None:
    done = scrapy(folder, "replay", "output/archive/demo", "--portal", "demo")
    replayed = {record["id"]: record for record in map(json.loads, done.stdout.splitlines())}
    assert replayed.keys() == {record["id"] for record in records}
    for record in records:
        again = replayed[record["id"]]
        assert list(again)[-1] == "replayed_from"
        assert again["replayed_from"].startswith("output/archive/demo/")
        for key in ("content_sha", "title", "author", "url", "restored", "fetched_at"):
            assert again[key] == record[key], (key, record["url"])
    # The lists and robots.txt were archived as well, and are no articles.
    assert done.returncode == 0
    assert "article-missing" not in done.stderr


def test_arguments_choose_column_age_and_pages(tmp_path: Path) -> None:
    options = ("-a", "column=乡村振兴", "-a", "since=2024-04-01", "-a", "max_pages=1")
    done = scrapy(tmp_path, "crawl", "demo", *options, "-O", "-:jsonlines", "-L", "INFO")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {record["column"] for record in found} == {"乡村振兴"}
    assert min(record["published"] for record in found) >= "2024-04-01"
    assert len(found) == 5
    assert done.returncode == Exit.OK
    assert "'rn/lists/read': 1" in done.stderr


def test_a_portal_without_profile_is_read_by_its_form(tmp_path: Path) -> None:
    with serve() as demo:
        host = demo.url.split("/")[2]
        done = scrapy(
            tmp_path,
            *("crawl", "site", "-a", f"url={demo.url}djgz/", "-s", f"ALLOW_HOSTS={host}"),
            *("-s", "DOWNLOAD_DELAY=0", "-O", "out.jsonl"),
        )
    found = read_lines(tmp_path / "out.jsonl")
    assert {record["portal"] for record in found} == {"site"}
    assert THREE_PAGES in {record["title"] for record in found}
    assert len(found) == 5
    assert done.stdout.splitlines()[-1] == "out.jsonl"
    assert f"ALLOW_HOSTS opens {host}" in done.stderr
    assert done.returncode == Exit.OK
