"""Baselines that a run is compared with, and the end of a run with NaN."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, data
from keras_wavenet.training import BaselineCallback, StopAtNaN, measure_baseline


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


def test_the_baselines_are_printed_before_training(model, speech, capsys):
    callback = BaselineCallback(*speech)
    model.fit(
        speech[0],
        steps_per_epoch=2,
        validation_data=speech[1],
        callbacks=[callback],
        verbose=0,
    )
    printed = capsys.readouterr().out
    assert f"{callback.baseline.histogram:.3f} by the histogram" in printed
    assert f"{callback.baseline.last_sample:.3f} by the last-sample" in printed
    assert "above the last-sample predictor" in printed or "nothing learned" in printed
    assert 5 < callback.baseline.last_sample < callback.baseline.histogram < 8


@pytest.mark.neutral
def test_the_baselines_are_of_the_samples_that_are_scored(model, speech):
    train, validation = speech
    few = BaselineCallback(train, validation, validation_steps=2)
    few.set_model(model)
    few.on_train_begin()
    samples = [validation.batch(step)[1:] for step in range(2)]
    scored = np.concatenate([y[weight > 0] for y, weight in samples])
    source = validation.scored_source(2)
    np.testing.assert_array_equal(np.concatenate([c.waveform for c in source]), scored)
    everything = measure_baseline(train.source, validation.source, model.distribution)
    assert few.baseline != everything
    expected = measure_baseline(train.source, source, model.distribution)
    assert few.baseline == expected
    assert validation.scored_source(None) is validation.source
    assert validation.scored_source(10**6) is validation.source


def test_a_loss_that_is_not_finite_stops_the_run_with_its_step(model):
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
            callbacks=[StopAtNaN()],
            verbose=0,
        )


def test_the_step_of_a_bad_loss_counts_from_the_beginning_of_a_resumed_run(model):
    callback = StopAtNaN(initial_step=700, initial_epoch_step=3)
    with pytest.raises(FloatingPointError, match="at step 702"):
        play(callback, [{"loss": 1.0}, {"loss": float("inf")}], model)


def test_a_run_that_stays_at_the_histogram_is_warned_of_once(model, speech):
    callback = BaselineCallback(*speech, initial_step=900)
    bits = [{"loss": 5.3, "bits_per_sample": 7.66}] * 250
    with pytest.warns(UserWarning, match="7.66 bits.*step 1,000.*learning rate") as got:
        play(callback, bits, model, val_bits_per_sample=7.7)
    assert len(got) == 1


def test_validation_above_the_histogram_is_warned_of(model, speech):
    callback = BaselineCallback(*speech, initial_step=1000)
    bits = [{"loss": 5.3, "bits_per_sample": 4.0}] * 3
    with pytest.warns(UserWarning, match="^Validation still costs 8.00 bits"):
        play(callback, bits, model, val_bits_per_sample=8.0)


def test_without_validation_the_training_clips_are_the_measure(model, speech, capsys):
    callback = BaselineCallback(speech[0], initial_step=1000)
    with pytest.warns(UserWarning, match="^Training still costs 9.00 bits"):
        play(callback, [{"loss": 6.2, "bits_per_sample": 9.0}], model)
    assert "Baselines, training bits per sample" in capsys.readouterr().out


def test_a_run_that_learns_is_not_warned_of(model, speech, recwarn):
    for first_step, bits in ((0, 8.0), (5000, 5.0)):
        callback = BaselineCallback(*speech, initial_step=first_step)
        logs = [{"loss": 5.0, "bits_per_sample": bits}] * 500
        play(callback, logs, model, val_bits_per_sample=bits)
    assert not recwarn.list


def play(callback, batches, model, **scores):
    """Let a callback see one epoch of such batches."""
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    for batch, logs in enumerate(batches):
        callback.on_train_batch_end(batch, logs)
    callback.on_epoch_end(0, {**batches[-1], **scores})
