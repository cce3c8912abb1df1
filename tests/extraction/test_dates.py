from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.extraction.dates import complete_date, find_dates, url_date

NINE = datetime(2024, 5, 9, 22, 27)  # noqa: DTZ001 - printed times have no zone
PRINTED = [
    ("2024-05-09 22:27:02", NINE.replace(second=2), "second"),
    ("2024-05-09 22:27", NINE, "minute"),
    ("2024-5-9 22:27", NINE, "minute"),
    ("2024年05月09日22:27", NINE, "minute"),
    ("2024年5月9日 22时27分", NINE, "minute"),
    ("2024年 5月 9日 22点27分02秒", NINE.replace(second=2), "second"),
    ("２０２４年０５月０９日　２２：２７", NINE, "minute"),
    ("2024-05-09 22∶27", NINE, "minute"),
    ("2024.05.09 22:27", NINE, "minute"),
    ("2024.05.0922:27", NINE, "minute"),
    ("2024/05/09 22:27", NINE, "minute"),
    ("2024-05-09-22:27:02", NINE.replace(second=2), "second"),
    ("2024-05-09T22:27:02+08:00", NINE.replace(second=2), "second"),
    ("2024-05-09T14:27:02Z", NINE.replace(second=2), "second"),
    ("2024-05-09T14:27:02.123+0000", NINE.replace(second=2), "second"),
    ("2024年5月9日 下午10:27", NINE, "minute"),
    ("2024年5月9日 上午10:27", NINE.replace(hour=10), "minute"),
    ("2024年5月9日 中午12:27", NINE.replace(hour=12), "minute"),
    ("2024年5月9日 下午1:27", NINE.replace(hour=13), "minute"),
    ("2024\n05/09\n22:27:02", NINE.replace(second=2), "second"),
    ("2024\n05/ 09\n22:27", NINE, "minute"),
    ("9\n2024年05月", NINE.replace(hour=0, minute=0), "day"),
    ("09\n2024-05", NINE.replace(hour=0, minute=0), "day"),
    ("2024年5月9日", NINE.replace(hour=0, minute=0), "day"),
    ("发布于2024-05-09来源", NINE.replace(hour=0, minute=0), "day"),
    ("Posted on May 9, 2024 by 青禾网", NINE.replace(hour=0, minute=0), "day"),
    ("9th May 2024 10:27 pm", NINE.replace(hour=0, minute=0), "day"),
    ("2024-05-09 25:99", NINE.replace(hour=0, minute=0), "day"),
    ("2024-05-09 22:27:0212新闻网", NINE.replace(second=2), "second"),
]
NO_DATES = [
    "Marched 12, 2026",
    "Maybe 1, 2026",
    "",
    "5月9日",
    "2024年",
    "2024-02-30",
    "000014349/2018-00229",
    "2019-2024年",
    "Sept. 31, 2024",
    "Room 9, 2024",
    "电话：0351-1234567",
    "13300002024",
]


@pytest.mark.parametrize(("text", "value", "precision"), PRINTED)
def test_a_printed_form_is_read(text: str, value: datetime, precision: str) -> None:
    (date,) = find_dates(text)
    assert (date.value, date.precision) == (value, precision)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("April 19, 2026", "2026-04-19"),
        ("Sept. 3rd, 2026", "2026-09-03"),
        ("31 Dec 2026", "2026-12-31"),
    ],
)
def test_a_month_may_have_its_english_name(text: str, day: str) -> None:
    (date,) = find_dates(text)
    assert (f"{date.value:%Y-%m-%d}", date.precision) == (day, "day")


@pytest.mark.parametrize("text", NO_DATES)
def test_no_date_is_made_of_other_numbers(text: str) -> None:
    assert find_dates(text) == []


def test_offsets_point_into_the_text() -> None:
    text = "时间：２０２４-05-09 22:27　来源：示例报 2024年5月10日"
    assert [text[d.start : d.end] for d in find_dates(text)] == [
        "２０２４-05-09 22:27",
        "2024年5月10日",
    ]


MOMENTS = st.datetimes(datetime(1994, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001
FORMS = ["%Y-%m-%d %H:%M:%S", "%Y年%m月%d日%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M:%S"]


@given(MOMENTS, st.sampled_from(FORMS), st.sampled_from(["", "来源：示例网 ", "（", "\n"]))
def test_what_is_printed_is_read_back(moment: datetime, form: str, before: str) -> None:
    moment = moment.replace(microsecond=0)
    (date,) = find_dates(before + moment.strftime(form) + "　作者")
    assert date.value == moment


@given(st.text(alphabet="0123456789年月日时分:：-/. \n上下午TZ+", max_size=40))
def test_any_text_gives_dates_that_exist_and_do_not_overlap(text: str) -> None:
    dates = find_dates(text)
    assert all(a.end <= b.start for a, b in pairwise(dates))
    assert all(0 <= d.start < d.end <= len(text) for d in dates)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://www.example.cn/rdsp/201509/t20150906_2366322.shtml", (2015, 9, 6)),
        ("http://www.example.cn/n1/2024/0424/c1001-40223222.html", (2024, 4, 24)),
        ("http://www.example.cn/2024-05/09/content_12.htm", (2024, 5, 9)),
        ("http://www.example.cn/art/2024/5/9/art_1_2.html", (2024, 5, 9)),
        ("http://www.example.cn/2024/05/09/123456.html", (2024, 5, 9)),
        ("http://www.example.cn/20240509/0123456789abcdef/c.html", (2024, 5, 9)),
    ],
)
def test_the_path_names_the_day(url: str, day: tuple[int, int, int]) -> None:
    assert url_date(url) == datetime(*day)  # noqa: DTZ001


@pytest.mark.parametrize(
    "url",
    ["http://2024-05-09.example.cn/a.html", "http://e.cn/p/123.html", "http://e.cn/?d=20240509"],
)
def test_host_and_query_name_no_day(url: str) -> None:
    assert url_date(url) is None


SPELLED = [
    ("二〇二三年五月三十一日", "2023-05-31"),
    ("二○○八年十月十二日", "2008-10-12"),
    ("一九九九年十二月廿五日", "1999-12-25"),
    ("二零二一年十一月二十日", "2021-11-20"),
]


@pytest.mark.parametrize(("text", "day"), SPELLED)
def test_reads_dates_spelled_in_numerals(text: str, day: str) -> None:
    assert [f"{date.value:%Y-%m-%d}" for date in find_dates(text)] == [day]


@pytest.mark.parametrize("text", ["二〇二三年十三月一日", "二〇二三年二月三十日", "二十年"])
def test_finds_no_spelled_date_that_no_calendar_has(text: str) -> None:
    assert find_dates(text) == []


YEARLESS = [
    ("03月12日 09:45 青禾日报", "2009-03月12日 09:45"),
    ("3-12 9:45", "2009-3-12 9:45"),
    ("04月12日 09:45", None),
    ("2008年03月12日", None),
]


@pytest.mark.parametrize(("text", "completed"), YEARLESS)
def test_completes_a_date_with_the_year_of_a_known_day(text: str, completed: str | None) -> None:
    assert complete_date(text, [datetime(2009, 3, 12)]) == completed  # noqa: DTZ001
    assert complete_date(text, []) is None
