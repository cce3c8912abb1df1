"""Printed dates of Chinese pages, in every form met: text in, naive China times out."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Precision = Literal["second", "minute", "day"]

CHINA = timedelta(hours=8)
WIDE = tuple(
    zip(
        "０１２３４５６７８９：∶︰－—–―／．\u00a0\u3000\u2002\u2003\u2063",
        "0123456789:::----/.     ",
        strict=True,
    )
)
"""Full-width digits and marks to ASCII, one character each, so that offsets stay."""

CLOCK = (
    r"(?:[\s,，|/·T-]{0,4}(?:[（(]?(?:星期|周)[一二三四五六日天][)）]?\s{0,3})?(?P<half>上午|下午|早上|凌晨|中午|晚上|晚)?\s*"
    r"(?P<hour>[01]?\d|2[0-3])\s*[:时点]\s*(?P<minute>[0-5]\d|\d)(?!\d)"
    r"(?:\s*[:分]\s*(?P<second>[0-5]\d|\d(?!\d)))?(?:\.\d+)?[分秒]?(?P<ampm>\s?[AP]M\b)?"
    r"(?P<zone>Z|\s?[+-]\d\d:?\d\d(?!\d))?)?"
)
DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
MONTH = r"(?P<month>1[0-2]|0?[1-9])"
# No digit stands before it; said behind it, for a pattern that starts with letters is found faster.
YEAR = r"(?P<year>(?:19|20)\d\d)(?<!\d{5})"
# 2024年05月09日22:27, 2024-05-09 22:27:02, 2024.5.9, 2024/5/9T22:27+08:00, 2007-08-20-23:59:59
FULL = re.compile(rf"{YEAR}\s*(?:年|[-/.·])\s*{MONTH}\s*(?:月|[-/.·])\s*{DAY}(?:\s*[日号])?{CLOCK}")
# The year in an element of its own: `2023` `11/ 17` `20:52:15`
APART = re.compile(rf"{YEAR}\s+{MONTH}\s*[/-]\s*{DAY}(?!\d){CLOCK}")
# 发布时间：20-03-05 10:01, as accounts print it, 日期：05-11-23, as old sites do: the label says
# that it is a date
SHORT = re.compile(
    rf"(?:(?<=时间[:：])|(?<=日期[:：]))\s*(?P<year>[012]\d)-(?P<month>1[0-2]|0[1-9])-"
    rf"(?P<day>3[01]|[12]\d|0[1-9])(?!\d){CLOCK}"
)
# The day set large above year and month: `21` `2024年02月`, `21` `2024-02`
ABOVE = re.compile(
    rf"(?=\d)(?<![\d.:/-]){DAY}\s*(?:日\s*|/\s*|\s){YEAR}\s*(?:年|[-/.])\s*{MONTH}(?:\s*月)?(?!\s*[\d/.-])"
)
# The year below month and day: `05-09` `2024`, `05月09日` `2024年`, `9` `5月` `2024`
BELOW = re.compile(
    rf"(?=\d)(?<![\d.:/-])(?:{MONTH}\s*(?:[-/.]|月)\s*{DAY}(?:\s*日)?|(?P<day1>3[01]|[12]\d|0?[1-9])"
    rf"\s+(?P<month1>1[0-2]|0?[1-9])\s*月)\s+{YEAR}(?!\d|\s*(?:年\s*)?[\d/.-])"
)
# 5/9/2024 10:27:09 PM, as a server prints it that was left in English
AMERICAN = re.compile(rf"(?=\d)(?<![\d/]){MONTH}/{DAY}/{YEAR}{CLOCK}(?<=[AP]M)")
YEAR_FIRST, YEAR_LAST = (FULL, APART), (ABOVE, BELOW, AMERICAN)
LATE_YEAR = re.compile(r"\d[\s日月/]+(?:19|20)\d\d")
"""What stands in every form with the year behind the day."""
TIME_FIRST = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?[\s|/]{1,4}$"
)
"""What may stand in front of a date that has no time behind it: 22:27 2024-05-09."""
BEFORE = 14
# 二〇二三年五月三十一日: what is set in numerals of its own
NUMERALS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
SPELLED = re.compile(
    r"(?P<year>[一二][〇零○九][〇零○一二三四五六七八九]{2})年(?P<month>十?[一二三四五六七八九]|十)月"
    r"(?P<day>[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]|廿[一二三四五六七八九]?|卅一?)日"
)
# April 19, 2026 and 19 April 2026, as themes print it whose language nobody changed; the time
# behind it is left aside, for it may be an afternoon's.
MONTHS = (
    "January February March April May June July August September October November December"
).split()
NAMED_MONTH = rf"(?P<month>{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in MONTHS)}|Sept)\b\.?"
NUMBERED = {month[:3]: number for number, month in enumerate(MONTHS, 1)}
ENGLISH = (
    re.compile(rf"\b{NAMED_MONTH}\s+{DAY}(?:st|nd|rd|th)?,?\s+{YEAR}(?!\d)"),
    re.compile(rf"\b{DAY}(?:st|nd|rd|th)?\s+{NAMED_MONTH},?\s+{YEAR}(?!\d)"),
    # 十二月 30th, 2023 and 12月 1, 2022: the same themes, half translated
    re.compile(
        rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月\s*{DAY}(?:st|nd|rd|th)?\s*,"
        rf"\s*{YEAR}(?!\d)"
    ),
)
BLANK_YEAR = re.compile(r"(?:19|20)\d\d(?<=[\s,]\d{4})")
"""What stands in each of them."""
YEAR_PART = re.compile(r"[12１２年](?:(?<=年)|[90９０])")
"""What stands in every form of a date; most texts have none."""
# 10月12日 08:20, 10-12 08:20: the year stands elsewhere
YEARLESS = re.compile(rf"(?<![\d年/.-]){MONTH}\s*[月/-]\s*{DAY}(?!\d)(?:\s*[日号])?{CLOCK}")
AFTERNOON = ("下午", "晚上", "晚", "中午")
NOON = 12
START = attrgetter("start")
CENTURY = 2000


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """One date found in a text."""

    start: int
    end: int
    value: datetime
    """Naive, China time; midnight with precision `day`."""
    precision: Precision


def find_dates(text: str) -> list[PrintedDate]:
    """Every date with year, month and day that `text` prints, in order.

    Dates that no calendar has are left out.
    """
    found: list[PrintedDate] = []
    if not YEAR_PART.search(text):
        return _short_dates(text)
    plain = _narrow(text)
    for form in (*YEAR_FIRST, *(YEAR_LAST if LATE_YEAR.search(plain) else ())):
        # What one form finds does not overlap; what another found before it goes first.
        starts = [date.start for date in found]
        for match in form.finditer(plain):
            before = bisect_left(starts, match.end())
            free = not before or found[before - 1].end <= match.start()
            if free and (date := _read(match)):
                found.append(date)
        found.sort(key=START)
    for match in SPELLED.finditer(plain):
        date = _spelled(match)
        if date:
            found.append(date)
    found = _timed(sorted(found, key=START), plain) if ":" in plain else sorted(found, key=START)
    return found or _english_dates(plain) or _short_dates(text)


def _timed(dates: list[PrintedDate], text: str) -> list[PrintedDate]:
    """The dates, those without a time with the one that stands in front of them."""
    found = []
    floor = 0
    for date in dates:
        before = max(floor, date.start - BEFORE)
        time = TIME_FIRST.search(text, before, date.start) if date.precision == "day" else None
        floor = date.end
        if time:
            hour, minute, second = (int(part or 0) for part in time.groups())
            value = date.value.replace(hour=hour, minute=minute, second=second)
            date = PrintedDate(  # noqa: PLW2901 - the same date, said to the minute
                time.start(), date.end, value, "second" if time["second"] else "minute"
            )
        found.append(date)
    return found


def _english_dates(text: str) -> list[PrintedDate]:
    """The dates of a text that has none in numbers."""
    found = []
    forms = ENGLISH if BLANK_YEAR.search(text) else ()
    for match in (match for form in forms for match in form.finditer(text)):
        name = match["month"]
        month = NUMBERED.get(name[:3]) or (int(name) if name.isdecimal() else _number(name))
        try:
            day = datetime(int(match["year"]), month, int(match["day"]))  # noqa: DTZ001
        except ValueError:
            continue
        found.append(PrintedDate(*match.span(), day, "day"))
    return sorted(found, key=START)


def _short_dates(text: str) -> list[PrintedDate]:
    """The dates behind a label whose year has two digits."""
    if "时间" not in text and "日期" not in text:
        return []
    found = map(_read, SHORT.finditer(_narrow(text)))
    return [date for date in found if date]


def _narrow(text: str) -> str:
    """The text with its wide digits and marks in ASCII; few of them stand in one text."""
    for wide, narrow in WIDE:
        if wide in text:
            text = text.replace(wide, narrow)
    return text


def complete_date(text: str, days: Iterable[datetime]) -> str | None:
    """The first date without a year in `text`, as ISO, with the year of the one of `days` it fits.

    None when `text` prints none, or none that one of `days` confirms.
    """
    known = {(day.month, day.day): day.year for day in reversed([*days])}
    for match in YEARLESS.finditer(_narrow(text)):
        year = known.get((int(match["month"]), int(match["day"])))
        if year:
            return f"{year}-{match[0].strip()}"
    return None


def _spelled(match: re.Match[str]) -> PrintedDate | None:
    year = int("".join(NUMERALS[numeral] for numeral in match["year"]))
    try:
        day = datetime(year, _number(match["month"]), _number(match["day"]))  # noqa: DTZ001
    except ValueError:
        return None
    return PrintedDate(*match.span(), day, "day")


def _number(spelled: str) -> int:
    """1 to 39, spelled 三十一, 十, 廿五."""
    tens, ten, ones = spelled.replace("廿", "二十").replace("卅", "三十").rpartition("十")
    return int(NUMERALS.get(tens, "1" if ten else "0")) * 10 + int(NUMERALS.get(ones, "0"))


def _read(match: re.Match[str]) -> PrintedDate | None:
    parts = match.groupdict()
    try:
        year = int(parts["year"])
        year += CENTURY if year < CENTURY // 20 else 0
        month, number = parts["month"] or parts["month1"], parts["day"] or parts["day1"]
        day = datetime(year, int(month), int(number))  # noqa: DTZ001
    except ValueError:
        return None
    if parts.get("hour") is None:
        return PrintedDate(*match.span(), day, "day")
    hour = int(parts["hour"])
    if parts["ampm"]:
        hour = hour % NOON + (NOON if "P" in parts["ampm"] else 0)
    if parts["half"] in AFTERNOON and hour < NOON:
        # 中午 11:50 is before noon, 中午 1:10 after it.
        hour += 0 if parts["half"] == "中午" and hour > NOON - 3 else NOON
    second = parts["second"]
    value = day + timedelta(hours=hour, minutes=int(parts["minute"]), seconds=int(second or 0))
    if parts["zone"]:
        value += CHINA - _offset(parts["zone"].strip())
    return PrintedDate(*match.span(), value, "second" if second else "minute")


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


# tYYYYMMDD_ (TRS), /YYYYMMDD/, /YYYY/MM/DD/, /YYYY-MM/DD/, /YYYY/MMDD/, /art/YYYY/M/D/
URL_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<slash>[-/]?)"
    r"(?:(?P<month>0[1-9]|1[0-2])[-/]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?P<month1>[1-9])/(?P<day1>[1-9]|[12]\d|3[01])/)"
)


def url_date(url: str) -> datetime | None:
    """The day that the path of `url` names, naive; None when it names none.

    The last one counts: TRS paths name the month first and the day in the file name.
    """
    path = re.sub(r"^\w+://[^/]*", "", url).partition("?")[0]
    days = []
    for match in URL_DATE.finditer(path):
        month, day = match["month"] or match["month1"], match["day"] or match["day1"]
        try:
            days.append(datetime(int(match["year"]), int(month), int(day)))  # noqa: DTZ001
        except ValueError:
            continue
    return days[-1] if days else None


def china_time(moment: datetime) -> datetime:
    """An aware `moment` as naive China time."""
    return moment.astimezone(UTC).replace(tzinfo=None) + CHINA
