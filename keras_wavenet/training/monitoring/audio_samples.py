"""Audio generated in the course of a training, its pictures, and warnings of noise."""

import os
import warnings
from pathlib import Path
from typing import Any

from keras_wavenet.training.monitoring.audio_check import check_audio
from keras_wavenet.training.monitoring.pictures import draw_sample
from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.training.weight_averaging import averaged_weights
from keras_wavenet.utils import atomic_file, checks
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.pcm import encode_wav


class AudioSamples(StepCallback):
    """Generate audio every so many steps, and at the end.

    Each time the folder gets a wav file, `step-00002000.wav`, and a picture of its
    spectrogram, `step-00002000.png`. Audio that is silence or noise gives a warning. A
    model whose optimizer averages the weights generates with the averages.

    The seed is the same each time, so that a resumed run makes the same files, and what
    the training draws is not disturbed. A failure gives a warning, and training
    continues.
    The loop is compiled once, at the first time.

    Args:
        folder: Where the files go; made if it is missing.
        every: Steps from one to the next, at least 1.
        seconds: Length of the audio.
        seed: Of the noise that decides it.
        picture: Whether to draw spectrograms, which needs matplotlib.
        tensorboard: A `TensorBoardLog` that is to get audio and picture too; it stands
            after this one in the list of callbacks.
        initial_step: As in `StepCallback`.
        **options: Arguments of `model.generate`, such as `prime`, `temperature` and
            `conditions`, for one stream.

    Raises:
        ValueError: If `every` is below 1 or `seconds` not above 0.
        ImportError: If matplotlib is needed and not installed.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        every: int = 2000,
        seconds: float = 2.0,
        seed: int = 0,
        picture: bool = True,
        tensorboard: Any = None,
        initial_step: int = 0,
        **options: Any,
    ):
        super().__init__(initial_step)
        checks.positive(every=every)
        if not seconds > 0:
            raise ValueError(f"`seconds` must be above 0. Received: seconds={seconds}")
        if picture:
            import_extra("matplotlib", "Drawing a picture")
        self.folder = user_path(folder)
        self.every, self.seconds, self.seed = every, seconds, seed
        self.picture, self.tensorboard = picture, tensorboard
        self.options = options

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        self._last = self.step

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        super().on_train_batch_end(batch, logs)
        if self.step // self.every > self._last // self.every:
            self._sample()

    def on_train_end(self, logs: dict | None = None) -> None:
        if self.step > self._last:
            self._sample()

    def finish(self, step: int) -> None:
        """Generate the audio of the end of a run where that is missing.

        Args:
            step: Steps of the run, which is complete.
        """
        self.step = step
        if not all(path.is_file() for path in self._paths().values()):
            self._sample()

    def _paths(self) -> dict[str, Path]:
        """The files of this step, by their suffix."""
        suffixes = ("wav", "png") if self.picture else ("wav",)
        name = f"step-{self.step:08d}"
        return {suffix: self.folder / f"{name}.{suffix}" for suffix in suffixes}

    def _sample(self):
        self._last = self.step
        try:
            waveform = self._generate()
            self._write(waveform)
            warning = check_audio(waveform, self.model.sample_rate).warning
        except Exception as error:  # whatever it is, the training is worth more
            warnings.warn(
                f"No audio sample at step {self.step}: {type(error).__name__}: {error}",
                stacklevel=2,
            )
            return
        if warning:
            warnings.warn(f"Audio sample at step {self.step}: {warning}", stacklevel=2)

    def _generate(self):
        """New audio of the model as it is now, `(samples,)`."""
        model = self.model
        num_samples = max(1, round(self.seconds * model.sample_rate))
        with averaged_weights(model) as averaged:
            return averaged.generate(num_samples, seed=self.seed, **self.options)[0]

    def _write(self, waveform):
        rate = self.model.sample_rate
        files = {"wav": encode_wav(waveform, rate)}
        if self.picture:
            files["png"] = draw_sample(waveform, rate, f"Step {self.step:,}")
        self.folder.mkdir(parents=True, exist_ok=True)
        for suffix, path in self._paths().items():
            with atomic_file.replacing(path) as file:
                file.write(files[suffix])
        if self.tensorboard is not None:
            self.tensorboard.add_audio(self.step, files["wav"], rate, len(waveform))
            if self.picture:
                self.tensorboard.add_picture(self.step, files["png"])
