"""The page of a run: its whole history, bounded, and never in the way of the run."""

import json
import re

import numpy as np
import pytest

from keras_wavenet.pages import Sound
from keras_wavenet.training.baseline import Baseline
from keras_wavenet.training.monitoring.report_page import RunFacts, make_page
from keras_wavenet.training.monitoring.run_report import RunReport
from keras_wavenet.utils.pcm import encode_wav

pytestmark = pytest.mark.neutral

LOG = """\
step,epoch,seconds,learning_rate,bits_per_sample,loss,val_bits_per_sample,val_loss
100,1,60,0.001,6.5,4.505,6.25,4.332
150,2,90,0.001,6.1,4.228,,
200,2,120,0.0005,5.5,3.812,5.125,3.552
300,3,4000,0.0005,5.25,3.639,5.5,3.812
"""
RECORD = {
    "settings": {"seed": 5, "momentum": None, "data": "<b>recordings</b>"},
    "model": {}, "data": {},
    "steps": 5000, "backend": "torch", "keras": "3.13", "keras_wavenet": "0.1.0",
    "device": "cpu", "threads": 2, "processor": "A & B",
}  # fmt: skip
FACTS = RunFacts(
    data=["46 clips\n  Verdict: <i>no problem</i> found."],
    baselines=Baseline(7.5, 5.25).by_name,
    commands={"Resume": "keras-wavenet train --out 'my voice'"},
    recorded=Sound(np.zeros(8), 16000, "Recorded: the samples continue it."),
)


@pytest.fixture
def folder(tmp_path):
    """A run with its table, record and picture, and without samples."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "run.json").write_text(json.dumps(RECORD))
    (tmp_path / "run.png").write_bytes(b"\x89PNG\r\n\x1a\n, and the rest")
    (tmp_path / "samples").mkdir()
    return tmp_path


def write_samples(folder, numbers):
    for number in numbers:
        wav = encode_wav(np.full(4, number / 1000), 16000)
        (folder / "samples" / f"step-{100 * number:08d}.wav").write_bytes(wav)


def words_of(page):
    """The text of a page, without its markup."""
    return " ".join(re.sub("<[^>]*>", " ", page.render()).split())


def test_the_page_has_the_history_of_a_run_and_its_best_epoch(folder):
    words = words_of(make_page(folder, FACTS))
    assert "Step 300 of 5,000, epoch 3, after 66.7 minutes of training." in words
    assert (
        "Best epoch: 2, 5.125 validation bits per sample, 2.375 below the histogram of "
        "the codes, 0.125 below the last-sample predictor." in words
    )
    assert "200 2 5.500 5.125 0.0005 best epoch 300 3 5.250 5.500 0.0005" in words
    assert "100 1 6.500 6.250 0.001 200" in words  # no row without a validation
    assert "keras-wavenet train --out 'my voice'" in words
    assert "seed 5" in words and "momentum" not in words
    assert "last-sample predictor that of each code after each other" in words
    assert "threads 2" in words and "processor A &amp; B" in words


def test_text_of_the_data_and_the_settings_is_text(folder):
    page = make_page(folder, FACTS).render()
    assert "&lt;i&gt;no problem&lt;/i&gt;" in page
    assert "&lt;b&gt;recordings&lt;/b&gt;" in page and "<b>" not in page


def test_the_first_sample_and_the_newest_are_in_the_page_and_the_others_are_linked(
    folder,
):
    write_samples(folder, range(1, 8))
    page = make_page(folder, FACTS).render()
    captions = re.findall("<figcaption>(Step .*?), generated", page)
    assert captions == ["Step 100", "Step 500", "Step 600", "Step 700"]
    links = re.findall('href="(.*?)"', page)
    assert links == [f"samples/step-00000{number}00.wav" for number in (2, 3, 4)]
    assert page.count("<audio") == 5 and "the samples continue it" in page
    for path in (folder / "samples").glob("*[2-7]00.wav"):
        path.unlink()
    page = make_page(folder, FACTS).render()
    assert page.count("<audio") == 2 and "href" not in page


def test_a_run_of_years_has_a_page_of_bounded_size(folder):
    rows = [f"{n},{n},{n},0.1,5,5,5,{n}" for n in range(1, 2001)]
    (folder / "log.csv").write_text("\n".join([LOG.partition("\n")[0], *rows, ""]))
    write_samples(folder, range(1, 200))
    page = make_page(folder, FACTS).render()
    steps = re.findall('<th scope="row">([0-9,]+)</th>', page)
    assert (steps[0], steps[-1], len(steps)) == ("1,981", "2,000", 20)
    assert page.count("<audio") == 5 and page.count("href") == 100
    assert "195 samples between them" in page


def test_a_sample_that_was_changed_is_left_out(folder):
    write_samples(folder, [1, 2])
    (folder / "samples" / "step-00000100.wav").write_bytes(b"RIFF, it said")
    page = make_page(folder, FACTS).render()
    assert re.findall("<figcaption>(Step .*?), generated", page) == ["Step 200"]


def test_a_run_without_validation_shows_its_training(folder):
    (folder / "log.csv").write_text(
        "step,epoch,seconds,learning_rate,loss,val_loss\n10,1,2,0.1,3.5,\n"
    )
    words = words_of(make_page(folder, RunFacts()))
    assert "10 1 3.500 0.1" in words and "Best epoch" not in words


def test_before_the_first_row_the_page_has_the_data(tmp_path):
    words = words_of(make_page(tmp_path, FACTS))
    assert "first validation has not ended yet" in words and "46 clips" in words


def test_a_page_that_fails_is_warned_of(folder, tiny_wavenet):
    report = RunReport(folder, FACTS)
    report.set_model(tiny_wavenet())
    report.on_train_begin()
    assert "receptive field" in (folder / "report.html").read_text()
    (folder / "run.json").write_text("{")
    with pytest.warns(UserWarning, match="report.html was not written: .*damaged"):
        report.on_train_end()
