"""The callback that says what must be beaten, and stops a run gone wrong."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, data
from keras_wavenet.training import YardstickCallback


@pytest.fixture(scope="module")
def model():
    model = WaveNet([1, 2], residual_channels=4, dilation_channels=4, skip_channels=8)
    model.compile()
    return model


@pytest.fixture(scope="module")
def speech(model):
    return [
        data.load("spoken_prompts", split=split, spec=model, window_length=1000)
        for split in ("train", "validation")
    ]


def test_the_yardstick_is_printed_before_training(model, speech, capsys):
    callback = YardstickCallback(*speech)
    model.fit(
        speech[0],
        steps_per_epoch=2,
        validation_data=speech[1],
        callbacks=[callback],
        verbose=0,
    )
    printed = capsys.readouterr().out
    assert f"{callback.yardstick.histogram:.3f} by the histogram" in printed
    assert f"{callback.yardstick.last_sample:.3f} by a table" in printed
    assert "above the last-sample predictor" in printed or "nothing learned" in printed
    assert 5 < callback.yardstick.last_sample < callback.yardstick.histogram < 8


def test_a_loss_that_is_no_number_stops_the_run_with_its_step(model, speech):
    waveform = np.zeros((4, 50), "float32")
    weights = np.ones((4, 50), "float32")
    weights[2] = np.nan
    with pytest.raises(FloatingPointError, match="at step 3.*lower learning rate"):
        model.fit(
            waveform,
            waveform,
            sample_weight=weights,
            batch_size=1,
            shuffle=False,
            callbacks=[YardstickCallback(*speech)],
            verbose=0,
        )
