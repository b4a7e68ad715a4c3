"""Frames of segments and of whole clips, their statistics, and errors."""

import pickle

import numpy as np
import pytest

from keras_wavenet.data import open_source
from keras_wavenet.features import FrameFeatures, LogF0, LogMel, get

pytestmark = pytest.mark.neutral

MEL = LogMel(8000, 100, 256, 256, 20, 50, 4000)
EMPHASISED = LogMel(8000, 100, 401, 512, 20, 50, 4000, pre_emphasis=0.85)
STARTING = LogMel(8000, 100, 101, 101, 12, 0, 4000, power=2, center="start")
F0 = LogF0(8000, 100, 80, 400)


def reader(waveform, reads):
    """A function that reads a clip, and records the segments it was called for."""

    def read(start, stop):
        reads.append((start, stop))
        places = np.arange(start, stop)
        inside = (places >= 0) & (places < len(waveform))
        samples = waveform[places.clip(0, len(waveform) - 1)]
        return np.where(inside, samples, 0).astype("float32")

    return read


def segments(count, random):
    """Pairs of a first frame and a stop: those at the edges, and random ones."""
    rng = np.random.default_rng(0)
    random = [np.sort(rng.choice(count + 1, 2, replace=False)) for _ in range(random)]
    edges = [(0, 1), (0, 3), (count - 1, count), (count - 4, count), (0, count)]
    return [(int(first), int(stop)) for first, stop in [*edges, *random]]


@pytest.mark.parametrize(
    "parts",
    [[MEL], [EMPHASISED], [STARTING], [MEL, F0, STARTING]],
    ids=["middle", "emphasised", "start", "concatenated"],
)
def test_a_segment_has_the_frames_of_the_whole_clip_bit_for_bit(parts, noise):
    waveform = noise(4321)
    channels = sum(part.channels for part in parts)
    features = FrameFeatures(parts, [0.3] * channels, [1.7] * channels)
    whole = features(waveform)
    assert whole.shape == (44, channels) and whole.dtype == "float32"
    for first, stop in segments(44, random=2 if features.whole_clip else 40):
        read = reader(waveform, [])
        np.testing.assert_array_equal(
            features.read(read, len(waveform), first, stop), whole[first:stop]
        )


def test_a_long_clip_is_processed_in_blocks_without_seams(noise):
    waveform = noise(150_000)
    features = FrameFeatures([LogMel(8000, 10, 64, 64, 8, 0, 4000)])
    whole, reads = features(waveform), []
    first, stop = 8000, 8400  # a block has 8192 frames
    segment = features.read(reader(waveform, reads), len(waveform), first, stop)
    np.testing.assert_array_equal(segment, whole[first:stop])
    assert len(reads) == 1


def test_only_the_samples_in_the_windows_are_read(noise):
    waveform, reads = noise(20_000), []
    FrameFeatures([MEL]).read(reader(waveform, reads), 20_000, 50, 70)
    middle = 50 * 100 + 50
    assert reads == [(middle - 128, middle + 19 * 100 + 128)]


def test_parts_are_concatenated(noise):
    waveform = noise(2000)
    both = FrameFeatures([MEL, F0])
    assert (both.channels, both.hop, both.sample_rate) == (22, 100, 8000)
    assert both.whole_clip and not FrameFeatures([MEL]).whole_clip
    frames = both(waveform)
    np.testing.assert_array_equal(frames[:, :20], FrameFeatures([MEL])(waveform))
    np.testing.assert_array_equal(frames[:, 20:], FrameFeatures([F0])(waveform))


def test_float64_and_read_only_audio_give_the_same_frames(noise):
    waveform = noise(2000)
    expected = FrameFeatures([MEL])(waveform)
    waveform.setflags(write=False)
    np.testing.assert_array_equal(FrameFeatures([MEL])(waveform), expected)
    np.testing.assert_array_equal(
        FrameFeatures([MEL])(waveform.astype(float)), expected
    )


def test_measured_features_have_mean_0_and_std_1(make_source, noise, voice):
    clips = [noise(9000 + seed, seed, level=0.02 * 2**seed) for seed in range(4)]
    clips.append(voice(150, 8000, 8000))
    source = make_source(clips, 8000)
    for parts in ([MEL], [STARTING, F0]):
        features = FrameFeatures(parts).measured_on(source)
        frames = np.concatenate([features(clip) for clip in clips])
        np.testing.assert_allclose(frames.mean(axis=0), 0, atol=1e-4)
        np.testing.assert_allclose(frames.std(axis=0), 1, atol=1e-3)


def test_measuring_again_does_not_depend_on_the_old_statistics(make_source, noise):
    source = make_source([noise(3000)], 8000)
    once = FrameFeatures([MEL]).measured_on(source)
    assert once.measured_on(source).get_config() == once.get_config()


def test_a_clip_longer_than_a_block_is_measured_whole(make_source, noise):
    clip = noise(150_000) * np.linspace(0, 1, 150_000)
    measured = FrameFeatures([MEL]).measured_on(make_source([clip], 8000))
    frames = FrameFeatures([MEL])(clip)
    np.testing.assert_allclose(measured.mean, frames.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(measured.std, frames.std(axis=0), rtol=1e-4)


def test_a_band_silent_in_the_measured_clips_is_not_amplified(make_source, noise):
    place = np.arange(16000)
    low = np.sin(2 * np.pi * 300 * place / 8000) * np.linspace(0, 0.5, 16000)
    features = FrameFeatures([MEL]).measured_on(make_source([low], 8000))
    assert features.std.min() >= 0.0999 * features.std.max()
    assert np.abs(features(noise(8000, level=0.3))).max() < 100
    silent = FrameFeatures([MEL]).measured_on(make_source([np.zeros(900)], 8000))
    assert np.all(silent(np.zeros(900)) == 0)


def test_of_many_clips_evenly_spaced_ones_are_measured(make_source, noise):
    source = make_source([noise(300, seed) for seed in range(10)], 8000)
    FrameFeatures([MEL]).measured_on(source, most_clips=4)
    assert {index for index, _, _ in source.reader.reads} == {0, 3, 6, 9}


def test_speech_is_measured_and_keeps_in_bounds(tmp_path):
    source = open_source("spoken_prompts", "validation", 16000, tmp_path)
    features = get("mel_16k").measured_on(source, most_clips=3)
    frames = features(source[0].waveform)
    assert np.abs(frames).max() < 6
    assert np.abs(frames.mean()) < 0.7 and 0.6 < frames.std() < 1.5


def test_a_source_of_another_rate_or_without_clips_is_refused(make_source, noise):
    features = FrameFeatures([MEL])
    with pytest.raises(ValueError, match="at 8000 Hz.*Received: .*16000 Hz"):
        features.measured_on(make_source([noise(100)], 16000))
    with pytest.raises(ValueError, match="must have audio"):
        features.measured_on(make_source([], 8000))
    with pytest.raises(ValueError, match="Received: most_clips=0"):
        features.measured_on(make_source([noise(100)], 8000), most_clips=0)


@pytest.mark.parametrize(
    "waveform, message",
    [
        (np.zeros((1, 500)), r"shape \(samples,\).*Received: shape=\(1, 500\)"),
        (np.float32(0.5), r"Received: shape=\(\)"),
        (np.zeros(500, "int16"), "divide 16-bit integers.*Received: dtype=int16"),
        (np.zeros(0), "must have samples"),
        (np.array([0.1] * 300 + [np.nan]), "finite.*: nan .* number 300,"),
        (np.array([np.inf, 0.1]), "finite.*Received: inf as its sample number 0,"),
    ],
)
@pytest.mark.parametrize("part", [MEL, F0], ids=["log_mel", "log_f0"])
def test_an_invalid_waveform_is_refused(part, waveform, message):
    with pytest.raises(ValueError, match=message):
        FrameFeatures([part])(waveform)


@pytest.mark.parametrize("first, stop", [(-1, 3), (3, 3), (4, 3), (0, 6), (5, 6)])
def test_frames_that_a_clip_does_not_have_are_refused(first, stop, noise):
    read = reader(noise(500), [])
    with pytest.raises(ValueError, match=rf"frames 0 to 5 - 1.*first={first}"):
        FrameFeatures([MEL]).read(read, 500, first, stop)


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="same `sample_rate` and `hop`.*hop=80"):
        FrameFeatures([MEL, LogF0(8000, 80)])
    with pytest.raises(ValueError, match="1 to 8 parts. Received: 0"):
        FrameFeatures([])
    with pytest.raises(TypeError, match="registered .*LogMel.*: 'log_mel'"):
        FrameFeatures(["log_mel"])


@pytest.mark.parametrize(
    "mean, std, message",
    [
        ([0.0] * 20, None, "`mean` and `std` must be given together"),
        ([0.0] * 19, [1.0] * 20, "`mean` must hold 20 numbers"),
        ([0.0] * 20, [1.0] * 19 + [0.0], "`std` must hold 20 numbers"),
        ([0.0] * 20, [1.0] * 19 + [np.nan], "`std` must hold"),
        ([np.inf] + [0.0] * 19, [1.0] * 20, "`mean` must hold"),
        ([10**400] * 20, [1.0] * 20, "`mean` must hold"),
        ([[0.0]] * 20, [1.0] * 20, "`mean` must hold"),
        ([True] * 20, [1.0] * 20, "`mean` must hold"),
        ("0" * 20, [1.0] * 20, "`mean` must hold"),
    ],
)
def test_statistics_that_do_not_fit_are_refused(mean, std, message):
    with pytest.raises(ValueError, match=message):
        FrameFeatures([MEL], mean, std)


def test_features_can_go_to_another_process(noise):
    features = FrameFeatures([MEL, STARTING], [0.1] * 32, [2.0] * 32)
    expected = features(noise(900))
    again = pickle.loads(pickle.dumps(features))
    np.testing.assert_array_equal(again(noise(900)), expected)
