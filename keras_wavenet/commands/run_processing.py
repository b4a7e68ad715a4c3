"""How the audio of a run was processed, compared with that its model is scored on."""

import argparse
import warnings

from keras_wavenet.commands.data_arguments import processing, source_options
from keras_wavenet.utils.input_file import read_json
from keras_wavenet.utils.own_files import RECORD_OF_RUN, is_run_folder

_LARGEST_RECORD = 2**24  # bytes


def warn_of_other_processing(arguments: argparse.Namespace) -> None:
    """Warn if a model is scored on audio that was processed otherwise than its own.

    A preset does not contain how its audio was processed; the record of its run has the
    flags. What was stored in a prepared dataset is not in it.

    Args:
        arguments: Parsed flags with `preset`, and those of `add_data_arguments`.
    """
    from keras_wavenet import preset_places
    from keras_wavenet.data import find_origin
    from keras_wavenet.data.origin import PROCESSING

    run = preset_places.find(arguments.preset).parent
    if not is_run_folder(run):
        return
    try:
        settings = dict(read_json(run / RECORD_OF_RUN, _LARGEST_RECORD)["settings"])
    except (OSError, KeyError, TypeError, ValueError):
        return  # nothing is known
    stored = find_origin(arguments.data, source_options(arguments)).processing
    scored = {**stored, **processing(arguments)}
    names = [
        name
        for name in PROCESSING
        if settings.get(name) != scored.get(name)
        and (settings.get(name) is not None or stored.get(name) is None)
    ]
    if names:
        warnings.warn(
            f"The run {run} was trained on audio with {_in_words(names, settings)}, and"
            f" is scored on audio with {_in_words(names, scored)}. Give the same "
            "--high-pass and --normalize to compare.",
            stacklevel=2,
        )


def _in_words(names, values):
    return ", ".join(f"{name}={values.get(name)}" for name in names)
