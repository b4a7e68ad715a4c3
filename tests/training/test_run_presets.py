"""The presets that a run leaves: of its best epoch, and of its newest."""

import keras
import numpy as np
import pytest

import keras_wavenet
from keras_wavenet.training.run_presets import BestPreset, LastPreset


@pytest.fixture(scope="module")
def model():
    """A small one whose optimizer averages its weights."""
    model = keras_wavenet.WaveNet([1, 2], 4, 4, 4, post_channels=4)
    model.compile(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    x = np.sin(np.arange(80, dtype="float32")).reshape(2, 40)
    model.fit(x[:, :-1], x[:, 1:], verbose=0, callbacks=[keras.callbacks.History()])
    model.set_weights([weight + 1 for weight in model.get_weights()])
    return model


def end_epoch(preset, epoch, loss):
    preset.on_epoch_end(epoch, {"val_loss": loss, "val_bits_per_sample": loss / 0.7})


def test_the_best_epoch_is_kept_also_over_a_restart(model, tmp_path):
    best = BestPreset(tmp_path / "best", "val_loss")
    best.set_model(model)
    assert "no epoch has ended" in best.summary()
    end_epoch(best, 0, 3.0)
    end_epoch(best, 1, 2.1)
    written = (tmp_path / "best" / "metadata.json").stat().st_mtime_ns
    again = BestPreset(tmp_path / "best", "val_loss")
    again.set_model(model)
    again.set_state(best.get_state())
    end_epoch(again, 2, 2.5)
    assert (tmp_path / "best" / "metadata.json").stat().st_mtime_ns == written
    assert "epoch 2, 3.000 validation bits per sample" in again.summary()


def test_the_averages_are_saved_and_the_weights_kept(model, tmp_path):
    last = LastPreset(tmp_path / "last")
    last.set_model(model)
    before = model.get_weights()
    last.on_epoch_end(0)
    saved = keras_wavenet.WaveNet.from_preset(tmp_path / "last").get_weights()
    for weight, kept, average in zip(before, model.get_weights(), saved, strict=True):
        np.testing.assert_array_equal(kept, weight)
        assert (average != weight).all()


def test_a_preset_that_can_not_be_saved_ends_the_run_with_an_error(model, tmp_path):
    (tmp_path / "file").touch()
    best = BestPreset(tmp_path / "file" / "best", "val_loss")
    best.set_model(model)
    with pytest.warns(UserWarning, match="best could not be saved"):
        end_epoch(best, 0, 3.0)
    assert best.get_state()["epoch"] is None
    with pytest.raises(OSError, match="best could not be saved"):
        best.on_train_end()


def test_the_last_preset_of_a_complete_run_is_saved_again_if_it_is_gone(
    model, tmp_path
):
    last = LastPreset(tmp_path / "last")
    last.set_model(model)
    last.finish(4)
    written = (tmp_path / "last" / "metadata.json").stat().st_mtime_ns
    last.finish(4)
    assert (tmp_path / "last" / "metadata.json").stat().st_mtime_ns == written
