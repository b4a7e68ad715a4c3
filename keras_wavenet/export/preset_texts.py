"""The texts of a preset that go with an export of its weights."""

import os
from pathlib import Path

from keras_wavenet import preset_places
from keras_wavenet.preset_files import CARD, MOST_TEXT_BYTES
from keras_wavenet.utils.input_file import open_file
from keras_wavenet.utils.text import escaped


def texts_of(
    preset: str | os.PathLike | None,
    name: str | None,
    description: str | None,
    license: str | None,
) -> tuple[dict[str, str | None], dict[str, bytes]]:
    """The texts of an export.

    Args:
        preset: The preset, or None.
        name: A name in place of that of the model, or None.
        description: A description in place of that of the preset, or None.
        license: A license in place of that of the preset, or None.

    Returns:
        The name if there is one, the description and the license, escaped or None; and
        the contents of the files on license and attribution, by name.

    Raises:
        ValueError: If there is no such preset, or a file is too long or outside of it.
        OSError: If one of the files can't be read.
    """
    texts, files = {"description": description, "license": license}, {}
    if preset is not None:
        from keras_wavenet.preset_io import read_metadata  # imports Keras

        folder = preset_places.find(preset)
        metadata = read_metadata(folder)
        texts = {n: metadata.get(n) if t is None else t for n, t in texts.items()}
        found = [name for name in preset_places.texts_in(folder) if name != CARD]
        files = {name: _content(folder / name) for name in found}
    texts |= {} if name is None else {"name": name}
    return {n: t if t is None else escaped(str(t)) for n, t in texts.items()}, files


def _content(path: Path) -> bytes:
    with open_file(path) as file:
        content = file.read(MOST_TEXT_BYTES + 1)
    if len(content) > MOST_TEXT_BYTES:
        raise ValueError(f"{path} may have {MOST_TEXT_BYTES:,} bytes at most.")
    return content
