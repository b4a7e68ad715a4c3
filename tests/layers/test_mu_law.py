"""Mu-law codes: every code survives the round trip, on NumPy and on the backend."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import (
    MuLawDecoding,
    MuLawEncoding,
    mu_law_decode,
    mu_law_encode,
)

# A sample that stands on the edge of a bin falls to either side, as float32 rounds: so
# many in a million samples for each edge.
EDGE_CASES = 10 / 256


@pytest.fixture(scope="module")
def audio():
    """A million samples, soft and loud, and some that are too loud."""
    rng = np.random.default_rng(0)
    loudness = 10 ** rng.uniform(-5, 0.1, 1_000_000)
    return (loudness * rng.choice([-1, 1], loudness.shape)).astype("float32")


def paper_codes(waveform, levels):
    """Equation 2 of the paper in float64, and the number of the nearest bin center."""
    mu = levels - 1
    x = np.clip(waveform.astype("float64"), -1, 1)
    f = np.sign(x) * np.log(1 + mu * np.abs(x)) / np.log(1 + mu)
    return np.floor((f + 1) / 2 * mu + 0.5).astype("int64")


def paper_samples(codes, levels):
    """The inverse of equation 2 in float64."""
    mu = levels - 1
    f = 2 * codes / mu - 1
    return np.sign(f) * ((1 + mu) ** np.abs(f) - 1) / mu


@pytest.mark.neutral
@pytest.mark.parametrize("levels", [2, 3, 256, 1024, 65536])
def test_every_code_survives_decoding_and_encoding_in_numpy(levels):
    codes = np.arange(levels)
    np.testing.assert_array_equal(
        mu_law_encode(mu_law_decode(codes, levels), levels), codes
    )


@pytest.mark.parametrize("levels", [2, 256, 65536])
def test_every_code_survives_decoding_and_encoding_by_the_layers(levels):
    codes = np.arange(levels, dtype="int32")
    found = MuLawEncoding(levels)(MuLawDecoding(levels)(codes))
    np.testing.assert_array_equal(ops.convert_to_numpy(found), codes)


@pytest.mark.neutral
@pytest.mark.parametrize("levels", [256, 1024])
def test_numpy_codes_are_those_of_the_papers_equation(audio, levels):
    wrong = mu_law_encode(audio, levels) != paper_codes(audio, levels)
    assert wrong.mean() * 1e6 <= EDGE_CASES * levels


def test_backend_codes_are_those_of_the_papers_equation(audio):
    found = ops.convert_to_numpy(mu_law_encode(ops.convert_to_tensor(audio)))
    difference = found - paper_codes(audio, 256)
    assert (difference != 0).mean() * 1e6 <= EDGE_CASES * 256
    assert np.abs(difference).max() <= 1


def test_samples_are_those_of_the_papers_inverse():
    codes = np.arange(256)
    expected = paper_samples(codes, 256)
    on_backend = ops.convert_to_numpy(mu_law_decode(ops.convert_to_tensor(codes)))
    for found in (mu_law_decode(codes), on_backend):
        assert found.dtype == "float32"
        np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-8)


@pytest.mark.parametrize(
    "sample, code",
    [
        (0.0, 128),
        (-0.0, 128),
        (0.0006352805648930371, 131),
        (1.0, 255),
        (-1.0, 0),
        (1.5, 255),
        (-7.0, 0),
        (float("inf"), 255),
    ],
)
def test_known_samples_have_known_codes(sample, code):
    sample = np.array([sample], "float32")
    assert mu_law_encode(sample).tolist() == [code]
    assert ops.convert_to_numpy(MuLawEncoding()(sample)).tolist() == [code]


@pytest.mark.neutral
@pytest.mark.parametrize("levels, silence", [(2, 1), (256, 128), (65536, 32768)])
def test_silence_is_the_first_code_of_the_upper_half(levels, silence):
    assert mu_law_encode(np.zeros(1, "float32"), levels).tolist() == [silence]


@pytest.mark.neutral
def test_louder_samples_never_have_lower_codes(audio):
    assert (np.diff(mu_law_encode(np.sort(audio))) >= 0).all()


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16", "float16"])
def test_half_precision_policies_do_not_touch_codes_or_samples(audio, policy):
    some = audio[:20_000]
    codes = ops.convert_to_numpy(MuLawEncoding()(some))
    found = MuLawEncoding(dtype=policy)(some)
    np.testing.assert_array_equal(ops.convert_to_numpy(found), codes)
    decoded = MuLawDecoding(dtype=policy)(codes)
    assert keras.backend.standardize_dtype(decoded.dtype) == "float32"
    np.testing.assert_array_equal(
        ops.convert_to_numpy(decoded), ops.convert_to_numpy(MuLawDecoding()(codes))
    )


def test_codes_are_int32_and_samples_float32_of_the_same_shape():
    waveform = np.zeros((2, 3, 5), "float32")
    codes = MuLawEncoding()(waveform)
    samples = MuLawDecoding()(codes)
    assert codes.shape == samples.shape == (2, 3, 5)
    assert keras.backend.standardize_dtype(codes.dtype) == "int32"
    assert keras.backend.standardize_dtype(samples.dtype) == "float32"
    assert mu_law_encode(waveform.astype("float64")).dtype == "int32"


def test_symbolic_waveforms_of_unknown_length_keep_their_shape():
    codes = MuLawEncoding()(keras.Input((None,)))
    assert codes.shape == (None, None) and codes.dtype == "int32"
    samples = MuLawDecoding()(codes)
    assert samples.shape == (None, None) and samples.dtype == "float32"


@pytest.mark.parametrize("layer_class", [MuLawEncoding, MuLawDecoding])
def test_a_layer_made_from_its_config_is_the_same(layer_class):
    layer = layer_class(levels=64, name="companding")
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert type(again) is layer_class
    assert (again.levels, again.name) == (64, "companding")
    registered = keras.saving.get_registered_name(layer_class)
    assert registered == f"keras_wavenet>{layer_class.__name__}"


def test_a_saved_model_of_both_layers_quantises_as_before(audio, tmp_path):
    waveform = keras.Input((None,))
    model = keras.Model(waveform, MuLawDecoding(16)(MuLawEncoding(16)(waveform)))
    model.save(tmp_path / "quantise.keras")
    loaded = keras.saving.load_model(tmp_path / "quantise.keras")
    waveform = audio[None, :100]
    expected = mu_law_decode(mu_law_encode(waveform, 16), 16)
    assert len(np.unique(expected)) > 8
    np.testing.assert_allclose(
        ops.convert_to_numpy(loaded(waveform)), expected, rtol=1e-5
    )


@pytest.mark.neutral
@pytest.mark.parametrize("layer_class", [MuLawEncoding, MuLawDecoding])
@pytest.mark.parametrize("levels", [1, 0, -256, 65537, 256.0, True, "256", None])
def test_an_impossible_number_of_levels_is_refused(layer_class, levels):
    with pytest.raises(ValueError, match="from 2 to 65536. Received: levels="):
        layer_class(levels)
