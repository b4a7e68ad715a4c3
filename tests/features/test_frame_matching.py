"""Frame matching: audio comes close to its frames, for any sizes of its chunks."""

import numpy as np
import pytest

from keras_wavenet.features import FrameFeatures, LogF0, LogMel, get
from keras_wavenet.features.frame_matching import FrameMatcher, can_match

pytestmark = pytest.mark.neutral

RATE = 16000
SMALL = {
    "sample_rate": RATE,
    "hop": 160,
    "window": 400,
    "n_fft": 512,
    "n_mels": 40,
    "fmin": 60,
    "fmax": 8000,
}
VARIANTS = [
    {},
    {"center": "start"},
    {"log": "log10", "power": 2, "floor": 1e-10},
    {"log": "decibel", "ref_level": 20.0},
    {"log": "decibel", "min_level": -100.0, "power": 2},
    {"pre_emphasis": 0.97},
    {"window": 512, "hop": 100, "mel_scale": "htk", "mel_norm": None},
    {"n_mels": 120},  # some without a bin
]


def features_of(**settings):
    """Features with statistics, so that frames differ from those of `LogMel`."""
    mel = LogMel(**{**SMALL, **settings})
    spread = np.linspace(0.5, 2.0, mel.n_mels)
    return FrameFeatures([mel], mean=spread - 3, std=spread)


@pytest.fixture(scope="module")
def speech(voice):
    """A gliding tone of varying loudness."""
    samples = 6000
    level = 0.1 + np.sin(np.linspace(0, 6, samples)) ** 2
    tone = voice(np.linspace(110, 180, samples), samples, RATE) * level
    return tone.astype("float32")


@pytest.fixture(scope="module")
def generated(speech, noise):
    """The same with noise, and its spectrum tilted."""
    noisy = speech + noise(len(speech), level=0.02)
    return (noisy - 0.6 * np.pad(noisy, (1, 0))[:-1]).astype("float32")


def decibels_between(features, waveform, frames):
    """The mean difference between the frames of a waveform and given frames, in dB."""
    (mel,) = features.parts
    difference = (features(waveform) - frames) * (
        1 if features.std is None else features.std
    )
    gain = difference * mel.natural_log[0] / mel.power
    return np.abs(gain).mean() * 20 / np.log(10)


@pytest.mark.parametrize("settings", VARIANTS)
def test_matched_audio_has_the_frames_it_is_given(settings, speech, generated):
    features = features_of(**settings)
    frames = features(speech)
    matched = FrameMatcher(features, frames)(generated[None])[0]
    assert matched.shape == generated.shape and matched.dtype == "float32"
    before = decibels_between(features, generated, frames)
    assert before > 3
    assert decibels_between(features, matched, frames) < 0.25 * before


def test_more_passes_come_closer(speech, generated):
    features = features_of()
    frames = features(speech)
    left = [
        decibels_between(
            features,
            FrameMatcher(features, frames, passes=n)(generated[None])[0],
            frames,
        )
        for n in (1, 2, 4, 8, 16)
    ]
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("settings", VARIANTS)
def test_audio_that_has_its_frames_passes_unchanged(settings, generated):
    features = features_of(**settings)
    matched = FrameMatcher(features, features(generated))(generated[None])
    np.testing.assert_array_equal(matched[0], generated)


def test_silence_stays_silence(speech):
    features = get("mel_16k")
    silence = np.zeros((1, len(speech)), "float32")
    assert not FrameMatcher(features, features(speech))(silence).any()


def test_where_the_frames_are_silent_noise_is_cut(noise):
    features = get("mel_16k")
    hiss = noise(8000, level=0.01)
    matched = FrameMatcher(features, features(np.zeros(8000)))(hiss[None])
    assert np.abs(matched).max() < 1e-3 * np.abs(hiss).max()


@pytest.mark.parametrize("settings", [{}, {"center": "start", "pre_emphasis": 0.97}])
@pytest.mark.parametrize("size", [1, 37, 160, 1024, 9999])
def test_chunks_join_to_what_the_whole_gives(size, settings, speech, generated, noise):
    features = features_of(**settings)
    length = 1500 if size == 1 else len(speech) - 30
    frames = np.stack([features(speech[:length]), features(noise(length, seed=1))])
    waveform = np.stack([generated[:length], noise(length, seed=2)])
    matcher = FrameMatcher(features, frames, context=noise(700, seed=3), passes=3)
    chunks = [waveform[:, i : i + size] for i in range(0, length, size)]
    matched = list(matcher.stream(iter(chunks)))
    assert min(chunk.shape[1] for chunk in matched) > 0
    np.testing.assert_array_equal(np.concatenate(matched, axis=1), matcher(waveform))


def test_no_more_than_the_delay_is_held_back(speech, generated):
    features = features_of()
    matcher = FrameMatcher(features, features(speech), passes=2)
    taken = given = 0

    def feed():
        nonlocal taken
        for start in range(0, len(generated), 100):
            taken += 100
            yield generated[None, start : start + 100]
            assert given >= taken - matcher.delay

    for matched in matcher.stream(feed()):
        given += matched.shape[1]
    assert given == len(generated)
    assert matcher.delay < 0.1 * RATE


def test_a_later_sample_moves_nothing_before_the_delay(speech, generated):
    features = features_of()
    matcher = FrameMatcher(features, features(speech), passes=2)
    changed = generated.copy()
    changed[5000:] = 0
    first, second = (matcher(w[None])[0] for w in (generated, changed))
    end = 5000 - matcher.delay
    np.testing.assert_array_equal(first[:end], second[:end])
    assert (first[end:5000] != second[end:5000]).any()


def test_audio_that_ends_before_its_frames_keeps_its_level_to_the_end(
    speech, generated
):
    features = features_of()
    frames = features(speech)
    whole = FrameMatcher(features, frames)(generated[None])[0]
    cut = FrameMatcher(features, frames)(generated[None, :4000])[0]
    assert cut.shape == (4000,)
    level = np.sqrt(np.mean(np.square(whole[3600:4000])))
    assert np.sqrt(np.mean(np.square(cut[3600:] - whole[3600:4000]))) < 0.5 * level
    np.testing.assert_array_equal(cut[:500], whole[:500])


def test_the_context_is_what_the_first_windows_reach(speech, generated):
    features = features_of()
    frames = features(generated)[10:]
    rest = generated[None, 1600:]
    matched = FrameMatcher(features, frames, context=generated[:1600])(rest)
    np.testing.assert_array_equal(matched, rest)
    without = FrameMatcher(features, frames)(rest)
    assert (without != rest).any()


def test_the_log_mel_channels_are_found_among_others(speech, generated):
    mel = LogMel(**SMALL)
    pitch = LogF0(sample_rate=RATE, hop=160, fmin=60, fmax=500)
    alone, both = FrameFeatures([mel]), FrameFeatures([pitch, mel])
    frames = alone(speech)
    joined = np.concatenate([np.zeros((len(frames), pitch.channels)), frames], axis=1)
    expected = FrameMatcher(alone, frames)(generated[None])
    np.testing.assert_array_equal(FrameMatcher(both, joined)(generated[None]), expected)
    assert can_match(both) and not can_match(FrameFeatures([pitch]))
    assert not can_match(None)


def test_one_row_of_frames_serves_all_streams(speech, generated):
    features = features_of()
    both = np.stack([generated, speech])
    matched = FrameMatcher(features, features(speech))(both)
    np.testing.assert_array_equal(matched[1], speech)
    assert matched.shape == both.shape


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"frames": np.zeros((3, 5))}, r"\(frames, 40\).*shape=\(1, 3, 5\)"),
        ({"frames": np.full((3, 40), np.nan)}, "must be finite"),
        ({"passes": 0}, "from 1 to 64. Received: passes=0"),
        ({"features": get("log_f0_16k")}, "log-mel part.*LogF0|log-mel part.*log_f0"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    good = {"features": features_of(), "frames": np.zeros((3, 40))}
    with pytest.raises(ValueError, match=message):
        FrameMatcher(**{**good, **arguments})


def test_too_few_frames_or_other_streams_are_refused():
    matcher = FrameMatcher(features_of(), np.zeros((2, 3, 40)))
    with pytest.raises(ValueError, match="at most 480 samples. Received: 481"):
        matcher(np.zeros((2, 481)))
    with pytest.raises(ValueError, match="each of 3 streams. Received: frames of 2"):
        matcher(np.zeros((3, 480)))
