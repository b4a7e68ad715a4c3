"""Batches of clips with a class for each frame, ready for a `Recognizer`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.windows.dataset import check_options
from keras_wavenet.data.windows.pipelines import make_grain
from keras_wavenet.data.windows.windows import Example
from keras_wavenet.recognition.frame_labels import FrameLabels, frame_classes
from keras_wavenet.recognition.windows import FrameWindows


@dataclass(frozen=True, kw_only=True)
class RecognitionSpec(DataSpec):
    """The facts of a `Recognizer` that its training data must fit.

    Args:
        sample_rate, context_length: As in `DataSpec`.
        pool: Samples in a frame.
        classes: Names of the classes, in the order of their numbers.

    Raises:
        ValueError: If a number is out of range, or there are no classes.
    """

    pool: int
    classes: tuple[str, ...]

    def __post_init__(self):
        super().__post_init__()
        if self.pool < 1:
            raise ValueError(
                f"`pool` must be at least 1 sample. Received: pool={self.pool}"
            )
        if not self.classes:
            raise ValueError("`classes` must have at least one name. Received: none")


class RecognitionDataset:
    """Batches `(x, y, sample_weight)` of windows with a class for each frame.

    `x` is `{"waveform": (B, T), "context": (B, n)}`; `y` is `{"next_sample": (B, T),
    "frames": (B, F)}`, the waveform one sample later and int32 numbers of classes, and
    `sample_weight` has the same names and shapes: 0 for samples and frames outside a
    clip and for frames without a class, else 1.

    Shuffled batches are endless, and batch k is a pure function of `(seed, k)`; without
    `shuffle` the batches tile the clips, so that each frame is scored exactly once. The
    batches come through grain on every backend; `fit` and `evaluate` of a `Recognizer`
    accept the dataset itself.

    Args:
        source: The clips.
        labels: Their labels, see `FrameLabels`.
        spec: The `RecognitionSpec` of the model, or a model that has a `data_spec`.
        batch_size: Windows in a batch, B.
        window_length: Samples of a window, T, a multiple of the model's `pool`.
        shuffle: Whether the windows are the endless shuffled ones or a tiling.
        seed: Non-negative integer, for the shuffled ones.
        start_step: Number of the first batch, for the shuffled ones.

    Attributes:
        batches: The native dataset, a `grain.IterDataset`.
        source, labels, spec, batch_size, window_length, shuffle, seed, start_step: As
            above.

    Raises:
        ValueError: If an argument is out of its range, or source, labels and model do
            not fit each other.
        ImportError: If grain is not installed.
    """

    pipeline = "grain"

    def __init__(
        self,
        source: ClipSource,
        labels: FrameLabels,
        spec: RecognitionSpec | Any,
        *,
        batch_size: int = 8,
        window_length: int = 8000,
        shuffle: bool = True,
        seed: int = 0,
        start_step: int = 0,
    ):
        spec = getattr(spec, "data_spec", spec)
        check_options(
            batch_size, window_length, shuffle, seed, start_step, self.pipeline
        )
        _check_fit(source, labels, spec, window_length)
        self.source = source
        self.labels = labels
        self.spec = spec
        self.batch_size = batch_size
        self.window_length = window_length
        self.shuffle = shuffle
        self.seed = seed
        self.start_step = start_step
        self._windows = FrameWindows(
            source,
            labels,
            spec.pool,
            window_length,
            spec.context_length,
            seed=seed if shuffle else None,
        )
        stop = None if shuffle else len(self)
        self.batches = make_grain(self.batch, start_step, stop)

    def batch(self, step: int) -> Example:
        """Computes batch number `step` as NumPy arrays.

        Raises:
            IndexError: If a tiling has no such batch.
        """
        return self._windows.batch(step, self.batch_size)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in a pass over the clips, the last one rounded up."""
        return self._windows.batches_per_pass(self.batch_size)

    def class_shares(self) -> np.ndarray:
        """Share of each class among the frames of the clips that have one.

        Returns:
            float64 array, `(classes,)`, which sums to one. The largest is the accuracy
            of always choosing that class: the baseline of a model.

        Raises:
            ValueError: If no frame has a class.
        """
        pool = self.spec.pool
        counts = np.zeros(len(self.spec.classes))
        for clip, length in enumerate(self.source.lengths):
            frames = -(-int(length) // pool)
            classes = frame_classes(self.labels, clip, length, 0, frames, pool)
            counts += np.bincount(classes[classes >= 0], minlength=len(counts))
        if not counts.any():
            raise ValueError(
                f"Expected a frame with a class in {self.source.report.origin}. "
                "Received: none"
            )
        return counts / counts.sum()

    def starting_at(self, step: int) -> "RecognitionDataset":
        """The same shuffled batches from number `step` on, to continue a run."""
        return RecognitionDataset(
            self.source,
            self.labels,
            self.spec,
            batch_size=self.batch_size,
            window_length=self.window_length,
            shuffle=self.shuffle,
            seed=self.seed,
            start_step=step,
        )

    def __len__(self) -> int:
        return self.steps_per_epoch

    def __iter__(self) -> Iterator[tuple]:
        """The batches of one epoch as NumPy arrays."""
        for step in range(self.start_step, self.start_step + len(self)):
            yield self.batch(step)

    def __repr__(self) -> str:
        order = f"shuffled with seed {self.seed}" if self.shuffle else "tiling"
        return (
            f"RecognitionDataset({self.source.report.summary()}; {order}; "
            f"{len(self.spec.classes)} classes; {self.steps_per_epoch} steps per epoch "
            f"of {self.batch_size} windows of {self.window_length} samples, frames of "
            f"{self.spec.pool})"
        )


def _check_fit(source: ClipSource, labels: FrameLabels, spec: Any, window_length: int):
    if not isinstance(spec, RecognitionSpec):
        raise ValueError(
            "`spec` must be a `RecognitionSpec` or a model with a `data_spec`. "
            f"Received: spec={spec!r}"
        )
    if source.sample_rate != spec.sample_rate:
        raise ValueError(
            f"`source` must be at the model's {spec.sample_rate} Hz. "
            f"Received: {source.sample_rate} Hz"
        )
    if len(labels) != len(source):
        raise ValueError(
            f"`labels` must be those of the {len(source)} clips of the source. "
            f"Received: labels of {len(labels)} clips"
        )
    _check_classes(labels.classes, spec.classes)
    if window_length % spec.pool:
        raise ValueError(
            f"`window_length` must be a multiple of the {spec.pool} samples of a "
            f"frame. Received: window_length={window_length}"
        )


def _check_classes(received: Sequence[str], expected: Sequence[str]):
    if tuple(received) != tuple(expected):
        raise ValueError(
            "`labels` must have the classes of the model, in the same order: "
            f"{str(list(expected))[:200]}. Received: {str(list(received))[:200]}"
        )
