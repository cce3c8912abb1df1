"""The report of a night: strangers' texts stay texts, and the same facts give the same bytes."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from made_nights import HOSTILE, one_night, past_nights, quiet_night, wide_night
from rich.cells import cell_len
from running import call
from sqlalchemy import insert

from ruralnews import settings
from ruralnews.commands import night_report
from ruralnews.commands.night_files import write_night
from ruralnews.monitoring import monitors
from ruralnews.monitoring.history import PastNight, State, state_of
from ruralnews.monitoring.measures import FIELDS
from ruralnews.monitoring.monitors import MONITORS
from ruralnews.monitoring.night import (
    Alarm,
    Cause,
    Level,
    Night,
    PortalNight,
    read_night,
)
from ruralnews.monitoring.outcome import GRAVITY, Exit
from ruralnews.reasons import Reason
from ruralnews.reporting.charts import night_chart
from ruralnews.reporting.page import hash_of, render_page
from ruralnews.reporting.terminal import render_text
from ruralnews.reporting.view import short_time, view_of
from ruralnews.reporting.words import Pair, clean, link, named, translated, words
from ruralnews.state.schema import run
from ruralnews.state.store import open_store, store_url
from ruralnews.state.tally import begin_night, end_night

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.state.store import Store

report = import_module("ruralnews.commands.report")

MOBILE = "1300000" + "0000"
START = int(datetime(2026, 11, 26, 18, tzinfo=UTC).timestamp())
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


class Elements(HTMLParser):
    """The elements of a page and its links, as a browser sees them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@cache
def past() -> list[PastNight]:
    return past_nights()


HARMLESS = Elements(render_page(one_night("麦收"), []))


# -- The page ---------------------------------------------------------------------------------


@examples(max_examples=25)
@given(st.text(min_size=1) | st.text("<>&\"'`=/!-[]{}%#\\ \u202e\x1b\x00abc", min_size=1))
def test_no_text_adds_markup_to_the_page(text: str) -> None:
    page = render_page(one_night(text), [])
    found = Elements(page)
    assert found.tags == HARMLESS.tags
    assert found.attributes == HARMLESS.attributes
    assert not UNSAFE.search(page.replace("\n", ""))
    page.encode()  # no half of a character


@examples(max_examples=25)
@given(st.text(min_size=1) | st.from_regex(r"[a-z]{2,10}:/{0,3}[^ ]{0,20}"))
def test_a_link_of_the_page_leads_to_the_web_or_into_the_page(url: str) -> None:
    for found in Elements(render_page(one_night("麦收", url), [])).links:
        assert found.startswith(("http://", "https://", "#", "data:,"))


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "//www.hemiao.example/",
        "http://",
        "http://[::1",
        "http://www.hemiao.example/\u202ecod.exe",
        "http://www.hemiao.example/a\nb",
        " http://www.hemiao.example/",
    ],
)
def test_what_is_no_web_address_is_no_link(url: str | None) -> None:
    assert link(url) is None


def test_a_link_keeps_its_digits_and_loses_its_quotes() -> None:
    url = f"https://www.hemiao.example/t{MOBILE}.html?a=1&b='\""
    assert link(url) == f"https://www.hemiao.example/t{MOBILE}.html?a=1&amp;b=&#39;&#34;"


def test_a_hostile_headline_stands_in_the_page_as_text() -> None:
    found = Elements(render_page(wide_night(), past()))
    assert found.tags.count("script") == 1
    assert "img" not in found.tags
    [shown] = {text for text in found.texts if "alert('青禾')" in text}
    assert shown == HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b")


def test_the_policy_names_the_style_and_the_script_that_are_there() -> None:
    page = render_page(quiet_night(), [])
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src '{hash_of(style)}'",
        f"script-src '{hash_of(script)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_links_tell_nobody_where_they_were_found() -> None:
    page = render_page(quiet_night(), [])
    links = re.findall(r'<a href="http[^>]*>', page)
    assert links
    assert all('rel="noopener noreferrer"' in one for one in links)


def test_the_same_facts_give_the_same_bytes() -> None:
    night, again = wide_night(), read_night(wide_night().to_json())
    assert render_page(night, past()[:2]) == render_page(again, past_nights()[:2])
    assert render_text(night, []) == render_text(again, [])


def test_no_report_shows_the_number_of_a_person() -> None:
    night = one_night(f"联系电话{MOBILE}")
    assert MOBILE not in render_page(night, [])
    assert MOBILE not in render_text(night, [])


# -- What it says -----------------------------------------------------------------------------


def test_alarms_stand_by_portal_the_gravest_first() -> None:
    view = view_of(wide_night(), past())
    assert [(one.slug, one.level) for one in view.troubles] == [
        ("portal01", Level.FAIL),
        ("portal05", Level.FAIL),
        ("portal07", Level.FAIL),
        ("portal10", Level.FAIL),
        ("portal28", Level.FAIL),
        ("portal03", Level.WARN),
        ("portal08", Level.WARN),
    ]
    assert [len(one.findings) for one in view.troubles] == [3, 1, 1, 1, 1, 1, 1]
    # One cause, one thing to do.
    assert len(view.troubles[0].advice) == 1
    assert "portal01.toml" in next(iter(view.troubles[0].advice)).zh


def test_a_portal_that_the_night_left_out_is_shown_above_those_that_are_well() -> None:
    view = view_of(wide_night(), past())
    left_out = [row.slug for row in view.rows if row.night is None]
    assert left_out == ["portal09", "portal29"]
    states = [row.state for row in view.rows]
    assert states.index(None) < states.index(State.OK)


def test_books_that_do_not_balance_are_told() -> None:
    view = view_of(wide_night(), [])
    assert not view.balanced
    assert [book.slug for book in view.books if not book.ledger.is_balanced] == ["portal10"]
    assert view.total.ledger.listed == sum(book.ledger.listed for book in view.books)
    assert "off by 2" in render_text(wide_night(), [], "en")


def test_a_quiet_night_says_that_nothing_is_to_be_done() -> None:
    assert view_of(quiet_night(), []).is_quiet
    assert "No alarm." in render_text(quiet_night(), [], "en")


@pytest.mark.parametrize(
    ("portal", "state"),
    [
        (PortalNight("a", "甲", Exit.OK), State.OK),
        (PortalNight("a", "甲", Exit.PARTIAL), State.PART),
        (PortalNight("a", "甲", Exit.STOPPED), State.WARN),
        (PortalNight("a", "甲", Exit.BUG), State.FAIL),
        (PortalNight("a", "甲", Exit.OK, error="no profile"), State.FAIL),
        (
            PortalNight(
                "a", "甲", Exit.OK, alarms=[Alarm("new", Level.WARN, "8", "1", Cause.UNKNOWN)]
            ),
            State.WARN,
        ),
    ],
)
def test_the_state_of_a_portal_is_its_gravest_finding(portal: PortalNight, state: State) -> None:
    assert state_of(portal) is state


def test_a_chart_has_a_column_and_a_state_for_every_night_of_the_portal() -> None:
    nights = past()
    crawled = [night for night in nights if "portal09" in night.portals]
    chart = night_chart(nights, "portal09")
    assert 0 < len(crawled) < len(nights)
    assert chart.count("<rect") == 2 * len(crawled)
    assert f"<title>{crawled[0].day}: +{crawled[0].portals['portal09'].new}</title>" in chart
    assert night_chart([PastNight("n", "2026-11-27")], "portal09").count("<rect") == 0


# -- Words ------------------------------------------------------------------------------------


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for section, texts in words().items():
        for name, (zh, en) in texts.items():
            assert zh, (section, name)
            assert en, (section, name)
            values = [{field for _, field, _, _ in Formatter().parse(text)} for text in (zh, en)]
            assert values[0] == values[1], (section, name)


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("reason", list(Reason)),
        ("monitor", list(MONITORS)),
        ("cause", list(Cause)),
        ("todo", list(Cause)),
        ("level", list(Level)),
        ("state", list(State)),
        ("field", list(FIELDS)),
        ("end", [str(int(code)) for code in GRAVITY]),
    ],
)
def test_every_code_of_the_program_has_a_name(section: str, names: list[str]) -> None:
    assert set(names) <= set(words()[section])


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        ("http-503", Pair("HTTP 503", "HTTP 503")),
        ("list-http-404", Pair("HTTP 404", "HTTP 404")),
        ("title, body", Pair("title、body", "title, body")),  # no reasons, several codes
        ("timeout, dns", Pair("超时、域名解析失败", "timeout, name not found")),
        ("list-timeout", words()["reason"]["timeout"]),
        ("never-heard-of", Pair("never-heard-of", "never-heard-of")),
    ],
)
def test_a_reason_without_a_name_stands_for_itself(code: str, pair: Pair) -> None:
    assert named("reason", code) == pair


@pytest.mark.parametrize(
    ("said", "zh"),
    [
        ("8.5 records", "8.5 条"),
        ("0 lists without articles", "没有空列表"),
        ("at least 98%", "至少 98%"),
        ("1 days between publications", "每 1 天一篇"),
        ("infobar:来源 in 96%", "96% 由 infobar:来源 读出"),
        ("one in 12 records", "12 条记录正文相同"),
        ("all 43 lost", "43 页全部没取到"),
        ("at most 5% refused by the portal", "至多 5% 被拒绝"),
        ("310.5 MiB", "310.5 MiB"),
        ("3.4", "3.4"),
        ("nobody translated this", "nobody translated this"),
    ],
)
def test_what_a_monitor_says_is_said_in_chinese(said: str, zh: str) -> None:
    assert translated(said) == Pair(zh, said)


def phrases_of_monitors() -> set[str]:
    """Every phrase that `monitors.py` holds, a number in place of what is computed."""
    found = set()
    tree = ast.parse(Path(monitors.__file__).read_text("utf-8"))
    specs = {one.format_spec for one in ast.walk(tree) if isinstance(one, ast.FormattedValue)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node not in specs:
            found.add("".join(map(filled, node.values)))
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            texts = node.value.elts[1:3]
            found.update(str(one.value) for one in texts if isinstance(one, ast.Constant))
    return found


def filled(part: ast.expr) -> str:
    """A part of a phrase, something fitting in place of a value."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    names = {"what": "revisions", "unit": "MiB"}
    number = "7%" if percent(part) else "7"
    return names.get(getattr(part.value, "id", ""), number)


def percent(part: ast.FormattedValue) -> bool:
    return part.format_spec is not None and "%" in ast.unparse(part.format_spec)


def test_every_phrase_of_a_monitor_has_its_chinese() -> None:
    phrases = phrases_of_monitors()
    assert {"at least 7%", "bodies that differ", "7"} <= phrases
    same = {said for said in phrases if said == translated(said).zh and re.search("[a-z]", said)}
    # A share of "lost", "missing" …, not of revisions.
    assert same <= {"7 MiB", "at most 7% revisions"}


# -- The text ---------------------------------------------------------------------------------


@examples(max_examples=25)
@given(st.text(min_size=1))
def test_no_text_can_move_the_cursor(text: str) -> None:
    assert not UNSAFE.search(render_text(one_night(text), []))


@pytest.mark.parametrize(("lang", "width"), [("zh", 60), ("en", 100)])
def test_the_text_is_as_wide_as_it_is_told(lang: str, width: int) -> None:
    text = render_text(wide_night(), past_nights(), lang, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert clean(HOSTILE)[:20] in text


def test_a_narrow_text_keeps_a_line_for_a_portal() -> None:
    lines = render_text(wide_night(), past(), "en", width=80).splitlines()
    assert sum(line.startswith("✓ well") for line in lines) == 18
    assert not any("Waiting" in line for line in lines)


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ("2026-11-26T17:30:00+08:00", "11-26 17:30"),
        ("2019-11-26T17:30:00+08:00", "2019-11-26 17:30"),
    ],
)
def test_a_time_of_another_year_has_its_year(published: str, said: str) -> None:
    assert short_time(published, "2026-11-27") == said


def test_colours_are_for_terminals_only() -> None:
    assert "\x1b[" not in render_text(one_night("麦收"), [])
    assert "\x1b[1;31m" in render_text(one_night("麦收"), [], color=True)


# -- The command ------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Store]]:
    """An output folder with the wide night and one before it."""
    monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path))
    store = open_store(store_url(tmp_path))
    last = wide_night()
    before = Night("20261125T180000Z", "2026-11-26T02:00:00+08:00", portals=[last.portals[2]])
    with store.transaction() as connection:
        for night, start in ((before, START - 86400), (last, START)):
            begin_night(connection, night.id, start)
            end_night(connection, night.id, start + 2832, night.outcome or 0)
            for number, portal in enumerate(night.portals):
                if portal.run is not None:
                    portal.run = start + number
                    row = {"id": portal.run, "portal": portal.slug, "started": start}
                    facts = json.dumps(asdict(portal))
                    connection.execute(insert(run).values(**row, night=night.id, facts=facts))
    write_night(store, tmp_path, last)
    yield tmp_path, store
    store.close()


def test_the_report_is_made_again_byte_for_byte(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, store = kept
    night_report.report_at_end(store, folder, wide_night())
    page = folder / "nights" / "20261126T180000Z" / "report.html"
    first = page.read_bytes()
    assert b"2026-11-26: +" in first  # the night before, in the charts
    page.unlink()
    assert call(report.Command()) == Exit.OK
    assert capsys.readouterr().out == f"{page}\n"
    assert page.read_bytes() == first


@pytest.mark.parametrize("said", ["2026-11-27", "20261126T180000Z", "20261126"])
def test_a_night_is_named_by_its_day_or_its_name(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str], said: str
) -> None:
    del kept
    assert call(report.Command(), "--night", said, "--text", "--lang", "en") == Exit.OK
    assert "Rural news by night  2026-11-27" in capsys.readouterr().out


def test_an_older_night_is_reported_without_its_folder(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    del kept
    assert call(report.Command(), "--night", "2026-11-26", "-o", "-") == Exit.OK
    page = capsys.readouterr().out
    assert words()["page"]["from-store"].zh in page
    assert "<bdi>麦田先锋网</bdi>" in page
    assert "<bdi>柳湾先锋网</bdi>" not in page  # of the night after


@pytest.mark.parametrize(
    "options",
    [
        ("--night", "2026-01-01"),
        ("--night", ""),
        ("--lang", "fr"),
        ("portal01",),
        ("--html",),
    ],
)
def test_a_wrong_call_is_told(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    del kept
    assert call(report.Command(), *options) == Exit.USAGE
    assert capsys.readouterr().err.startswith("scrapy report: ")


def test_a_file_that_cannot_be_written_is_told(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = kept
    (folder / "taken").write_text("")
    assert call(report.Command(), "-o", str(folder / "taken" / "a.html")) == Exit.DISK
    assert "cannot be written" in capsys.readouterr().err


def test_a_damaged_stats_json_is_told(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = kept
    (folder / "nights" / "20261126T180000Z" / "stats.json").write_text("{")
    assert call(report.Command()) == Exit.USAGE
    assert "stats.json: cannot be read" in capsys.readouterr().err


def test_a_report_that_fails_is_told_and_leaves_the_night_as_it_is(
    kept: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, store = kept
    night = wide_night()
    (folder / "nights" / night.id / "report.html.tmp").mkdir()  # no room for the file
    before = night.to_json()
    night_report.report_at_end(store, folder, night)
    assert "The report was not written: OutputError" in capsys.readouterr().err
    told = read_night((folder / "nights" / night.id / "stats.json").read_text("utf-8"))
    assert told.report_error
    told.report_error = None
    assert told.to_json() == before
