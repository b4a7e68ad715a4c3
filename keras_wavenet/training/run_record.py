"""The record of a run, `run.json`: what identifies it, and how another run differs."""

import hashlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

import keras_wavenet
from keras_wavenet import preset_io, preset_places
from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.run_config import RunConfig
from keras_wavenet.utils.atomic_file import replacing
from keras_wavenet.utils.input_file import is_file, read_json

NAME = preset_places.RECORD_OF_RUN
INEXACT = ("backend", "keras", "keras_wavenet")  # a run resumes under another one
KEYS = {"settings", "model", "data", "steps", *INEXACT}
LONGEST_VALUE = 80  # letters of a setting that an error shows


class AnotherRun(ValueError):
    """A folder holds a run that is not the one to be started or resumed there."""


def make_record(
    settings: Mapping[str, Any],
    model: keras.Model,
    train: WindowDataset,
    validation: WindowDataset | None,
    steps: int,
) -> dict[str, Any]:
    """All that identifies a run, and under which versions it began.

    Args:
        settings: Options that decide the weights, by name.
        model: The model.
        train: Its training dataset.
        validation: Its validation dataset, or None.
        steps: Length of the run.

    Returns:
        What JSON can hold: `"settings"`; `"model"`, its config; `"data"`, the number of
        clips and a digest of their names and lengths; `"steps"`; and the versions.
    """
    config = model.get_config()
    config.pop("name", None)  # Keras counts models
    data = {
        **fingerprint(train, validation),
        "batch_size": train.batch_size,
        "window_length": train.window_length,
        "seed": train.seed,
    }
    record = {
        "settings": dict(settings),
        "model": config,
        "data": data,
        "steps": steps,
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "keras_wavenet": keras_wavenet.__version__,
    }
    return as_json(record)


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are when they are read back from a file."""
    return json.loads(json.dumps(values, default=str))


def fingerprint(*datasets: WindowDataset | None) -> dict[str, Any]:
    """How many clips there are, and the SHA-256 of their names and lengths, in order.

    Args:
        *datasets: None for a dataset that the run does not have.
    """
    digest, counts = hashlib.sha256(), []
    for dataset in datasets:
        clips = () if dataset is None else dataset.source.clips
        counts.append(len(clips))
        rows = [f"{clip.length} {clip.clip_id}" for clip in clips]
        digest.update(json.dumps(rows).encode())
    return {"clips": counts, "names_and_lengths": digest.hexdigest()}


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of the run in a folder, or None where there is none.

    Raises:
        AnotherRun: If the file is damaged.
    """
    path = folder / NAME
    try:
        if not is_file(path):
            return None
        record = read_json(path, preset_io.MOST_JSON_BYTES)
        missing = KEYS - record.keys()
        if missing or not record["settings"]:
            raise ValueError(f"without {', '.join(sorted(missing)) or 'settings'}")
        # Options that were added later had their defaults.
        settings = {**RunConfig().identity(), **record["settings"]}
        return {**record, "settings": settings}
    except (AttributeError, OSError, ValueError, TypeError) as error:
        raise AnotherRun(
            f"{path} must hold the settings of a run, and is damaged: {error}. Name "
            "another folder, or overwrite this run."
        ) from error


def write_record(folder: Path, record: dict[str, Any]) -> None:
    """Write the record of the run in a folder, whole or not at all."""
    with replacing(folder / NAME) as file:
        file.write(json.dumps(record, indent=2).encode() + b"\n")


def check_same_settings(
    folder: Path, was: Mapping[str, Any], settings: Mapping[str, Any]
) -> None:
    """Refuse other settings than those of a record, before the data is opened.

    Raises:
        AnotherRun: With the settings that differ.
    """
    _refuse(folder, differences(was["settings"], as_json(settings)))


def check_same_run(
    folder: Path,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    fixed_length: bool,
    model: keras.Model,
) -> None:
    """Refuse another run than that of a record, and warn of other versions.

    Args:
        folder: Of the run, for the error.
        was: The record of the run there.
        now: From `make_record`.
        fixed_length: Whether the weights of a step depend on the length of the run.
        model: That of `now`; its class reads the config in `was`.

    Raises:
        AnotherRun: With what differs, by name.
    """
    was = {**was, "model": _canonical(was["model"], model)}
    names = ["settings", "model", "data", *(["steps"] if fixed_length else [])]
    lines = differences(*({name: one[name] for name in names} for one in (was, now)))
    _refuse(folder, lines)
    for name in INEXACT:
        if was[name] != now[name]:
            warnings.warn(
                f"The run in {folder} began with {name} {was[name]} and resumes with "
                f"{now[name]}: its weights will differ in the last bits from those of "
                "an uninterrupted run.",
                stacklevel=3,
            )


def differences(
    was: Mapping[str, Any], now: Mapping[str, Any], prefix: str = ""
) -> list[str]:
    """The values that are not equal, one line each, by name.

    A name that only one of them has is of another version, and is left out.
    """
    lines = []
    for name in sorted(set(was) & set(now)):
        if isinstance(was[name], dict) and isinstance(now[name], dict):
            lines += differences(was[name], now[name], f"{prefix}{name}.")
        elif was[name] != now[name]:
            lines.append(f"{prefix}{name}: was {_cut(was[name])}, is {_cut(now[name])}")
    return lines


def _canonical(config, model):
    """The config of a model as the present version writes it, old names included."""
    architecture = getattr(model, "architecture", None)
    if architecture is None:
        return config
    arguments = {n: v for n, v in config.items() if n in architecture.as_config()}
    try:
        filled = type(architecture)(**arguments).as_config()
    except (TypeError, ValueError):  # of another version: compared as it is
        return config
    return as_json({**config, **filled})


def _refuse(folder, lines):
    if lines:
        raise AnotherRun(
            f"{folder} holds a run with other settings: {'; '.join(lines)}. Give the "
            "same settings to resume it, name another folder for another run, or "
            "overwrite this one."
        )


def _cut(value) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
