"""A page is one file that shows text as text, holds its sounds and loads nothing."""

import base64
import io
import re
import wave
from html.parser import HTMLParser

import numpy as np
import pytest

from keras_wavenet.pages import Page, Sound, SoundFile
from keras_wavenet.utils.pcm import from_pcm, is_own_wav

pytestmark = pytest.mark.neutral

HOSTILE = '<script>alert(1)</script> "it\'s" & <img src=x onerror=alert(2)>\x00\x1b\x85'
SHOWN = HOSTILE.replace("\x00\x1b\x85", "\\x00\\x1b\\x85")
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "pre",
    "code", "div", "table", "thead", "tbody", "tr", "th", "td", "a", "figure", "audio",
    "figcaption", "img",
}  # fmt: skip
WAVEFORM = from_pcm(np.array([0, 1, -1, 32767, -32768, 12345], "int16"))
# The smallest picture: one grey dot.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJ"
    "RU5ErkJggg=="
)


class Parsed(HTMLParser):
    """The elements of a page, as a browser would find them: tag, attributes, text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.feed(page.render())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), ""))

    def handle_data(self, data):
        if self.elements:
            tag, attributes, text = self.elements[-1]
            self.elements[-1] = (tag, attributes, text + data)

    def texts(self, tag):
        return [text for name, _, text in self.elements if name == tag]

    def attributes(self, tag):
        return [attributes for name, attributes, _ in self.elements if name == tag]


@pytest.fixture
def hostile_page():
    """A page whose every text comes from a stranger."""
    page = Page(HOSTILE, HOSTILE)
    page.heading(HOSTILE)
    page.text(HOSTILE)
    page.code(HOSTILE)
    page.image(PNG, HOSTILE)
    page.sound(WAVEFORM, 16000, HOSTILE)
    page.table([HOSTILE, "b"], [[HOSTILE, Sound(WAVEFORM, 16000)], ["c", HOSTILE]])
    return page


def test_text_from_outside_is_shown_as_it_is_and_never_read_as_html(hostile_page):
    parsed = Parsed(hostile_page)
    assert {tag for tag, _, _ in parsed.elements} == ALLOWED - {"a"}
    for tag in ("title", "h1", "h2", "p", "code", "figcaption"):
        assert SHOWN in [text.rstrip("\n") for text in parsed.texts(tag)], tag
    assert parsed.texts("th") == [SHOWN, "b", SHOWN, "c"]
    assert parsed.attributes("img")[0]["alt"] == SHOWN
    assert parsed.attributes("audio")[1]["aria-label"] == f"{SHOWN}, b"
    names = {name for _, attributes, _ in parsed.elements for name in attributes}
    assert not [name for name in names if name.startswith("on")]


def test_the_page_refers_to_nothing_outside_and_its_policy_allows_nothing(hostile_page):
    text = hostile_page.render()
    for tag, attributes, _ in Parsed(hostile_page).elements:
        addresses = [attributes[name] for name in ("src", "href") if name in attributes]
        assert all(address.startswith("data:") for address in addresses), tag
    (policy,) = (
        attributes["content"]
        for attributes in Parsed(hostile_page).attributes("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; img-src data:; media-src data:;")
    assert "script" not in policy and "unsafe" not in policy
    assert not re.findall(r"url\(|@import", text)


def test_the_samples_of_a_sound_are_those_in_the_page():
    page = Page("sounds")
    page.sound(WAVEFORM, 22050, "six samples")
    (player,) = Parsed(page).attributes("audio")
    kind, _, content = player["src"].partition(",")
    content = base64.b64decode(content)
    assert kind == "data:audio/wav;base64" and player["preload"] == "none"
    assert is_own_wav(content)  # which is not read as a recording
    with wave.open(io.BytesIO(content)) as file:
        assert file.getframerate() == 22050
        samples = np.frombuffer(file.readframes(6), "<i2")
    assert np.array_equal(from_pcm(samples), WAVEFORM)


@pytest.mark.parametrize(
    "path, address",
    [
        ("samples/step 1.wav", "samples/step%201.wav"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ('a" onclick="b.wav', "a%22%20onclick%3D%22b.wav"),
        ("caf\udce9?#.wav", "caf%E9%3F%23.wav"),
    ],
)
def test_a_linked_sound_is_a_relative_address_whatever_its_name(path, address):
    page = Page("links")
    page.table(["sound"], [[SoundFile(path)]])
    (link,) = Parsed(page).attributes("a")
    assert link == {"href": address}


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../up.wav", "C:/x.wav", "//host/x", ""]
)
def test_a_link_out_of_the_folder_is_refused(path):
    with pytest.raises(ValueError, match="from the folder of the page"):
        SoundFile(path)


@pytest.mark.parametrize("waveform", [[], [[0.0]], [np.nan]])
def test_a_sound_without_samples_is_refused(waveform):
    with pytest.raises(ValueError, match="finite samples"):
        Page("sounds").sound(np.array(waveform), 16000, "")


def test_what_is_no_picture_and_a_row_of_another_length_are_refused():
    with pytest.raises(ValueError, match="png or jpeg"):
        Page("pictures").image(b"<svg onload=alert(1)>", "")
    with pytest.raises(ValueError, match="2 headers. Received: a row of 1"):
        Page("tables").table(["a", "b"], [["1"]])


def test_a_figure_becomes_a_picture_in_the_page():
    figure = pytest.importorskip("matplotlib.figure").Figure((1, 1))
    page = Page("figures")
    page.figure(figure, "an empty figure")
    (picture,) = Parsed(page).attributes("img")
    assert picture["alt"] == "an empty figure"
    content = base64.b64decode(picture["src"].removeprefix("data:image/png;base64,"))
    assert content.startswith(b"\x89PNG")


def test_a_page_is_written_whole_or_the_old_one_stays(tmp_path, small_files):
    path = tmp_path / "page.html"
    page = Page("アンナ")
    page.write(path)
    assert path.read_text(encoding="utf-8") == page.render()
    page.sound(np.zeros(10000), 16000, "longer")
    with small_files(10000), pytest.raises(OSError):
        page.write(path)
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert path.stat().st_size < 10000
