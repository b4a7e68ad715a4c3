"""Text from files is shown escaped and cut."""

import pytest

from keras_wavenet.utils.text import escaped, listed, shown, without_tags

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain", "plain"),
        ("アンナ é \u0645\u06cc\u200c\u062e", "アンナ é \u0645\u06cc\u200c\u062e"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\x00", "a\\rb\\x00"),
        ("\u202eright to left", "\\u202eright to left"),
        ("caf\udce9", "caf\\udce9"),
        ("two\nlines\tof text", "two\nlines\tof text"),
    ],
)
def test_what_a_terminal_acts_on_is_escaped(text, expected):
    assert escaped(text) == expected


def test_a_name_is_shown_in_one_line_of_bounded_length():
    assert shown("a\nb\tc\u2028d") == "a\\nb\\tc\\u2028d"
    assert shown("x" * 61) == "x" * 60 + "..."
    assert shown(None) == "None"


def test_a_tag_is_text_in_markdown_and_code_and_links_remain():
    text = "<S01> a < b </b><!-- x `a<b` <https://keras.io>"
    expected = "&lt;S01> a < b &lt;/b>&lt;!-- x `a<b` <https://keras.io>"
    assert without_tags(text) == expected


def test_of_many_names_the_first_are_listed():
    assert listed(["anna", "ben"]) == "anna, ben"
    assert listed(list("abcdefghijkl")) == "a, b, c, d, e, f, g, h, i, j and 2 more"
