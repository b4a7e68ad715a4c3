"""The checks that all layers share name what was expected and what was received."""

import numpy as np
import pytest

from keras_wavenet.utils import checks

pytestmark = pytest.mark.neutral


def test_valid_values_pass():
    checks.positive(filters=1, kernel_size=7)
    checks.rate(dropout=0.5)
    checks.within(2, 4, kernel_size=4)
    checks.names("inputs", {"waveform": 0}, required=["waveform"], optional=["context"])
    checks.signal("waveform", np.zeros((2, 3), "float32"))
    checks.finite("waveform", np.zeros(3))
    checks.sequence("conv", (None, None, 4))
    assert checks.padding("valid") == "valid"
    assert checks.levels(256) == 256


@pytest.mark.parametrize(
    "check, message",
    [
        (lambda: checks.at_least(2, taps=1), "`taps` .* at least 2. Received: taps=1"),
        (lambda: checks.positive(taps="2"), "integer .*Received: taps='2'"),
        (lambda: checks.within(1, 4, taps=5), "`taps` .* at most 4. Received: taps=5"),
        (lambda: checks.within(1, 4, taps=0), "`taps` .* at least 1. Received: taps=0"),
        (lambda: checks.rate(dropout=1), "below 1. Received: dropout=1"),
        (
            lambda: checks.names("inputs", {"x": 0}, required=["waveform"]),
            r"`inputs` must have \['waveform'\] .*Received: \['x'\]",
        ),
        (
            lambda: checks.names("conditions", {"speaker": 0}, required=[]),
            r"`conditions` must be empty. Received: \['speaker'\]",
        ),
        (
            lambda: checks.signal("context", np.zeros(3)),
            r"`context` .*\(batch, samples\). Received: shape=\(3,\)",
        ),
        (
            lambda: checks.signal("context", np.zeros((2, 3), "int16")),
            "`context` .*float samples.*divide 16-bit .*Received: dtype=int16",
        ),
        (lambda: checks.signal("context", [0.0]), "`context` .*Received: list"),
        (
            lambda: checks.finite("prime", np.array([0, np.inf])),
            "`prime` must be finite. Received: NaN or infinity",
        ),
    ],
)
def test_an_invalid_value_is_an_error_with_its_name(check, message):
    with pytest.raises(ValueError, match=message):
        check()
