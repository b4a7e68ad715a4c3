"""The length of windows: about half a second, in whole hops."""

import pytest

from keras_wavenet.data.windows.window_length import resolve_window_length

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    ("hop", "length"), [(1, 8000), (200, 8000), (256, 7936), (300, 7800), (9000, 9000)]
)
def test_the_default_is_8000_samples_in_whole_hops(hop, length):
    assert resolve_window_length(None, hop) == length


def test_a_multiple_of_the_hop_is_taken_as_it_is():
    assert resolve_window_length(12, 1) == 12
    assert resolve_window_length(512, 256) == 512


@pytest.mark.parametrize(
    ("length", "nearest"), [(8000, "7936 or 8192"), (257, "256 or 512"), (100, "256")]
)
def test_another_length_is_answered_with_the_nearest(length, nearest):
    message = f"hop, 256 samples. Received: window_length={length}. Take {nearest}."
    with pytest.raises(ValueError, match=message):
        resolve_window_length(length, 256)
