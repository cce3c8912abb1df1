"""The samples of a run: few, of every rule, of records only, nobody's number in them."""

from __future__ import annotations

from ruralnews.extensions.facts import masked
from ruralnews.monitoring.night import Sample
from ruralnews.monitoring.samples import EACH, LONGEST, MOST, Samples

MOBILE = "1300000" + "0000"


def test_what_was_noted_on_an_item_is_kept_under_its_name() -> None:
    samples, item = Samples(), object()
    samples.note(item, "annotation", "鄉(xiāng)", "乡")
    samples.settle(item, "demo:1")
    assert samples.kept == [Sample("demo:1", "annotation", "鄉(xiāng)", "乡")]


def test_an_item_that_gave_no_record_leaves_nothing() -> None:
    samples, item = Samples(), object()
    samples.note(item, "promo", "扫码关注")
    samples.settle(item, None)
    samples.settle(item, "demo:1")
    assert samples.kept == []


def test_few_are_kept_of_each_rule_and_in_all() -> None:
    samples = Samples()
    for number in range(3 * MOST):
        item = object()
        for rule in ("promo", "promo", f"rule-{number % MOST}"):
            samples.note(item, rule, f"第{number}行")
        samples.settle(item, f"demo:{number}")
    rules = [one.rule for one in samples.kept]
    assert rules.count("promo") == EACH
    assert len(rules) == MOST
    # One article shows a rule once.
    assert len({(one.id, one.rule) for one in samples.kept}) == MOST


def test_numbers_are_masked_before_a_text_is_cut() -> None:
    samples, item = Samples(masked), object()
    samples.note(item, "editor", "字" * (LONGEST - 8) + f"电话{MOBILE}")
    samples.settle(item, "demo:1")
    [one] = samples.kept
    assert len(one.before) == LONGEST
    assert one.before.endswith("电话130**…")


def test_an_empty_line_is_no_sample() -> None:
    samples, item = Samples(), object()
    samples.note(item, "empty", " \u3000")
    samples.settle(item, "demo:1")
    assert samples.kept == []
