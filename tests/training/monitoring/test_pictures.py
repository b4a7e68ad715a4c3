"""Spectrograms: where a tone lies, and how loud it is."""

import io
import sys

import keras
import numpy as np
import pytest
from matplotlib import image

from keras_wavenet.training.baseline import Baseline
from keras_wavenet.training.monitoring import pictures
from keras_wavenet.training.monitoring.csv_log import CSVLog
from keras_wavenet.training.monitoring.pictures import (
    RunPicture,
    draw_bits,
    draw_run,
    new_figure,
    spectrogram,
)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.neutral
def test_a_tone_lies_at_its_frequency_and_has_its_level(rate):
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    decibels, hop = spectrogram(tone, rate)
    middle = decibels[:, decibels.shape[1] // 2]
    frequency = middle.argmax() * rate / (4 * hop)
    assert frequency == pytest.approx(1000, abs=rate / (4 * hop))
    assert middle.max() == pytest.approx(-20, abs=1)
    assert hop == pytest.approx(0.008 * rate, abs=0.5)


@pytest.mark.neutral
def test_there_is_a_frame_for_each_hop():
    for length in (1, 127, 128, 129, 16000):
        decibels, hop = spectrogram(np.zeros(length), 16000)
        assert decibels.shape == (2 * hop + 1, -(-length // hop))
        assert (decibels == -140).all()


@pytest.mark.neutral
def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "keras-wavenet\[plots\]"'):
        new_figure(1, 1)


ROWS = [
    {
        "step": step,
        "learning_rate": 1e-3,
        "bits_per_sample": 4 + 300 / step,
        "val_bits_per_sample": None if step % 200 else 4.25 + 300 / step,
    }
    for step in range(100, 1001, 100)
]


@pytest.mark.neutral
def test_the_chart_shows_both_curves_and_what_they_must_beat():
    axes = pictures.new_figure(4, 3).subplots()
    draw_bits(axes, ROWS, Baseline(7.68, 5.26))
    training, validation = axes.lines[:2]
    assert training.get_xdata().tolist() == list(range(50, 951, 100))
    assert validation.get_xdata().tolist() == list(range(200, 1001, 200))
    assert validation.get_ydata()[-1] == pytest.approx(4.55)
    words = [text.get_text() for text in axes.get_legend().get_texts()]
    assert words == ["training 4.300", "validation 4.550"]
    lines = [text.get_text() for text in axes.texts]
    assert lines == [
        "histogram of the codes 7.68",
        "last-sample predictor 5.26",
    ]
    assert axes.get_ylim()[1] > 7.68


@pytest.mark.neutral
def test_a_run_without_bits_shows_its_loss():
    rows = [{"step": 1, "learning_rate": 0.1, "loss": 2.0, "val_loss": None}]
    axes = pictures.new_figure(4, 3).subplots()
    draw_bits(axes, rows, Baseline(7.68, 5.26))
    assert axes.get_title(loc="left") == "Loss"
    assert len(axes.lines) == 1 and not axes.texts


@pytest.mark.neutral
def test_the_picture_is_a_png_of_some_ink():
    pixels = image.imread(io.BytesIO(draw_run(ROWS, Baseline(7.68, 5.26))))
    assert pixels.shape[:2] == (660, 990)
    assert 0.01 < (pixels[..., :3].min(axis=-1) < 0.9).mean() < 0.2


def test_a_run_draws_its_picture_when_an_epoch_ends_and_at_its_end(
    tmp_path, monkeypatch
):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mse")
    x = np.linspace(-1, 1, 8, dtype="float32")[:, None]
    log = CSVLog(tmp_path / "log.csv")
    picture = RunPicture(tmp_path / "run.png", log.path)
    drawn = []
    monkeypatch.setattr(
        pictures, "draw_run", lambda rows, _: drawn.append(len(rows)) or b"picture"
    )
    model.fit(x, x, epochs=3, callbacks=[log, picture], verbose=0)
    assert drawn == [1, 3]  # at most every half minute, and in the end
    assert (tmp_path / "run.png").read_bytes() == b"picture"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_picture_that_fails_is_warned_of(tmp_path):
    (tmp_path / "log.csv").write_text("step,learning_rate,loss,val_loss\n1,0.1,2,\n")
    picture = RunPicture(tmp_path / "nowhere" / "run.png", tmp_path / "log.csv")
    with pytest.warns(UserWarning, match="run.png was not drawn"):
        picture.on_train_end()


def test_a_table_that_was_spoilt_stops_no_training(tmp_path):
    (tmp_path / "log.csv").write_text("step,epoch\n1,1,1,1\n")
    picture = RunPicture(tmp_path / "run.png", tmp_path / "log.csv")
    with pytest.warns(UserWarning, match="run.png was not drawn"):
        picture.on_train_end()
