"""The variables in a checkpoint of TensorFlow 1 or 2, without a graph or a session."""

from pathlib import Path

import numpy as np

from keras_wavenet.utils.extras import import_extra

INDEX = ".index"


def prefix_of(path: Path) -> Path | None:
    """The prefix of the files of a checkpoint, or None where there is none.

    Args:
        path: The prefix `model.ckpt-99`, one of its files, or a folder with one
            checkpoint.

    Raises:
        ValueError: If a folder holds several.
    """
    if path.is_dir():
        found = sorted(path.glob(f"*{INDEX}"))
        if len(found) > 1:
            names = ", ".join(one.stem for one in found[-4:])
            raise ValueError(
                f"{path} holds {len(found)} checkpoints, of them {names}. Name one: "
                f"{found[-1].with_suffix('')}"
            )
        return found[0].with_suffix("") if found else None
    for ending in (INDEX, ".meta"):
        if path.name.endswith(ending):
            path = path.with_name(path.name.removesuffix(ending))
    path = path.with_name(path.name.partition(".data-")[0])
    return path if _beside(path, INDEX).is_file() else None


def read(prefix: Path) -> dict[str, np.ndarray]:
    """The variables of a checkpoint, by name; those that are no floats are left out.

    Args:
        prefix: Of its files, `model.ckpt-99` of `model.ckpt-99.index`.

    Raises:
        ValueError: If a file is missing or damaged, or claims more than it holds.
        ImportError: If TensorFlow is missing.
    """
    tensorflow = import_extra("tensorflow", "Reading a checkpoint of TensorFlow")
    data = list(prefix.parent.glob(f"{prefix.name}.data-*-of-*"))
    if not data:
        raise ValueError(
            f"{prefix} must have a file {prefix.name}.data-00000-of-00001 beside its "
            "index: it is missing. Copy it there."
        )
    size = sum(one.stat().st_size for one in data)
    try:
        reader = tensorflow.train.load_checkpoint(str(prefix))
        shapes = reader.get_variable_to_shape_map()
        kinds = reader.get_variable_to_dtype_map()
        names = sorted(name for name in shapes if kinds[name].is_floating)
        claimed = sum(
            kinds[name].size * int(np.prod(shapes[name], dtype="int64"))
            for name in names
        )
        if claimed > size:
            raise ValueError(f"its index claims {claimed:,} bytes of {size:,}")
        return {name: reader.get_tensor(name).astype("float32") for name in names}
    except Exception as error:  # the reader raises many types
        first = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"{prefix} must be a checkpoint of TensorFlow, and is damaged or cut off: "
            f"{first[:200]}. Copy its files again."
        ) from error


def _beside(prefix, ending):
    return prefix.with_name(prefix.name + ending)
