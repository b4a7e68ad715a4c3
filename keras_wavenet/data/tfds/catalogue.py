"""Datasets of the tfds catalogue by name: found, checked, prepared."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from keras_wavenet.data.tfds.features import NoAudioError, find_audio_features
from keras_wavenet.data.tfds.folder import check_tfds_folder
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.nearest import nearest

SPOKEN_PROMPTS = "spoken_prompts"  # ships with the package, and is no part of tfds
# array_record has no build for Windows, and a parquet file is read whole.
_FILE_FORMAT = "tfrecord" if sys.platform == "win32" else "array_record"
# tfds would take more, such as arguments of a builder, or "huggingface:name".
_VERSION = r"(\d+|\*)(\.(\d+|\*)){2}"
_NAME = re.compile(rf"[a-z]\w*(/\w[\w+\-.]*)?(:{_VERSION})?", re.ASCII)
_PACKAGES = {"apache_beam": "apache-beam"}  # where module and package differ


def prepared_tfds_builder(
    name: str,
    data_dir: str | os.PathLike | None = None,
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> Any:
    """The builder of a dataset, with its data downloaded and prepared if it was not.

    Nothing is downloaded for a dataset without audio.

    Args:
        name: Name in tfds, with config and version if need be: `"vctk/mic1:1.0.1"`.
            A dataset that `data_dir` holds need not be in the catalogue.
        data_dir: Folder of tfds datasets; tfds' own default if None.
        keys, stored_rate: As in `find_audio_features`.

    Returns:
        A `tfds.core.DatasetBuilder` that is ready for `as_data_source`.

    Raises:
        ValueError: If there is no such dataset, config or version, if it has no audio,
            or if `keys` or `stored_rate` don't fit it; or as `check_tfds_folder`, if
            files of it are there.
        ImportError: If tfds or a package that the dataset needs is not installed.
        OSError: If it can't be downloaded, its folder not written to, or the program
            ffmpeg is missing, which tfds decodes most compressed audio with.
    """
    tfds = import_extra("tensorflow_datasets", f'The dataset "{name}"')
    catalogue = tfds.list_builders(with_community_datasets=False)
    dataset = re.split("[/:]", name)[0]
    if dataset in catalogue:
        # tfds needs TensorFlow to describe the audio of its own datasets.
        import_extra("tensorflow", f'The tfds dataset "{name}"')
    if _NAME.fullmatch(name):
        _check_files(tfds, dataset, data_dir)
    try:
        builder = _make_builder(tfds, name, data_dir)
    except (AssertionError, ValueError) as error:
        if dataset in catalogue:
            raise _unknown_variant(tfds, name, dataset, error) from error
        raise _unknown_name(name, [SPOKEN_PROMPTS, *catalogue]) from error
    except ImportError as error:
        raise _missing_package(name, error) from error
    prepare_builder(builder, name, keys, stored_rate)
    return builder


def prepare_builder(
    builder: Any,
    name: str,
    keys: Mapping[str, str | None] | None = None,
    stored_rate: int | None = None,
) -> None:
    """Downloads and prepares a dataset with audio; errors as in the function above."""
    try:
        find_audio_features(builder.info, keys, stored_rate)
    except NoAudioError as error:
        raise NoAudioError(f"{error}{_other_configs(builder)}") from error
    _prepare(builder, name)


def _check_files(tfds, dataset, data_dir):
    """Checks the files that exist of a dataset: tfds may build from them, and not code.

    All its configs and versions are checked; which one is taken, tfds decides.
    """
    for place in tfds.core.utils.file_utils.list_data_dirs(data_dir):
        folder = tfds.core.Path(place).expanduser() / dataset
        for pattern in ("*/features.json", "*/*/features.json"):
            for path in folder.glob(pattern):
                if re.fullmatch(_VERSION, path.parent.name):  # not an incomplete one
                    check_tfds_folder(path.parent)


def _make_builder(tfds, name, data_dir):
    if not _NAME.fullmatch(name):
        raise ValueError("no such form")
    builder = tfds.builder(name, data_dir=data_dir)
    if builder.info.initialized:  # by an earlier preparation, perhaps in other formats
        return builder
    return tfds.builder(name, data_dir=data_dir, file_format=_FILE_FORMAT)


def _unknown_name(name: str, known: Sequence[str]) -> ValueError:
    near = nearest(name, known)
    return ValueError(
        f'Expected "{SPOKEN_PROMPTS}", an existing folder of audio files or the '
        f"name of a tfds dataset. Received: {name!r}. "
        + (f"Did you mean {near!r}?" if near else "Check the name.")
    )


def _unknown_variant(tfds, name: str, dataset: str, error: Exception) -> ValueError:
    """The error of a config or a version that does not exist in tfds."""
    configs = list(tfds.builder_cls(dataset).builder_configs)
    found = re.match(r"[^/:]+/([^/:]+)", name)
    if found and found[1] not in configs:
        there = f"one of {', '.join(configs)}" if configs else "none: it has no configs"
        return ValueError(
            f"Expected a config of {dataset}, {there}. Received: {name!r}."
        )
    # The message of tfds begins with its task, and ends with the format of names.
    reason = str(error).rpartition('": ')[2].partition("\n")[0]
    return ValueError(
        "Expected a dataset of tfds, as name, name/config or "
        f"name/config:version. Received: {name!r}: {reason}"
    )


def _other_configs(builder) -> str:
    """The other configs of a dataset: where one has no audio, another may have some."""
    configs = getattr(builder, "builder_configs", {})
    others = [name for name in configs if name != builder.info.config_name]
    return f" Other configs of {builder.name}: {', '.join(others)}." if others else ""


def _prepare(builder, name: str):
    try:
        builder.download_and_prepare()
    except ImportError as error:
        raise _missing_package(name, error) from error
    except OSError as error:
        if re.search("'(ffprobe|ffmpeg|avprobe|avconv)'", str(error)):
            raise OSError(
                f"Preparing the tfds dataset {name} needs the program ffmpeg, to read "
                f"its audio files. Received: {error}. Install ffmpeg by the package "
                "manager of the system; what was downloaded is kept."
            ) from error
        raise OSError(
            f"Expected to download {name} and to prepare it in {builder.data_dir}. "
            f"Received: {error}. Check the connection, and that there is room; "
            "`data_dir` or the variable TFDS_DATA_DIR name another place."
        ) from error


def _missing_package(name: str, error: ImportError) -> ImportError:
    missing = _PACKAGES.get(error.name, error.name)
    return ImportError(
        f'Preparing the tfds dataset "{name}" needs `{missing}`, which could not be '
        f"imported ({error}). Install it with `pip install {missing}`.",
        name=error.name,
    )
