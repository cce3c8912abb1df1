"""An article in several pages becomes one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tasks import make_task

from ruralnews.errors import ExtractionError
from ruralnews.extraction.candidates import Candidate, RawArticle, RawBody
from ruralnews.extraction.parts import stitch
from ruralnews.items import Attachment, Image, Removal
from ruralnews.portals import get_portal
from ruralnews.portals.model import Column
from ruralnews.reading.pages import Reading
from ruralnews.reasons import Reason, Warn
from ruralnews.spiders.story import MAX_PARTS, Story

URL = "http://hemiao.example/t1"


def part(*lines: str, **fields: Any) -> RawArticle:
    return RawArticle(body=RawBody(list(lines), "density"), **fields)


def test_bodies_follow_each_other() -> None:
    whole = stitch([part("一", "二"), part("三"), RawArticle(), part("四")])
    assert whole.body == RawBody(["一", "二", "三", "四"], "density")


def test_no_body_anywhere_is_no_body() -> None:
    assert stitch([RawArticle(), RawArticle()]).body is None


def test_a_later_page_speaks_where_the_first_is_silent() -> None:
    first = part("一", candidates={"title": [Candidate("h1", "麦收")], "editor": []})
    last = part(
        "二",
        candidates={
            "title": [Candidate("h1", "麦收（2）")],
            "editor": [Candidate("foot:责编", "麦青禾")],
        },
    )
    whole = stitch([first, last])
    assert whole.candidates["title"] == [Candidate("h1", "麦收")]
    assert whole.candidates["editor"] == [Candidate("foot:责编", "麦青禾")]


def test_what_several_pages_show_counts_once() -> None:
    photo, sheet = Image("http://x/1.jpg", "麦田"), Attachment("http://x/1.doc")
    credit = Candidate("foot:校对", "苗立夏", "校对")
    one = part(
        "一",
        images=[photo],
        attachments=[sheet],
        credits=[credit],
        removed=[Removal("link-farm", 3)],
        warnings=[Warn.PARTS_UNREAD, Warn.SPAM_DROPPED],
    )
    other = part(
        "二",
        images=[Image(photo.url), Image("http://x/2.jpg")],
        attachments=[sheet],
        credits=[credit],
        removed=[Removal("link-farm", 4), Removal("pager", 1)],
        warnings=[Warn.SPAM_DROPPED],
    )
    whole = stitch([one, other])
    assert whole.images == [photo, Image("http://x/2.jpg")]
    assert whole.attachments == [sheet]
    assert whole.credits == [credit]
    assert whole.removed == [Removal("link-farm", 7), Removal("pager", 1)]
    assert whole.warnings == [Warn.SPAM_DROPPED]
    assert whole.parts == []


def read(story: Story, url: str, *parts: str) -> None:
    """Adds a page to a story: its URL and the parts it names."""
    story.add(Reading(url, datetime(2026, 11, 3, tzinfo=UTC), (), part("一", parts=list(parts))))


def new_story() -> Story:
    return Story(make_task(URL, title="麦收"), Column("要闻", URL))


def test_pages_are_asked_for_in_order_and_once() -> None:
    story = new_story()
    read(story, URL, f"{URL}_1", f"{URL}_2")
    assert story.next_part() == f"{URL}_1"
    # The second page names the first and, under another spelling, itself.
    read(story, f"{URL}_1", URL, f"{URL}_1#top", f"{URL}_2", f"{URL}_3")
    assert story.next_part() == f"{URL}_2"
    read(story, f"{URL}_2")
    assert story.next_part() == f"{URL}_3"
    read(story, f"{URL}_3")
    assert story.next_part() is None


def test_a_part_that_leads_back_holds_the_article() -> None:
    story = new_story()
    read(story, URL, f"{URL}_1")
    with pytest.raises(ExtractionError) as caught:
        read(story, URL)
    assert caught.value.reason is Reason.PARTS_MISSING


def test_pages_without_end_hold_the_article() -> None:
    story = new_story()
    for number in range(MAX_PARTS):
        read(story, f"{URL}_{number}", f"{URL}_{number + 1}")
    with pytest.raises(ExtractionError, match="names more than 50 pages"):
        story.next_part()


def test_the_list_is_the_least_trusted_witness() -> None:
    story = Story(make_task(URL, title="麦收…", listed="2026-11-01"), Column("要闻", URL))
    raw = part("一", candidates={"title": [Candidate("h1", "麦收")]})
    story.add(Reading(URL, datetime(2026, 11, 3, tzinfo=UTC), (), raw))
    article = story.article(get_portal("demo"))
    assert article.title == "麦收"
    assert article.provenance["title"] == "h1"
    assert (article.published, article.provenance["published"]) == (
        "2026-11-01T00:00:00+08:00",
        "list:published",
    )
    assert (article.column, article.provenance["column"]) == ("要闻", "list:column")
