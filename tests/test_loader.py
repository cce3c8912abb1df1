from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ruralnews.errors import ExtractionError
from ruralnews.extraction.candidates import Candidate, RawArticle, RawBody
from ruralnews.extraction.page import Page, read_page
from ruralnews.loaders import load_article
from ruralnews.reasons import Reason, Warn

if TYPE_CHECKING:
    from ruralnews.items import Article

FETCHED = datetime(2026, 11, 2, tzinfo=UTC)


def a_page(url: str | None = "http://www.example.cn/a/t20240509_1.html") -> Page:
    return read_page(b"<p>x</p>", url, fetched_at=FETCHED)


def load(url: str | None = "http://www.example.cn/a/t20240509_1.html", **fields: object) -> Article:
    """Each field's candidates as `rule|raw` or `rule|raw|role`, one or a list."""
    candidates = {
        name: [
            Candidate(*said.split("|")) for said in ([saids] if isinstance(saids, str) else saids)
        ]
        for name, saids in fields.items()
        if isinstance(saids, str | list)
    }
    return load_article(RawArticle(candidates, body=RawBody(["文。"], "density")), a_page(url))


def test_the_first_candidate_that_says_something_wins_and_leaves_its_trace() -> None:
    article = load(source=["infobar:来源|原创", "nearby:date|示例报", "meta:source|别的网"])
    assert article.source == "示例报"
    assert article.provenance["source"] == "nearby:date"
    assert article.raw["source"] == "示例报"


def test_a_field_without_candidates_stays_absent_and_leaves_no_trace() -> None:
    article = load()
    assert (article.source, article.author, article.editor) == (None, [], [])
    assert set(article.provenance) == {"body"}


@pytest.mark.parametrize(
    ("said", "published", "precision"),
    [
        ("2024年05月09日22:27", "2024-05-09T22:27:00+08:00", "minute"),
        ("2024-05-09 22:27:02", "2024-05-09T22:27:02+08:00", "second"),
        ("2024-05-09", "2024-05-09T00:00:00+08:00", "day"),
        ("2024-05-09 00:00", "2024-05-09T00:00:00+08:00", "day"),
        ("2024-05-09-23:59:59", "2024-05-09T00:00:00+08:00", "day"),
        ("2024-05-09T14:27:00Z", "2024-05-09T22:27:00+08:00", "minute"),
    ],
)
def test_a_date_is_as_precise_as_printed(said: str, published: str, precision: str) -> None:
    article = load(published=f"infobar:date|{said}")
    assert article.published_precision == ("second" if said.endswith("Z") else precision)
    assert article.published == published


def test_a_witness_of_the_same_day_gives_the_time() -> None:
    article = load(published=["infobar:published|2024-05-09", "meta:PubDate|2024-05-09 09:53"])
    assert article.published == "2024-05-09T09:53:00+08:00"
    assert article.provenance["published"] == "meta:PubDate"
    assert article.warnings == []


def test_the_visible_date_wins_over_a_meta_that_disagrees() -> None:
    article = load(published=["infobar:published|2024-05-09", "meta:PubDate|2019-01-01 09:53"])
    assert article.published == "2024-05-09T00:00:00+08:00"
    assert article.warnings == [Warn.DATE_DISAGREES]


def test_impossible_dates_are_passed_over() -> None:
    article = load(
        published=["infobar:date|2031-05-09", "infobar:date|1949-10-01", "url:date|2024-05-09"]
    )
    assert article.published == "2024-05-09T00:00:00+08:00"
    assert article.warnings == [Warn.DATE_FROM_URL]


def test_a_page_with_impossible_dates_only_is_held_back() -> None:
    with pytest.raises(ExtractionError) as caught:
        load(published="infobar:date|2031-05-09")
    assert caught.value.reason is Reason.DATE_IMPOSSIBLE


def test_a_date_that_cannot_be_read_is_none() -> None:
    article = load(published="meta:PubDate|昨天")
    assert article.published == ""


def test_authors_come_from_the_first_kind_of_rule_that_names_any() -> None:
    article = load(
        author=[
            "infobar:作者|某县委宣传部|作者",
            "byline:记者|本报记者 张试样|记者",
            "byline:文|文/李范|文",
            "inline:head|记者王例文|记者",
        ]
    )
    assert article.author == ["张试样", "李范"]
    assert article.provenance["author"] == "byline:记者"
    assert [(c.role, c.name) for c in article.credits] == [("记者", "张试样"), ("文", "李范")]


def test_editors_of_all_visible_labels_count_and_the_meta_only_without_one() -> None:
    article = load(
        editor=[
            "foot:编辑|张试样、李范|编辑",
            "foot:责任编辑|张试样|责任编辑",
            "meta:editor|王例文|编辑",
        ]
    )
    assert article.editor == ["张试样", "李范"]
    assert load(editor="meta:editor|王例文|编辑").editor == ["王例文"]
    assert load(editor="meta:editor|1610|编辑").editor == []


def test_the_writer_beside_the_date_is_no_source() -> None:
    article = load(author="byline:文|张试样|文", source="nearby:date|张试样")
    assert article.source is None


@pytest.mark.parametrize(
    ("raw", "source"),
    [
        ("人民网-《人民日报》", "人民网-《人民日报》"),
        ("来源：示例网", "示例网"),
        ("示例网 原创稿", "示例网"),
        ("示例网　某地", "示例网"),
        ("示例局（原示例办）", "示例局（原示例办）"),
        ("示 例 报", "示例报"),
        ("www.example.cn", None),
        ("原创", None),
        ("-", None),
        ("12345", None),
    ],
)
def test_sources_are_kept_as_printed_without_furniture(raw: str, source: str | None) -> None:
    assert load(source=f"infobar:来源|{raw}").source == source


@pytest.mark.parametrize(
    ("raw", "carrier", "origin"),
    [
        ("人民网-《人民日报》", "人民网", "人民日报"),
        ("示例网－－示例日报", "示例网", "示例日报"),
        ("示例日报", None, None),
        ("示例县—示例镇", None, None),
    ],
)
def test_a_source_of_two_media_has_its_parts_in_raw(
    raw: str, carrier: str | None, origin: str | None
) -> None:
    article = load(source=f"infobar:来源|{raw}")
    assert article.source == raw
    assert article.raw.get("source.carrier") == carrier
    assert article.raw.get("source.origin") == origin


@pytest.mark.parametrize(
    ("raw", "column"),
    [
        ("当前位置：首页 > 新闻 > 乡村振兴 > 正文", "乡村振兴"),
        ("示例网 > 时政 > 正文 打印", "时政"),
        ("首页", None),
        ("某市人民政府门户网站某某动态", "某某动态"),
    ],
)
def test_the_column_is_the_innermost_of_the_path(raw: str, column: str | None) -> None:
    assert load(column=f"page:crumbs|{raw}").column == column


def test_keywords_are_parted_by_marks_and_by_blanks_without_them() -> None:
    assert load(keywords="meta:keywords|乡村, 振兴；乡村").keywords == ["乡村", "振兴"]
    assert load(keywords="meta:keywords|乡村 振兴").keywords == ["乡村", "振兴"]


@pytest.mark.parametrize(
    ("declared", "canonical"),
    [
        ("http://www.example.cn/a/t20240509_1.shtml", "http://www.example.cn/a/t20240509_1.shtml"),
        ("./t20240509_2.html", "http://www.example.cn/a/t20240509_2.html"),
        ("http://www.example.cn/", "http://www.example.cn/a/t20240509_1.html"),
        ("http://www.other.cn/a/t20240509_1.html", "http://www.example.cn/a/t20240509_1.html"),
        ("http://[1.2/a1", "http://www.example.cn/a/t20240509_1.html"),
        ("javascript:1", "http://www.example.cn/a/t20240509_1.html"),
    ],
)
def test_a_declared_address_counts_when_it_is_an_article_of_the_host(
    declared: str, canonical: str
) -> None:
    assert load(canonical_url=f"meta:Url|{declared}").canonical_url == canonical


def test_a_title_that_a_meta_contradicts_is_marked() -> None:
    title = ["page:h1|某县粮食丰收", "meta:ArticleTitle|另一篇文章"]
    assert load(title=title).warnings == [Warn.TITLE_DISAGREES]
    assert load(title=["page:h1|某县粮食丰收", "meta:og:title|某县粮食丰收_某网"]).warnings == []
