"""Presets to hubs: copied, checked whole, described by a card, and uploaded as one."""

import dataclasses
import json
import os
import shutil
import tempfile
from pathlib import Path

from keras_wavenet import preset_io
from keras_wavenet.hubs import HUBS, UploadOptions
from keras_wavenet.licenses import OTHER, license_identifier
from keras_wavenet.model_card import card_of, class_of, is_card, read_readme
from keras_wavenet.preset_files import CARD, CONFIG, METADATA, WEIGHTS
from keras_wavenet.preset_places import find, texts_in
from keras_wavenet.utils.input_file import is_file, open_file
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.text import shown


@dataclasses.dataclass(frozen=True)
class Upload:
    """What was uploaded, or would be.

    Attributes:
        uri: Where to; `from_preset` loads it from there.
        files: Bytes of each file, by name.
        card: The text of `README.md`.
        url: A page about it; None if nothing was uploaded.
    """

    uri: str
    files: dict[str, int]
    card: str
    url: str | None = None


def upload_preset(
    uri: str,
    preset: str | os.PathLike,
    *,
    description: str | None = None,
    license: str | None = None,
    message: str = UploadOptions.message,
    private: bool | None = None,
    create: bool = True,
    dry_run: bool = False,
) -> Upload:
    """Upload a preset to a hub, with a model card.

    The files are copied first; the copy is loaded as `from_preset` loads it, and only a
    whole preset is uploaded. Nothing else in its folder is, but `LICENSE` and
    `ATTRIBUTION.md`. A `README.md` that begins with metadata in YAML is the card;
    the text of another one becomes part of the card.

    Args:
        uri: `"hf://USER/REPOSITORY"`, with `"@BRANCH"` for another branch than main,
            or `"kaggle://USER/MODEL/keras/VARIATION"`.
        preset: A preset as `from_preset` takes it: a folder, a run, whose best preset
            is taken, or a built-in name.
        description: A text on the model and its data in place of the preset's.
        license: License of the weights in place of the preset's, such as `"CC BY 4.0:
            trained on recordings by ..."`.
        message: Of the commit or the version.
        private: Whether a new repository is private; None leaves it to the hub.
            Kaggle's are.
        create: Whether to create a repository, or a branch, that is missing.
        dry_run: Whether to check all and upload nothing; needs no network.

    Returns:
        What was uploaded, and where its page is.

    Raises:
        ValueError: If the address is wrong, there is no such preset, it is not whole,
            or the repository is missing and `create` is false.
        PermissionError: If nobody is logged in, or lacks the right to write there.
        ConnectionError: If the hub can't be reached.
        ImportError: If the library of the hub is missing; the extra `hub` installs it.

    Example:
        >>> keras_wavenet.upload_preset("hf://me/voice", "runs/voice", private=True).url
    """
    scheme, place = _hub_of(uri)
    hub = HUBS[scheme]
    hub.check_upload(place, UploadOptions(message, private, create))
    folder = find(preset)
    with tempfile.TemporaryDirectory(prefix="keras_wavenet.") as temporary:
        draft = Path(temporary) / folder.name  # errors have the name of the preset
        draft.mkdir()
        metadata = _copy(folder, draft, description, license)
        _check_whole(draft)
        card = card_of(draft, uri, origin=folder)
        (draft / CARD).write_text(card, "utf-8")
        files = {path.name: path.stat().st_size for path in sorted(draft.iterdir())}
        if dry_run:
            return Upload(uri, files, card)
        name = _license_name(metadata)
        options = UploadOptions(message, private, create, name)
        return Upload(uri, files, card, hub.upload(place, draft, options))


def _hub_of(uri):
    schemes = [f"{scheme}://" for scheme in HUBS]
    scheme, separator, place = str(uri).partition("://")
    if not separator or scheme not in HUBS:
        near = did_you_mean(scheme + separator, schemes if separator else ())
        raise ValueError(
            f"`uri` must begin with one of {', '.join(schemes)}. "
            f"Received: {shown(repr(uri), 200)}{near}"
        )
    return scheme, place


def _copy(folder, draft, description, license):
    """Copy what is uploaded; returns the metadata, with what replaces the preset's."""
    for name in (CONFIG, METADATA, WEIGHTS, *texts_in(folder)):
        if is_file(folder / name):
            with open_file(folder / name) as source, (draft / name).open("wb") as copy:
                shutil.copyfileobj(source, copy)
    given = {"description": description, "license": license}
    given = {name: text for name, text in given.items() if text is not None}
    if given and is_card(read_readme(draft)):
        raise ValueError(
            f"{CARD} of the preset is a card that is uploaded as it is: change it "
            f"there, or delete it for a new one. Received: {', '.join(given)}"
        )
    metadata = {**preset_io.read_metadata(draft), **given}
    if given:
        (draft / METADATA).write_text(json.dumps(metadata, indent=2) + "\n", "utf-8")
    return metadata


def _check_whole(draft):
    """Load a preset as others will; what is damaged or missing is an error."""
    cls = class_of(draft)
    trained = not preset_io.is_architecture_alone(draft)
    cls.from_preset(draft, load_weights=trained)


def _license_name(metadata):
    name = license_identifier(metadata.get("license") or "")
    return None if name == OTHER else name
