"""Where presets lie: a built-in name, a folder, or a place named by a scheme.

A scheme such as `hf://` is one function, from what follows the scheme to a folder on
this machine, and one entry of `SCHEMES`; those of the package are in `hubs`. A folder
that was downloaded passes the same checks as any other when it is loaded.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from keras_wavenet.hubs import HUBS
from keras_wavenet.preset_files import CONFIG, METADATA, TEXTS, WEIGHTS
from keras_wavenet.utils.atomic_folder import restore
from keras_wavenet.utils.input_file import is_file
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.own_files import RECORD_OF_RUN
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.text import shown

BEST_OF_RUN = "best"  # in the folder of a training run


def find(preset: str | os.PathLike) -> Path:
    """The folder of a preset.

    Args:
        preset: A built-in name such as `"wavenet_tiny"`; the path of a folder: a
            preset, or a training run, whose best one is taken; or `scheme://place`,
            such as `"hf://user/repository@revision"` or
            `"kaggle://user/model/keras/variation/version"`, which is downloaded.

    Raises:
        ValueError: If it is none of these, or no preset is there.
        ImportError: If the library that downloads it is missing.
        OSError: If it can't be downloaded and was not before.
    """
    names = builtin_names()
    if not isinstance(preset, str | os.PathLike):
        raise ValueError(
            f"`preset` must be one of {names} or the path of a folder. "
            f"Received: preset={preset!r}"
        )
    if isinstance(preset, str):
        if preset in names:
            return builtin_folder() / preset
        scheme, separator, place = preset.partition("://")
        if separator and scheme in SCHEMES:
            return _preset_in(_fetched(scheme, place))
    folder = user_path(preset)
    _restore(folder)
    if folder.is_dir():
        return _preset_in(folder)
    schemes = [f"{scheme}://" for scheme in sorted(SCHEMES)]
    before, separator, _ = str(preset).partition("://")
    near = did_you_mean(before + separator, schemes if separator else names)
    raise ValueError(
        f"`preset` must be one of {names}, the path of a folder, or begin with one of "
        f"{', '.join(schemes)}. Received: {shown(repr(str(preset)), 200)}{near}"
    )


def title(preset: str) -> str:
    """The name of a preset in texts: of a folder its name, else what is after `://`."""
    place = preset.rstrip("/").partition("://")[2]
    return place or user_path(preset).absolute().name


def builtin_folder() -> Path:
    """Where the presets of this package lie: in it once installed, else next to it."""
    package = Path(__file__).resolve().parent
    inside = package / "presets"
    return inside if inside.is_dir() else package.parent / "presets"


def builtin_names() -> list[str]:
    """The names of the presets of this package, sorted."""
    return sorted(path.parent.name for path in builtin_folder().glob(f"*/{CONFIG}"))


def texts_in(folder: Path) -> list[str]:
    """The names of the files for people in a preset, which are copied with it.

    Raises:
        ValueError: If one is a link to a file outside of the preset: a stranger's
            preset must not publish what else is on this machine. The cache of the
            Hugging Face Hub, where a preset is a folder of links, is its own place.
        OSError: If one is no file.
    """
    root = folder.resolve()
    cache = root.parent.parent / "blobs" if root.parent.name == "snapshots" else root
    names = [name for name in TEXTS if is_file(folder / name)]
    for name in names:
        place = (folder / name).resolve()
        if not (place.is_relative_to(root) or place.is_relative_to(cache)):
            raise ValueError(
                f"{name} of a preset must be in its folder. Received: {folder / name}, "
                "a link to a file outside of it: copy what it should hold"
            )
    return names


def register_scheme(scheme: str, fetch: Callable[[str], str | os.PathLike]) -> None:
    """Let `from_preset` and the commands take `scheme://place`.

    Args:
        scheme: What stands before `://`, such as `"s3"`.
        fetch: From the place to the path of a folder with the files of a preset.

    Raises:
        ValueError: If the scheme is not a word of letters and digits, or has another
            function, or `fetch` is no function.
    """
    if not scheme.isalnum():
        raise ValueError(
            f"`scheme` must be letters and digits. Received: scheme={scheme!r}"
        )
    if not callable(fetch):
        raise ValueError(
            f"`fetch` must be a function of a place. Received: fetch={fetch!r}"
        )
    if SCHEMES.setdefault(scheme, fetch) is not fetch:
        raise ValueError(f"`scheme` must be new. Received: scheme={scheme!r}")


SCHEMES = {scheme: hub.fetch for scheme, hub in HUBS.items()}


def _fetched(scheme, place):
    """The folder that the function of a scheme gives; such functions are users' own."""
    folder = SCHEMES[scheme](place)
    if not isinstance(folder, str | os.PathLike):
        raise ValueError(
            f"The function of {scheme}:// must return the path of a folder. "
            f"Received: {folder!r} for {place!r}"
        )
    return Path(folder)


def _restore(folder):
    """Put a preset back whose replacement was interrupted, if that is possible."""
    with contextlib.suppress(OSError, ValueError):  # of a path that can be no file's
        restore(folder)
        restore(folder / BEST_OF_RUN)


def _preset_in(folder):
    """The folder itself, or that of the best preset of a training run."""
    for candidate in (folder, folder / BEST_OF_RUN):
        if is_file(candidate / CONFIG):
            return candidate
    if (folder / RECORD_OF_RUN).is_file():
        raise ValueError(
            f"{folder} is a training run that has not ended an epoch yet: there is no "
            "preset in it. Wait for it, or train on."
        )
    raise ValueError(
        f"A preset folder must hold {CONFIG}, {METADATA} and, with weights, "
        f"{WEIGHTS}. Received: {folder}, which has no {CONFIG}"
    )
