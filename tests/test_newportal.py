"""`scrapy newportal` and `scrapy capture` against portals on loopback, of every kind of list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hostile import Answer
from running import ROOT, call, scrapy
from scouted import all_portals, html_paging, playing

from ruralnews.commands import capture, newportal
from ruralnews.commands.capture import make_case
from ruralnews.commands.newportal import asked_names
from ruralnews.demo.server import read_site
from ruralnews.portals import generic_portal, get_portal
from ruralnews.scouting.fetched import Fetched
from ruralnews.scouting.survey import Survey

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 15
"""Lines of a profile."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of every kind of portal: proposed, then crawled."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    run = subprocess.run(
        [sys.executable, str(ROOT / "tests/scouting_run.py")],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    results: dict[str, Any] = json.loads(run.stdout)
    return results


KINDS = [(slug, portal.kind, portal.family) for slug, portal in all_portals().items()]


@pytest.mark.parametrize(("slug", "kind", "family"), KINDS)
def test_a_proposed_profile_crawls_exactly_the_articles(
    played: dict[str, Any], slug: str, kind: str, family: str | None
) -> None:
    found = played[slug]
    assert found["lost"] == []
    assert (found["kind"], found["family"]) == (kind, family)
    assert found["articles"] == found["expected"]
    assert found["losses"] == {}
    assert len(found["lines"]) <= LONGEST


@pytest.mark.parametrize("slug", [slug for slug, _, _ in KINDS])
def test_a_list_and_three_articles_become_cases(played: dict[str, Any], slug: str) -> None:
    found = played[slug]
    assert set(found["cases"]) - {"index"} == {"list", "plain", "second", "third"}
    assert all(found["saved"])
    assert len(set(found["read"])) == 3


def options(host: str) -> tuple[str, ...]:
    return "-s", "DOWNLOAD_DELAY=0", "-s", f"ALLOW_HOSTS={host}"


def test_newportal_and_crawl_and_capture_as_commands(tmp_path: Path) -> None:
    with playing(html_paging()) as portal:
        run = scrapy(
            tmp_path, "newportal", "cunwu", portal.url("/cunwu/"), "--name", "稻香村镇网",
            *options(portal.host),
        )  # fmt: skip
        assert (run.returncode, run.stderr.count("other people's texts")) == (0, 1)
        asked = list(portal.asked)
        crawled = scrapy(tmp_path, "crawl", "cunwu", *options(portal.host), "-O", "all.jsonl")
        address = portal.url(html_paging().articles[7])
        captured = scrapy(
            tmp_path, "capture", address, "--portal", "cunwu", "--why", "late",
            *options(portal.host),
        )  # fmt: skip
    # robots.txt, the list, three articles: no more.
    assert (asked[:2], len(asked)) == (["/robots.txt", "/cunwu/"], 5)
    assert "infobar:来源" in run.stdout
    assert "[[columns]] name: is a guess" in run.stdout
    assert "- name: is a guess" not in run.stdout
    assert (tmp_path / "portals/cunwu.toml").read_text("utf-8") in run.stdout
    assert crawled.returncode == 0
    assert len((tmp_path / "all.jsonl").read_text("utf-8").splitlines()) == 12
    assert captured.returncode == 0
    folder = tmp_path / captured.stdout.splitlines()[-2]
    assert folder.name.endswith("-late")
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    assert (meta["url"], meta["checked"]) == (address, False)
    assert json.loads((folder / "expected.json").read_text("utf-8"))["author"] == ["田小满"]
    assert (folder / "page.html").read_bytes().startswith(b"<html>")


def test_a_list_that_robots_txt_forbids_is_not_read_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    refusing = html_paging()
    refusing.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /cunwu/\n")
    with playing(refusing) as portal:
        run = scrapy(tmp_path, "newportal", "cunwu", portal.url("/cunwu/"), *options(portal.host))
    assert run.returncode == 10
    assert "robots-disallowed" in run.stderr
    assert portal.asked == ["/robots.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["scrapy.cfg"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cunwu"], "give a slug and the address"),
        (["Cun Wu", "http://hemiao.example/"], "is no slug"),
        (["site", "http://hemiao.example/"], "is no slug"),
        (["demo", "http://hemiao.example/"], "there is a portal 'demo'"),
        (["cunwu", "hemiao.example/yw/"], "no list can be read there"),
        (["cunwu", "http://hemiao.example/", "--host", "a/b"], "--host: "),
        (["cunwu", "http://hemiao.example/", "--drty"], "there is no option '--drty'"),
    ],
)
def test_newportal_says_what_is_wrong_with_its_arguments(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(newportal.Command(), *arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://127.0.0.1:8000/"], "give one address and its portal"),
        (["http://127.0.0.1:8000/", "--portal", "dxsgc"], "did you mean 'dxscg'?"),
        (["http://hemiao.example/", "--portal", "dxscg"], "is no address of 'dxscg'"),
        (["http://www.dxscg.com.cn/", "--portal", "dxscg", "--why", "../x"], "--why '../x'"),
    ],
)
def test_capture_says_what_is_wrong_with_its_arguments(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capture.Command(), *arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "is_list", "keys"),
    [
        ("/xczx/", False, {"links", "next_page", "lists"}),
        ("/xczx/index_1.html", True, {"links", "next_page", "lists"}),
        ("/index.html", False, {"reason"}),
    ],
)
def test_a_column_s_page_and_what_is_called_a_list_become_list_cases(
    path: str, is_list: bool, keys: set[str]
) -> None:
    body = read_site()[path].body
    page = Fetched(f"http://127.0.0.1:8000{path}", body, {}, datetime.now(UTC))
    case = make_case("why", page, get_portal("demo"), is_list=is_list)
    assert case.expected.keys() == keys


def test_names_are_asked_for_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Fetched("http://hemiao.example/yw/", "<html><title>要闻-禾苗网</title>".encode())
    survey = Survey(generic_portal(page.url, "hemiao"), {}, lists=[page])
    assert asked_names(survey, None, None) == {}
    typed = {"Chinese name of the portal [禾苗网]: ": "", "list (栏目) [要闻]: ": "村里要闻"}
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(
        "builtins.input", lambda q: next(text for key, text in typed.items() if q.endswith(key))
    )
    assert asked_names(survey, None, None) == {"column": "村里要闻"}
    assert asked_names(survey, "甲", "乙") == {"name": "甲", "column": "乙"}
