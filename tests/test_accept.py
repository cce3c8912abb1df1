"""What `make accept` shows and writes."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import test_portals as saved
from accept import Change, accept, changes, form_changes, rendered

if TYPE_CHECKING:
    from pathlib import Path


def changed(folder: Path, name: str, **fields: Any) -> saved.Case:
    """A copy of a saved case that expects other values."""
    copy = folder / name
    shutil.copytree(saved.FOLDER / name, copy)
    file = copy / "expected.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | fields), "utf-8")
    return saved.read_case(copy)


PLAIN = "demo/2023-09-11-plain"
HELD = next(case.name for case in saved.HELD)
LISTED = "demo/" + next(case.folder.name for case in saved.LISTS if case.slug == "demo")


def test_nothing_differs_from_what_is_accepted() -> None:
    assert list(changes(saved.CASES)) == []
    assert list(form_changes()) == []


def test_a_difference_shows_case_field_before_and_after(tmp_path: Path) -> None:
    expected = json.loads((saved.FOLDER / PLAIN / "expected.json").read_text("utf-8"))
    body = [*expected["body"][:2], expected["body"][2].replace("据了解", "听说"), "多出的一段。"]
    case = changed(tmp_path, PLAIN, author=["苗立夏"], source=None, body=body)
    shown = rendered(changes([case])).splitlines()
    assert shown[0] == PLAIN
    assert shown[1:5] == ["  source", "    - null", "    + 青禾日报", "  author"]
    assert shown[5:7] == ["    - 苗立夏", "    + 田小满"]
    assert shown[8:10] == [
        "    - 听说，夜学每周二、周四晚上开…",
        "    + 据了解，夜学每周二、周四晚上开…",
    ]
    assert shown[10] == "    - 多出的一段。"
    assert shown[11].startswith("    + 为了不让学习流于形式")


def test_accepting_writes_what_is_read_and_keeps_the_reasons(tmp_path: Path) -> None:
    case = changed(tmp_path, PLAIN, author=[])
    meta = case.folder / "meta.json"
    meta.write_text(json.dumps(case.meta | {"why": {"author": "none printed"}}), "utf-8")
    assert accept(changes([case])) == []
    accepted = saved.read_case(case.folder)
    assert accepted.expected["author"] == ["田小满"]
    assert "why" not in accepted.meta
    assert list(changes([accepted])) == []


def test_a_field_that_becomes_empty_needs_a_reason(tmp_path: Path) -> None:
    case = changed(tmp_path, PLAIN)
    change = Change(case.name, "editor", ["麦青禾"], [], case.folder)
    [said] = accept([change])
    assert said.endswith("meta.json: say in 'why' why there is no editor")
    assert saved.read_case(case.folder).expected["editor"] == []


def test_a_list_and_a_held_page_differ_too(tmp_path: Path) -> None:
    listed = changed(tmp_path, LISTED, next_page="http://127.0.0.1:8000/none.html", links=[])
    held = changed(tmp_path, HELD, reason="text-beyond-repair")
    found = list(changes([listed, held]))
    assert {change.field for change in found} == {"next_page", "links", "reason"}
    assert found[-1].after == next(case for case in saved.HELD).expected["reason"]
    [said] = accept(found)
    assert said.endswith("write expected.json by hand")
    assert saved.read_case(listed.folder).expected["links"] != []


def test_an_article_that_is_held_back_now_is_a_difference(tmp_path: Path) -> None:
    case = changed(tmp_path, PLAIN)
    meta = case.meta | {"page": "xczx/index.html"}
    (case.folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    [change] = changes([saved.read_case(case.folder)])
    assert (change.field, change.before) == ("reason", "an article")
    assert change.after == "article-missing"
