"""The page of the report in a browser, as somebody reads it in the morning."""

from __future__ import annotations

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from made_nights import DAY, HOSTILE, past_nights, quiet_night, wide_night
from watching import DESKTOP, PHONE

from ruralnews.monitoring.night import Night
from ruralnews.reporting.page import render_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watching import Watched

    Look = Callable[..., Watched]

pytestmark = pytest.mark.browser

EMPTY = Night("20261126T180000Z", f"{DAY}T02:00:00+08:00", f"{DAY}T02:00:01+08:00", 0)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Name → file: URL of a report."""
    folder, past = tmp_path_factory.mktemp("reports"), past_nights()
    made = {"wide": (wide_night(), past), "quiet": (quiet_night(), past), "empty": (EMPTY, [])}
    urls = {}
    for name, (night, before) in made.items():
        file = folder / f"{name}.html"
        file.write_text(render_page(night, before), encoding="utf-8")
        urls[name] = file.as_uri()
    return urls


@pytest.fixture
def wide(look: Look, pages: dict[str, str]) -> Watched:
    return look(pages["wide"])


def shown(page: Any, selector: str) -> list[str]:
    """The texts of the elements that a reader sees, white space folded."""
    texts = page.locator(selector).locator("visible=true").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


def portals(page: Any) -> list[str]:
    return shown(page, "#portal-table tbody th .slug")


def news(page: Any) -> list[int]:
    """The numbers of the column of new records, in the order of the rows."""
    cells = page.locator("#portal-table tbody tr td:nth-of-type(2)")
    return [int(one.get_attribute("data-v")) for one in cells.all()]


# -- Reading ----------------------------------------------------------------------------------


def test_alarms_come_first_and_say_what_to_do(wide: Watched) -> None:
    assert shown(wide.page, "h2")[:2] == ["警报", "各门户状况"]
    first = wide.page.locator(".alarm").first.inner_text()
    for part in ("柳湾先锋网", "字段缺失变多", "实见 0%", "应有 至少 98%", "页面改版"):
        assert part in first
    assert wide.requests == [wide.page.url]


def test_a_hostile_headline_is_read_and_not_obeyed(wide: Watched) -> None:
    wide.page.locator("#news summary").first.click()
    headlines = shown(wide.page, "#news li > bdi")
    assert headlines == [HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b")]
    assert wide.page.locator("img").count() == 0
    # Its address would run a script: it is no link.
    schemes = wide.page.evaluate("[...document.links].map((a) => new URL(a.href).protocol)")
    assert set(schemes) == {"file:", "http:"}


@pytest.mark.parametrize(
    "planted", ["<script>document.title = 'ran'</script>", "<p style='position: fixed'>红</p>"]
)
def test_the_policy_stops_what_would_slip_through(look: Look, tmp_path: Path, planted: str) -> None:
    page = render_page(EMPTY, []).replace("<main>", f"<main>{planted}")
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    watched = look(file.as_uri())
    assert all("Content Security Policy" in problem for problem in watched.problems)
    assert watched.problems
    assert "ran" not in watched.page.title()
    watched.problems.clear()


@pytest.mark.parametrize("name", ["wide", "quiet", "empty"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_window(
    look: Look, pages: dict[str, str], name: str, language: str, size: tuple[int, int]
) -> None:
    watched = look(pages[name], size)
    watched.page.locator(f"label[for={language}]").click()
    watched.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert watched.overflow == 0


def test_the_charts_are_drawn(wide: Watched) -> None:
    bars = wide.page.locator("#portal-table tr:has-text('portal07') .chart rect.fail")
    assert bars.count() == 5
    box = bars.first.bounding_box()
    assert box["width"] > 2
    assert box["height"] > 2
    assert wide.page.locator("svg.chart").count() == 1 + 30


def test_it_is_read_where_no_script_runs(look: Look, pages: dict[str, str]) -> None:
    watched = look(pages["wide"], PHONE, java_script_enabled=False)
    assert shown(watched.page, "h2")[0] == "警报"
    watched.page.locator("label[for=en]").click()
    assert shown(watched.page, "h2")[0] == "Alarms"
    assert shown(watched.page, ".tools") == []


def test_over_http_it_asks_for_nothing_else(look: Look, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(render_page(quiet_night(), []), encoding="utf-8")
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    with serving(partial(Handler, directory=str(tmp_path))) as url:
        watched = look(f"{url}/report.html")
        assert shown(watched.page, ".all-ok") == ["✓一切正常"]
        watched.page.locator("label[for=en]").click()
    assert asked == ["/report.html"]


class serving:  # noqa: N801 - used as a function
    """A server on loopback for the length of a block."""

    def __init__(self, handler: Any) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = Thread(target=self.server.serve_forever)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


# -- Language ---------------------------------------------------------------------------------


def test_the_language_changes_in_place_and_nothing_is_remembered(wide: Watched) -> None:
    page = wide.page
    page.evaluate("window.mark = 1")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator("label[for=en]").click()
    assert shown(page, "h2")[:2] == ["Alarms", "State of every portal"]
    assert shown(page, ".zh") == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#portals input").get_attribute("placeholder") == "Filter portals"
    page.locator("label[for=zh]").click()
    assert shown(page, "h2")[0] == "警报"
    assert shown(page, ".en") == []
    assert page.evaluate("window.mark") == 1
    kept = "[document.cookie, localStorage.length, sessionStorage.length, history.length]"
    assert page.evaluate(kept) == ["", 0, 0, 2]  # the blank page before it, and it


def test_the_language_can_be_changed_by_keyboard(wide: Watched) -> None:
    wide.page.locator("#zh").focus()
    wide.page.keyboard.press("ArrowRight")
    assert shown(wide.page, "h2")[0] == "Alarms"


# -- Sorting and filtering --------------------------------------------------------------------


def test_portals_stand_the_gravest_first_and_are_sorted_by_a_click(wide: Watched) -> None:
    page = wide.page
    assert portals(page)[:2] == ["portal01", "portal05"]
    head = page.locator("#portal-table thead button", has_text="新增")
    head.click()
    assert news(page) == sorted(news(page), reverse=True)
    assert head.locator("..").get_attribute("aria-sort") == "descending"
    head.click()
    assert news(page) == sorted(news(page))
    page.locator("#portal-table thead button", has_text="门户").click()
    assert portals(page) == sorted(portals(page))
    assert page.locator("#portal-table [aria-sort]").count() == 1


def test_a_row_without_numbers_is_sorted_with_the_others(wide: Watched) -> None:
    wide.page.locator("#portal-table thead button", has_text="最新文章").click()
    days = [one.get_attribute("data-v") for one in wide.page.locator("td.day").all()]
    assert days == sorted(days)
    assert "2026-11-22" in days


def test_the_total_of_the_ledger_stays_at_its_foot(wide: Watched) -> None:
    wide.page.locator("#ledger-table thead button", has_text="列出").click()
    rows = shown(wide.page, "#ledger-table tr > th:first-child")
    assert rows[-1] == "合计"


def test_portals_are_filtered_by_name_and_state(wide: Watched) -> None:
    page = wide.page
    page.locator("#portals input").fill("村镇")
    assert portals(page) == [
        f"portal{number}" for number in (10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
    ]
    page.locator("#portals input").fill("portal0 先锋")
    page.locator(".chips button", has_text="故障").click()
    assert portals(page) == ["portal01", "portal05", "portal07"]
    page.locator(".chips button", has_text="全部").click()
    page.locator("#portals input").fill("")
    assert len(portals(page)) == 30


def test_news_are_filtered_and_their_groups_open(wide: Watched) -> None:
    page = wide.page
    assert shown(page, "#news li") == []
    page.locator("#fresh input").fill("账本晒在村口")
    assert len(shown(page, "#news li")) == 1
    assert "修订 2" in shown(page, "#news li")[0]
    page.locator("#fresh input").fill("没有这样的标题")
    assert shown(page, "#news details") == []


# -- Looks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(
    look: Look, pages: dict[str, str], scheme: str
) -> None:
    """4.5:1, as WCAG 2 asks of texts of that size."""
    watched = look(pages["wide"], color_scheme=scheme)
    for selector in (
        *("body", "h1", ".paper", ".when", "nav a", ".note", ".slug", ".by", "td.zero"),
        *(".state.fail", ".state.warn", ".state.none", ".sign", "nav b", ".counts .lost dd"),
        *(".sample .before", "thead button", ".alarm i", ".alarm .about"),
    ):
        element = watched.page.locator(selector).first
        text, ground = element.evaluate(
            """(element) => {
                let at = element, ground = "";
                while (at && (!ground || ground === "rgba(0, 0, 0, 0)")) {
                    ground = getComputedStyle(at).backgroundColor;
                    at = at.parentElement;
                }
                return [getComputedStyle(element).color, ground];
            }"""
        )
        assert contrast(text, ground) >= 4.5, (selector, text, ground)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (`rgb(…)`) by WCAG 2."""
    lights = sorted((luminance(one), luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def luminance(color: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
