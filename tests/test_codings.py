"""Content codings: what a file becomes, which says nothing of when and where that was."""

from __future__ import annotations

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.codings import ENDINGS, Coding, compress

DECODE = {"gzip": gzip.decompress, "brotli": brotli.decompress}


@given(content=st.binary(max_size=2_000), coding=st.sampled_from(sorted(ENDINGS)))
def test_every_content_comes_back(content: bytes, coding: Coding) -> None:
    assert DECODE[coding](compress(content, coding)) == content


def test_a_gzip_file_has_no_name_no_time_and_no_system_in_it() -> None:
    magic, method, flags, time, most, system = (
        b"\x1f\x8b",
        b"\x08",
        b"\x00",
        bytes(4),
        b"\x02",
        b"\xff",
    )
    assert compress(b"a" * 100, "gzip").startswith(magic + method + flags + time + most + system)


@pytest.mark.parametrize("coding", ENDINGS)
def test_a_text_becomes_much_smaller(coding: Coding) -> None:
    assert len(compress(b"<p>a page of some length</p>" * 100, coding)) < 100
