"""What TensorBoard is given to read, read back record by record."""

import io
import struct
import sys
import wave

import keras
import numpy as np
import pytest
from tensorboardX.proto.event_pb2 import Event, SessionLog

from keras_wavenet.training.baseline import Baseline
from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog
from keras_wavenet.utils.pcm import encode_wav
from keras_wavenet.visualization.style import encode_png, new_figure

X = np.linspace(-1, 1, 48, dtype="float32")[:, None]


def fit(log, epochs=1, **options):
    """Six steps an epoch; returns what Keras reports of each."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name="only")])
    model.compile(keras.optimizers.SGD(0.01), loss="mse")
    options = {"validation_data": (X, X), "callbacks": [log], **options}
    return model.fit(X, X, 8, epochs, verbose=0, **options).history


def read_events(folder):
    """All events of a folder: a TFRecord is length, checksum, content, checksum."""
    events = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        while len(content) > 8:
            (length,) = struct.unpack("<Q", content[:8])
            if len(content) < 16 + length:
                break  # cut by a full disk
            events.append(Event.FromString(content[12 : 12 + length]))
            content = content[16 + length :]
    return events


def scalars(folder, tag):
    """Step and value of each."""
    return [
        (event.step, value.simple_value)
        for event in read_events(folder)
        for value in event.summary.value
        if value.tag == tag
    ]


def test_figures_come_within_an_epoch_and_at_its_end(tmp_path):
    history = fit(TensorBoardLog(tmp_path, every=4), epochs=2)
    steps, losses = zip(*scalars(tmp_path, "loss/training"), strict=True)
    assert steps == (4, 6, 10, 12)
    means = np.reshape(losses, (2, 2)) @ [4 / 6, 2 / 6]
    assert means == pytest.approx(history["loss"], rel=1e-4)
    assert scalars(tmp_path, "loss/validation") == [
        (6, pytest.approx(history["val_loss"][0])),
        (12, pytest.approx(history["val_loss"][1])),
    ]
    rates = [value for _, value in scalars(tmp_path, "learning_rate")]
    assert rates == pytest.approx([0.01] * 4)


def test_the_baselines_are_level_lines(tmp_path):
    class Measured:
        baseline = Baseline(histogram=7.5, last_sample=5.25)

    fit(TensorBoardLog(tmp_path, every=3, measured=Measured()))
    assert scalars(tmp_path, "bits_per_sample/histogram") == [(3, 7.5), (6, 7.5)]
    assert scalars(tmp_path, "bits_per_sample/last_sample") == [(3, 5.25), (6, 5.25)]


def test_histograms_of_all_weights_come_on_request(tmp_path):
    fit(TensorBoardLog(tmp_path / "without"))
    fit(TensorBoardLog(tmp_path / "with", histograms=True), epochs=2)
    found = {
        folder: [
            (event.step, value.tag, value.histo.num)
            for event in read_events(tmp_path / folder)
            for value in event.summary.value
            if value.HasField("histo")
        ]
        for folder in ("without", "with")
    }
    assert found["without"] == []
    expected = [(step, weight) for step in (6, 12) for weight in ("kernel", "bias")]
    assert [(step, tag.split("only/")[1]) for step, tag, _ in found["with"]] == expected
    assert all(number == 1 for _, _, number in found["with"])


def test_a_resumed_run_goes_on_at_its_step_and_hides_what_came_after(tmp_path):
    fit(TensorBoardLog(tmp_path), epochs=3)
    assert not any(event.HasField("session_log") for event in read_events(tmp_path))
    log = TensorBoardLog(tmp_path, initial_step=6)
    fit(log, epochs=3, initial_epoch=1)
    (start,) = [e for e in read_events(tmp_path) if e.HasField("session_log")]
    assert start.session_log.status == SessionLog.START and start.step == 7
    steps = [step for step, _ in scalars(tmp_path, "loss/training")]
    assert sorted(steps) == [6, 12, 12, 18, 18]


def test_sounds_and_pictures_are_handed_on_as_they_are(tmp_path):
    wav = encode_wav(np.array([0.0, 0.5, -0.5], "float32"), 8000)
    png = encode_png(new_figure(2, 1))
    log = TensorBoardLog(tmp_path)
    log.on_train_begin()
    log.add_audio(17, wav, 8000, 3)
    log.add_picture(17, png)
    log.on_train_end()
    values = [(e.step, v) for e in read_events(tmp_path) for v in e.summary.value]
    assert [step for step, _ in values] == [17, 17]
    audio, image = values[0][1].audio, values[1][1].image
    with wave.open(io.BytesIO(audio.encoded_audio_string)) as file:
        assert file.getnframes() == audio.length_frames == 3
    assert (audio.sample_rate, audio.num_channels) == (8000, 1)
    assert image.encoded_image_string == png
    assert (image.width, image.height) == (220, 110)


@pytest.mark.neutral
def test_what_can_not_be_written_is_warned_of_and_the_next_epoch_is_written(
    tmp_path, small_files
):
    class FullDisk(keras.callbacks.Callback):
        """A disk that is full from the third step of the second epoch on, for one."""

        def on_train_batch_begin(self, batch, logs=None):
            if (epoch := int(self.model.optimizer.iterations)) == 8:
                self.full = small_files(1000)
                self.full.__enter__()
            elif epoch == 12:
                self.full.__exit__(None, None, None)

    log = TensorBoardLog(tmp_path / "logs", every=2, histograms=True)
    with pytest.warns(UserWarning, match="from step 12 until the next epoch"):
        fit(log, epochs=3, callbacks=[FullDisk(), log])
    steps = [step for step, _ in scalars(tmp_path / "logs", "loss/training")]
    assert steps[-3:] == [14, 16, 18]
    (tmp_path / "file").touch()
    with pytest.warns(UserWarning, match="file can't be written"):
        fit(TensorBoardLog(tmp_path / "file"))


def test_without_tensorboardx_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)  # as if not installed
    with pytest.raises(ImportError, match=r'pip install "keras-wavenet\[logs\]"'):
        TensorBoardLog("nowhere")


@pytest.mark.neutral
def test_tensorflow_is_not_needed(run_without_tensorflow, tmp_path):
    code = f"""
from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog
log = TensorBoardLog({str(tmp_path)!r})
log.on_train_begin()
log.add_picture(3, bytes(24))
log.on_train_end()
"""
    run_without_tensorflow(code, "numpy")
    assert [event.step for event in read_events(tmp_path)][-1] == 3
