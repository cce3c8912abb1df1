from __future__ import annotations

import json

import pytest

from ruralnews.extraction.scripts import script_values

HEADLINE = "青禾县万亩稻田开镰"
DATA = {"title": HEADLINE, "media": "青禾晚报", "pubtime": "2022-10-12 08:15:00"}
WANTED = [("source", "青禾晚报"), ("published", "2022-10-12 08:15:00")]
SCRIPTS = [
    pytest.param(f"window.DATA = {json.dumps(DATA, ensure_ascii=False)};", WANTED, id="json"),
    pytest.param(f"window.DATA = {json.dumps(DATA)};", WANTED, id="escaped"),
    pytest.param(f"var a = {{title: '{HEADLINE}', source: '青禾晚报'}}", WANTED[:1], id="object"),
    pytest.param("var a = {title: '别的标题在这里', source: '青禾晚报'}", [], id="other headline"),
    pytest.param(
        f"[{{title:'甲',source:'甲报'}},{{title:'{HEADLINE}',source:'乙报'}},"
        "{source:'丙报',title:'丙'}]",
        [("source", "乙报")],
        id="neighbours",
    ),
]


@pytest.mark.parametrize(("script", "wanted"), SCRIPTS)
def test_reads_the_pairs_beside_the_headline(script: str, wanted: list[tuple[str, str]]) -> None:
    assert list(script_values([script], HEADLINE)) == wanted
