"""Numbers of private persons. All numbers here are made up to fit the check digits."""

from __future__ import annotations

from types import SimpleNamespace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.utils.test import get_crawler

from ruralnews.items import Article, Image
from ruralnews.monitoring.stats import Key
from ruralnews.pipelines.privacy import PrivacyPipeline
from ruralnews.processors.privacy import mask_article, mask_numbers
from ruralnews.reasons import Warn

# No region has the number 000000, no network such mobile and card numbers.
ID = "000000190001010" + "00"
MOBILE = "1300000" + "0000"
CARD = "62" + "0" * 13


def with_check_digit(seventeen: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(seventeen, weights, strict=True))
    return seventeen + "10X98765432"[total % 11]


def with_luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return digits + str(-total % 10)


ID_CARD, BANK_CARD = with_check_digit(ID), with_luhn(CARD)
WRONG_ID = ID_CARD[:-1] + ("1" if ID_CARD[-1] != "1" else "2")
WRONG_CARD = BANK_CARD[:-1] + str((int(BANK_CARD[-1]) + 1) % 10)
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}


def test_a_report_shows_no_number_though_the_line_offers_it() -> None:
    text = f"咨询电话：{MOBILE}"
    assert mask_numbers(text) == (text, {})
    assert mask_numbers(text, contacts=False) == ("咨询电话：130********", {"mobile": 1})


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        (f"身份证号{ID_CARD}。", f"身份证号{ID_CARD[:3]}{'*' * 15}。", {"id-card": 1}),
        (ID_CARD.translate(FULL_WIDTH), "000" + "*" * 15, {"id-card": 1}),
        (f"{ID_CARD[:6]} {ID_CARD[6:14]} {ID_CARD[14:]}", "000*** ******** ****", {"id-card": 1}),
        (WRONG_ID, WRONG_ID, {}),
        (f"账号：{BANK_CARD}", f"账号：620{'*' * 13}", {"bank-card": 1}),
        (
            " ".join(BANK_CARD[n : n + 4] for n in range(0, 16, 4)),
            "620* **** **** ****",
            {"bank-card": 1},
        ),
        (WRONG_CARD, WRONG_CARD, {}),
        (f"家属手机{MOBILE}", "家属手机130********", {"mobile": 1}),
        (f"{MOBILE[:3]}-{MOBILE[3:7]}-{MOBILE[7:]}", "130-****-****", {"mobile": 1}),
        (MOBILE.translate(FULL_WIDTH), "130********", {"mobile": 1}),
        (f"{MOBILE}、{MOBILE}", "130********、130********", {"mobile": 2}),
        (f"联系电话：{MOBILE}", f"联系电话：{MOBILE}", {}),
        (f"咨询热线：田小满 {MOBILE}", f"咨询热线：田小满 {MOBILE}", {}),
        (f"联系我们\n{MOBILE}", "联系我们\n130********", {"mobile": 1}),
        ("电话0000-1234567", "电话0000-1234567", {}),
        ("粮食总产13695.5万吨，2023年9月11日", "粮食总产13695.5万吨，2023年9月11日", {}),
        ("t20230911_1000001", "t20230911_1000001", {}),
        (f"A{MOBILE}9", f"A{MOBILE}9", {}),
    ],
)
def test_which_numbers_are_masked(text: str, masked: str, kinds: dict[str, int]) -> None:
    found, counts = mask_numbers(text)
    assert normalize("NFKC", found) == normalize("NFKC", masked)
    assert counts == kinds


@given(st.text())
def test_a_text_without_numbers_is_the_same_object(text: str) -> None:
    if not any(c.isdigit() for c in text):
        assert mask_numbers(text)[0] is text


def test_every_text_of_an_article_is_masked_and_its_address_is_not() -> None:
    article = Article(
        url=f"http://hemiao.example/{MOBILE}.html",
        title=f"寻人 {MOBILE}",
        body=f"家属手机{MOBILE}。\n身份证号{ID_CARD}。",
        images=[Image("http://hemiao.example/a.jpg", f"图 {MOBILE}")],
        raw={"title": f"寻人 {MOBILE}"},
    )
    assert mask_article(article) == {"mobile": 4, "id-card": 1}
    assert MOBILE not in str([article.title, article.body, article.images, article.raw])
    assert ID_CARD not in article.body
    assert article.url == f"http://hemiao.example/{MOBILE}.html"
    assert article.warnings == [Warn.PERSONAL_DATA_MASKED]


def test_a_crawl_counts_by_type() -> None:
    crawler = get_crawler()
    crawler.spider = SimpleNamespace(portal=None)
    pipeline = PrivacyPipeline.from_crawler(crawler)
    pipeline.process_item(Article(title="公示", body=f"手机{MOBILE}、{MOBILE}"))
    assert crawler.stats.get_value(Key.MASKED.of("mobile")) == 2
    clean = Article(title="麦收", body="麦子熟了。")
    assert pipeline.process_item(clean).warnings == []
