"""The documents say what the code does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from ruralnews import extract
from ruralnews.demo.server import read_site
from ruralnews.items import Article, Credit, Image, record_schema

ROOT = Path(__file__).resolve().parent.parent


def test_generated_parts_are_up_to_date() -> None:
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_field_of_the_record_is_explained() -> None:
    for name, schema in record_schema()["properties"].items():
        assert schema.get("description"), name


def test_every_provenance_kind_of_the_demo_portal_is_documented() -> None:
    documented = set(re.findall(r"`(\w+)`", _section("Where a value comes from")))
    pages = read_site().values()
    articles = (extract(page.body, headers=page.headers, portal="demo") for page in pages)
    rules = {rule for article in articles if article for rule in article.provenance.values()}
    assert {rule.partition(":")[0] for rule in rules} <= documented


def full_record() -> dict[str, object]:
    article = Article(
        id="demo:1",
        title="秋收动员会召开",
        published="2023-09-11T15:29:00+08:00",
        published_precision="minute",
        body="正文。",
        content_sha="0" * 64,
        fetched_at="2023-09-12T01:00:00+08:00",
        credits=[Credit("作者", "甲乙")],
        images=[Image("http://127.0.0.1/a.jpg")],
    )
    return article.to_record()


def test_record_keys_stand_in_declared_order() -> None:
    assert list(full_record()) == list(record_schema()["properties"])


def refused(record: dict[str, object]) -> list[str]:
    """What the schema has against a record: where, or which key is missing or unknown."""
    errors = jsonschema.Draft202012Validator(record_schema()).iter_errors(record)
    return [str(error.path[0]) if error.path else error.message.split("'")[1] for error in errors]


def test_schema_accepts_a_full_record() -> None:
    assert refused(full_record()) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", ""),
        ("title", None),
        ("published_precision", "hour"),
        ("author", "甲乙"),
        ("pages", "1"),
        ("credits", [{"role": "作者"}]),
        ("extra", 1),
    ],
)
def test_schema_refuses_a_record_that_breaks_the_format(key: str, value: object) -> None:
    assert refused(full_record() | {key: value}) == [key]


def test_schema_refuses_a_record_with_a_missing_key() -> None:
    record = full_record()
    del record["summary"]
    assert refused(record) == ["summary"]


def test_schema_file_is_json() -> None:
    assert json.loads((ROOT / "docs/record.schema.json").read_text(encoding="utf-8"))


def _section(title: str) -> str:
    text = (ROOT / "docs/DATA_FORMAT.md").read_text(encoding="utf-8")
    return text.split(f"### {title}", 1)[1].split("\n## ", 1)[0]
