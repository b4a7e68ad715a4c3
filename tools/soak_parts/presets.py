"""Mutated presets: each is loaded whole, or refused by an error of the package."""

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from keras_wavenet import WaveNet
from soak_parts.cases import EXCEPTION, Case
from soak_parts.errors import is_ours
from soak_parts.recordings import damage

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
SMALL = {
    "dilations": [1, 2],
    "residual_channels": 4,
    "dilation_channels": 4,
    "skip_channels": 8,
}
MODELS = [
    {},
    {"speakers": ["ann", "ben"], "tags": 3, "distribution": "gaussian"},
    {"features": "mel_16k", "upsampling": "linear", "frame_encoder": {"channels": 4}},
    {"context_stack": {"dilations": [1, 2], "channels": 4, "hop": 4}, "dropout": 0.1},
]
# In place of a value of JSON, or as its key.
VALUES = [
    None, True, -1, 0, 1, 2, 2**31, 2**63, 10**400, 1e300, 0.5, float("nan"),
    float("inf"), "", "x", "categorical", "\x1b[31m", "\udce9", "x" * 10**5, [], [0],
    [1] * 10**4, [[1]], {}, {"name": "gaussian"}, {"name": "os.system"},
]  # fmt: skip


def open_cases(folder: Path) -> Callable[[int], Case]:
    """Writes the presets, and returns a function from a seed to a mutated one."""
    originals = []
    for number, arguments in enumerate(MODELS):
        originals.append(folder / f"original-{number}")
        WaveNet(**SMALL, **arguments).save_to_preset(originals[-1], description="one")

    def open_case(seed):
        rng = random.Random(seed)
        kind = list(MUTATIONS)[seed % len(MUTATIONS)]
        original = rng.choice(originals)

        def run():
            mutated = folder / f"mutated-{seed}"
            shutil.copytree(original, mutated)
            try:
                MUTATIONS[kind](rng, mutated)
                return load(mutated)
            finally:
                shutil.rmtree(mutated)

        return Case(kind, original.name, run)

    return open_case


def load(preset: Path) -> tuple[str, str]:
    """Load a preset as a user would; what is loaded is a model that can be saved."""
    try:
        model = WaveNet.from_preset(preset)
    except Exception as error:
        result = "refused" if is_ours(error) else EXCEPTION
        return result, f"{type(error).__name__}: {error}"
    model.get_config()
    return "loaded", f"{model.count_params()} weights"


def edit_config(rng, preset):
    _edit_json(rng, preset / CONFIG, "config")


def edit_metadata(rng, preset):
    _edit_json(rng, preset / METADATA, None)


def _edit_json(rng, path, key):
    """Change some values, wherever they are; or the keys."""
    content = json.loads(path.read_text("utf-8"))
    for _ in range(rng.choice([1, 1, 2, 3])):
        place = content[key] if key and rng.random() < 0.9 else content
        while True:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            if not keys:
                break
            chosen = rng.choice(keys)
            inner = place[chosen]
            if isinstance(inner, dict | list) and rng.random() < 0.6:
                place = inner
                continue
            how = rng.choice(["replace", "replace", "delete", "rename", "nest"])
            if how == "replace":
                place[chosen] = rng.choice(VALUES)
            elif how == "nest":
                for _ in range(rng.choice([1, 60, 900])):
                    place[chosen] = [place[chosen]]
            else:
                del place[chosen]
                if how == "rename" and isinstance(place, dict):
                    place[f"{chosen}s"] = inner
            break
    path.write_text(json.dumps(content), "utf-8")


def damage_json(rng, preset):
    path = preset / rng.choice([CONFIG, METADATA])
    content, _ = damage(rng, path.read_bytes())
    path.write_bytes(content)


def damage_weights(rng, preset):
    """Damage the bytes of the weights, and hide it from the checksum, or not."""
    content, _ = damage(rng, (preset / WEIGHTS).read_bytes())
    (preset / WEIGHTS).write_bytes(content)
    _forge_checksum(rng, preset)


def change_arrays(rng, preset):
    """Put arrays, links or groups into the weights that are not the model's."""
    with h5py.File(preset / WEIGHTS, "r+") as file:
        items = []
        file.visititems(lambda _, item: items.append(item))
        arrays = [item for item in items if isinstance(item, h5py.Dataset)]
        array = rng.choice(arrays)
        name, shape, group = array.name, array.shape, array.parent
        if rng.random() < 0.2:
            array[...] = np.full(shape, rng.choice([np.nan, np.inf, 1e38]))
        else:
            rng.choice(ARRAYS)(file, group, name, shape)
    _forge_checksum(rng, preset)


def _replace(**options):
    def replace(file, group, name, shape):
        del file[name]
        file.create_dataset(name, **{"shape": shape, "dtype": "float32", **options})

    return replace


def _link(target):
    def link(file, group, name, shape):
        del file[name]
        file[name] = target

    return link


def _delete(file, group, name, shape):
    del file[name]


def _cycle(file, group, name, shape):
    group["again"] = file


ARRAYS = [
    _replace(shape=(2**29,)),
    _replace(shape=(2**20, 2**20)),
    _replace(chunks=True),
    _replace(compression="gzip"),
    _replace(external=[("/dev/zero", 0, 2**40)]),
    _replace(dtype="int64"),
    _replace(dtype=h5py.string_dtype()),
    _replace(dtype=h5py.ref_dtype),
    _replace(dtype=[("a", "f4"), ("b", "i4")]),
    _replace(shape=()),
    _replace(shape=(0, 3)),
    _link(h5py.SoftLink("/layers")),
    _link(h5py.ExternalLink("/etc/passwd", "/")),
    _link(np.zeros(2**10)),
    _delete,
    _cycle,
]


def _forge_checksum(rng, preset):
    path = preset / METADATA
    content = json.loads(path.read_text("utf-8"))
    how = rng.choice(["keep", "forge", "forge", "drop"])
    if how == "forge":
        digest = hashlib.sha256((preset / WEIGHTS).read_bytes())
        content["weights_sha256"] = digest.hexdigest()
    elif how == "drop":
        del content["weights_sha256"]
    path.write_text(json.dumps(content), "utf-8")


def replace_file(rng, preset):
    """Put something else in the place of a file."""
    path = preset / rng.choice([CONFIG, METADATA, WEIGHTS])
    path.unlink()
    how = rng.choice(["nothing", "empty", "folder", "pipe", "loop", "device", "deep"])
    if how == "empty":
        path.touch()
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "loop":
        path.symlink_to(path)
    elif how == "device":
        path.symlink_to(rng.choice(["/dev/zero", "/dev/null", "/dev/stdin"]))
    elif how == "deep":
        path.write_text(rng.choice(["[", '{"a":', "9"]) * 10**5)


MUTATIONS = {
    "values of config.json": edit_config,
    "values of metadata.json": edit_metadata,
    "bytes of JSON": damage_json,
    "bytes of weights": damage_weights,
    "arrays of weights": change_arrays,
    "kinds of files": replace_file,
}
