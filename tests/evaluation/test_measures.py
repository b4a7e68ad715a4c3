"""All metrics at once, and metrics without a value."""

import numpy as np
import pytest

from keras_wavenet.evaluation import METRICS, Recording, available_metrics, measure

pytestmark = pytest.mark.neutral

RATE = 16000


def test_noise_is_worse_by_every_metric(speech, noisy):
    assert available_metrics() == (list(METRICS), {})
    original = Recording(speech, RATE)
    (little, _), (much, _) = (
        measure(original, Recording(noisy(level), RATE)) for level in (1e-3, 1e-1)
    )
    assert set(little) == set(much) == set(METRICS)
    for name, metric in METRICS.items():
        better, worse = (much, little) if metric.higher_is_better else (little, much)
        assert better[name] < worse[name], name


def test_a_metric_that_silence_does_not_allow_has_a_reason():
    silence = Recording(np.zeros(RATE, "float32"), RATE)
    values, impossible = measure(silence, silence)
    assert values == {"mcd": 0, "lsd": 0, "voicing_error": 0}
    assert set(impossible) == {"pesq", "stoi", "f0_error"}


def test_unlike_rates_and_unknown_metrics_are_refused(speech):
    original = Recording(speech, RATE)
    with pytest.raises(ValueError, match="16000 and 8000 Hz"):
        measure(original, Recording(speech, 8000))
    with pytest.raises(ValueError, match="Received: 'mos'"):
        measure(original, original, ["mos"])
