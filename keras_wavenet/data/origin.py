"""Origins: the datasets that names and paths stand for, opened at a sample rate."""

import abc
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.high_pass import check_high_pass, high_passed
from keras_wavenet.data.normalization import Normalization, normalized
from keras_wavenet.data.splits import check_split_by, make_split, make_splits
from keras_wavenet.data.trimming import check_decibels, trim_silence
from keras_wavenet.utils.paths import user_path

PROCESSING = ("high_pass", "normalize")  # options that change samples


@dataclass(frozen=True)
class SourceOptions:
    """Which clips of a dataset are opened, and how.

    Args:
        split: Name of the split, or of tfds data a slice, such as `"train[:95%]"`.
            Where the data has no splits of its own, as in a folder, or only one,
            `"train"`, `"validation"` and `"test"` are made.
        split_by: What a split that is made holds out: `"clip"` or `"speaker"`.
        data_dir: Folder of tfds datasets; tfds' own default if None.
        trim_silence: Level below which the beginning and the end of a clip are left
            out, in dB relative to its loudest part, for example -40; None trims
            nothing. The source's `report` gives how much was.
        keys: Names of tfds features, for what is not found by itself: any of
            `"audio"`, `"clip_id"`, `"speaker"`, `"label"` and `"transcript"`, such as
            `{"audio": "speech", "label": "accent"}`; None leaves one out. Of a dataset
            of your own also `"split"` and `"sample_rate"`; where its examples are
            tuples, the names are places, from 0 on.
        stored_rate: Sample rate in Hz of a tfds dataset, or of one of your own, that
            does not state it.
        high_pass: Frequency in Hz below which clips are filtered: rumble, hum and a
            constant offset go. None leaves them.
        normalize: The level that each clip is brought to by a gain of its own:
            `"peak"` of -0.1 dBFS, or `"rms"`, a root mean square of -26 dBFS, or less
            where the peak would exceed -0.1 dBFS. `"rms:-23"` is another level. None
            leaves them.

    Clips are filtered first, then trimmed, then normalized: the gain is measured on
    what is kept.

    Raises:
        ValueError: If `split_by`, `trim_silence`, `high_pass` or `normalize` is out of
            range.
    """

    split: str = "train"
    split_by: str = "clip"
    data_dir: str | os.PathLike | None = None
    trim_silence: float | None = None
    keys: Mapping[str, str | int | None] | None = None
    stored_rate: int | None = None
    high_pass: float | None = None
    normalize: str | None = None

    def __post_init__(self):
        check_split_by(self.split_by)
        if self.trim_silence is not None:
            check_decibels(self.trim_silence)
        if self.high_pass is not None:
            check_high_pass(self.high_pass)
        if self.normalize is not None:
            Normalization.parse(self.normalize)


def processed(source: ClipSource, options: SourceOptions) -> ClipSource:
    """Clips with a high-pass, trimmed and normalized, each if the options state it.

    Without any of these, the source itself.

    Raises:
        ValueError: If the cutoff is too high for the rate, or no clip has sound.
    """
    high_pass, normalize = options.high_pass, options.normalize
    if high_pass is not None:
        source = high_passed(source, high_pass)
    if options.trim_silence is not None:
        source = trim_silence(source, options.trim_silence)
    if high_pass is None and normalize is None:
        return source
    level = None if normalize is None else Normalization.parse(normalize)
    return normalized(source, level)


class Origin(abc.ABC):
    """A dataset that was found by its name or its path.

    A kind of dataset is a subclass with `open`, and a function that finds it, which
    `keras_wavenet.data.register` adds to those that `load` tries.

    Args:
        options: Which clips are opened, and how.

    Attributes:
        splits: Names of the splits that are opened separately. None if `open` gives all
            clips in one index, whose column `split` assigns them to splits; where it is
            empty, train, validation and test are made.
        takes_keys: Whether the options `keys` and `stored_rate` apply.
        processing: Options of `PROCESSING` that its samples were stored with.
    """

    splits: tuple[str, ...] | None = None
    takes_keys = False
    processing: Mapping[str, Any] = {}

    def __init__(self, options: SourceOptions):
        self.options = options

    @abc.abstractmethod
    def open(self, sample_rate: int, split: str | None = None) -> ClipSource:
        """Opens all clips, or those of one of `splits`.

        Args:
            sample_rate: Rate to read at, in Hz.
            split: Name of the split; None if `splits` is None.
        """

    def open_split(self, sample_rate: int) -> ClipSource:
        """Opens the split that the options name, processed as they state.

        Raises:
            ValueError: If there is no such split, or no usable clip in it.
        """
        source = self._open_whole_split(self.options.split, sample_rate)
        return processed(source, self.options)

    def _open_whole_split(self, split: str, sample_rate: int) -> ClipSource:
        if self.splits is None:
            source = self._opened(sample_rate)
            return make_split(source, split, self.options.split_by)
        return self._opened(sample_rate, split)

    def open_splits(self, sample_rate: int) -> dict[str, ClipSource]:
        """Opens all splits, by name, untrimmed; errors as in `open_split`."""
        if self.splits is None:
            splits = make_splits(self._opened(sample_rate), self.options.split_by)
        else:
            splits = {name: self._opened(sample_rate, name) for name in self.splits}
        whole = replace(self.options, trim_silence=None)
        return {name: processed(source, whole) for name, source in splits.items()}

    def open_all(self, sample_rate: int) -> list[ClipSource]:
        """Opens all clips, each once whatever its split, in one source or several."""
        if self.splits is None:
            sources = [self._opened(sample_rate)]
        else:
            sources = [self._opened(sample_rate, split) for split in self.splits]
        whole = replace(self.options, trim_silence=None)
        return [processed(source, whole) for source in sources]

    def _opened(self, *arguments) -> ClipSource:
        """What `open`, which may be a user's own, returns."""
        source = self.open(*arguments)
        if not isinstance(source, ClipSource):
            raise ValueError(
                f"`{type(self).__name__}.open` must return a `ClipSource`. "
                f"Received: {type(source).__name__}"
            )
        return source

    def notices(self) -> str:
        """Returns licenses and attributions of the audio; "" if there are none."""
        return ""


# From a name, a path or an object, and options, to the dataset; None if it is not of
# their kind.
Finder = Callable[[Any, SourceOptions], Origin | None]
_FINDERS: list[Finder] = []  # in the order in which they are tried
_OBJECT_FINDERS: list[Finder] = []


def register(find: Finder, *, objects: bool = False) -> Finder:
    """Adds a kind of dataset to those that `load` finds; a function decorator.

    Args:
        find: Called with a name or a path and with `SourceOptions`, before the kinds
            that were known until now. Returns an `Origin`, or None if the name is not
            of its kind.
        objects: Whether `find` is called with datasets that are objects, rather than
            with names and paths.

    Example:
        ```python
        class Corpus(data.Origin):
            def open(self, sample_rate, split=None):
                return data.ClipSource(sample_rate, clips, reader)

        @data.register
        def find_corpus(name, options):
            return Corpus(options) if name == "corpus" else None

        data.load("corpus", spec=model.data_spec)
        ```
    """
    if not callable(find):
        raise ValueError(
            f"`find` must be a function of a name and options. Received: find={find!r}"
        )
    (_OBJECT_FINDERS if objects else _FINDERS).insert(0, find)
    return find


def find_origin(
    name: str | os.PathLike | Any, options: SourceOptions | None = None
) -> Origin:
    """Finds the dataset that a name, a path or an object stands for.

    Args:
        name: As in `load`.
        options: Which clips are opened, and how.

    Raises:
        ValueError, ImportError, OSError: As in `load`.
    """
    options = options or SourceOptions()
    if isinstance(name, os.PathLike):
        name = os.fspath(name)
    if isinstance(name, str) and not name:
        raise ValueError("A dataset must have a name or a path. Received: an empty one")
    origin = _first_found(name, options)
    has_keys = options.keys is not None or options.stored_rate is not None
    if has_keys and not origin.takes_keys:
        raise ValueError(
            "`keys` and `stored_rate` are for tfds datasets and your own; other audio "
            f"states its rate. Received: {_shown(name)}, keys={options.keys!r}, "
            f"stored_rate={options.stored_rate!r}"
        )
    return origin


def _first_found(name, options):
    """The origin of the first finder that knows the name; some are users' own."""
    for find in _FINDERS if isinstance(name, str) else _OBJECT_FINDERS:
        origin = find(name, options)
        if isinstance(origin, Origin):
            return origin
        if origin is not None:
            raise ValueError(
                "A function that finds a dataset must return an `Origin`, or None for "
                f"a name that is not of its kind. Received: {type(origin).__name__} "
                f"for {_shown(name)}"
            )
    raise ValueError(f"Expected the name of a dataset. Received: {_shown(name)}")


def _shown(name):
    """A name, or the class of a dataset that is an object."""
    return repr(name) if isinstance(name, str) else type(name).__name__


def path_of(name: str) -> Path | None:
    """Returns the path of a folder that exists, or of what can only be one, or None."""
    path = user_path(name)
    if path.is_dir() or path.is_absolute() or name.startswith((".", "~")):
        return path
    return None
