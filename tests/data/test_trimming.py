"""Silence at the ends of clips: what is left out, kept and reported."""

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import DataSpec, load
from keras_wavenet.data.loudness import measure_loudness
from keras_wavenet.data.reader import BLOCK_LENGTH
from keras_wavenet.data.trimming import find_sound, trim_silence

pytestmark = pytest.mark.neutral

RATE = 16000
MARGIN = 800  # 50 ms
TONE = 0.5 * np.sin(np.arange(RATE) / 20)
SILENCE = np.zeros(RATE)


def words(*parts):
    return np.concatenate(parts)


def test_silence_at_both_ends_goes_and_pauses_inside_stay(make_source):
    source = make_source([words(SILENCE, TONE, SILENCE, TONE, SILENCE, SILENCE)])
    view = trim_silence(source)
    assert view.lengths.tolist() == [3 * RATE + 2 * MARGIN]
    kept = source.read(0, RATE - MARGIN, 4 * RATE + MARGIN)
    np.testing.assert_array_equal(view[0].waveform, kept)


def test_a_clip_that_begins_and_ends_with_sound_is_kept_whole(make_source):
    view = trim_silence(make_source([TONE, words(SILENCE[:MARGIN], TONE)]))
    assert view.lengths.tolist() == [RATE, RATE + MARGIN]
    assert (view.report.trimmed_clips, view.report.trimmed_seconds) == (0, 0)


@pytest.mark.parametrize("gain", [1, 0.05])
def test_quiet_recordings_lose_as_much_as_loud_ones(make_source, gain):
    hiss = np.random.default_rng(0).normal(0, 0.001, RATE)
    source = make_source([gain * words(hiss, TONE, TONE, hiss)])
    assert trim_silence(source).lengths[0] == 2 * RATE + 2 * MARGIN
    assert trim_silence(source, -60).lengths[0] == 4 * RATE


def test_the_cut_does_not_depend_on_where_blocks_end(make_source):
    clip = words(SILENCE, TONE, SILENCE[:12345]).astype("float32")
    whole = find_sound([clip], RATE, -40.0)
    for size in (1, 77, 160, 9999):
        blocks = (clip[i : i + size] for i in range(0, len(clip), size))
        assert find_sound(blocks, RATE, -40.0) == whole


def test_a_long_clip_is_read_in_blocks_only(make_source):
    source = make_source([words(SILENCE, np.tile(TONE, 15))])
    read, largest = source.reader.read, []

    def watch(recording, start, stop):
        largest.append(stop - start)
        return read(recording, start, stop)

    source.reader.read = watch
    trim_silence(source, -30)
    assert max(largest) <= BLOCK_LENGTH and len(largest) == 4 == -(
        -16 * RATE // BLOCK_LENGTH
    )


def test_the_report_says_how_much_of_how_many_clips_went(make_source):
    source = make_source([TONE, words(SILENCE, TONE, TONE), words(TONE, SILENCE)])
    report = trim_silence(source).report
    assert report.trimmed_clips == 2
    assert report.trimmed_seconds == pytest.approx(1.9)
    assert report.seconds == pytest.approx(4.1)
    assert "1.9 s of silence trimmed from 2 clips" in report.summary()
    assert "silence trimmed: 1.9 s (31.7%) at the ends of 2 of 3 clips" in str(report)


def test_what_is_kept_is_louder_than_the_whole(make_source):
    clip = words(SILENCE, TONE, SILENCE[:MARGIN], TONE, TONE, SILENCE)
    source = make_source([clip], loudness=[measure_loudness(clip)])
    before = source.clips[0].loudness
    after = trim_silence(source).clips[0].loudness
    assert after.peak == before.peak and after.samples == 3 * RATE + 3 * MARGIN
    assert after.energy == pytest.approx(before.energy, rel=1e-4)
    assert after.quiet == pytest.approx(3 * MARGIN, abs=160)
    assert after.decibels > before.decibels + 1.5


def test_inaudible_clips_are_kept_whole_and_counted(make_source):
    faint = 5e-4 * words(SILENCE, TONE, SILENCE)
    view = trim_silence(make_source([TONE, faint]))
    assert view.lengths.tolist() == [RATE, 3 * RATE]
    assert "clips nowhere louder than -60 dBFS, left whole: 1" in str(view.report)


def test_clips_that_are_all_silent_are_refused(make_source):
    source = make_source([1e-4 * TONE, SILENCE])
    with pytest.raises(ValueError, match="2 clips, none of them louder than -60 dBFS"):
        trim_silence(source)


def test_losing_more_than_half_is_warned_of(make_source):
    source = make_source([words(SILENCE, SILENCE, TONE)])
    with pytest.warns(UserWarning, match="More than half of arrays.*1.9 of 3.0 s"):
        trim_silence(source)


@pytest.mark.parametrize("decibels", [40, 0, -121, np.nan, "-40", True])
def test_a_level_that_makes_no_sense_is_refused(make_source, decibels):
    with pytest.raises(ValueError, match="Received: trim_silence="):
        trim_silence(make_source([TONE]), decibels)


def test_nothing_is_trimmed_by_default(tmp_path):
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, words(SILENCE, TONE, TONE), RATE)
    whole = load(tmp_path, spec=DataSpec(RATE, 0)).source
    assert whole.lengths.tolist() == [3 * RATE] and whole.report.trimmed_clips is None
    trimmed = load(tmp_path, spec=DataSpec(RATE, 0), trim_silence=-40).source
    assert trimmed.lengths.tolist() == [2 * RATE + MARGIN]
    with pytest.raises(ValueError, match="Received: trim_silence=40"):
        load(tmp_path / "gone", spec=DataSpec(RATE, 0), trim_silence=40)
