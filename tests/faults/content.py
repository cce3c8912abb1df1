"""Faults 19 to 31, 47, 49, 58, 70 and 74: what is in the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bad_reader import asking
from case import LIST, TEXT, Case, Outcome, html, title
from network import plays
from portal import answer

if TYPE_CHECKING:
    from portal import Play

PAGE = html(2)
DEADLY = {"hang": "time", "hoard": "memory", "die": "died"}
"""What a page does to its reader, and the reason that the page gets."""
RARE = "镕喆㐂𠮷€"
HOSTILE = "麦收\x1b[31m\x1b]8;;http://evil.example\x07\u202e=cmd<b>"
"""ESC, OSC, a bidirectional override and a formula."""


def page(text: str, encoding: str, header: str | None, meta: str = "") -> Play:
    body = text.replace("<meta charset='utf-8'>", meta)
    charset = f"; charset={header}" if header else ""
    return answer(body.encode(encoding), Content_Type=f"text/html{charset}")


def labelled(body: bytes, kind: str) -> Play:
    return answer(body, Content_Type=kind)


def text_of(outcome: Outcome) -> str:
    """The body of the faulty article's record."""
    return next(str(r["body"]) for r in outcome.records if r["url"].endswith("_2.html"))


def exact(outcome: Outcome) -> None:
    assert RARE in text_of(outcome)
    assert "\ufffd" not in text_of(outcome)


def readable(outcome: Outcome) -> None:
    assert TEXT.format(2) in text_of(outcome)


def clean(outcome: Outcome) -> None:
    [record] = [r for r in outcome.records if r["url"].endswith("_2.html")]
    assert record["title"] == title(2)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", record["title"] + record["body"])


def with_rare(text: str = PAGE) -> str:
    return text.replace("村里的麦子", RARE + "村里的麦子")


def nested(levels: int) -> Play:
    return answer(PAGE.replace("<h1>", "<div>" * levels + "<h1>", 1))


def masked(outcome: Outcome) -> None:
    [record] = [r for r in outcome.records if r["url"].endswith("_2.html")]
    assert "personal-data-masked" in record["warnings"]
    assert "130********" in record["body"]
    assert "13000000000" not in str(record) + str(outcome.stats) + str(outcome.warnings)


def no_escape(outcome: Outcome) -> None:
    assert not any(re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", line) for line in outcome.warnings)


def given_up(outcome: Outcome) -> None:
    # One more may be on its way when the third one closes the host.
    assert outcome.stats["rn/deferred/challenge"] in (3, 4)
    assert outcome.stats["rn/deferred/host-challenge"] >= 2


def dated_by_list(outcome: Outcome) -> None:
    [record] = [r for r in outcome.records if r["url"].endswith("_2.html")]
    assert record["published"].startswith("2026-11-01")


MIXED = PAGE.replace("收割机", "收割机" * 40)
HALF_AND_HALF = MIXED[: len(MIXED) // 2].encode("gb18030") + MIXED[len(MIXED) // 2 :].encode()
CHALLENGE = "<html><script>document.cookie='a=1';location.reload()</script></html>"
SURROGATES = PAGE.replace("</p>", "&#xD800;\u2028\u200b\ue000 NaN</p>", 1)

CASES = [
    Case(20, "300 levels", plays(nested(300)), records=1, check=readable),
    Case(20, "2,100 levels", plays(nested(2100)), stats={"held/page-rejected": 1}),
    Case(20, "100,000 levels", plays(nested(100_000)), stats={"held/page-rejected": 1}),
    Case(
        21,
        "100,000 attributes",
        plays(answer(PAGE.replace("<h1>", "<h1 " + " ".join(f"a{n}" for n in range(10**5)) + ">"))),
        stats={"held/page-rejected": 1},
    ),
    Case(
        22,
        "text of 7 MB",
        plays(answer(PAGE.replace("</body>", f"<div hidden>{'x' * 7_000_000}</div></body>"))),
        records=1,
    ),
    Case(
        22,
        "text of 11 MB",
        plays(answer(PAGE.replace("</p>", "麦" * 3_700_000 + "</p>", 1))),
        stats={"failed/oversize": 1},
    ),
    Case(
        22,
        "list of 60,000 links",
        extra={LIST: answer(f"<html><body>{'<a href=t2.html>x</a>' * 60_000}</body></html>")},
        good=0,
        stats={"failed/list-page-rejected": 1},
    ),
    Case(
        23,
        "NUL and C0",
        plays(answer(PAGE.replace("<h1>", "<h1>\x00\x01").replace("村里", "村\x00\x0b里"))),
        records=1,
        check=clean,
    ),
    Case(
        24, "open comment", plays(answer(PAGE.replace("<div class='TRS", "<!-- <div class='TRS")))
    ),
    Case(
        24,
        "second title",
        plays(answer(PAGE.replace("</body>", "<title>广告</title></body>"))),
        records=1,
        check=clean,
    ),
    Case(
        24,
        "hostile base",
        plays(answer(PAGE.replace("<head>", "<head><base href='http://evil.example/'>"))),
        records=1,
        check=clean,
    ),
    *(
        Case(
            25,
            name,
            plays(labelled(start + PAGE.encode(), "text/html")),
            stats={"held/page-not-html": 1},
        )
        for name, start in (
            ("PDF", b"%PDF-1.7\n"),
            ("JPEG", b"\xff\xd8\xff\xe0"),
            ("ZIP", b"PK\x03\x04"),
        )
    ),
    Case(
        25,
        "random bytes",
        plays(labelled(bytes(range(256)) * 40, "text/html")),
        stats={"held/charset-undecided": 1},
    ),
    Case(25, "octet-stream", plays(labelled(PAGE.encode(), "application/octet-stream")), records=1),
    Case(25, "no type", plays(labelled(PAGE.encode(), "")), records=1, check=readable),
    Case(
        26,
        "gb2312 says GB18030",
        plays(page(with_rare(), "gb18030", "gb2312")),
        records=1,
        check=exact,
    ),
    Case(
        27, "utf-8 says GBK", plays(page(with_rare(), "gb18030", "utf-8")), records=1, check=exact
    ),
    Case(
        27,
        "utf-8 against meta gbk",
        plays(page(with_rare(), "gb18030", "utf-8", "<meta charset=gbk>")),
        records=1,
        check=exact,
    ),
    Case(28, "gbk says UTF-8", plays(page(with_rare(), "utf-8", "gbk")), records=1, check=exact),
    Case(
        28,
        "meta gbk says UTF-8",
        plays(page(with_rare(), "utf-8", None, "<meta charset=gbk>")),
        records=1,
        check=exact,
    ),
    Case(
        28,
        "latin-1 against meta gbk",
        plays(page(with_rare(), "gb18030", "iso-8859-1", "<meta charset=gbk>")),
        records=1,
        check=exact,
    ),
    Case(
        29,
        "one bad byte",
        plays(labelled(PAGE.encode().replace(b"</p>", b"\xff</p>", 1), "text/html")),
        records=1,
        check=readable,
    ),
    Case(
        29,
        "BOM against header",
        plays(labelled(b"\xef\xbb\xbf" + PAGE.encode(), "text/html; charset=gbk")),
        records=1,
        check=readable,
    ),
    Case(
        29,
        "UTF-16",
        plays(labelled(b"\xff\xfe" + PAGE.encode("utf-16-le"), "text/html")),
        records=1,
        check=readable,
    ),
    Case(
        30,
        "half GBK, half UTF-8",
        plays(labelled(HALF_AND_HALF, "text/html")),
        stats={"held/charset-undecided": 1},
    ),
    Case(
        30,
        "mojibake",
        plays(
            answer(
                PAGE.replace(TEXT.format(2), TEXT.format(2).encode().decode("gb18030", "replace"))
            )
        ),
    ),
    Case(31, "surrogates and separators", plays(answer(SURROGATES)), records=1, check=readable),
    Case(
        31,
        "full-width date",
        plays(answer(PAGE.replace("2026-11-01 08:30:00", "2026年11月1日 08:30"))),
        records=1,
    ),
    *(
        Case(
            47,
            f"challenge {status}",
            plays(answer(CHALLENGE, status)),
            stats={"deferred/challenge": 1, "challenges/js-cookie": 1},
        )
        for status in (200, 412, 521)
    ),
    Case(
        47,
        "captcha everywhere",
        plays(*[answer("<html><title>安全验证</title>请完成验证</html>")] * 5),
        good=1,
        check=given_up,
    ),
    *(
        Case(
            49,
            f"published {date[:4]}",
            plays(answer(PAGE.replace("2026-11-01", date))),
            records=1,
            check=dated_by_list,
        )
        for date in ("2099-01-01", "1970-01-01")
    ),
    Case(
        49,
        "clock of the server",
        plays(
            answer(
                PAGE,
                Date="Thu, 01 Jan 2023 00:00:00 GMT",
                Last_Modified="Fri, 01 Jan 2100 00:00:00 GMT",
            )
        ),
        records=1,
    ),
    Case(
        58,
        "pages that kill their reader",
        plays(*(answer(asking(html(n), deed)) for n, deed in enumerate(DEADLY, 2))),
        settings={
            "READERS": 1,
            "PAGE_READER": "bad_reader.bad_read",
            "READER_SECONDS": 2,
            "READER_MEMORY_MB": 400,
        },
        stats={f"held/reader-{fate}": 1 for fate in DEADLY.values()},
    ),
    Case(
        70,
        "escapes in the title",
        plays(answer(PAGE.replace(title(2), HOSTILE))),
        records=1,
        check=no_escape,
    ),
    Case(
        74,
        "personal numbers",
        plays(answer(PAGE.replace("村里的", "家属手机13000000000。村里的", 1))),
        records=1,
        stats={"masked/mobile": 1},
        check=masked,
    ),
]
