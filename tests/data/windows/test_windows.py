"""Windows: what is read, what is scored, and how often."""

import numpy as np
import pytest

from keras_wavenet.data.windows.windows import Windows, resolve_window_length

pytestmark = pytest.mark.neutral

T, N = 100, 30


def count_scores(windows, source):
    """How often each sample of each clip is scored, found by its (unique) value."""
    scores = {float(value): 0 for clip in source for value in clip.waveform}
    for _, y, weight in windows:
        for value in y[weight == 1]:
            scores[float(value)] += 1
    return scores


def one_pass(windows, number=0):
    first = number * windows.windows_per_pass
    return [windows[first + place] for place in range(windows.windows_per_pass)]


def test_tiling_scores_each_sample_once_in_order(noise_source):
    windows = Windows(noise_source, T, N)
    scored = np.concatenate([y[weight == 1] for _, y, weight in windows])
    everything = np.concatenate([clip.waveform for clip in noise_source])
    np.testing.assert_array_equal(scored, everything)
    assert windows.windows_per_pass == sum(-(-n // T) for n in noise_source.lengths)


@pytest.mark.parametrize("number", [0, 1, 17])
def test_a_training_pass_scores_each_sample_once(number, noise_source):
    windows = Windows(noise_source, T, N, seed=3)
    counts = count_scores(one_pass(windows, number), noise_source)
    assert set(counts.values()) == {1}


@pytest.mark.parametrize("seed", [None, 0])
@pytest.mark.parametrize("context_length", [0, 1, 30, 1000])
def test_a_window_reads_what_came_before_what_it_scores(
    seed, context_length, noise_source
):
    windows = Windows(noise_source, T, context_length, seed=seed)
    place_of = {
        float(value): (clip, place)
        for clip, whole in enumerate(noise_source)
        for place, value in enumerate(whole.waveform)
    }
    for x, y, weight in one_pass(windows):
        assert x["waveform"].shape == y.shape == weight.shape == (T,)
        assert x["context"].shape == (context_length,)
        scored = int(np.flatnonzero(weight)[0])
        clip, place = place_of[float(y[scored])]
        start = place - scored
        inputs = np.concatenate([x["context"], x["waveform"]])
        expected = noise_source.read(clip, start - 1 - context_length, start - 1 + T)
        np.testing.assert_array_equal(inputs, expected)
        np.testing.assert_array_equal(y[:-1], x["waveform"][1:])
        inside = np.arange(start, start + T)
        real = (inside >= 0) & (inside < noise_source.lengths[clip])
        np.testing.assert_array_equal(weight, real)
        assert not y[weight == 0].any()


def test_the_first_sample_of_a_clip_is_predicted_from_silence(noise_source):
    x, y, weight = Windows(noise_source, T, N)[0]
    assert weight[0] == 1
    assert y[0] == noise_source[0].waveform[0]
    assert not x["context"].any()
    assert x["waveform"][0] == 0


def test_a_clip_shorter_than_a_window_is_used_with_weights(make_source):
    source = make_source([np.linspace(0.1, 0.5, 7)])
    for windows in (Windows(source, T, N), Windows(source, T, N, seed=0)):
        _, y, weight = windows[0]
        assert weight.sum() == 7
        np.testing.assert_array_equal(y[weight == 1], source[0].waveform)


def test_an_example_is_a_pure_function_of_seed_and_number(noise_source):
    first, second = (Windows(noise_source, T, N, seed=5) for _ in range(2))
    forwards = [first[number][1] for number in range(60)]
    backwards = [second[number][1] for number in reversed(range(60))]
    np.testing.assert_array_equal(forwards, backwards[::-1])


def test_a_seed_means_the_same_windows_in_every_version(noise_source, find_window):
    windows = Windows(noise_source, T, N, seed=3)
    found = [find_window(noise_source, *windows[number][1:]) for number in range(8)]
    assert found == [
        (5, 199), (5, 99), (5, 499), (2, 0), (5, 399), (0, -15), (1, -1), (3, 27)
    ]  # fmt: skip


def test_another_seed_gives_another_order(noise_source):
    first, second = (Windows(noise_source, T, N, seed=seed) for seed in (0, 1))
    assert any((first[i][1] != second[i][1]).any() for i in range(10))


def test_passes_differ_in_order_and_in_their_cuts(noise_source):
    windows = Windows(noise_source, T, N, seed=0)
    first, second = (one_pass(windows, number) for number in (0, 1))
    orders = [[y.tobytes() for _, y, _ in examples] for examples in (first, second)]
    assert orders[0] != orders[1]
    new_cuts = set(orders[1]) - set(orders[0])
    assert len(new_cuts) > len(first) / 2


def test_numbers_out_of_range_are_refused(noise_source):
    tiling = Windows(noise_source, T, N)
    with pytest.raises(IndexError, match="14 windows. Received: 14"):
        tiling[tiling.windows_per_pass]
    with pytest.raises(IndexError, match="Received: -1"):
        Windows(noise_source, T, N, seed=0)[-1]


@pytest.mark.parametrize("number", [0, 1, 17])
def test_with_a_hop_a_training_pass_scores_each_sample_once(number, noise_source):
    windows = Windows(noise_source, T, N, seed=3, hop=20)
    counts = count_scores(one_pass(windows, number), noise_source)
    assert set(counts.values()) == {1}


def test_with_a_hop_cuts_lie_at_all_its_multiples_and_nowhere_else(make_source):
    source = make_source([np.arange(1, 131) / 200])
    windows = Windows(source, T, N, seed=0, hop=20)
    starts = set()
    for number in range(40):
        for _, y, weight in one_pass(windows, number):
            scored = int(np.flatnonzero(weight)[0])
            starts.add(round(float(y[scored]) * 200) - 1 - scored)
    assert starts == {0, -20, -40, -60, 100, 80, 60, 40}


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
