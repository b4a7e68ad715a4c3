"""Flags that say what audio to read."""

import argparse

import pytest

from keras_wavenet.commands.data_arguments import (
    add_data_arguments,
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
