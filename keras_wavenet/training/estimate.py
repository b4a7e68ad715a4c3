"""What a run will cost: time, memory and disk, measured on a few of its own steps."""

import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import keras

from keras_wavenet.data.windows.dataset import WindowDataset

MEASURED_STEPS = 4  # the first one compiles, and is not counted
_PRESETS = 2  # that a run folder holds: best and last


@dataclass(frozen=True)
class Estimate:
    """What a run will cost; `str` gives it in words.

    Attributes:
        step_seconds: Seconds of a training step, the median.
        compile_seconds: Seconds that the first step took longer.
        steps: Length of the run, in steps.
        steps_per_epoch: Steps of an epoch.
        validation_seconds: Seconds of audio that are scored after each epoch, 0 without
            validation.
        peak_memory: Most bytes that the process has held so far, None where that is
            not known.
        disk: Bytes of checkpoints and presets.
        free_disk: Bytes that are free where the run writes.
    """

    step_seconds: float
    compile_seconds: float
    steps: int
    steps_per_epoch: int
    validation_seconds: float
    peak_memory: int | None
    disk: int
    free_disk: int

    def __str__(self) -> str:
        step, epoch = self.step_seconds, self.steps_per_epoch
        lines = [
            f"Estimate, from {MEASURED_STEPS} steps that were run:",
            f"  time: {step:.2f} s a step, {duration(step * epoch)} an epoch of "
            f"{epoch} steps, {duration(step * self.steps)} in all for {self.steps}; "
            f"{duration(self.compile_seconds)} to compile",
        ]
        if self.validation_seconds:
            lines.append(
                f"  validation scores {self.validation_seconds:.1f} s of audio after "
                "each epoch, in addition: a sample costs about a third of a training "
                "one"
            )
        memory = "not known on this system"
        if self.peak_memory is not None:
            memory = f"{megabytes(self.peak_memory)} at most so far, for data of any "
            memory += "length"
        lines += [
            f"  memory: {memory}",
            f"  disk: {megabytes(self.disk)} for checkpoints and presets, "
            f"{megabytes(self.free_disk)} are free; samples and logs need more",
        ]
        return "\n".join(lines)


def estimate_run(
    model: keras.Model,
    train: WindowDataset,
    validation: WindowDataset | None,
    steps: int,
    steps_per_epoch: int,
    folder: Path,
    checkpoints: int = 2,
) -> Estimate:
    """Train for a few steps, which change the model, and measure them.

    Args:
        model: A compiled `WaveNet`.
        train: The training dataset of the run.
        validation: The validation dataset, or None.
        steps: Length of the run, in steps.
        steps_per_epoch: Steps of an epoch.
        folder: Where the run will write; it need not exist.
        checkpoints: How many it keeps.
    """
    timer = _StepTimer()
    model.fit(train, steps_per_epoch=MEASURED_STEPS, callbacks=[timer], verbose=0)
    first, *rest = timer.seconds
    step = statistics.median(rest)
    validated = 0.0 if validation is None else validation.source.report.seconds
    weights = size_of(model.variables)
    disk = checkpoints * (weights + size_of(model.optimizer.variables))
    return Estimate(
        step_seconds=step,
        compile_seconds=max(first - step, 0.0),
        steps=steps,
        steps_per_epoch=steps_per_epoch,
        validation_seconds=validated,
        peak_memory=peak_memory(),
        disk=disk + _PRESETS * weights,
        free_disk=free_space(folder),
    )


class _StepTimer(keras.callbacks.Callback):
    """Measures the seconds of every training step."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        float(logs["loss"])  # waits until the step is done
        self.seconds.append(time.perf_counter() - self._started)


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{max(seconds, 0):.1f} seconds"


def peak_memory() -> int | None:
    """The most bytes that this process has held so far, None where it is not known."""
    try:
        import resource
    except ImportError:  # on Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def size_of(variables: list[keras.Variable]) -> int:
    """Bytes of variables, at 4 bytes a number."""
    return sum(4 * int(keras.ops.size(variable)) for variable in variables)


def megabytes(size: int) -> str:
    """Bytes in words."""
    return f"{size / 2**20:,.0f} MiB"


def free_space(folder: Path) -> int:
    """Bytes that are free where a folder is or will be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free
