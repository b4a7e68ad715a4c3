"""`load`: from the name of a dataset to batches that `fit` takes."""

import os
import re
from collections.abc import Mapping
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.folders.origin import find_audio_folder
from keras_wavenet.data.origin import SourceOptions, find_origin, register
from keras_wavenet.data.own.origin import find_own_dataset
from keras_wavenet.data.prepared.source import find_prepared
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.tfds.origin import (
    find_builder,
    find_in_catalogue,
    find_spoken_prompts,
    find_tfds_folder,
)
from keras_wavenet.data.windows.dataset import (
    WindowDataset,
    check_options,
    cut_windows,
)
from keras_wavenet.data.windows.inputs import check_conditions
from keras_wavenet.data.windows.windows import Example, resolve_window_length

register(find_in_catalogue)  # tried last: it finds something by any name, or fails
register(find_audio_folder)
register(find_tfds_folder)
register(find_prepared)
register(find_spoken_prompts)
register(find_own_dataset, objects=True)  # likewise tried last
register(find_builder, objects=True)


def load(
    name: str | os.PathLike | Any,
    *,
    split: str = "train",
    split_by: str = "clip",
    spec: DataSpec | Any,
    batch_size: int = 8,
    window_length: int | None = None,
    pipeline: str = "auto",
    shuffle: bool | None = None,
    seed: int = 0,
    start_step: int = 0,
    data_dir: str | os.PathLike | None = None,
    trim_silence: float | None = None,
    keys: Mapping[str, str | int | None] | None = None,
    stored_rate: int | None = None,
    local_dir: str | os.PathLike | None = None,
    high_pass: float | None = None,
    normalize: str | None = None,
) -> WindowDataset:
    """Loads audio as windows for training or evaluation.

    Args:
        name: `"spoken_prompts"`, the speech that ships with the package; the path of a
            folder of audio files (wav, flac, ogg, mp3, ...), or of a dataset that
            `prepare` or tfds wrote; or the name of a tfds dataset with audio, such as
            `"yes_no"` or `"vctk/mic1"`, which is downloaded by tfds. Or a dataset of
            your own: a tfds builder or data source, a `tf.data.Dataset`, a dataset of
            grain, PyTorch (or a DataLoader) or Hugging Face, a list of waveforms, a
            dict of columns, a dict of datasets by split, or a `ClipSource`; see
            docs/own_dataset.md.
        split, split_by, data_dir, trim_silence, keys, stored_rate, high_pass,
            normalize: Which clips are opened, and how; see `SourceOptions`.
        spec: What the data must fit: a `DataSpec`, or a model that has a `data_spec`.
        shuffle: Whether to draw endless shuffled windows instead of tiling the clips
            in order. By default those splits are whose names begin with `train`, and
            slices of them from their start on, such as `"train[:95%]"`.
        batch_size, window_length, pipeline, seed, start_step, local_dir: How windows
            are read; see `WindowDataset`.

    Returns:
        A `WindowDataset`. `WaveNet.fit` and `evaluate` take it as it is.

    Raises:
        ValueError: If the name, the split or an option is unknown or out of range, if
            there is no usable audio, or if a clip lacks what the model needs: one of
            its speakers, tags or frames.
        ImportError: If an optional dependency is missing; names the extra to install.

    Example:
        `load("spoken_prompts", split="validation", spec=model.data_spec)`
    """
    options = SourceOptions(
        split,
        split_by,
        data_dir,
        trim_silence,
        keys,
        stored_rate,
        high_pass,
        normalize,
    )
    spec = _resolve_spec(spec)
    shuffle = _is_for_training(split) if shuffle is None else shuffle
    check_options(batch_size, window_length, shuffle, seed, start_step, pipeline)
    window_length = resolve_window_length(window_length, spec.hop)
    check_conditions(spec, local_dir)
    _check_not_trimmed(local_dir, trim_silence)
    source = find_origin(name, options).open_split(spec.sample_rate)
    return WindowDataset(
        source,
        spec,
        batch_size=batch_size,
        window_length=window_length,
        shuffle=shuffle,
        seed=seed,
        start_step=start_step,
        pipeline=pipeline,
        local_dir=local_dir,
    )


def make_windows(
    dataset: Any,
    *,
    spec: DataSpec | Any,
    window_length: int | None = None,
    keys: Mapping[str, str | int | None] | None = None,
    stored_rate: int | None = None,
    high_pass: float | None = None,
    normalize: str | None = None,
) -> Example:
    """Makes arrays of all windows of a few clips, for a pipeline of one's own.

    Each sample of each clip is scored once, as `load` has it without `shuffle`.

    Args:
        dataset: As in `load`, without splits: `[waveform]` for one clip.
        spec: What the data must fit: a `DataSpec`, or a model that has a `data_spec`.
        window_length: As in `WindowDataset`.
        keys, stored_rate, high_pass, normalize: See `SourceOptions`.

    Returns:
        `(x, y, sample_weight)` as a batch of a `WindowDataset`, of B windows.

    Raises:
        ValueError, ImportError: As in `load`.

    Example:
        `model.train_on_batch(*make_windows([waveform], spec=model, stored_rate=16000))`
    """
    spec = _resolve_spec(spec)
    check_conditions(spec, None)
    length = resolve_window_length(window_length, spec.hop)
    options = SourceOptions(
        "all",
        keys=keys,
        stored_rate=stored_rate,
        high_pass=high_pass,
        normalize=normalize,
    )
    source = find_origin(dataset, options).open_split(spec.sample_rate)
    windows = cut_windows(source, spec, length)
    return windows.batch(0, windows.windows_per_pass)


def open_source(
    name: str | os.PathLike | Any,
    split: str,
    sample_rate: int,
    data_dir: str | os.PathLike | None = None,
    *,
    split_by: str = "clip",
    trim_silence: float | None = None,
    keys: Mapping[str, str | int | None] | None = None,
    stored_rate: int | None = None,
    high_pass: float | None = None,
    normalize: str | None = None,
) -> ClipSource:
    """Opens the clips of a dataset; see `SourceOptions`. Errors are those of `load`."""
    options = SourceOptions(
        split,
        split_by,
        data_dir,
        trim_silence,
        keys,
        stored_rate,
        high_pass,
        normalize,
    )
    return find_origin(name, options).open_split(sample_rate)


def open_splits(
    name: str | os.PathLike | Any,
    sample_rate: int,
    data_dir: str | os.PathLike | None = None,
    *,
    split_by: str = "clip",
    keys: Mapping[str, str | int | None] | None = None,
    stored_rate: int | None = None,
    high_pass: float | None = None,
    normalize: str | None = None,
) -> dict[str, ClipSource]:
    """Opens all splits of a dataset, by name; otherwise as `open_source`."""
    options = SourceOptions(
        split_by=split_by,
        data_dir=data_dir,
        keys=keys,
        stored_rate=stored_rate,
        high_pass=high_pass,
        normalize=normalize,
    )
    return find_origin(name, options).open_splits(sample_rate)


def _is_for_training(split: str) -> bool:
    """Whether all parts of a split are like "train_clean100" and "train[:95%]"."""
    parts = (part.strip() for part in split.split("+"))
    return all(re.fullmatch(r"train\w*(\[:.+\])?", part) for part in parts)


def _resolve_spec(spec: Any) -> DataSpec:
    spec = getattr(spec, "data_spec", spec)
    if not isinstance(spec, DataSpec):
        raise ValueError(
            "`spec` must be a `DataSpec` or a model with a `data_spec`. "
            f"Received: spec={spec!r}"
        )
    return spec


def _check_not_trimmed(local_dir, trim_silence):
    if local_dir is not None and trim_silence is not None:
        raise ValueError(
            "Frames in files cover whole clips, and can't go with trimmed ones. "
            f"Received: local_dir={os.fspath(local_dir)!r}, trim_silence={trim_silence}"
            ". Trim the audio before the frames are made, or leave it whole."
        )
