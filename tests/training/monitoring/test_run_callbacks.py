"""The callbacks that report on a run."""

import re
import sys

import keras
import pytest

from keras_wavenet import data, run_config
from keras_wavenet.training import Checkpoint, RunConfig, fit_steps
from keras_wavenet.training.monitoring import run_callbacks
from keras_wavenet.training.monitoring.csv_log import read_rows
from keras_wavenet.training.monitoring.run_callbacks import make_callbacks

EXPECTED = [
    "StopAtNaN",
    "BaselineCallback",
    "CSVLog",
    "RunPicture",
    "AudioSamples",
    "RunReport",
]


@pytest.fixture(scope="module")
def datasets():
    spec = data.DataSpec(sample_rate=16000, context_length=4)
    return [
        data.load("spoken_prompts", split=split, spec=spec, window_length=1000)
        for split in ("train", "validation")
    ]


def names(callbacks):
    return [type(callback).__name__ for callback in callbacks]


@pytest.mark.neutral
def test_a_run_is_reported_on_by_default(datasets, tmp_path, capsys):
    callbacks = make_callbacks(RunConfig(), *datasets, tmp_path)
    assert names(callbacks) == [*EXPECTED, "TensorBoardLog"]
    assert capsys.readouterr().out == ""
    samples = callbacks[4]
    assert samples.folder == tmp_path / "samples" and samples.every == 2000
    assert len(samples.options["prime"]) == 16000
    recorded = callbacks[5].facts.recorded
    assert recorded.waveform is samples.options["prime"]
    assert recorded.caption == "Recorded: the samples continue it."
    assert list(tmp_path.iterdir()) == []  # nothing before the training begins


@pytest.mark.neutral
def test_options_leave_callbacks_out(datasets, tmp_path):
    config = RunConfig(sample_every=0, tensorboard=False)
    assert names(make_callbacks(config, *datasets, tmp_path)) == [
        *EXPECTED[:4],
        "RunReport",
    ]


@pytest.mark.neutral
def test_without_validation_samples_start_from_silence(datasets, tmp_path):
    callbacks = make_callbacks(RunConfig(), datasets[0], None, tmp_path)
    assert callbacks[4].options["prime"] is None
    assert callbacks[5].facts.recorded is None


@pytest.mark.neutral
def test_what_is_not_installed_is_left_out_with_a_line(
    datasets, tmp_path, monkeypatch, capsys
):
    for module in (run_callbacks, run_config):
        monkeypatch.setattr(module, "is_installed", lambda name: False)
    callbacks = make_callbacks(RunConfig(), *datasets, tmp_path)
    assert names(callbacks) == [
        "StopAtNaN",
        "BaselineCallback",
        "CSVLog",
        "AudioSamples",
        "RunReport",
    ]
    assert not callbacks[3].picture
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "keras-wavenet[plots]" in lines[0] and "keras-wavenet[logs]" in lines[1]
    with pytest.raises(ValueError, match="`histograms` are for TensorBoard.*logs"):
        RunConfig(histograms=True)
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"keras-wavenet\[logs\]"):
        make_callbacks(RunConfig(tensorboard=True), *datasets, tmp_path)


@pytest.mark.filterwarnings("ignore:Audio sample at step")
@pytest.mark.neutral
def test_a_run_stopped_in_an_epoch_is_reported_on_after_it(tiny_wavenet, tmp_path):
    model = tiny_wavenet(dilations=[1, 2])
    train, validation = (
        data.load(
            "spoken_prompts", split=split, spec=model, batch_size=2, window_length=100
        )
        for split in ("train", "validation")
    )
    config = RunConfig(sample_every=3, sample_seconds=0.01, tensorboard=True)
    model.compile(keras.optimizers.SGD(0.01))
    for steps in (6, 11):
        checkpoint = Checkpoint(tmp_path / "checkpoints")
        checkpoint.restore(model)
        callbacks = make_callbacks(config, train, validation, tmp_path)
        fit_steps(
            model, train, steps, checkpoint, steps_per_epoch=4, verbose=0,
            validation_data=validation, validation_steps=1, callbacks=callbacks,
        )  # fmt: skip
    rows = read_rows(tmp_path / "log.csv")
    assert [row["step"] for row in rows] == [4, 6, 8, 11]
    assert [row["epoch"] for row in rows] == [1, 2, 2, 3]
    assert None not in [row["val_bits_per_sample"] for row in rows]
    sounds = sorted(path.stem for path in (tmp_path / "samples").glob("*.wav"))
    assert sounds == [f"step-{step:08d}" for step in (3, 6, 9, 11)]
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    steps = re.findall('<tr><th scope="row">([0-9]+)</th>', page)
    assert steps == ["4", "6", "8", "11"]  # those before it was stopped, too
    assert page.count("<audio") == 5  # the recording and the four samples
    assert "spoken_prompts (train): 46 clips" in page
    assert "last-sample predictor" in page
    assert len(list((tmp_path / "tensorboard").iterdir())) == 2
