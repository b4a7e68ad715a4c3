"""Compandings by name: what each of them promises to the networks and the engines."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.commands.model_arguments import DISTRIBUTION
from keras_wavenet.layers import CodeEncoding, companding

ALL = tuple(companding.COMPANDINGS)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("levels", [2, 256, 1000])
def test_every_code_survives_decoding_and_encoding(name, levels):
    coding, codes = companding.get(name), np.arange(levels)
    samples = coding.decode(codes, levels)
    np.testing.assert_array_equal(coding.encode(samples, levels), codes)
    on_backend = coding.decode(ops.convert_to_tensor(codes.astype("int32")), levels)
    assert np.abs(samples).max() <= 1
    np.testing.assert_allclose(ops.convert_to_numpy(on_backend), samples, atol=1e-6)
    again = CodeEncoding(levels, name)(on_backend)
    np.testing.assert_array_equal(ops.convert_to_numpy(again), codes)


@pytest.mark.neutral
@pytest.mark.parametrize("name", ALL)
def test_a_code_begins_at_its_edge(name):
    coding = companding.get(name)
    edges = coding.edges(256)
    assert edges.shape == (255,) and (np.diff(edges) > 0).all()
    for shift, expected in ((-1e-6, np.arange(255)), (1e-6, np.arange(1, 256))):
        shifted = (edges + np.float32(shift)).astype("float32")
        np.testing.assert_array_equal(coding.encode(shifted, 256), expected)


@pytest.mark.neutral
def test_known_samples_have_known_linear_codes():
    samples = np.array([-2, -1, -1 / 128, 0, 0.003, 0.005, 0.5, 1], "float32")
    codes = companding.get("linear").encode(samples, 256)
    assert codes.tolist() == [0, 0, 127, 128, 128, 129, 192, 255]
    assert companding.get("linear").decode(codes, 256)[3] == 0  # silence, exactly


def f_of(x, mu):
    return np.sign(x) * np.log1p(mu * np.abs(x)) / np.log1p(mu)


# Of each project: its encoder in float64, f of its sample of code 200, and mu.
PROJECTS = {
    "mu_law": (lambda x: (f_of(x, 255) + 1) / 2 * 255 + 0.5, 2 * 200 / 255 - 1, 255),
    "mu_law_r9y9": (lambda x: (f_of(x, 255) + 1) / 2 * 255, 2 * 200 / 255 - 1, 255),
    "mu_law_r9y9_0.1": (lambda x: (f_of(x, 256) + 1) / 2 * 256, 200 / 128 - 1, 256),
    "mu_law_vincentherrmann": (
        lambda x: np.digitize(f_of(x, 256), np.linspace(-1, 1, 256)) - 1,
        2 * 200 / 255 - 1,  # its own 2 * 200 / 256 - 1 has code 199
        256,
    ),
    "mu_law_s4": (
        lambda x: np.round((f_of(x, 255) + 1) / 2 * 255.99 + 0.005, 9),
        2 * 199.995 / 255.99 - 1,  # its own 2 * 200 / 256 - 1 has code 199
        255,
    ),
    "mu_law_kan_bayashi": (
        lambda x: (f_of(x, 255) + 1) / 2 * 255 + 0.5,
        2 * 199.5 / 255 - 1,
        255,
    ),
    "mu_law_nsynth": (lambda x: 128 * f_of(x, 255) + 128, 200.5 / 128 - 1, 255),
    "linear_s4": (
        lambda x: np.round((x + 1) / 2 * 255.99 + 0.005, 9),
        2 * 199.995 / 255.99 - 1,  # as of mu_law_s4
        1e-9,  # mu-law of hardly any mu
    ),
}


@pytest.mark.neutral
@pytest.mark.parametrize("name", PROJECTS)
def test_every_16_bit_sample_has_the_code_of_the_project(name):
    encode, companded, mu = PROJECTS[name]
    samples = np.arange(-32768, 32768) / 32768
    expected = np.floor(encode(samples)).clip(0, 255)
    codes = companding.get(name).encode(samples.astype("float32"), 256)
    np.testing.assert_array_equal(codes, expected)
    decoded = companding.get(name).decode(np.array([200]), 256)
    value = np.expm1(companded * np.log1p(mu)) / mu
    np.testing.assert_allclose(decoded, value, atol=1e-6)


@pytest.mark.neutral
def test_silence_of_nsynth_is_decoded_as_zero_and_its_neighbors_are_not():
    found = companding.get("mu_law_nsynth").decode(np.array([127, 128, 129]), 256)
    step = np.expm1(np.log(256) / 256) / 255  # f = 1 / 256
    assert found[1] == 0
    np.testing.assert_allclose(found[[0, 2]], [-step, 2.632957e-4], rtol=1e-5)


@pytest.mark.neutral
def test_a_layer_made_from_its_config_is_the_same():
    again = CodeEncoding.from_config(CodeEncoding(64, "linear").get_config())
    assert (again.levels, again.companding) == (64, "linear")


@pytest.mark.neutral
@pytest.mark.parametrize("name", ["ulaw", None, ["mu_law"], "os.system"])
def test_an_unknown_companding_is_refused_with_those_that_are_known(name):
    with pytest.raises(ValueError, match="'linear', .*. Received: companding="):
        companding.get(name)


@pytest.mark.neutral
def test_the_flag_lists_all_of_them():
    assert DISTRIBUTION["companding"].choices == ALL
