"""Every field of every case of `forms/*.toml` is read right."""

from __future__ import annotations

import pytest
from forms import Form, load_forms, read_form

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
