"""The baseline: what simple predictors achieve on the validation clips."""

import tracemalloc

import numpy as np
import pytest

from keras_wavenet.data import ClipInfo, ClipSource, Reader, open_source
from keras_wavenet.data.reader import BLOCK_LENGTH
from keras_wavenet.distributions import Categorical, Gaussian, LogisticMixture
from keras_wavenet.layers.mu_law import mu_law_encode
from keras_wavenet.training import baseline as baseline_module
from keras_wavenet.training.baseline import measure_baseline
from tests.array_source import array_source

pytestmark = pytest.mark.neutral


def codes_source(*clips, levels=256, distribution=None):
    """Clips given as the codes of a distribution."""
    decode = (distribution or Categorical(levels)).decode
    return array_source([decode(np.asarray(codes, "int32")) for codes in clips])


def test_counts_are_those_of_a_slow_loop():
    rng = np.random.default_rng(0)
    train, validation = (
        [rng.integers(100, 160, n) for n in lengths]
        for lengths in ((50, 1, 700), (30, 200))
    )
    counts, table = np.ones(256), np.ones((256, 256))
    for codes in train:
        for before, after in zip([128, *codes[:-1]], codes, strict=True):
            counts[after] += 1
            table[before, after] += 1
    bits, table_bits = [], []
    for codes in validation:
        for before, after in zip([128, *codes[:-1]], codes, strict=True):
            bits.append(-np.log2(counts[after] / counts.sum()))
            table_bits.append(-np.log2(table[before, after] / table[before].sum()))
    baseline = measure_baseline(codes_source(*train), codes_source(*validation))
    assert baseline.histogram == pytest.approx(np.mean(bits))
    assert baseline.last_sample == pytest.approx(np.mean(table_bits))


def test_a_predictor_that_has_counted_nothing_needs_eight_bits():
    baseline = measure_baseline(codes_source([5]), codes_source([77, 78, 79]))
    assert baseline.histogram == pytest.approx(8, abs=0.01)
    assert baseline.last_sample == pytest.approx(8, abs=0.01)


def test_no_transition_leads_from_one_clip_to_the_next():
    train, validation = codes_source([10], [20]), codes_source([20])
    # 128 -> 10 and 128 -> 20 were seen, 10 -> 20 was not.
    assert measure_baseline(train, validation).last_sample == pytest.approx(
        -np.log2(2 / 258)
    )


def test_the_number_of_codes_can_be_chosen():
    train = codes_source([0, 255] * 50)
    baseline = measure_baseline(train, train, Categorical(2))
    assert baseline.histogram == pytest.approx(1, abs=0.01)
    assert baseline.last_sample == pytest.approx(-np.log2(51 / 52), abs=0.02)


def test_many_codes_are_counted_as_few_are(monkeypatch):
    rng = np.random.default_rng(0)
    train, validation = (
        codes_source(*(rng.integers(90, 170, n) for n in lengths))
        for lengths in ((900, 1, 70_000), (30, 200))
    )
    whole_table = measure_baseline(train, validation)
    monkeypatch.setattr(baseline_module, "_MOST_TABLE_LEVELS", 2)
    only_what_occurs = measure_baseline(train, validation)
    assert only_what_occurs.histogram == pytest.approx(whole_table.histogram)
    assert only_what_occurs.last_sample == pytest.approx(whole_table.last_sample)


def test_65536_codes_fit_in_memory():
    clip = np.arange(65536).repeat(3)  # each code is twice followed by itself
    source = codes_source(clip, levels=65536)
    baseline = measure_baseline(source, source, Categorical(65536))
    assert baseline.histogram == pytest.approx(16)
    # Nearly all pairs are (c, c), counted 2 of 3 times, or (c, c + 1).
    found = 2 / 3 * np.log2(65539 / 3) + 1 / 3 * np.log2(65539 / 2)
    assert baseline.last_sample == pytest.approx(found, abs=1e-3)


def test_of_many_codes_only_so_many_samples_are_read(monkeypatch):
    monkeypatch.setattr(baseline_module, "_MOST_SAMPLES", 2 * BLOCK_LENGTH)
    rng = np.random.default_rng(0)
    clips = [rng.integers(0, 2000, BLOCK_LENGTH) for _ in range(6)]
    source = codes_source(*clips, levels=2000)
    read = codes_source(*clips[::3], levels=2000)
    found = measure_baseline(source, source, Categorical(2000))
    assert found == measure_baseline(read, read, Categorical(2000))


def test_of_evenly_spaced_levels_differences_are_counted():
    few = LogisticMixture(levels=8)
    train = codes_source([4, 5, 6, 6], [4], distribution=few)
    validation = codes_source([5, 7], distribution=few)
    found = measure_baseline(train, validation, few)
    # Silence is level 4; the differences were 0, 1, 1, 0, 0, of 15 that are possible.
    assert found.histogram == pytest.approx(-np.log2([2 / 13, 1 / 13]).mean())
    assert found.last_sample == pytest.approx(-np.log2([3 / 20, 1 / 20]).mean())


def test_what_is_no_distribution_is_refused():
    with pytest.raises(ValueError, match="Received: 'gamma'"):
        measure_baseline(codes_source([0]), codes_source([0]), "gamma")


def test_memory_does_not_grow_with_the_length_of_a_clip():
    length = 2**23  # 32 MB in float32

    class Endless(Reader):
        def read(self, recording, start, stop):
            return np.full(stop - start, 0.5, "float32")

    source = ClipSource(16000, [ClipInfo("one", length, 16000)], Endless())
    tracemalloc.start()
    baseline = measure_baseline(source, source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**23
    assert baseline.histogram < 0.01


def test_a_long_clip_is_counted_in_blocks_that_join():
    codes = np.random.default_rng(0).integers(0, 4, BLOCK_LENGTH + 5) + 126
    found = measure_baseline(codes_source(codes), codes_source(codes))
    table = np.ones((256, 256))
    pairs = np.concatenate([[128], codes[:-1]]), codes
    np.add.at(table, pairs, 1)
    bits = -np.log2((table / table.sum(axis=1, keepdims=True))[pairs])
    assert found.last_sample == pytest.approx(bits.mean())


def test_the_shipped_speech_is_far_from_its_histogram(tmp_path):
    sources = [
        open_source("spoken_prompts", split, 16000, tmp_path)
        for split in ("train", "validation")
    ]
    baseline = measure_baseline(*sources)
    assert baseline.histogram == pytest.approx(7.68, abs=0.01)
    assert baseline.last_sample == pytest.approx(5.26, abs=0.01)
    of_16_bit = measure_baseline(*sources, Gaussian())
    assert of_16_bit.histogram == pytest.approx(13.68, abs=0.01)
    assert of_16_bit.last_sample == pytest.approx(11.69, abs=0.01)
    codes = mu_law_encode(sources[1][0].waveform)
    assert codes.min() >= 0
    assert codes.max() < 256


def test_of_a_large_corpus_evenly_chosen_training_clips_are_counted(monkeypatch):
    rng = np.random.default_rng(0)
    clips = [rng.integers(0, 256, 100) for _ in range(9)]
    train, scored = codes_source(*clips), codes_source(*clips[:5])
    expected = measure_baseline(codes_source(*clips[::3]), scored)
    assert measure_baseline(train, scored) != expected
    monkeypatch.setattr(baseline_module, "_MOST_COUNTED", 300)
    assert measure_baseline(train, scored) == expected
