"""Real files of PyTorch and TensorFlow become presets, or are refused in one line."""

import json
import zipfile

import numpy as np
import pytest

from keras_wavenet import WaveNet, cli
from keras_wavenet.converters import convert, convert_arrays
from tests.converters.projects import (
    DILATIONS,
    Ibab,
    KanBayashi,
    NvWavenet,
    R9y9,
    Vincentherrmann,
)
from tests.converters.r9y9_upsampling import Transposed
from tests.converters.rayhane_project import Rayhane

pytestmark = pytest.mark.neutral
torch = pytest.importorskip("torch")


def write_torch(path, arrays, **others):
    """A checkpoint as r9y9's training writes it."""
    state = {name: torch.tensor(array) for name, array in arrays.items()}
    torch.save({"state_dict": state, "global_step": 7, **others}, path)
    return path


def write_tensorflow(prefix, arrays):
    """A checkpoint as the saver of TensorFlow 1 writes it, without a graph."""
    tensorflow = pytest.importorskip("tensorflow")
    names = sorted(arrays)
    tensorflow.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[tensorflow.constant(arrays[name]) for name in names],
    )
    return prefix


@pytest.fixture(scope="module")
def r9y9(tmp_path_factory):
    """A file of r9y9, with the state of its optimizer."""
    path = tmp_path_factory.mktemp("r9y9") / "checkpoint_step000000007_ema.pth"
    state = {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]}
    return write_torch(path, R9y9().arrays, optimizer=state)


def test_a_file_of_pytorch_becomes_a_preset_by_the_command(r9y9, tmp_path, capsys):
    settings = tmp_path / "hparams.json"
    hparams = {"layers": 3, "stacks": 1, "sample_rate": 8000, "dropout": 0.05}
    settings.write_text(json.dumps({**hparams, "input_type": "mulaw-quantize"}))
    out = tmp_path / "voice"
    arguments = [str(r9y9), "--out", str(out), "--hparams", str(settings)]
    assert cli.main(["convert", *arguments, "--license", "MIT"]) == 0
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines()]
    assert ["first_conv.weight_v", "(4,", "32,", "1)", "initial/kernel"] in rows
    layers = [row for row in rows if row and row[0].startswith("conv_layers")]
    assert [row[0] for row in layers if "skip" in row[0]] == [
        f"conv_layers.{{i}}.conv1x1_skip.{kind}"
        for kind in ("weight_v", "weight_g", "bias")
    ]
    assert [row[-1] for row in layers if row[0].startswith("conv_layers.2.")] == [
        "nowhere"
    ] * 3
    assert "r9y9/wavenet_vocoder" in printed and "legacy = False" in printed
    model = WaveNet.from_preset(out)
    assert (model.dilations, model.sample_rate) == ((1, 2, 4), 8000)
    assert model.dropout == 0.05
    expected = convert(r9y9, dilations=DILATIONS).model
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert json.loads((out / "metadata.json").read_text())["license"] == "MIT"


@pytest.mark.tensorflow
def test_a_checkpoint_of_tensorflow_is_read_by_prefix_file_or_folder(tmp_path):
    project = Ibab(speakers=2)
    slots = {f"{name}/Adam": array for name, array in project.arrays.items()}
    step = {"beta1_power": np.float32(0.9)}
    prefix = write_tensorflow(
        tmp_path / "model.ckpt-7", {**project.arrays, **slots, **step}
    )
    for path in (tmp_path, prefix, tmp_path / "model.ckpt-7.index"):
        conversion = convert(path, "ibab", dilations=DILATIONS)
        assert conversion.model.speakers == 2
        kernel = conversion.model.blocks[1].filter_gate.kernel
        half = project.arrays["wavenet/dilated_stack/layer1/gate"]
        np.testing.assert_array_equal(np.asarray(kernel)[..., 5:], half)
    left_out = [row for row in conversion.rows if "optimizer" in row.target]
    assert len(left_out) == len(slots) + 1
    data = tmp_path / "model.ckpt-7.data-00000-of-00001"
    data.write_bytes(data.read_bytes()[:2000])
    with pytest.raises(ValueError, match=r"damaged or cut off|claims"):
        convert(tmp_path)


def test_names_may_stand_behind_a_prefix(tmp_path):
    arrays = Vincentherrmann().arrays
    behind = {f"module.{name}": array for name, array in arrays.items()}
    path = write_torch(tmp_path / "parallel.pth", behind)
    model = convert(path, dilations=DILATIONS).model
    kernel = np.asarray(model.blocks[0].filter_gate.kernel)
    expected = arrays["filter_convs.0.weight"].transpose(2, 1, 0)
    np.testing.assert_array_equal(kernel[..., :5], expected)


def without(arrays, name):
    return {n: array for n, array in arrays.items() if n != name}


@pytest.mark.parametrize(
    "change, options, words",
    [
        ({}, {"family": "ibab"}, "must be of the family 'ibab'.*one of r9y9"),
        ({}, {"family": "ibba"}, "did you mean 'ibab'"),
        ({}, {}, "The 3 layers must be whole cycles of 6.*--dilations"),
        ({}, {"dilations": [1, 2]}, "each of the 3 layers. Received: 2 numbers"),
        ({}, {"hparams": {"stacks": 3.0}}, "`stacks` must be of type int"),
        (
            {},
            {"hparams": {"gate_channels": 512}, "dilations": DILATIONS},
            "`gate_channels` must be that of the checkpoint, 10. Received: .*512",
        ),
        (
            {"conv_layers.1.attention": np.zeros(3, "float32")},
            {"dilations": DILATIONS},
            "1 left over: conv_layers.1.attention",
        ),
        (
            {"conv_layers.1.conv.bias": np.zeros(9, "float32")},
            {"dilations": DILATIONS},
            r"conv.bias` must have shape \(10\). Received: shape=\(9,\)",
        ),
        (
            {"last_conv_layers.1.bias": np.full(6, np.nan, "float32")},
            {"dilations": DILATIONS},
            "must be finite",
        ),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(change, options, words, tmp_path):
    path = write_torch(tmp_path / "changed.pth", {**R9y9().arrays, **change})
    with pytest.raises(ValueError, match=words):
        convert(path, **options)


def test_a_missing_array_is_named(tmp_path):
    arrays = without(R9y9().arrays, "conv_layers.2.conv1x1_skip.weight_g")
    path = write_torch(tmp_path / "fewer.pth", arrays)
    with pytest.raises(ValueError, match=r"hold `conv_layers\.2.*weight_g`.*missing"):
        convert(path, dilations=DILATIONS)


@pytest.mark.parametrize(
    "arrays",
    [
        Ibab().arrays,
        R9y9(local=5, scales=(2, 3)).arrays,
        Transposed((2, 3)).arrays,
        Vincentherrmann().arrays,
        KanBayashi(hop=5).arrays,
        NvWavenet().arrays,
        Rayhane(local=5, speakers=2).arrays(averaged=False, optimizer=False),
    ],
    ids=["ibab", "r9y9", "r9y9 0.1", "vincentherrmann", "kan", "nv", "rayhane"],
)
def test_a_checkpoint_without_one_of_its_arrays_is_refused(arrays):
    hparams = {"dilations": DILATIONS, "upsamp_stride": 3, "legacy": True}
    hparams |= {"upsample_net": "ConvInUpsampleNetwork"}
    for name in arrays.keys() - {"WaveNet_model/inference/gc_embedding"}:
        with pytest.raises(ValueError):
            convert_arrays(without(arrays, name), None, hparams)
            raise AssertionError(f"{name} is not missed")


def test_a_pickled_module_is_refused_with_the_lines_that_make_a_state_dict(tmp_path):
    path = tmp_path / "model.pt"
    torch.save({"model": torch.nn.Linear(2, 2)}, path)
    with pytest.raises(ValueError, match="state_dict") as refusal:
        convert(path)
    lines = [line.strip() for line in str(refusal.value).splitlines()[1:]]
    assert len(lines) == 2
    lines = [line.replace("model.pt", str(path)) for line in lines]
    written = tmp_path / "state_dict.pth"
    code = "\n".join(lines).replace("state_dict.pth", str(written))
    exec(code, {"torch": torch})  # as its owner would
    assert set(torch.load(written, weights_only=True)) == {"weight", "bias"}


def test_a_file_that_is_cut_off_or_something_else_is_refused(r9y9, tmp_path):
    content = r9y9.read_bytes()
    for number, damaged in enumerate((content[:3000], content[:-200], b"", b"no")):
        path = tmp_path / f"{number}.pth"
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged or cut off"):
            convert(path)
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(ValueError, match="must hold a state dict"):
        convert(tmp_path / "list.pth")
    with pytest.raises(OSError, match=r"nowhere\.pth"):
        convert(tmp_path / "nowhere.pth")


def test_a_file_that_claims_more_than_it_holds_is_refused(r9y9, tmp_path):
    wide = torch.zeros(1).expand(10**6)
    torch.save({"first_conv.bias": wide}, tmp_path / "wide.pth")
    with pytest.raises(ValueError, match="claims more numbers"):
        convert(tmp_path / "wide.pth")
    packed = tmp_path / "packed.pth"
    with (
        zipfile.ZipFile(r9y9) as archive,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as smaller,
    ):
        for part in archive.infolist():
            smaller.writestr(part.filename, archive.read(part))
    with pytest.raises(ValueError, match="compressed"):
        convert(packed)
