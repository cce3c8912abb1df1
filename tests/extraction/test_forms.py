"""Every field of every case of `forms/*.toml` is read right."""

from __future__ import annotations

import re

import pytest
from forms import Form, article_of, load_forms, read_form

CASES = [
    pytest.param(
        form,
        field,
        id=f"{form.family}-{form.name}-{field}",
        marks=pytest.mark.xfail if field in form.fails else (),
    )
    for form in load_forms()
    for field in form.expected
]


@pytest.mark.parametrize(("form", "field"), CASES)
def test_reads_the_form(form: Form, field: str) -> None:
    assert read_form(form, field) == form.expected[field]


def test_names_each_form_once() -> None:
    names = [form.name for form in load_forms()]
    assert len(names) == len(set(names))


# Where no comment would be text, nor hide what a script says.
SAMPLE = [
    form
    for form in load_forms()
    if "<body" in form.html and not re.search("<(?:script|pre|textarea|!--)", form.html)
][::6]


def test_comments_between_the_tags_change_nothing() -> None:
    for form in SAMPLE:
        head, tag, body = form.html.partition("<body")
        commented = re.sub(r"(<[a-zA-Z/][^<>]*>)", r"<!--x-->\1<!--x-->", body)
        plain, other = (article_of(html, form.url) for html in (form.html, head + tag + commented))
        assert (plain and plain.to_record()) == (other and other.to_record()), form.name
