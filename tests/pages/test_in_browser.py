"""The pages in a real browser: without errors, with all pictures and sounds."""

import functools
import json
import os
from pathlib import Path

import numpy as np
import pytest

from keras_wavenet.commands import synthesis_page
from keras_wavenet.pages import Page, Sound, SoundFile
from keras_wavenet.training.monitoring.pictures import draw_sample
from keras_wavenet.training.monitoring.report_page import RunFacts, make_page
from keras_wavenet.utils.pcm import encode_wav
from tests.pages.browser import find_browser, started

pytestmark = [
    pytest.mark.neutral,
    pytest.mark.skipif(os.name == "nt", reason="pipes are handed over by a shell"),
    pytest.mark.skipif(
        find_browser() is None, reason="no Chromium: apt-get install chromium"
    ),
]

TOOLS = Path(__file__).resolve().parents[2] / "tools"
RATE = 16000
TONE = 0.3 * np.sin(np.arange(RATE // 4) / 8)
PICTURES = """Promise.all(Array.from(document.images, image =>
    image.decode().then(() => image.naturalWidth)))"""
DURATIONS = """Promise.all(Array.from(document.querySelectorAll("audio"), audio =>
    new Promise((loaded, failed) => {
        audio.onloadedmetadata = () => loaded(audio.duration);
        audio.onerror = () => failed(audio.error.message);
        audio.preload = "metadata";
        audio.load();
    })))"""
PAPER = "getComputedStyle(document.body).backgroundColor"
OVERFLOW = """document.documentElement.scrollWidth
    - document.documentElement.clientWidth"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(find_browser(), tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@functools.cache
def picture():
    """A picture as a run draws it."""
    return draw_sample(TONE, RATE, "A tone")


def plain_page(folder):
    """A page with every kind of content, and names that are no friends."""
    page = Page("Sounds <script>alert(1)</script>", "x" * 300)
    page.heading("A & B")
    page.text("two\nlines")
    page.code("keras-wavenet generate " + "y" * 300)
    page.sound(TONE, RATE, "a tone")
    cells = [f"column {number}" for number in range(12)]
    sound = Sound(TONE, RATE)
    rows = [["row", sound, SoundFile("a b.wav"), *cells[3:]]]
    page.table(cells, rows)
    page.image(picture(), 'the "tone"')
    return page


def report(folder):
    """The page of a run with two samples."""
    row = {"epoch": 1, "seconds": 9.5, "learning_rate": 1e-3, "loss": 3.5}
    row |= {"bits_per_sample": 5.5, "val_loss": 3.4, "val_bits_per_sample": 5.25}
    rows = [{"step": step, **row} for step in (100, 200)]
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    (folder / "log.csv").write_text("\n".join([*lines, ""]))
    (folder / "run.png").write_bytes(picture())
    (folder / "samples").mkdir()
    for step in (100, 200):
        path = folder / "samples" / f"step-{step:08d}.wav"
        path.write_bytes(encode_wav(TONE, RATE))
        path.with_suffix(".png").write_bytes(picture())
    recorded = Sound(TONE, RATE, "Recorded: the samples continue it.")
    return make_page(
        folder,
        RunFacts(["4 clips"], {}, {"histogram": 7.5}, {"Resume": "train"}, recorded),
    )


def demo(folder):
    """The page of the demo, with one sentence."""
    import demo_page
    from demo_shipped import Sentence

    sentence = Sentence("anna", "A tone.", RATE, TONE, TONE, TONE, TONE)
    training = demo_page.Training(
        clips=46,
        seconds=180.0,
        points={20: 9.5, 40: 9.25},
        untrained=10.5,
        bits=9.125,
        baselines={"last-sample predictor": 11.75},
        measures=("The raw audio is speech.",),
    )
    return demo_page.make_page([sentence], (TONE, RATE), training, folder)


def copies(folder):
    """The page of `keras-wavenet synthesize`, with two recordings."""
    for name in ("a", 'b #?%"<i>ü', "copy"):
        (folder / f"{name}.wav").write_bytes(encode_wav(TONE, RATE))
    done = {"seconds": 0.25, "generation_seconds": 0.5}
    rows = [
        ("<b>a</b>", folder / "a.wav", folder / "copy.wav", done),
        ("b", None, folder / 'b #?%"<i>ü.wav', done),
    ]
    settings = {"preset": "<i>voice</i>", "seed": 0}
    synthesis_page.write_page(folder / "page.html", settings, rows, RATE)


def copies_in_files(folder):
    """The same page of more audio than it may hold, one file with a difficult name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthesis_page, "MOST_IN_PAGE", 100)
        copies(folder)


@pytest.mark.parametrize(
    "make, pictures, sounds",
    [(plain_page, 1, 2), (report, 3, 3), (demo, 3, 6), (copies, 0, 3)],
)
def test_a_page_opens_without_errors_and_requests_with_all_pictures_and_sounds(
    browser, tmp_path, monkeypatch, make, pictures, sounds
):
    monkeypatch.syspath_prepend(str(TOOLS))
    path = tmp_path / "page.html"
    page = make(tmp_path)
    if page is not None:
        page.write(path)
    browser.open(path)
    widths = browser.evaluate(PICTURES)
    assert len(widths) == pictures and all(width > 500 for width in widths)
    assert browser.evaluate(DURATIONS) == [pytest.approx(0.25)] * sounds
    assert browser.evaluate("document.scripts.length") == 0
    assert browser.requests() == [path.as_uri()]
    assert browser.problems() == []


def test_the_page_of_explain_opens_likewise_and_fits_a_phone(browser, explained):
    assert explained.printed
    path = explained.folder / "index.html"
    browser.open(path)
    widths = browser.evaluate(PICTURES)
    assert len(widths) == len(list(explained.folder.glob("*.png")))
    assert all(width > 500 for width in widths)
    recorded, continued = pytest.approx(0.3), pytest.approx(1.15)
    assert browser.evaluate(DURATIONS) == [recorded, recorded, continued]
    assert browser.evaluate("document.scripts.length") == 0
    assert browser.requests() == [path.as_uri()]
    assert browser.problems() == []
    phone = {"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": True}
    browser.call("Emulation.setDeviceMetricsOverride", **phone)
    overflow = browser.evaluate(OVERFLOW)
    browser.call("Emulation.clearDeviceMetricsOverride")
    assert overflow == 0


def test_sounds_in_files_next_to_a_page_are_played(browser, tmp_path):
    copies_in_files(tmp_path)
    page = tmp_path / "page.html"
    browser.open(page)
    assert browser.requests() == [page.as_uri()]  # none before they are played
    assert browser.evaluate(DURATIONS) == [pytest.approx(0.25)] * 3
    assert browser.problems() == []


def test_a_page_fits_a_phone_and_follows_the_scheme_of_the_reader(browser, tmp_path):
    path = tmp_path / "page.html"
    plain_page(tmp_path).write(path)
    phone = {"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": True}
    browser.call("Emulation.setDeviceMetricsOverride", **phone)
    browser.open(path)
    assert browser.evaluate(OVERFLOW) == 0
    browser.call("Emulation.clearDeviceMetricsOverride")
    paper = {}
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.call("Emulation.setEmulatedMedia", features=[feature])
        paper[scheme] = browser.evaluate(PAPER)
    browser.call("Emulation.setEmulatedMedia", media="print", features=[feature])
    paper["print"] = browser.evaluate(PAPER)
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    assert paper["light"] == paper["print"] == "rgb(255, 255, 255)"
    assert paper["dark"] == "rgb(20, 25, 29)"


def test_the_policy_of_a_page_refuses_what_was_smuggled_into_it(browser, tmp_path):
    html = plain_page(tmp_path).render()
    smuggled = (
        "<script>document.title = 'owned'</script>"
        "<img src='http://127.0.0.1:9/x.png' onerror=\"document.title = 'owned'\">"
    )
    path = tmp_path / "page.html"
    path.write_text(html.replace("</main>", f"{smuggled}</main>"), encoding="utf-8")
    browser.open(path)
    assert browser.evaluate("document.title") == "Sounds <script>alert(1)</script>"
    refused = json.dumps(browser.problems())
    assert "inline script" in refused and "x.png" in refused
    assert browser.requests() == [path.as_uri()]
