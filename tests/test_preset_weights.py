"""Files of weights: what they claim is compared with the model before it is read."""

import json

import h5py
import numpy as np
import pytest

from keras_wavenet import WaveNet

resource = pytest.importorskip("resource")  # not on Windows
pytestmark = pytest.mark.neutral


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A preset without a checksum, as strangers make them, and the name of a kernel."""
    folder = tmp_path_factory.mktemp("presets") / "voice"
    WaveNet([1, 2], 4, 4, 8).save_to_preset(folder)
    metadata = folder / "metadata.json"
    content = json.loads(metadata.read_text())
    del content["weights_sha256"]
    metadata.write_text(json.dumps(content))
    return folder


@pytest.fixture
def kernel(saved, tmp_path):
    """The open group and the name of one array of a copy of the preset."""
    folder = tmp_path / "voice"
    folder.mkdir()
    for path in saved.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with h5py.File(folder / "model.weights.h5", "r+") as file:
        found = []
        file.visititems(lambda _, item: found.append(item))
        yield next(item for item in found if isinstance(item, h5py.Dataset)).parent


def load(kernel):
    path = kernel.file.filename
    kernel.file.close()
    return WaveNet.from_preset(path.rpartition("/")[0])


def replace(kernel, **options):
    shape = kernel["0"].shape
    del kernel["0"]
    if "data" not in options:
        options = {"shape": shape, "dtype": "float32", **options}
    return kernel.create_dataset("0", **options)


def soft_link(kernel):
    kernel.move("0", "elsewhere")
    kernel["0"] = h5py.SoftLink(f"{kernel.name}/elsewhere")


def external_link(kernel):
    del kernel["0"]
    kernel["0"] = h5py.ExternalLink("/etc/passwd", "/")


def hard_links(kernel):
    kernel["again"] = kernel["0"]


def circle(kernel):
    kernel["self"] = kernel


def deep(kernel):
    kernel.create_group("/".join("a" * 40))


def virtual(kernel):
    values = kernel["0"][...]
    del kernel["0"]
    kernel.create_virtual_dataset("0", h5py.VirtualLayout(values.shape, "float32"))


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda kernel: replace(kernel, shape=(2**29,)), "claims more than was"),
        (lambda kernel: replace(kernel, chunks=True), "compressed, in pieces"),
        (lambda kernel: replace(kernel, compression="gzip"), "compressed, in pieces"),
        (
            lambda kernel: replace(kernel, external=[("/etc/passwd", 0, 2**20)]),
            "in another file",
        ),
        (lambda kernel: replace(kernel, data=np.zeros((3, 3))), "an array of shape"),
        (lambda kernel: replace(kernel, data=np.zeros(3)), "of shape"),
        (lambda kernel: replace(kernel, data=np.ones(2, "int32")), "must hold floats"),
        (lambda kernel: replace(kernel, dtype=h5py.string_dtype()), "claims more"),
        (lambda kernel: kernel.create_dataset("9", data=[1.0]), "beside those"),
        (virtual, "compressed, in pieces"),
        (soft_link, "link to another place"),
        (external_link, "link to another place"),
        (hard_links, "has several names"),
        (circle, "has several names"),
        (deep, "nested deeper"),
    ],
)
def test_what_keras_would_not_write_is_refused_unread(kernel, spoil, message):
    spoil(kernel)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match=f"does not fit its config.*{message}"):
        load(kernel)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 2**18  # KiB: a quarter of what is claimed in the first case


def test_an_unharmed_copy_is_loaded(kernel):
    assert load(kernel).count_params() > 0


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_weights_that_are_not_finite_are_refused_by_their_names(kernel, value):
    weights = kernel["0"][()]
    weights.flat[3] = value
    kernel["0"][...] = weights
    with pytest.raises(
        ValueError, match="finite .* in 1 of 13 arrays: initial/kernel. Its"
    ):
        load(kernel)
