"""Printing ends no run, whatever the text and the encoding."""

import io
import re
from pathlib import Path

import pytest

import keras_wavenet
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


def test_all_printing_of_the_package_is_this():
    package = Path(keras_wavenet.__file__).parent
    found = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"((?<![\w.`])print\(|= print\b)", path.read_text("utf-8"))
    ]
    assert found == ["utils/terminal.py"]
