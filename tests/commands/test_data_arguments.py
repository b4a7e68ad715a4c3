"""Flags that say what audio to read."""

import argparse

import numpy as np
import pytest

from keras_wavenet.commands.data_arguments import (
    add_data_arguments,
    data_identity,
    open_split,
    source_options,
)

pytestmark = pytest.mark.neutral


@pytest.fixture
def parse():
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_data_arguments(parser)
    return lambda *flags: parser.parse_args(flags)


def test_features_are_named_one_flag_each(parse):
    arguments = parse("corpus", "--key", "audio=speech", "--key", "label=")
    assert source_options(arguments).keys == {"audio": "speech", "label": None}
    assert source_options(parse()).keys is None


def test_a_key_without_a_feature_is_refused(parse):
    with pytest.raises(argparse.ArgumentError, match="KEY=FEATURE.*Received: audio"):
        parse("--key", "audio")


def test_silence_is_trimmed_on_request(parse, tmp_path):
    whole, trimmed = (
        open_split(parse("--data-dir", str(tmp_path), *flags), 16000, "validation")
        for flags in ([], ["--trim-silence", "-30"])
    )
    assert len(whole) == len(trimmed) == 10
    assert 0.5 * whole.lengths.sum() < trimmed.lengths.sum() < whole.lengths.sum()


def test_audio_is_filtered_and_normalized_on_request(parse, tmp_path):
    flags = ["--data-dir", str(tmp_path), "--high-pass", "80", "--normalize", "peak"]
    source = open_split(parse("spoken_prompts", *flags), 16000, "validation")
    peaks = [np.abs(clip.waveform).max() for clip in source]
    np.testing.assert_allclose(peaks, 10 ** (-0.1 / 20), rtol=1e-5)
    assert any("high-pass at 80 Hz" in note for note in source.report.notes)


def test_the_processing_of_audio_identifies_a_run(parse):
    identity = data_identity(parse("--high-pass", "70", "--normalize", "rms"))
    assert (identity["high_pass"], identity["normalize"]) == (70, "rms")
