"""What `load` returns: windows of a source, ready for `fit` and `evaluate`."""

import copy
import dataclasses
import os
from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.windows.inputs import check_conditions, make_inputs
from keras_wavenet.data.windows.local_frames import FrameFolder
from keras_wavenet.data.windows.pipelines import PIPELINES, make_grain, make_tf_data
from keras_wavenet.data.windows.windows import Example, Windows, resolve_window_length


class WindowDataset:
    """Batches `(x, y, sample_weight)` of windows over a source of clips.

    `x` is `{"waveform": (B, T), "context": (B, n)}`, `y` is `(B, T)`, the waveform one
    sample later, and `sample_weight` `(B, T)` is 1 where `y` is a sample of a clip and
    0 where it is padding; all float32. What else the model needs is in `x`, too:

    - `"speaker"` `(B,)`, int32: index of the clip's speaker in `spec.speakers`.
    - `"tags"` `(B, tags)`, float32: 1 for each tag in the clip's label, where ";"
      stands between two.
    - `"local"` `(B, T / local_hop + frames_after, channels)`, float32: frames from that
      of the first scored sample on; `"local_context"` `(B, frames_before, channels)`:
      the ones just before. Outside a clip, its first and last frame are repeated.
    - `"context_valid"` `(B,)`, int32: samples of the context that are the clip's, of
      which the zero sample before it is one; below 0, positions before that in the
      waveform.

    With `shuffle` the batches are endless, shuffled anew in each pass over the clips,
    and batch k is a pure function of `(seed, k)`: a run that stopped after k steps
    continues from `start_step=k` as if it had not stopped. An epoch is one pass,
    rounded up to full batches. Without `shuffle` they tile the clips: each sample is
    scored exactly once, in order, and the last batch is filled up with examples of
    weight zero.

    `WaveNet.fit` takes the dataset as it is. With any other Keras model:

    ```python
    model.fit(
        train.batches, steps_per_epoch=len(train), shuffle=False,
        validation_data=validation.batches, validation_steps=len(validation),
    )
    ```

    With a `spec.waveform_filter` the audio of `x` and `y` is filtered, each sample as
    in the whole filtered clip; frames are made of the audio as it is.

    Args:
        source: The clips.
        spec: The `DataSpec` of the model.
        batch_size: Windows in a batch, B.
        window_length: Samples scored by a window, T, a multiple of `spec.hop`; 8000 or
            the next multiple below if None. Shorter clips are used, with weights.
        shuffle: Whether the windows are the endless shuffled ones or a tiling.
        seed: Non-negative integer, for the shuffled ones.
        start_step: Number of the first batch, for the shuffled ones.
        pipeline: `"tf.data"`, `"grain"` (needs no TensorFlow), or `"auto"` for the one
            that suits the Keras backend.
        local_dir: Folder with the local frames, a file `<clip_id>.npy` of floats
            `(frames, channels)` for each clip: a frame for each hop of samples, the
            last one rounded up, at the model's sample rate. One more frame is allowed,
            and not used. If None, `spec.features` computes the frames.

    Attributes:
        batches: The native dataset, a `tf.data.Dataset` or a `grain.IterDataset`.
        source, spec, batch_size, window_length, shuffle, seed, start_step, pipeline,
            local_dir: As above, with `window_length` and `pipeline` resolved.
        shard: `(index, count)` of the part of each batch that it gives; see `sharded`.

    Raises:
        ValueError: If an argument is out of its range, or if the clips lack what the
            model needs.
        ImportError: If the pipeline's library is not installed.
    """

    def __init__(
        self,
        source: ClipSource,
        spec: DataSpec,
        *,
        batch_size: int = 8,
        window_length: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        start_step: int = 0,
        pipeline: str = "auto",
        local_dir: str | os.PathLike | None = None,
    ):
        check_options(batch_size, window_length, shuffle, seed, start_step, pipeline)
        check_conditions(spec, local_dir)
        self.source = source
        self.spec = spec
        self.batch_size = batch_size
        self.window_length = resolve_window_length(window_length, spec.hop)
        self.shuffle = shuffle
        self.seed = seed
        self.start_step = start_step
        self.local_dir = local_dir
        self.shard = (0, 1)
        from keras_wavenet.backend_defaults import default_pipeline  # needs Keras

        self.pipeline = default_pipeline() if pipeline == "auto" else pipeline
        self._frame_folder = None
        if local_dir is not None:
            self._frame_folder = FrameFolder(local_dir, spec)
        self._make_batches()

    def frames_checksum(self) -> list[int] | None:
        """A checksum of the frames of each clip; None where they are not in files."""
        if self._frame_folder is None:
            return None
        return self._frame_folder.checksums(self.source.clips)

    def _make_batches(self):
        self._windows = cut_windows(
            self.source,
            self.spec,
            self.window_length,
            seed=self.seed if self.shuffle else None,
            frame_folder=self._frame_folder,
        )
        stop = None if self.shuffle else self.steps_per_epoch
        if self.pipeline == "grain":
            self.batches = make_grain(self.batch, self.start_step, stop)
        else:
            first, after = self._rows()
            self.batches = make_tf_data(
                self.batch, self.start_step, stop, self._windows.specs, after - first
            )

    def _rows(self):
        """The first row of each batch that is given, and the one after the last."""
        index, count = self.shard
        size = self.batch_size // count
        return index * size, (index + 1) * size

    def batch(self, step: int) -> Example:
        """Computes batch number `step` as NumPy arrays.

        Raises:
            IndexError: If a tiling has no such batch.
        """
        return self._windows.batch(step, self.batch_size, self._rows())

    @property
    def modelled_source(self) -> ClipSource:
        """The clips that windows are cut of: `source`, filtered if the model is."""
        return _modelled(self.source, self.spec)

    def scored_source(self, steps: int | None = None) -> ClipSource:
        """The clips, or parts of clips, that the first batches of a tiling score.

        Args:
            steps: Number of batches; None takes all.
        """
        source = self.modelled_source
        if steps is None or steps >= len(self):
            return source
        lengths = self._windows.scored_lengths(steps * self.batch_size)
        source = source.select(range(len(lengths)))
        segments = zip(source.clips, lengths, strict=True)
        clips = [dataclasses.replace(clip, length=n) for clip, n in segments]
        seconds = sum(lengths) / source.sample_rate
        report = dataclasses.replace(source.report, seconds=seconds)
        return source.shortened([0] * len(clips), clips, report)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in a pass over the clips, the last one rounded up."""
        return self._windows.batches_per_pass(self.batch_size)

    def starting_at(self, step: int) -> "WindowDataset":
        """The same shuffled batches from number `step` on, to continue a run."""
        check_options(self.batch_size, None, self.shuffle, self.seed, step, "auto")
        return self._changed(start_step=step)

    def sharded(self, index: int, count: int) -> "WindowDataset":
        """The same batches, of which it gives a part: that of one of some processes.

        `batch_size` and the number of batches remain those of the whole batches.

        Args:
            index: Number of the part, from 0.
            count: How many parts there are, of `batch_size / count` rows each.

        Raises:
            ValueError: If the parts would differ in size, or `index` is out of range.
        """
        if count < 1 or self.batch_size % count:
            raise ValueError(
                "The batch size, which is that of all processes together, must be a "
                "multiple of the number of processes. Received: "
                f"batch_size={self.batch_size}, processes={count}"
            )
        if not 0 <= index < count:
            raise ValueError(
                f"`index` must be from 0 to {count - 1}. Received: index={index}"
            )
        return self._changed(shard=(index, count))

    def of_clips(self, indices: Sequence[int], name: str) -> "WindowDataset":
        """The same kind of windows over some of the clips.

        Args:
            indices: The clips, by their index in `source`.
            name: What they are, for reports.
        """
        origin = f"{self.source.report.origin}, {name}"
        return self._changed(source=self.source.select(indices, origin))

    def _changed(self, **changes: Any) -> "WindowDataset":
        changed = copy.copy(self)  # with the frame folder, which keeps what was checked
        vars(changed).update(changes)
        changed._make_batches()
        return changed

    def __len__(self) -> int:
        return self.steps_per_epoch

    def __iter__(self) -> Iterator[Example]:
        """The batches of one epoch as NumPy arrays."""
        for step in range(self.start_step, self.start_step + len(self)):
            yield self.batch(step)

    def __repr__(self) -> str:
        order = f"shuffled with seed {self.seed}" if self.shuffle else "tiling"
        return (
            f"WindowDataset({self.source.report.summary()}; {order}; "
            f"{self.steps_per_epoch} steps per epoch of {self.batch_size} windows of "
            f"{self.window_length} samples, context {self.spec.context_length}; "
            f"{self.pipeline})"
        )


def cut_windows(
    source: ClipSource,
    spec: DataSpec,
    window_length: int,
    seed: int | None = None,
    frame_folder: FrameFolder | None = None,
) -> Windows:
    """Cuts the windows of clips for a model: its audio filtered, with its inputs.

    Args:
        source, spec: As in `WindowDataset`.
        window_length: Samples scored by a window, a multiple of `spec.hop`.
        seed: Of the endless shuffled windows; None for a tiling.
        frame_folder: The files of local frames; None where `spec.features` makes them.

    Raises:
        ValueError: If a clip lacks what the model needs.
    """
    return Windows(
        _modelled(source, spec),
        window_length,
        spec.context_length,
        seed=seed,
        hop=spec.hop,
        inputs=make_inputs(source, spec, window_length, frame_folder),
    )


def _modelled(source: ClipSource, spec: DataSpec) -> ClipSource:
    if spec.waveform_filter is None:
        return source
    return source.filtered(spec.waveform_filter)


def check_options(
    batch_size: int,
    window_length: int | None,
    shuffle: bool,
    seed: int,
    start_step: int,
    pipeline: str,
) -> None:
    """Checks the options of a `WindowDataset`, before any data is opened.

    Raises:
        ValueError: If one is out of its range, naming it.
    """
    _check_at_least(1, batch_size=batch_size)
    if window_length is not None:
        _check_at_least(1, window_length=window_length)
    _check_at_least(0, seed=seed, start_step=start_step)
    if start_step and not shuffle:
        raise ValueError(
            "`start_step` goes with shuffled windows; a tiling starts at 0. "
            f"Received: start_step={start_step}, shuffle={shuffle}"
        )
    if pipeline not in ("auto", *PIPELINES):
        raise ValueError(
            '`pipeline` must be "auto", "tf.data" or "grain". '
            f"Received: pipeline={pipeline!r}"
        )


def _check_at_least(least: int, **arguments: int):
    for name, value in arguments.items():
        if not isinstance(value, Integral) or value < least:
            raise ValueError(
                f"`{name}` must be an integer of at least {least}. "
                f"Received: {name}={value!r}"
            )
