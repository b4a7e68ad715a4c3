"""Models in words."""

import pytest

from keras_wavenet import model_words
from keras_wavenet.models.architecture import Architecture

pytestmark = pytest.mark.neutral


def test_an_unconditioned_model_has_no_lines_of_conditions():
    architecture = Architecture()
    assert model_words.describe_conditions(architecture) == {}
    arguments = model_words.describe_arguments(architecture)
    assert list(arguments) == [
        "residual_channels", "dilation_channels", "skip_channels", "post_channels",
        "kernel_size", "initial_kernel_size", "use_bias", "dropout", "sample_rate",
    ]  # fmt: skip
    assert arguments["post_channels"] == 512
    assert model_words.describe_input(architecture) == "256 mu-law codes, looked up"
    words = model_words.describe_distribution(architecture.distribution)
    assert words == "categorical: a probability for each of 256 mu-law codes"


def test_each_condition_has_a_line():
    words = model_words.describe_conditions(
        Architecture(
            speakers=["anna", "ben"],
            speaker_channels=8,
            tags=3,
            global_channels=2,
            features="mel_16k",
            upsampling={"kind": "stretch", "scales": [10, 20]},
            context_stack={"dilations": [1, 2, 4], "channels": 8, "hop": 160},
        )
    )
    assert words["speakers"] == "2: anna, ben; embedded in 8 channels"
    assert words["tags"].startswith("3, without names")
    assert words["local"] == "80 numbers for each 200 samples (12.5 ms)"
    assert words["features"].startswith("log_mel (80); not scaled yet")
    assert words["upsampling"] == "each frame repeated and smoothed, 10 x 20"
    assert words["context stack"].startswith("1..4x1 (3 blocks) of 8 channels")


def test_a_mixture_and_zeros_have_words():
    architecture = Architecture(
        distribution={"name": "logistic_mixture", "components": 5},
        start="zeros",
        skip_scaling="total",
    )
    words = model_words.describe_distribution(architecture.distribution)
    assert words.endswith("a mixture of 5 logistic curves over 65,536 levels")
    found = model_words.describe_arguments(architecture)
    assert {"start": "zeros", "skip_scaling": "total"}.items() <= found.items()
    assert "residual_scale" not in found
    assert model_words.describe_input(architecture) == "the sample, a scalar"


@pytest.mark.parametrize(
    ("name", "flag"),
    [("anna", " --speaker anna"), ("-d", " --speaker=-d"), ("a b", " --speaker 'a b'")],
)
def test_a_flag_can_be_typed_as_it_is_printed(name, flag):
    architecture = Architecture(speakers=[name])
    assert model_words.condition_flags(architecture) == flag


def test_a_number_comes_with_its_noun():
    assert model_words.counted(["anna"], "speakers") == "1 speaker"
    assert model_words.counted(["low", "high"], "tags") == "2 tags"


def test_a_name_that_cannot_be_typed_is_flagged_by_its_number():
    architecture = Architecture(speakers=["\x1b[31m", "ben"])
    assert model_words.condition_flags(architecture) == " --speaker 0"
