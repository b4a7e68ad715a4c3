"""What of a training command decides the weights it ends with."""

import argparse
import hashlib
import json
from pathlib import Path

from keras_wavenet.commands.callback_arguments import NAMES as _OF_THE_CALLBACKS
from keras_wavenet.commands.condition_arguments import NAMES as _OF_THE_CONDITIONS
from keras_wavenet.commands.model_arguments import NAMES as _OF_THE_ARCHITECTURE

# Where to write, what to show, and how much: a run goes on under others.
_FREE = {
    "backend", "data_dir", "debug", "dry_run", "epochs", "jit_compile", "out",
    "overwrite", "pipeline", "rematerialize", "run", "save_every", "steps",
}  # fmt: skip
# These are in the configuration of the model, in full.
_OF_THE_MODEL = {"preset", *_OF_THE_ARCHITECTURE, *_OF_THE_CONDITIONS}
_LONGEST_VALUE = 80  # of a setting that is told, in letters


def settings_of(arguments: argparse.Namespace) -> dict:
    """The flags of `train` that decide what a run does, as JSON gives them back."""
    left_out = {*_FREE, *_OF_THE_MODEL, *_OF_THE_CALLBACKS}
    settings = {
        name: value for name, value in vars(arguments).items() if name not in left_out
    }
    if Path(arguments.data).expanduser().is_dir():
        del settings["data"]  # it may move: its clips say whether it is the same
    # Its files may move, too: what matters is whether frames come from files.
    settings["local_dir"] = arguments.local_dir is not None
    if arguments.window_length is None:
        del settings["window_length"]  # the length it comes to is recorded
    if arguments.load_weights:
        settings["preset"] = str(arguments.preset)
    return as_json(settings)


def record_of(arguments: argparse.Namespace, model, train, validation, steps) -> dict:
    """All that says which run it is, for `RunFolder.begin`.

    Args:
        arguments: Of the command `train`.
        model: The model.
        train: Its training dataset.
        validation: Its validation dataset, or None.
        steps: Length of the run.
    """
    import keras

    import keras_wavenet

    config = model.get_config()
    del config["name"]  # Keras counts models
    return {
        "settings": settings_of(arguments),
        "model": config,
        "data": {
            **fingerprint(train, validation),
            "window_length": train.window_length,
        },
        "steps": steps,
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "keras_wavenet": keras_wavenet.__version__,
    }


def as_json(settings: dict) -> dict:
    """Settings as they are when they come back from a file."""
    return json.loads(json.dumps(settings, default=str))


def fingerprint(*datasets) -> dict:
    """How many clips there are, and the SHA-256 of their names and lengths, in order.

    Args:
        *datasets: `WindowDataset`s; None for one that there is not.
    """
    digest, counts = hashlib.sha256(), []
    for dataset in datasets:
        clips = () if dataset is None else dataset.source.clips
        counts.append(len(clips))
        rows = [f"{clip.length} {clip.clip_id}" for clip in clips]
        digest.update(json.dumps(rows).encode())
    return {"clips": counts, "names_and_lengths": digest.hexdigest()}


def differences(was: dict, now: dict, prefix: str = "") -> list[str]:
    """The settings that are not alike, one line each.

    A setting that one of them does not know is of another version, and is left out.
    """
    lines = []
    for name in sorted(set(was) & set(now)):
        if isinstance(was[name], dict) and isinstance(now[name], dict):
            lines += differences(was[name], now[name], f"{prefix}{name}.")
        elif was[name] != now[name]:
            lines.append(f"{prefix}{name}: was {_cut(was[name])}, is {_cut(now[name])}")
    return lines


def _cut(value) -> str:
    text = str(value)
    most = _LONGEST_VALUE
    return text if len(text) <= most else f"{text[:most]}..."
