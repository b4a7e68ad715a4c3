"""What a run will cost, measured on a few of its own steps."""

import shutil
import statistics
import sys
import time
from pathlib import Path

import keras

_STEPS = 4  # the first one compiles, and is not counted
_CHECKPOINTS, _PRESETS = 2, 2  # that a run folder holds: the last two; best and last


class StepTimer(keras.callbacks.Callback):
    """Notes the seconds of every training step."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_train_batch_begin(self, batch, logs=None):
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        float(logs["loss"])  # waits until the step is done
        self.seconds.append(time.perf_counter() - self._started)


def print_estimate(model, train, validation, steps: int, folder: Path) -> None:
    """Train for a few steps, and print what the whole run needs.

    The model is no longer what it was afterwards.

    Args:
        model: A compiled `WaveNet`.
        train: The training dataset of the run.
        validation: The validation dataset, or None.
        steps: Length of the run, in steps.
        folder: Where the run will write.
    """
    timer = StepTimer()
    model.fit(train, steps_per_epoch=_STEPS, callbacks=[timer], verbose=0)
    first, *rest = timer.seconds
    step = statistics.median(rest)
    epoch = train.steps_per_epoch
    print(f"Estimate, from {_STEPS} steps that were run:")
    print(
        f"  time: {step:.2f} s a step, {duration(step * epoch)} an epoch of {epoch} "
        f"steps, {duration(step * steps)} in all for {steps}; "
        f"{duration(first - step)} to compile"
    )
    if validation is not None:
        print(
            f"  validation scores {validation.source.report.seconds:.1f} s of audio "
            "after each epoch, on top: a sample costs about a third of a training one"
        )
    print(f"  memory: {peak_memory()}")
    weights = size_of(model.variables)
    disk = _CHECKPOINTS * (weights + size_of(model.optimizer.variables))
    disk += _PRESETS * weights
    print(
        f"  disk: {megabytes(disk)} for checkpoints and presets, "
        f"{megabytes(free_space(folder))} are free; samples and logs come on top"
    )


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{max(seconds, 0):.1f} seconds"


def peak_memory() -> str:
    """The most memory that this process has held so far, in words."""
    try:
        import resource
    except ImportError:  # on Windows
        return "not known on this system"
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return f"{megabytes(peak)} at most so far, whatever the length of the data"


def size_of(variables) -> int:
    """Bytes of variables, at 4 bytes a number."""
    return sum(4 * int(keras.ops.size(variable)) for variable in variables)


def megabytes(size: int) -> str:
    """Bytes in words."""
    return f"{size / 2**20:,.0f} MiB"


def free_space(folder: Path) -> int:
    """Bytes that are free where a folder is or will be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free
