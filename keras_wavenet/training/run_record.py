"""The record of a run, `run.json`: what identifies it, and how another run differs."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

import keras_wavenet
from keras_wavenet import backend_defaults, preset_io, preset_places
from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.run_config import RunConfig
from keras_wavenet.training.data_parallel import processes
from keras_wavenet.training.fingerprint import fingerprint
from keras_wavenet.training.run_differences import differences
from keras_wavenet.utils.atomic_file import replacing
from keras_wavenet.utils.input_file import is_file, read_json

NAME = preset_places.RECORD_OF_RUN
KEYS = {"settings", "model", "data", "steps", "backend", "keras", "keras_wavenet"}
# A run resumes under another one, with other last bits.
INEXACT = (
    "backend", "backend_version", "keras", "keras_wavenet", "device", "processor",
    "threads", "jit_compile", "devices",
)  # fmt: skip


class Occupied(Exception):
    """A folder holds what keeps a run from starting or resuming there.

    Args:
        found: What the folder holds.
        advice: What to do about it.

    Attributes:
        found: As above; the commands give advice of their own.
    """

    def __init__(self, found: str, advice: str):
        super().__init__(f"{found} {advice}")
        self.found = found


class AnotherRun(Occupied, ValueError):
    """A folder holds a run that is not the one to be started or resumed there."""


class NoRun(Occupied, FileExistsError):
    """A folder holds something else than a run."""


def make_record(
    settings: Mapping[str, Any],
    model: keras.Model,
    train: WindowDataset,
    validation: WindowDataset | None,
    steps: int,
) -> dict[str, Any]:
    """All that identifies a run, and what its last bits depend on.

    Args:
        settings: Options that decide the weights, by name.
        model: The model.
        train: Its training dataset.
        validation: Its validation dataset, or None.
        steps: Length of the run.

    Returns:
        What JSON can hold: `"settings"`; `"model"`, its config; `"data"`, the
        `fingerprint` of the clips and how they are read; `"steps"`; and `INEXACT`:
        versions, the device, on a CPU the threads, whether steps are compiled, and how
        many devices share a batch.
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
        "jit_compile": getattr(model, "jit_compile", None),
        "devices": processes.current().devices,
        **backend_defaults.rounding(),
    }
    return as_json(record)


def same_in_all(record: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal in all processes of a run, of a record; devices may differ."""
    return {name: record[name] for name in (*sorted(KEYS), "backend_version")}


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are when they are read back from a file."""
    return json.loads(json.dumps(values, default=str))


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
        if not isinstance(record, dict):
            raise ValueError(f"a {type(record).__name__} in place of an object")
        objects = [name for name in ("settings", "model") if name in record]
        empty = {name for name in objects if not isinstance(record[name], dict)}
        missing = KEYS - record.keys() | empty
        if missing or not record["settings"]:
            raise ValueError(f"without {', '.join(sorted(missing)) or 'settings'}")
        # Options that were added later had their defaults.
        settings = {**RunConfig().identity(), **record["settings"]}
        return {**record, "settings": settings}
    except (AttributeError, OSError, ValueError, TypeError) as error:
        raise AnotherRun(
            f"{path} must hold the settings of a run, and is damaged: {error}.",
            "Name another folder, or overwrite this run.",
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
    if was["backend"] != now["backend"]:
        was = {**was, "backend_version": now.get("backend_version")}
    for name in INEXACT:
        if was.get(name, now.get(name)) != now.get(name):
            warnings.warn(
                f"The run in {folder} began with {name.replace('_', ' ')} {was[name]} "
                f"and resumes with {now[name]}: its weights will differ in the last "
                "bits from those of an uninterrupted run.",
                stacklevel=3,
            )


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
            f"{folder} holds a run with other settings: {'; '.join(lines)}.",
            "Give the same settings to resume it, name another folder for another run, "
            "or overwrite this one.",
        )
