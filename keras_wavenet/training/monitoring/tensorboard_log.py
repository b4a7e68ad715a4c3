"""TensorBoard, written without TensorFlow."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.utils.extras import import_extra


class TensorBoardLog(StepCallback):
    """Write the metrics of a run for `tensorboard --logdir FOLDER`.

    Metrics of training are means over the steps since the last ones; those of
    validation come at the end of an epoch. Charts of one metric share a heading:
    `bits_per_sample/training`, `bits_per_sample/validation`, and, as level lines,
    `bits_per_sample/histogram` and `bits_per_sample/last_sample`.

    The files are written by tensorboardX, the same way on every backend. What a killed
    run wrote after the step that it is resumed from is hidden.

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
        self.folder = Path(folder)
        self.every, self.histograms, self.measured = every, histograms, measured
        self.writer = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        if self.writer is None:
            tensorboard = import_extra("tensorboardX", "TensorBoardLog")
            self.writer = tensorboard.SummaryWriter(
                str(self.folder),
                purge_step=self.step + 1 if self.step else None,
                # Its names differ by the second: a quick run could overwrite itself.
                filename_suffix=f".from-{self.step}",
            )

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
        self.writer.flush()

    def on_train_end(self, logs: dict | None = None) -> None:
        self.writer.close()
        self.writer = None

    def _write_training(self, logs):
        for name, value in self.means.since_last(self.epoch_step, logs).items():
            self._write(f"{name}/training", value)
        self._write("learning_rate", self.learning_rate())
        baseline = getattr(self.measured, "baseline", None)
        if baseline is not None:
            self._write("bits_per_sample/histogram", baseline.histogram)
            self._write("bits_per_sample/last_sample", baseline.last_sample)

    def _write(self, tag, value):
        self.writer.add_scalar(tag, float(value), self.step)

    def _write_histograms(self):
        for weight in self.model.trainable_variables:
            values = ops.convert_to_numpy(ops.cast(weight, "float32"))
            if np.isfinite(values).all():
                self.writer.add_histogram(weight.path, values, self.step)

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
        proto = import_extra("tensorboardX.proto.summary_pb2", "TensorBoardLog").Summary
        message = {"audio": proto.Audio, "image": proto.Image}[kind](**content)
        value = proto.Value(tag="sample", **{kind: message})
        self.writer.file_writer.add_summary(proto(value=[value]), step)
        self.writer.flush()
