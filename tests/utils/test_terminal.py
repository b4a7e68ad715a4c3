"""Printing ends no run, whatever the text and the encoding."""

import io

import pytest

from keras_wavenet.utils.terminal import say

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "encoding, expected",
    [
        ("utf-8", "アンナ caf\\udce9 \\x1b[31m"),
        ("cp1252", "\\u30a2\\u30f3\\u30ca caf\\udce9 \\x1b[31m"),
        ("ascii", "\\u30a2\\u30f3\\u30ca caf\\udce9 \\x1b[31m"),
    ],
)
def test_what_a_stream_cannot_hold_is_escaped(encoding, expected):
    content = io.BytesIO()
    stream = io.TextIOWrapper(content, encoding, newline="\n")
    say("アンナ caf\udce9 \x1b[31m", file=stream, flush=True)
    assert content.getvalue().decode(encoding) == f"{expected}\n"


def test_stdout_is_where_it_prints(capsys):
    say("one\ntwo")
    assert capsys.readouterr().out == "one\ntwo\n"
