"""Jobs and answers cross the border between two processes unchanged."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import msgspec
import pytest
from hostile import article

from ruralnews.errors import ExtractionError
from ruralnews.extraction.candidates import Candidate, RawArticle, RawBody
from ruralnews.extraction.listing import IdWalk, Listing, ListLink
from ruralnews.items import Article, Attachment, Credit, Image, Removal
from ruralnews.portals.registry import load_portals
from ruralnews.reading.pages import (
    Answer,
    Job,
    Reading,
    decode_answer,
    decode_job,
    encode,
    read,
)
from ruralnews.reasons import Reason, Warn
from ruralnews.restoration import Step

if TYPE_CHECKING:
    from ruralnews.portals.model import Portal

MOMENT = datetime(2026, 11, 3, 2, 0, 1, tzinfo=timezone(timedelta(hours=8)))
RAW = RawArticle(
    candidates={"author": [Candidate("infobar:作者", "田小满", "作者")]},
    credits=[Candidate("foot:审核", "麦青禾", "审核")],
    body=RawBody(["麦子熟了。", "\ue000\x85\u2028"], "density"),
    images=[Image("http://x.example/1.jpg", "麦收"), Image("http://x.example/2.jpg")],
    attachments=[Attachment("http://x.example/1.pdf")],
    removed=[Removal("link-farm", 12)],
    farm_hosts=("a.example", "b.example"),
    parts=["http://x.example/t1_1.html"],
    warnings=[Warn.PARTS_UNREAD],
)
STEPS = (Step("annotation", 3, "(xiāng)", "", "pinyin"), Step("slip", 9, "瑧", "臻", "", False, 1))
ARTICLE = Article(
    title="麦收", credits=[Credit("审核", "麦青禾")], images=RAW.images, raw={"title": "麦收"}
)
ANSWERS = [
    Answer(reading=Reading("http://x.example/t1.html", MOMENT, STEPS, RAW)),
    Answer(reading=Reading("http://x.example/t1.html", MOMENT, (), article=ARTICLE)),
    Answer(listing=Listing()),
    Answer(
        listing=Listing(
            [ListLink("http://x.example/t1.html", "麦收", "2026-11-01")],
            "http://x.example/index_1.html",
            ["http://x.example/map.xml"],
            past=True,
            paged=True,
            walk=IdWalk("http://x.example/t", 7, ".html"),
        )
    ),
    Answer(reason=Reason.BODY_MISSING, detail="no text"),
    Answer(bug="Traceback"),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_arrives_as_it_was_sent(answer: Answer) -> None:
    arrived = decode_answer(encode(answer))
    assert arrived == answer


@pytest.mark.parametrize("portal", load_portals().portals.values(), ids=lambda portal: portal.slug)
def test_a_job_arrives_with_its_profile(portal: Portal) -> None:
    job = Job(b"\x00\xff", "http://x.example/", {"Content-Type": "text/html"}, MOMENT, portal)
    assert decode_job(encode(job)) == job


def test_an_answer_of_other_types_is_none() -> None:
    for sent in ({"reading": {"url": 7}}, {"reason": "no-such-reason"}, [1]):
        with pytest.raises(msgspec.ValidationError):
            decode_answer(msgspec.msgpack.encode(sent))


def test_an_answer_that_is_of_another_kind_is_no_reading() -> None:
    with pytest.raises(ExtractionError, match="reader-died"):
        _ = Answer(listing=Listing()).the_reading
    with pytest.raises(ExtractionError, match="reader-died"):
        _ = Answer(reading=Reading("", MOMENT, (), RawArticle())).the_listing


def test_a_page_that_is_a_whole_article_comes_back_as_one() -> None:
    portal, url = load_portals().portals["demo"], "http://x.example/t1.html"
    body = article("南坡三百亩小麦颗粒归仓", "村里的麦子熟了，合作社的收割机天不亮就下了地。").body
    further = "<a href='t1_1.html'>2</a><a href='t1_2.html'>3</a><a href='t1_1.html'>下一页</a>"
    in_parts = body.replace("</body>", f"{further}</body>")

    def reading(page: str, said: dict[str, str] | None) -> Reading:
        return read(Job(page.encode(), url, {}, MOMENT, portal, said=said)).the_reading

    whole = reading(body, {"column": "要闻"})
    assert whole.article
    assert (whole.article.column, whole.raw) == ("要闻", RawArticle())
    for page, said in ((body, None), (in_parts, {})):
        one = reading(page, said)
        assert one.article is None
        assert one.raw.body
    assert reading(in_parts, {}).raw.parts[:1] == ["http://x.example/t1_1.html"]


def test_a_page_without_an_article_gives_its_reason() -> None:
    portal = load_portals().portals["demo"]
    answer = read(Job(b" ", "http://x.example/", {}, MOMENT, portal))
    assert answer.reason is Reason.PAGE_EMPTY
    with pytest.raises(ExtractionError, match="page-empty: the page has no content"):
        _ = answer.the_reading
