"""Intelligibility and spectral error of the shipped vocoders."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, data, evaluation

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize("name", ["wavenet_prompts", "wavenet_realtime"])
def test_it_is_intelligible_and_better_than_griffin_lim_with_matched_frames(name):
    vocoder = WaveNet.from_preset(name)
    source = data.open_source("spoken_prompts", "validation", vocoder.sample_rate)
    shortest = np.argsort(source.lengths)[:2].tolist()
    rows, failures = evaluation.evaluate_vocoder(
        vocoder, source, shortest, metrics=["stoi", "mcd"]
    )
    assert not failures
    found = evaluation.summarize(rows)
    raw, matched = found["model"], found["model, frames matched"]
    griffin_lim = found[evaluation.BASELINES[0]]
    assert raw["stoi"].median > 0.9 and raw["mcd"].median < 5.5
    assert matched["stoi"].median > max(0.98, griffin_lim["stoi"].median)
    assert matched["mcd"].median < griffin_lim["mcd"].median
