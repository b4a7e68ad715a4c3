"""TensorBoard, written without TensorFlow."""

import contextlib
import os
import time
import warnings
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.paths import user_path

FLUSH_SECONDS = 30
# Edges of the bins of a histogram, as TensorFlow has them: from 1e-12 to 1e20, ten
# percent apart, on both sides of 0.
_EDGES = 1e-12 * 1.1 ** np.arange(774)
BINS = np.concatenate([-_EDGES[::-1], [0], _EDGES])


class TensorBoardLog(StepCallback):
    """Write the metrics of a run for `tensorboard --logdir FOLDER`.

    Metrics of training are means over the steps since the last ones; those of
    validation come at the end of an epoch. Charts of one metric share a heading:
    `bits_per_sample/training`, `bits_per_sample/validation`, and, as level lines,
    `bits_per_sample/histogram` and `bits_per_sample/last_sample`.

    The files are written with tensorboardX, the same way on every backend. What a
    killed run wrote after the step that it is resumed from is hidden. What can't be
    written, as when the disk is full, gives a warning; training continues, and the next
    epoch begins another file.

    Args:
        folder: Where the files go; made if it is missing.
        every: Steps from one writing to the next within an epoch.
        histograms: Whether to write the distribution of each weight at the end of each
            epoch.
        measured: What has a `baseline` to be drawn as level lines, such as a
            `BaselineCallback`; None draws none.
        initial_step, initial_epoch_step: As in `StepCallback`.

    Raises:
        ImportError: If tensorboardX is not installed; names the extra that brings it.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        every: int = 50,
        histograms: bool = False,
        measured: Any = None,
        initial_step: int = 0,
        initial_epoch_step: int = 0,
    ):
        super().__init__(initial_step, initial_epoch_step)
        import_extra("tensorboardX", "TensorBoardLog")
        self.folder = user_path(folder)
        self.every, self.histograms, self.measured = every, histograms, measured
        self.writer = None
        self._next_flush = 0.0

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        if self.writer is None:
            self._open()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        super().on_epoch_begin(epoch, logs)
        if self.writer is None:
            self._open()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        super().on_train_batch_end(batch, logs)
        if self.epoch_step - self.means.steps >= self.every:
            self._write_training(logs)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        training = {n: v for n, v in logs.items() if not n.startswith("val_")}
        if self.epoch_step > self.means.steps:
            self._write_training(training)
        for name, value in logs.items():
            if name.startswith("val_"):
                self._write(f"{name.removeprefix('val_')}/validation", value)
        if self.histograms:
            self._write_histograms()
        self._flush()

    def on_train_end(self, logs: dict | None = None) -> None:
        if self.writer is not None:
            with self._warning():
                self.writer.close()
            self.writer = None

    def _open(self):
        # `SummaryWriter` writes in a thread, which an error ends: then it would wait
        # for that thread without end.
        files = import_extra("tensorboardX.event_file_writer", "TensorBoardLog")
        with self._warning():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.writer = files.EventsWriter(
                str(self.folder / "events"),
                # The names differ by the second: a quick run could overwrite itself.
                filename_suffix=f".from-{self.step}",
            )
            if self.step:
                start = self._protos("event").SessionLog.START
                self._write_event(self.step + 1, session_log={"status": start})

    @contextlib.contextmanager
    def _warning(self):
        """Close the file with a warning if it can't be written."""
        try:
            yield
        except OSError as error:  # training is worth more
            warnings.warn(
                f"TensorBoard lacks what is measured from step {self.step} until the "
                f"next epoch: {self.folder} can't be written: {error}",
                stacklevel=4,
            )
            writer, self.writer = self.writer, None
            if writer is not None:
                with contextlib.suppress(OSError):
                    writer.close()

    def _protos(self, name):
        return import_extra(f"tensorboardX.proto.{name}_pb2", "TensorBoardLog")

    def _write_training(self, logs):
        for name, value in self.means.since_last(self.epoch_step, logs).items():
            self._write(f"{name}/training", value)
        self._write("learning_rate", self.learning_rate())
        baseline = getattr(self.measured, "baseline", None)
        if baseline is not None:
            self._write("bits_per_sample/histogram", baseline.histogram)
            self._write("bits_per_sample/last_sample", baseline.last_sample)
        if time.monotonic() >= self._next_flush:
            self._flush()

    def _write(self, tag, value):
        summary = self._protos("summary").Summary
        values = [summary.Value(tag=tag, simple_value=float(value))]
        self._write_event(self.step, summary=summary(value=values))

    def _write_event(self, step, **content):
        if self.writer is not None:
            event = self._protos("event").Event(
                step=step, wall_time=time.time(), **content
            )
            with self._warning():
                self.writer.write_event(event)

    def _flush(self):
        self._next_flush = time.monotonic() + FLUSH_SECONDS
        if self.writer is not None:
            with self._warning():
                self.writer.flush()

    def _write_histograms(self):
        summaries = import_extra("tensorboardX.summary", "TensorBoardLog")
        for weight in self.model.trainable_variables:
            values = ops.convert_to_numpy(ops.cast(weight, "float32"))
            if np.isfinite(values).all():
                summary = summaries.histogram(weight.path, values, BINS)
                self._write_event(self.step, summary=summary)

    def add_audio(self, step: int, wav: bytes, sample_rate: int, length: int) -> None:
        """Add a sound.

        Args:
            step: Of the run.
            wav: A wav file of one channel.
            sample_rate: Hz.
            length: Samples.
        """
        self._add_sample(
            step,
            "audio",
            encoded_audio_string=wav,
            content_type="audio/wav",
            sample_rate=sample_rate,
            num_channels=1,
            length_frames=length,
        )

    def add_picture(self, step: int, png: bytes) -> None:
        """Add a png file, for example the spectrogram of a sound."""
        width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
        self._add_sample(
            step, "image", encoded_image_string=png, width=width, height=height
        )

    def _add_sample(self, step, kind, **content):
        # `SummaryWriter.add_audio` and `add_image` would encode again what is encoded
        # already, with libraries that are not needed otherwise.
        proto = self._protos("summary").Summary
        message = {"audio": proto.Audio, "image": proto.Image}[kind](**content)
        value = proto.Value(tag="sample", **{kind: message})
        self._write_event(step, summary=proto(value=[value]))
        self._flush()
