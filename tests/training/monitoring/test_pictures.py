"""The picture of a run: drawn in time, and never in the way of the run."""

import io

import keras
import numpy as np
import pytest
from matplotlib import image

from keras_wavenet.training.baseline import Baseline
from keras_wavenet.training.monitoring import pictures
from keras_wavenet.training.monitoring.csv_log import CSVLog
from keras_wavenet.training.monitoring.pictures import RunPicture, draw_run

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
