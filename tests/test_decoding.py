"""Content-Encoding, strictly."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.extraction import decoding
from ruralnews.extraction.decoding import BodyError, Fault, decode_body

PAGE = ("<html><body>" + "".join(f"<p>第{n}块地的麦子熟了。</p>" for n in range(5000))).encode()
LIMIT = 8 * 1024 * 1024


def deflate(body: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(body) + encoder.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": decoding.zstd.compress,
}
SORTS = [*ENCODERS.items(), ("deflate", deflate)]


def fault(body: bytes, *labels: str, limit: int = LIMIT) -> Fault:
    with pytest.raises(BodyError) as caught:
        decode_body(body, labels, limit)
    return caught.value.fault


@pytest.mark.parametrize(("label", "encode"), SORTS)
def test_a_whole_body_is_decoded(label: str, encode: object) -> None:
    assert decode_body(encode(PAGE), [label], LIMIT) == PAGE  # type: ignore[operator]


@pytest.mark.parametrize(("label", "encode"), SORTS)
@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_cut_body_is_no_page(label: str, encode: object, cut: float) -> None:
    body: bytes = encode(PAGE)  # type: ignore[operator]
    assert fault(body[: int(len(body) * cut)], label) is Fault.TRUNCATED


@pytest.mark.parametrize(("label", "encode"), SORTS)
def test_a_bomb_is_stopped_at_the_limit(label: str, encode: object) -> None:
    bomb: bytes = encode(b"<p>" + bytes(2_000_000))  # type: ignore[operator]
    assert len(bomb) < 20_000
    assert fault(bomb, label, limit=100_000) is Fault.OVERSIZE


@pytest.mark.parametrize("label", ["gzip", "x-gzip", "deflate", "br", "zstd"])
def test_a_plain_page_under_a_wrong_label_is_read(label: str) -> None:
    assert decode_body(PAGE, [label], LIMIT) == PAGE
    assert decode_body(b"\xef\xbb\xbf\r\n<!DOCTYPE html>", [label], LIMIT).endswith(b"html>")


def test_gzip_without_label_is_read() -> None:
    assert decode_body(gzip.compress(PAGE), [], LIMIT) == PAGE


@pytest.mark.parametrize("label", ["utf-8", "identity", "none", "text/html", "compress"])
def test_a_label_that_is_no_encoding_is_ignored(label: str) -> None:
    assert decode_body(PAGE, [label], LIMIT) is PAGE


def test_two_encodings_are_undone_and_three_are_not() -> None:
    twice = brotli.compress(gzip.compress(PAGE))
    assert decode_body(twice, ["gzip", "br"], LIMIT) == PAGE
    assert fault(gzip.compress(twice), "gzip", "br", "gzip") is Fault.ENCODING


@pytest.mark.parametrize("label", ["deflate", "br"])
def test_bytes_in_no_encoding_are_an_error(label: str) -> None:
    assert fault(b"\xff\xfe\xfd" * 100, label) is Fault.ENCODING


def test_a_wrong_checksum_is_an_error() -> None:
    body = bytearray(gzip.compress(PAGE))
    body[-6] ^= 1
    assert fault(bytes(body), "gzip") is Fault.ENCODING


def test_members_are_joined_and_padding_is_dropped() -> None:
    body = gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]) + bytes(20)
    assert decode_body(body, ["gzip"], LIMIT) == PAGE
    frames = decoding.zstd.compress(PAGE[:100]) + decoding.zstd.compress(PAGE[100:])
    assert decode_body(frames, ["zstd"], LIMIT) == PAGE


def test_an_empty_body_stays_empty() -> None:
    assert [decode_body(b"", [label], LIMIT) for label in ENCODERS] == [b""] * len(ENCODERS)
    assert decode_body(gzip.compress(b""), ["gzip"], LIMIT) == b""


@given(st.binary(max_size=300), st.sampled_from(list(ENCODERS)))
def test_any_bytes_give_a_body_or_a_fault(body: bytes, label: str) -> None:
    try:
        decode_body(body, [label], 10_000)
    except BodyError as error:
        assert error.fault in Fault  # noqa: PT017


@given(st.binary(max_size=2000), st.sampled_from(SORTS))
def test_what_was_encoded_comes_back(body: bytes, sort: tuple[str, object]) -> None:
    label, encode = sort
    assert decode_body(encode(body), [label], 0) == body  # type: ignore[operator]
