"""The rules on a whole record: as pure functions, then in a crawler."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import FileIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.utils.test import get_crawler

from ruralnews.errors import ExtractionError, OutputError
from ruralnews.items import Article, record_schema
from ruralnews.monitoring.stats import Key
from ruralnews.pipelines.duplicates import DuplicatesPipeline
from ruralnews.pipelines.identify import IdentifyPipeline
from ruralnews.pipelines.jsonlines import JsonLinesPipeline, append_whole, record_line
from ruralnews.pipelines.validate import ValidatePipeline
from ruralnews.processors.validation import check_article
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
GOOD = Article(
    id="hemiao:1",
    url="http://hemiao.example/t1.html",
    canonical_url="http://hemiao.example/t1.html",
    portal="hemiao",
    title="麦收",
    published="2026-11-03T07:30:00+08:00",
    published_precision="minute",
    body="麦子熟了。",
    content_sha="f" * 64,
    fetched_at=NOW.isoformat(),
)


def make_crawler(**settings: Any) -> Crawler:
    crawler = get_crawler(settings_dict=settings)
    crawler.spider = SimpleNamespace(portal=None)  # type: ignore[assignment]
    return crawler


def test_a_good_article_passes() -> None:
    check_article(GOOD, NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": " "}, Reason.TITLE_MISSING),
        ({"published": ""}, Reason.DATE_MISSING),
        ({"body": "\n"}, Reason.BODY_MISSING),
        ({"body": "锟斤拷" * 20}, Reason.TEXT_BEYOND_REPAIR),
        ({"published": "2026-11-04T16:01:00+08:00"}, Reason.DATE_IMPOSSIBLE),
        ({"published": "1993-12-31T00:00:00+08:00"}, Reason.DATE_IMPOSSIBLE),
        ({"published": "2026-11-03T07:30:00"}, Reason.RECORD_INVALID),
        ({"published": "yesterday"}, Reason.RECORD_INVALID),
        ({"published_precision": "hour"}, Reason.RECORD_INVALID),
        ({"id": ""}, Reason.RECORD_INVALID),
        ({"content_sha": ""}, Reason.RECORD_INVALID),
        ({"pages": 0}, Reason.RECORD_INVALID),
        ({"author": [None, b"x"]}, Reason.RECORD_INVALID),
        ({"raw": {"title": "\ud800"}}, Reason.RECORD_INVALID),
        ({"pages": float("nan")}, Reason.RECORD_INVALID),
    ],
)
def test_a_faulty_article_has_a_reason(change: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(ExtractionError) as caught:
        check_article(replace(GOOD, **change), NOW)
    assert caught.value.reason is reason


@pytest.mark.parametrize("published", ["2026-11-04T15:59:00+08:00", "1994-01-01T00:00:00+08:00"])
def test_dates_at_the_edge_pass(published: str) -> None:
    check_article(replace(GOOD, published=published), NOW)


def test_a_dropped_article_is_counted_and_named() -> None:
    pipeline = ValidatePipeline.from_crawler(make_crawler())
    assert pipeline.process_item(GOOD) is GOOD
    with pytest.raises(DropItem, match=r"body-missing: http://hemiao\.example/t1\.html: ") as drop:
        pipeline.process_item(replace(GOOD, body=""))
    assert drop.value.log_level == "WARNING"
    assert pipeline.crawler.stats.get_value(Key.DROPPED.of("body-missing")) == 1


def test_a_duplicate_is_dropped_quietly() -> None:
    pipeline = DuplicatesPipeline.from_crawler(make_crawler())
    pipeline.process_item(GOOD)
    with pytest.raises(DropItem, match=r"duplicate: .*: repeats hemiao:1") as drop:
        pipeline.process_item(replace(GOOD, id="hemiao:2"))
    assert drop.value.log_level == "INFO"


def test_the_id_outlives_a_change_of_the_text() -> None:
    pipeline = IdentifyPipeline.from_crawler(make_crawler())
    one = pipeline.process_item(replace(GOOD))
    other = pipeline.process_item(replace(GOOD, body="麦子收了。"))
    assert one.id == other.id
    assert one.content_sha != other.content_sha


# -- JSON Lines -----------------------------------------------------------------------------------


def test_a_line_has_the_declared_keys_in_order_and_readable_text() -> None:
    line = record_line(GOOD.to_record())
    assert list(json.loads(line)) == list(record_schema()["properties"])
    assert "麦子熟了。" in line


@given(st.text())
def test_a_line_is_one_line_in_every_reader(text: str) -> None:
    line = record_line(replace(GOOD, body=text, title="\u2028\u2029\x85").to_record())
    assert line.splitlines() == [line.removesuffix("\n")]
    assert json.loads(line)["body"] == text


def test_a_line_never_holds_nan() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        record_line({"pages": float("nan")})


def make_writer(folder: Path) -> JsonLinesPipeline:
    return JsonLinesPipeline.from_crawler(make_crawler(OUTPUT_DIR=str(folder)))


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    writer.crawler.stats.set_value("start_time", NOW)
    writer.process_item(GOOD)
    path = tmp_path / "hemiao" / "20261103T080000Z.jsonl"
    assert [file.name for file in path.parent.iterdir()] == [path.name + ".tmp"]
    writer.process_item(replace(GOOD, id="hemiao:2"))
    writer.close_spider()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["hemiao:1", "hemiao:2"]
    assert writer.crawler.stats.get_value(Key.FILE) == str(path)
    assert writer.crawler.stats.get_value(Key.RECORDS) == 2


def test_no_record_no_file(tmp_path: Path) -> None:
    make_writer(tmp_path).close_spider()
    assert list(tmp_path.iterdir()) == []


def test_a_run_never_replaces_the_file_of_another(tmp_path: Path) -> None:
    for _ in range(2):
        writer = make_writer(tmp_path)
        writer.crawler.stats.set_value("start_time", NOW)
        path = tmp_path / "hemiao" / "20261103T080000Z.jsonl"
        if path.exists():
            with pytest.raises(OutputError, match="another run"):
                writer.process_item(GOOD)
            assert writer.crawler.stats.get_value(Key.WRITE_ERRORS) == 1
        else:
            writer.process_item(GOOD)
            writer.close_spider()


def test_the_file_is_left_to_feeds_when_there_are_any(tmp_path: Path) -> None:
    crawler = make_crawler(FEEDS={str(tmp_path / "x.jsonl"): {"format": "jsonlines"}})
    with pytest.raises(NotConfigured):
        JsonLinesPipeline.from_crawler(crawler)


class FullDisk(FileIO):
    """A file that takes ten bytes at a time, and no more once told."""

    full = False

    def write(self, data: Any) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        self.full = True
        return super().write(bytes(data)[:10])


def test_a_line_that_does_not_fit_leaves_no_torn_end(tmp_path: Path) -> None:
    with FullDisk(tmp_path / "x", "w+") as file:
        append_whole(file, b"whole\n")
        file.full = False
        with pytest.raises(OSError, match="No space"):
            append_whole(file, b"longer than ten bytes\n")
        file.full = False
        append_whole(file, b"next\n")
        file.seek(0)
        assert file.read() == b"whole\nnext\n"
