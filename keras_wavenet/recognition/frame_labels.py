"""Labels of clips: the class of each of their frames."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from keras_wavenet.data.clip_source import ClipSource

UNLABELED = -1


class FrameLabels(Protocol):
    """What a dataset needs of labels, wherever they come from.

    Attributes:
        classes: Names of the classes, in the order of their numbers.
    """

    classes: tuple[str, ...]

    def at(self, clip: int, samples: np.ndarray) -> np.ndarray:
        """The class at some samples of a clip.

        Args:
            clip: Index of the clip in its source.
            samples: Integers, `(F,)`, rising; they may lie outside the clip.

        Returns:
            int32 array, `(F,)`, numbers of classes, -1 where there is none.
        """

    def __len__(self) -> int:
        """Number of clips that have labels."""


class ClipLabels:
    """One class for all of a clip, such as its speaker.

    Args:
        names: For each clip the name of its class; None if it has none.
        classes: All names, in the order of their numbers; sorted ones if None.

    Raises:
        ValueError: If a clip has a class that is not in `classes`, or none has any.
    """

    def __init__(
        self, names: Sequence[str | None], classes: Sequence[str] | None = None
    ):
        given = set(names) - {None}
        self.classes = tuple(sorted(given) if classes is None else classes)
        _check_known(given, self.classes)
        numbers = {name: number for number, name in enumerate(self.classes)}
        self._numbers = [numbers.get(name, UNLABELED) for name in names]

    @classmethod
    def of_source(
        cls,
        source: ClipSource,
        field: str = "speaker",
        classes: Sequence[str] | None = None,
    ) -> "ClipLabels":
        """The labels that a source has of its clips.

        Args:
            source: The clips.
            field: `"speaker"` or `"label"`.
            classes: As above; for other clips, give those of the training clips.

        Raises:
            ValueError: If there is no such field, or as above.
        """
        if field not in ("speaker", "label"):
            raise ValueError(
                f'`field` must be "speaker" or "label". Received: field={field!r}'
            )
        return cls([getattr(clip, field) for clip in source.clips], classes)

    def at(self, clip: int, samples: np.ndarray) -> np.ndarray:
        """The class of the clip, at every sample: see `FrameLabels`."""
        return np.full(len(samples), self._numbers[clip], "int32")

    def __len__(self) -> int:
        return len(self._numbers)


class SegmentLabels:
    """Classes of segments of each clip, such as its phonemes.

    Args:
        segments: For each clip its segments `(start, stop, name)`, in samples and in
            order, which do not overlap. A name of None is no class.
        classes: All names, in the order of their numbers; sorted ones if None.

    Raises:
        ValueError: If segments overlap or are empty, a class is not in `classes`, or
            there is no segment at all.
    """

    def __init__(
        self,
        segments: Sequence[Sequence[tuple[int, int, str | None]]],
        classes: Sequence[str] | None = None,
    ):
        given = {name for clip in segments for _, _, name in clip} - {None}
        self.classes = tuple(sorted(given) if classes is None else classes)
        _check_known(given, self.classes)
        numbers = {name: number for number, name in enumerate(self.classes)}
        self._borders, self._numbers = [], []
        for index, clip in enumerate(segments):
            borders = [border for start, stop, _ in clip for border in (start, stop)]
            _check_order(index, borders)
            self._borders.append(np.array(borders, "int64"))  # (2 x segments,)
            kinds = [numbers.get(name, UNLABELED) for _, _, name in clip]
            self._numbers.append(np.array(kinds, "int32"))
        self.segments = tuple(tuple(clip) for clip in segments)

    def at(self, clip: int, samples: np.ndarray) -> np.ndarray:
        """The class of the segment that each sample lies in: see `FrameLabels`."""
        classes = np.full(len(samples), UNLABELED, "int32")
        passed = np.searchsorted(self._borders[clip], samples, side="right")
        inside = passed % 2 == 1  # after a start, and not yet after its stop
        classes[inside] = self._numbers[clip][passed[inside] // 2]
        return classes

    def __len__(self) -> int:
        return len(self._borders)


def frame_classes(
    labels: FrameLabels, clip: int, length: int, start: int, frames: int, pool: int
) -> np.ndarray:
    """The class of each frame: the one at its middle, `pool // 2` after its start.

    Args:
        labels: The labels.
        clip: Index of the clip.
        length: Samples of the clip.
        start: First sample of the first frame; it may lie outside the clip.
        frames: Number of frames.
        pool: Samples in each.

    Returns:
        int32 array, `(frames,)`, -1 where there is no class or the middle lies outside
        the clip.
    """
    middles = start + pool * np.arange(frames) + pool // 2
    inside = (middles >= 0) & (middles < length)
    return np.where(inside, labels.at(clip, middles), UNLABELED)


def _check_known(given: set, classes: tuple[str, ...]):
    unknown = sorted(given - set(classes))
    if unknown or not given:
        raise ValueError(
            f"Every label must be one of the classes {str(list(classes))[:200]}. "
            f"Received: {unknown[:5] or 'no label at all'}"
        )


def _check_order(clip: int, borders: list[int]):
    wrong = [
        place
        for place, (before, after) in enumerate(zip(borders, borders[1:], strict=False))
        if after < before or (after == before and place % 2 == 0)
    ]
    if wrong:
        first = wrong[0] // 2
        raise ValueError(
            "Segments must be in order, not empty and without overlap. Received: clip "
            f"{clip}, segment {first}: samples {borders[2 * first : 2 * first + 4]}"
        )
