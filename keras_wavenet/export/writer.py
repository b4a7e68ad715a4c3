"""Write an export: one folder, put in place whole."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from keras_wavenet.export import registry
from keras_wavenet.export.format import Format
from keras_wavenet.export.preset_texts import texts_of
from keras_wavenet.utils.atomic_folder import replacing_folder, restore
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.input_file import read_json
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.paths import user_path

METADATA, README = "metadata.json", "README.md"
_LARGEST = 2**24  # bytes of metadata.json: 65,536 levels are 1.5 MB


def export_model(
    model: Any,
    folder: str | os.PathLike,
    format: str = "onnx",
    overwrite: bool = False,
    *,
    name: str | None = None,
    description: str | None = None,
    license: str | None = None,
    preset: str | os.PathLike | None = None,
    **options: Any,
) -> Path:
    """Write a model as files that other programs run.

    Args:
        model: A `keras_wavenet.WaveNet`, exported with its weights as they are now.
        folder: Path of a new or empty folder, which is put in place whole or not at
            all: the files of the format, `README.md`, which says how to run them, and
            `metadata.json`, the same as numbers.
        format: Name of a format, one of `FORMATS`.
        overwrite: Whether an earlier export in the folder is replaced.
        name: Name of the model in the texts, in place of its own.
        description: A text about the model and its data.
        license: License of the weights, and the data they were trained on.
        preset: The preset that the weights are those of, or were trained from. Its
            description and license are taken where none is given, and its files
            `LICENSE` and `ATTRIBUTION.md` go with the export.
        **options: Of the format, see its `options`.

    Returns:
        The folder.

    Raises:
        ValueError: If there is no such format, option or preset, the model is a
            recognizer, its weights are not finite, or the format can't hold it.
        FileExistsError: If the folder has files, and `overwrite` is false or they are
            no export.
        ImportError: If a library that the format needs is missing.
        RuntimeError: If the format needs another backend than that of Keras.

    Example:
        >>> model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
        >>> keras_wavenet.export.export_model(model, "tiny", preset="wavenet_tiny")
    """
    chosen = registry.get(format)
    options = _complete(chosen, options)
    texts, texts_as_files = texts_of(preset, name, description, license)
    restore(folder := user_path(folder))
    earlier = earlier_files(folder, overwrite)
    _check_model(model)
    _check_backend(chosen)
    for module in chosen.needs:
        import_extra(module, f"The export format {chosen.name!r}")
    chosen.check(model)
    with replacing_folder(folder, own=earlier) as draft:
        chapters = chosen.write(model, draft, **options)
        for file, content in texts_as_files.items():
            (draft / file).write_bytes(content)
        _write_texts(model, chosen, draft, chapters, texts)
    return folder


def earlier_files(folder: Path, overwrite: bool) -> list[str]:
    """The names in a folder that an export may replace.

    Raises:
        FileExistsError: If the folder has files, and `overwrite` is false or they are
            no export.
        NotADirectoryError: If it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(
            f"An export is written to a folder. Received: {folder}, which is a file"
        )
    if not folder.is_dir() or not any(folder.iterdir()):
        return []
    if not overwrite:
        raise FileExistsError(
            "An export is written to a new or empty folder. Name another one, or ask "
            f"to overwrite an earlier export. Received: {folder}, which has files"
        )
    try:
        names = read_json(folder / METADATA, _LARGEST)["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileExistsError(
            "Only an earlier export is overwritten: a folder with a metadata.json that "
            f"lists its files. Received: {folder}, which holds other files"
        ) from error
    return [*map(str, names), METADATA, README]


def _complete(format: Format, options):
    unknown = sorted(set(options) - set(format.options))
    if unknown:
        known = ", ".join(format.options) or "none"
        raise ValueError(
            f"The options of the format {format.name!r} are: {known}. Received: "
            f"{unknown[0]}={options[unknown[0]]!r}"
            f"{did_you_mean(unknown[0], format.options)}"
        )
    return {**{n: one.default for n, one in format.options.items()}, **options}


def _check_model(model):
    from keras_wavenet.generation.stream_values import check_weights

    if not hasattr(model, "network") or not hasattr(model, "distribution"):
        raise ValueError(
            "An export needs a model that generates audio, a `keras_wavenet.WaveNet`. "
            f"Received: a {type(model).__name__}"
        )
    if not model.network.has_compiled_step:
        raise ValueError(
            "An export needs the network of `keras_wavenet.WaveNet`, which the formats "
            f"describe. Received: {type(model.network).__name__}, a subclass"
        )
    check_weights(model)


def _check_backend(format: Format):
    running = sys.modules["keras"].backend.backend()
    if format.backend not in (None, running):
        raise RuntimeError(
            f"The export format {format.name!r} is written by the backend "
            f"{format.backend!r} of Keras. Set KERAS_BACKEND={format.backend} before "
            "Python starts, or run `keras-wavenet export`, which chooses it by itself. "
            f"Received: the backend {running!r}"
        )


def _write_texts(model, format, draft, chapters, texts):
    from keras_wavenet.export.metadata import describe_model
    from keras_wavenet.export.readme import compose

    files = sorted(path.name for path in draft.iterdir())
    metadata = {
        "format": format.name,
        **describe_model(model),
        **texts,
        "files": files,
    }
    format.add_texts(draft, metadata)
    rows = [f" {json.dumps(key)}: {json.dumps(x)}" for key, x in metadata.items()]
    (draft / METADATA).write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    (draft / README).write_text(compose(metadata, format, chapters), "utf-8")
