"""Which errors are the package's own words."""

from pathlib import Path

import keras_wavenet

_PACKAGE = Path(keras_wavenet.__file__).parent


def is_ours(error: Exception) -> bool:
    """Whether an error is of a kind that a user acts on, and raised by the package."""
    if not isinstance(error, ValueError | OSError | ImportError):
        return False
    place = error.__traceback__
    while place.tb_next is not None:
        place = place.tb_next
    return Path(place.tb_frame.f_code.co_filename).is_relative_to(_PACKAGE)
