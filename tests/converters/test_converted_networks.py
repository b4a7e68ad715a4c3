"""A converted model computes what its project does: outputs, codes and their start."""

import numpy as np
import pytest

from keras_wavenet.converters import (
    FAMILIES,
    Family,
    convert_arrays,
    register,
    registry,
)
from keras_wavenet.converters.arrays import Arrays
from tests.converters.projects import DILATIONS, S4, Ibab, Q, R9y9, Vincentherrmann
from tests.family import outputs

LENGTH = 30
CODES = np.random.default_rng(0).integers(0, Q, LENGTH)
SAMPLES = np.random.default_rng(1).uniform(-0.9, 0.9, LENGTH).astype("float32")
FRAMES = np.random.default_rng(2).normal(size=(LENGTH, 3)).astype("float32")
SILENCE = np.full(sum(DILATIONS) + 1, Q // 2)


def converted(project, **hparams):
    hparams = {"dilations": DILATIONS, **hparams}
    conversion = convert_arrays(project.arrays, None, hparams)
    assert conversion.family.name == project.name
    return conversion.model


def outputs_of(model, inputs, **conditions):
    """Outputs for a clip, codes or samples, before which there is nothing."""
    if inputs is CODES:
        inputs = model.distribution.decode(inputs)
    conditions = {n: np.asarray(value)[None] for n, value in conditions.items()}
    return outputs(model, {"waveform": inputs[None], **conditions})[0]


def test_ibab_with_speakers_has_the_logits_of_its_project():
    project = Ibab(speakers=3)
    expected = project.logits(np.concatenate([SILENCE, CODES]), speaker=1)
    found = outputs_of(converted(project), CODES, speaker=1)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_r9y9_with_frames_and_speakers_has_the_logits_of_its_project():
    project = R9y9(local=3, speakers=3)
    expected = project.logits(CODES, FRAMES, speaker=2)
    model = converted(project)
    found = outputs_of(model, CODES, speaker=2, local=FRAMES)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "project, name, before",
    [
        (Ibab(speakers=3), "wavenet/embeddings/gc_embedding", SILENCE),
        (R9y9(speakers=3), "embed_speakers.weight", SILENCE[:0]),
    ],
    ids=["ibab", "r9y9"],
)
def test_without_an_embedding_of_speakers_the_vector_is_given(project, name, before):
    arrays = {n: array for n, array in project.arrays.items() if n != name}
    model = convert_arrays(arrays, None, {"dilations": DILATIONS}).model
    expected = project.logits(np.concatenate([before, CODES]), speaker=1)
    found = outputs_of(model, CODES, **{"global": project.arrays[name][1]})
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "project", [Vincentherrmann(), Vincentherrmann(bias=False), S4()]
)
def test_vincentherrmann_and_s4_have_the_logits_of_their_projects(project):
    found = outputs_of(converted(project), CODES)
    np.testing.assert_allclose(found, project.logits(CODES), atol=1e-5)


@pytest.mark.neutral
def test_ibab_of_three_taps_without_biases_has_the_logits_of_its_project():
    project = Ibab(taps=3, bias=False)
    silence = np.full(2 * sum(DILATIONS) + 2, Q // 2)
    expected = project.logits(np.concatenate([silence, CODES]))
    np.testing.assert_allclose(
        outputs_of(converted(project), CODES), expected, atol=1e-5
    )


@pytest.mark.neutral
def test_ibab_of_scalars_has_the_logits_of_its_project():
    project = Ibab(scalar=True)
    silence = np.zeros(sum(DILATIONS) + 2)
    expected = project.logits(np.concatenate([silence, SAMPLES]))
    model = converted(project, scalar_input=True, initial_filter_width=3)
    np.testing.assert_allclose(outputs_of(model, SAMPLES), expected, atol=1e-5)


@pytest.mark.neutral
@pytest.mark.parametrize("scaled", [True, False])
def test_r9y9_up_to_version_0_1_1_has_the_logits_of_its_project(scaled):
    project = R9y9(local=3, legacy=True, scaled=scaled)
    # The version is told by the biases of its conditions.
    model = converted(project, **({} if scaled else {"legacy": False}))
    expected = project.logits(CODES, FRAMES)
    found = outputs_of(model, CODES, local=FRAMES)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert model.distribution.companding == "mu_law_r9y9_0.1"


@pytest.mark.neutral
@pytest.mark.parametrize(
    "channels, settings, kind, components",
    [
        (9, {}, "logistic_mixture", 3),
        (6, {"output_distribution": "Normal"}, "gaussian", 2),
        (2, {"log_scale_min": -9.0}, "gaussian", 1),
        (3, {"output_distribution": "Normal"}, "gaussian", 1),
    ],
)
def test_r9y9_of_samples_has_the_mixture_of_its_project(
    channels, settings, kind, components
):
    project = R9y9(inputs=1, outputs=channels, fused=True)
    model = converted(project, **settings)
    expected = project.logits(SAMPLES)
    if (kind, channels) == ("gaussian", 3):
        expected = expected[:, 1:]  # without the weight of a single component
    np.testing.assert_allclose(outputs_of(model, SAMPLES), expected, atol=1e-5)
    distribution = model.distribution
    assert (distribution.name, distribution.components) == (kind, components)
    assert distribution.min_log_scale == settings.get("log_scale_min", -16)


@pytest.mark.neutral
@pytest.mark.parametrize("legacy", [False, True])
def test_r9y9_of_companded_samples_has_outputs_and_audio_of_its_project(legacy):
    project = R9y9(inputs=1, outputs=2, fused=True, legacy=legacy)
    hparams = {"input_type": "mulaw", "legacy": legacy, "quantize_channels": 256}
    model, mu = converted(project, **hparams), 256 if legacy else 255
    found = outputs_of(model, expanded(SAMPLES, mu))
    np.testing.assert_allclose(found, project.logits(SAMPLES), atol=1e-5)
    audio = model.generate(25, temperature=0, engine="cpu")[0]
    assert np.std(audio) > 0.1
    x = np.append(0, audio.astype("float64"))  # 0.0 is the first input
    values = np.sign(x) * np.log1p(mu * np.abs(x)) / np.log1p(mu)
    means = project.logits(values)[:-1, 0]  # the most probable ones of a Gaussian
    np.testing.assert_allclose(values[1:], means.clip(-1, 1), atol=1e-5)


def expanded(values, mu):
    """The samples of companded values."""
    values = np.asarray(values, "float64")
    samples = np.sign(values) * np.expm1(np.abs(values) * np.log1p(mu)) / mu
    return samples.astype("float32")


def greedy(outputs_after, first, count=25):
    """The codes that a project generates after its first one, one at a time."""
    codes = [first]
    for _ in range(count):
        codes.append(int(outputs_after(np.array(codes))[-1].argmax()))
    return codes[1:]


@pytest.mark.neutral
@pytest.mark.parametrize(
    "project, first",
    [
        (Ibab(), Q // 2),
        (Vincentherrmann(), Q // 2 - 1),
        (R9y9(), Q // 2 - 1),
        (S4(), Q // 2),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_family_generates_the_codes_of_its_project(project, first):
    def outputs_after(codes):
        before = SILENCE if project.name == "ibab" else SILENCE[:0]
        return project.logits(np.concatenate([before, codes]))

    expected = greedy(outputs_after, first)
    assert len(set(expected)) >= 4
    model = converted(project)
    audio = model.generate(len(expected), temperature=0, engine="cpu")
    assert model.distribution.encode(audio)[0].tolist() == expected


@pytest.mark.neutral
@pytest.mark.parametrize("project", [Ibab(), R9y9()], ids=lambda project: project.name)
@pytest.mark.parametrize("primed", [0, 3], ids=["at once", "after a prime"])
def test_generation_begins_with_a_given_code(project, primed):
    def outputs_after(codes):
        before = SILENCE if project.name == "ibab" else SILENCE[:0]
        return project.logits(np.concatenate([before, codes]))

    model = converted(project)
    samples = model.distribution.decode(np.concatenate([[29], CODES[:primed]]))
    codes = [29, *CODES[:primed]]
    for _ in range(12):
        codes.append(int(outputs_after(np.array(codes))[-1].argmax()))
    audio = model.generate(
        12,
        prime=samples[1:] if primed else None,
        initial_sample=samples[0],
        temperature=0,
        engine="cpu",
    )
    assert model.distribution.encode(audio)[0].tolist() == codes[1 + primed :]


@pytest.mark.neutral
def test_a_family_of_ones_own_is_found_by_its_names(monkeypatch):
    class Renamed(Family):
        name, project, anchors = "renamed", "ours/renamed", ("first.weight",)

        def convert(self, arrays, hparams):
            names = {n.replace("first.", "start_conv."): n for n in arrays.names}
            inner = {
                n: arrays.take(old, "", arrays.shape(old)) for n, old in names.items()
            }
            return FAMILIES["vincentherrmann"].convert(Arrays(inner), hparams)

    monkeypatch.setattr(registry, "FAMILIES", dict(FAMILIES))
    register(Renamed())
    arrays = Vincentherrmann().arrays
    renamed = {n.replace("start_conv.", "first."): a for n, a in arrays.items()}
    conversion = convert_arrays(renamed, hparams={"dilations": DILATIONS})
    assert conversion.family.name == "renamed"
    expected = converted(Vincentherrmann()).get_weights()
    for ours, theirs in zip(conversion.model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="that of Renamed"):
        register(Renamed())
