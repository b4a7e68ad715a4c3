"""Checkpoints of Rayhane-mamah/Tacotron-2's WaveNet compute the same here."""

import json

import numpy as np
import pytest

from keras_wavenet import WaveNet, cli
from keras_wavenet.converters import convert, convert_arrays
from tests.converters.projects import DILATIONS, R9y9
from tests.converters.rayhane_project import LAYERS, Rayhane
from tests.converters.test_checkpoint_files import write_tensorflow
from tests.family import outputs

SCALES, LENGTH = (2, 3), 30
FRAMES = np.random.default_rng(3).normal(0.3, 1, (5, 4)).astype("float32")
SAMPLES = np.random.default_rng(1).uniform(-0.9, 0.9, LENGTH).astype("float32")
ACTIVATIONS = {0.0: "Relu", 1.0: None, 0.4: "LeakyRelu"}
pytestmark = pytest.mark.neutral


def settings(project, **others):
    return {
        "dilations": DILATIONS,
        "upsample_activation": ACTIVATIONS[project.slope],
        "legacy": project.legacy,
        "residual_legacy": project.residual_legacy,
        "NN_init": project.nn_init,
        "hop_size": 6,
        **others,
    }


def converted(project, **others):
    conversion = convert_arrays(project.arrays(), None, settings(project, **others))
    assert conversion.family.name == "rayhane"
    return conversion.model


def outputs_of(model, waveform, **conditions):
    conditions = {n: np.asarray(value)[None] for n, value in conditions.items()}
    return outputs(model, {"waveform": waveform[None], **conditions})[0]


@pytest.mark.parametrize(
    "project",
    [
        Rayhane("SubPixel"),
        Rayhane("SubPixel", 0.4, (3, 2), high=2, nn_init=False),
        Rayhane("Resize", 0.4, outputs=6),
        Rayhane("Resize", 1.0, (3, 2), high=4),
        Rayhane("2D", 0.0, legacy=False, residual_legacy=False),
        Rayhane("2D", 0.4, high=2, bias=False),
        Rayhane("1D", 1.0, residual_legacy=False),
        Rayhane("1D", 0.0, speakers=3, outputs=3),
        Rayhane("NearestNeighbor", legacy=False),
        Rayhane("SubPixel", 0.4, wide=True),
        Rayhane("Resize", 0.4, wide=True),
        Rayhane("2D", 0.4, wide=True),
        Rayhane("1D", 1.0, wide=True),
    ],
    ids=lambda project: f"{project.kind} {project.slope} {project.wide}",
)
def test_each_upsampling_has_the_outputs_of_the_project_edges_included(project):
    rows = project.rows(FRAMES)
    assert rows.shape == (LENGTH, 4) and rows.std() > 0.1
    speaker = {"speaker": 2} if project.speakers else {}
    expected = project.logits(SAMPLES, rows, **speaker)
    scales = {"upsample_scales": list(project.scales)} if project.wide else {}
    model = converted(project, **scales)
    found = outputs_of(model, SAMPLES, local=FRAMES, **speaker)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_without_upsampling_each_sample_has_a_frame():
    project = Rayhane("NearestNeighbor", scales=(1,))
    rows = np.repeat(FRAMES, 6, axis=0)
    others = {"upsample_conditional_features": False, "upsample_type": "2D"}
    found = outputs_of(converted(project, **others), SAMPLES, local=rows)
    np.testing.assert_allclose(found, project.logits(SAMPLES, rows), atol=1e-5)


def test_scales_that_kernels_alone_tell_are_noted():
    conversion = convert_arrays(Rayhane().arrays(), None, {"dilations": DILATIONS})
    assert "upsample_scales = [2, 3], as the kernels span" in conversion.notes


def test_distributions_are_those_of_the_project():
    one = converted(Rayhane(outputs=2)).distribution
    assert (one.name, one.components, one.levels) == ("gaussian", 1, 65536)
    assert one.min_log_scale == pytest.approx(np.log(1e-7))
    mixture = converted(Rayhane(outputs=6), log_scale_min=-9.0).distribution
    assert (mixture.name, mixture.components) == ("logistic_mixture", 2)
    assert mixture.min_log_scale == -9


def test_samples_alone_are_modelled_without_conditions():
    project = Rayhane(local=0)
    found = outputs_of(converted(project), SAMPLES)
    np.testing.assert_allclose(found, project.logits(SAMPLES), atol=1e-5)


def test_without_an_embedding_of_speakers_the_vector_is_given():
    project = Rayhane(speakers=3, local=0, bias=False)
    arrays = {n: a for n, a in project.arrays().items() if "gc_embedding" not in n}
    model = convert_arrays(arrays, None, settings(project)).model
    expected = project.logits(SAMPLES, speaker=1)
    found = outputs_of(model, SAMPLES, **{"global": project.v["gc_embedding"][1]})
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_companded_samples_are_modelled_as_the_project_has_them():
    project = Rayhane(outputs=3, scales=(6,))
    model = converted(project, input_type="mulaw", quantize_channels=256)
    companded = np.sign(SAMPLES) * np.log1p(255 * np.abs(SAMPLES)) / np.log(256)
    expected = project.logits(companded, project.rows(FRAMES))
    found = outputs_of(model, SAMPLES, local=FRAMES)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (model.distribution.mu, model.distribution.levels) == (255, 256)


@pytest.mark.parametrize("engine", ["cpu", "full"])
def test_generation_gives_the_codes_of_the_project(engine):
    project = Rayhane(inputs=256, outputs=256)
    model, rows = converted(project), project.rows(FRAMES)
    codes = [127]  # that of 0.0
    for _ in range(LENGTH - 1):
        outputs = project.logits(np.array(codes), rows[: len(codes)])
        codes.append(int(outputs[-1].argmax()))
    assert len(set(codes)) >= 4
    audio = model.generate(
        LENGTH - 1, conditions={"local": FRAMES}, temperature=0, engine=engine
    )
    assert model.distribution.encode(audio)[0].tolist() == codes[1:]


def test_without_averages_the_last_values_are_taken():
    project = Rayhane()
    last = convert_arrays(project.arrays(averaged=False), None, settings(project))
    averaged = convert_arrays(project.arrays(), None, settings(project))
    for ours, theirs in zip(
        last.model.get_weights(), averaged.model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert "last values" in last.notes[-2] and "averages" in averaged.notes[-2]
    left_out = [row.target for row in averaged.rows if "moving" in row.target]
    assert len(left_out) == len(project.v)


@pytest.mark.parametrize(
    "name",
    [
        "ResidualConv1DGLU_1/residual_block_causal_conv_ResidualConv1DGLU_1/kernel",
        "input_convolution_1/kernel",
        "SubPixelConvolution_layer_0_1/bias",
    ],
)
def test_the_untrained_network_of_the_evaluation_is_left_out(name):
    arrays, expected = Rayhane().arrays(), converted(Rayhane())
    untrained = {f"WaveNet_model/inference/{name}": np.full(3, np.nan)}
    model = convert_arrays({**arrays, **untrained}, None, settings(Rayhane())).model
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.tensorflow
def test_a_checkpoint_of_tensorflow_becomes_a_preset_by_the_command(tmp_path, capsys):
    project = Rayhane(speakers=3)
    prefix = write_tensorflow(tmp_path / "wavenet_model.ckpt-9", project.arrays())
    hparams = {"layers": 3, "stacks": 1, "n_speakers": 3, "upsample_scales": [2, 3]}
    hparams |= {"input_type": "raw", "out_channels": 2, "preemphasize": False}
    hparams |= {"gin_channels": 3, "cin_channels": 4, "frame_shift_ms": None}
    (tmp_path / "hparams.json").write_text(json.dumps(hparams))
    out = tmp_path / "voice"
    arguments = [str(prefix), "--hparams", str(tmp_path / "hparams.json")]
    assert cli.main(["convert", *arguments, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    rows = [line.split()[-1] for line in printed.splitlines() if "GLU_{i}" in line]
    assert "block_{i}/filter_gate/kernel" in rows and "nowhere" not in rows
    assert "upsample_activation = 'Relu', the default" in printed
    model = WaveNet.from_preset(out)
    expected = project.logits(SAMPLES, project.rows(FRAMES), speaker=1)
    found = outputs_of(model, SAMPLES, local=FRAMES, speaker=1)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    data = prefix.with_name(prefix.name + ".data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:3000])
    with pytest.raises(ValueError, match=r"damaged or cut off|claims"):
        convert(prefix, hparams=hparams)


AVERAGES = "WaveNet_model/WaveNet_model/inference"


@pytest.mark.parametrize(
    "change, options, words",
    [
        ({}, {"family": "ibab"}, "must be of the family 'ibab'.*one of rayhane"),
        ({}, {"hparams": {"upsample_type": "2D"}}, "must be that of the checkpoint"),
        ({}, {"hparams": {"upsample_activation": "Elu"}}, "one of None, 'Relu'"),
        ({}, {"hparams": {"input_type": "mulaw-quantize"}}, "one of 'raw', 'mulaw'"),
        ({}, {"hparams": {"upsample_scales": [3, 2]}}, r"checkpoint, \[2, 3\]"),
        (
            {f"{AVERAGES}/SubPixelConvolution_layer_1/bias/": None},
            {},
            "`SubPixelConvolution_layer_1/bias/Expon.*`, and it is missing",
        ),
        (
            {f"{AVERAGES}/residual_block_causal_conv_ResidualConv1DGLU_1/bias/": None},
            {},
            "`residual_block_causal_conv_1/bias/.*missing",
        ),
        (
            {f"{AVERAGES}/postnet/kernel/": np.zeros(3)},
            {},
            "1 left over: .*postnet",
        ),
        (
            {"other/input_convolution/kernel/": np.zeros((1, 1, 4))},
            {},
            "must hold one network",
        ),
    ],
)
def test_what_does_not_fit_is_refused(change, options, words):
    arrays = Rayhane().arrays()
    for name, array in change.items():
        arrays[name + "ExponentialMovingAverage"] = array
    arrays = {name: array for name, array in arrays.items() if array is not None}
    hparams = {"dilations": DILATIONS, **options.get("hparams", {})}
    with pytest.raises(ValueError, match=words):
        convert_arrays(arrays, options.get("family"), hparams)


def test_codes_of_other_numbers_and_other_families_are_refused():
    with pytest.raises(ValueError, match="must have 256 inputs and outputs"):
        arrays = Rayhane(inputs=32, outputs=32).arrays()
        convert_arrays(arrays, None, {"dilations": DILATIONS})
    with pytest.raises(ValueError, match="family 'rayhane'.*one of r9y9"):
        convert_arrays(R9y9().arrays, "rayhane", {})
    assert set(LAYERS) == {"1D", "2D", "Resize", "SubPixel"}
