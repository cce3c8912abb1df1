"""Conditional requests."""

from __future__ import annotations

import pytest
from scrapy.http import Request, Response

from ruralnews.middlewares.conditional import (
    VALIDATORS,
    ConditionalMiddleware,
    read_validators,
)

URL = "http://hemiao.example/yw/"
DATE = "Sun, 22 Nov 2026 14:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "conditions"),
    [
        ({}, {}),
        ({"ETag": '"a1"'}, {"If-None-Match": '"a1"'}),
        (
            {"ETag": 'W/"a1"', "Last-Modified": DATE},
            {"If-None-Match": 'W/"a1"', "If-Modified-Since": DATE},
        ),
        ({"ETag": "", "Last-Modified": " "}, {}),
        ({"ETag": "x" * 600}, {}),
        ({"ETag": "a\x01b"}, {}),
    ],
)
def test_what_the_next_visit_sends(headers: dict[str, str], conditions: dict[str, str]) -> None:
    assert read_validators(Response(URL, headers=headers)) == conditions


def test_a_list_seen_before_is_asked_for_with_conditions() -> None:
    request = Request(URL, meta={VALIDATORS: {"If-None-Match": '"a1"'}})
    ConditionalMiddleware().process_request(request)
    assert request.headers["If-None-Match"] == b'"a1"'
    assert request.meta["handle_httpstatus_list"] == [304]


def test_a_redirect_does_not_carry_the_conditions_to_another_page() -> None:
    request = Request(
        URL,
        headers={"If-None-Match": '"a1"'},
        meta={VALIDATORS: {"If-None-Match": '"a1"'}, "redirect_urls": [URL]},
    )
    ConditionalMiddleware().process_request(request)
    assert "If-None-Match" not in request.headers


def test_a_page_never_seen_is_asked_for_plainly() -> None:
    request = Request(URL)
    ConditionalMiddleware().process_request(request)
    assert "If-None-Match" not in request.headers
    assert "handle_httpstatus_list" not in request.meta
