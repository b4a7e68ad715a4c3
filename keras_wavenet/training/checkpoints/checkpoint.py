"""A callback that saves all of a run, so that it can be resumed exactly."""

import contextlib
import os
import warnings
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.training.checkpoints import checkpoint_file, run_state
from keras_wavenet.training.checkpoints.run_state import set_random_state
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.paths import user_path

PATTERN = "step-*.ckpt"


class Checkpoint(keras.callbacks.Callback):
    """Save weights, optimizer, random state and step while training, and restore them.

    A checkpoint is one file, `step-00001200.ckpt`, written whole or not at all and
    guarded by a checksum. One is written whenever the step passes a multiple of
    `every`, before the last step of an epoch and at its end. The one before the last
    step is where a run resumes that stopped in the validation. A save that fails, as
    when the disk is full, warns, and training continues; if the last one fails, `fit`
    ends with an error. Nothing saved before is touched until a newer one is whole.

    In `fit` it should be the last of the callbacks: their changes are then in it. With
    a dataset of `keras_wavenet.data`, `keras_wavenet.training.fit_steps` restores it
    and resumes, in the middle of an epoch too.

    Args:
        folder: Where the files lie; made if it is missing. It holds nothing else.
        every: Steps from one to the next.
        keep: How many are kept, at least 1. With two, a damaged one costs little.
        states: By name, objects with `get_state()` and `set_state(state)` whose state,
            what JSON can hold, goes with the run: what is the best epoch so far.
        writes: Whether it writes files; of several processes of a run only the first.

    Attributes:
        step: Steps of the run so far, those before a restart included.
        saved_step: Step of the newest good checkpoint, None without one.

    Raises:
        ValueError: If an argument is out of its range, and at the start of training if
            the folder holds checkpoints and none was restored: nothing is overwritten.
        OSError: At the end of training, if the last save failed.

    Example:
        >>> checkpoint = Checkpoint("my_run")
        >>> step = checkpoint.restore(model)  # 0 if there is no checkpoint
        >>> model.fit(
        ...     train.starting_at(step),
        ...     initial_epoch=step // len(train),
        ...     epochs=20,
        ...     callbacks=[checkpoint],
        ... )
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        every: int = 500,
        keep: int = 2,
        states: dict[str, Any] | None = None,
        writes: bool = True,
    ):
        super().__init__()
        for name, value in {"every": every, "keep": keep}.items():
            if value < 1:
                raise ValueError(
                    f"`{name}` must be at least 1. Received: {name}={value}"
                )
        self.folder = user_path(folder)
        self.every, self.keep = every, keep
        self.writes = writes
        self.states = states or {}
        self.step = 0
        self.saved_step = None
        self.metrics = {}  # of the epoch that a restored run was in
        self._epoch_start = self._epoch_end = None
        self._validating = False  # or about to
        self._random_state = None
        self._damaged = set()
        self._failure = None

    def files(self) -> list[Path]:
        """The checkpoints there are, the newest first."""
        return sorted(self.folder.glob(PATTERN), reverse=True)

    def restore(self, model: keras.Model) -> int:
        """Put a model where the newest checkpoint was, or the newest undamaged one.

        Args:
            model: A compiled model, like the one that was saved. Its optimizer is built
                if it is not.

        Returns:
            The step to resume from; 0, and nothing is changed, if there is none. The
            learning rate, too, is that of the checkpoint then.

        Raises:
            ValueError: If the model is not compiled, all checkpoints are damaged, or
                one does not fit the model.
        """
        if getattr(model, "optimizer", None) is None:
            raise ValueError(
                "`model` must be compiled before a checkpoint is restored. Received: "
                "a model without an optimizer. Call `model.compile` first."
            )
        for path in self.files():
            try:
                arrays, state = _read(path)
            except checkpoint_file.DamagedCheckpoint as error:
                self._damaged.add(path)
                warnings.warn(f"{error}. The previous one is restored.", stacklevel=2)
                continue
            try:
                run_state.restore(model, arrays, state)
            except ValueError as error:
                raise ValueError(f"{path} does not fit: {error}") from error
            self._random_state = run_state.part(arrays, "random")
            self.metrics = run_state.part(arrays, "metrics")
            for name, keeper in self.states.items():
                if name in state["states"]:
                    keeper.set_state(state["states"][name])
            self.step = self.saved_step = state["step"]
            return self.step
        if self._damaged:
            raise ValueError(
                f"All checkpoints in {self.folder} are damaged. Copy one there from "
                "elsewhere, or start anew in another folder."
            )
        return 0

    def save(self) -> None:
        """Write a checkpoint of this step; what goes wrong is only warned of.

        After the last step of an epoch there is nothing to be saved until its end.
        """
        if self.step == self.saved_step or self._validating:
            return
        if not self.writes:
            self.saved_step = self.step
            return
        path = self.folder / f"step-{self.step:08d}.ckpt"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            checkpoint_file.write(path, *self._collect())
        except (OSError, FloatingPointError) as error:
            self._failure = error
            kept = "none" if self.saved_step is None else self.saved_step
            warnings.warn(
                f"Step {self.step} could not be saved: {error}. Kept is step {kept}.",
                stacklevel=2,
            )
            return
        self.saved_step, self._failure = self.step, None
        self._damaged.discard(path)
        self._tidy()

    def save_interrupted(self, batch: int | None = None) -> None:
        """Write a checkpoint where another callback was interrupted.

        Args:
            batch: Number, in its epoch, of the step that is done; None before a step.
        """
        if batch is not None and self._epoch_start + batch + 1 > self.step:
            self.step = self._epoch_start + batch + 1
            self._validating = self.step == self._epoch_end
        self.save()

    def _collect(self):
        within_epoch = self.step != self._epoch_end
        arrays, state = run_state.collect(self.model, metrics=within_epoch)
        state["step"] = self.step
        state["states"] = {
            name: keeper.get_state() for name, keeper in self.states.items()
        }
        return arrays, state

    def _tidy(self):
        """Delete what a good checkpoint has made superfluous."""
        good = [path for path in self.files() if path not in self._damaged]
        superfluous = [*good[self.keep :], *self._damaged]
        _delete(superfluous)
        self._damaged.clear()

    def on_train_begin(self, logs: dict | None = None) -> None:
        if not self.writes:
            return
        if self.saved_step is None and self.files():
            raise ValueError(
                f"`folder` must hold no checkpoints before a new run. Received: "
                f"{self.folder}, which holds {self.files()[0].name}. Call "
                "`restore(model)` to resume from it, or name another folder."
            )
        # A process that was killed in a save left it: room for the next one.
        _delete(atomic_file.leftovers(self.folder, PATTERN))

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        steps = self.params["steps"]  # None where Keras cannot count them
        self._epoch_start, self._validating = self.step, False
        self._epoch_end = None if steps is None else self.step + steps

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        if self._random_state is not None:  # as late as can be: start-up draws as well
            set_random_state(self._random_state)
            self._random_state = None

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        before, self.step = self.step, self._epoch_start + batch + 1
        self._validating = self.step == self._epoch_end
        passed = before // self.every != self.step // self.every
        if passed or self.step + 1 == self._epoch_end:
            self.save()

    def on_test_begin(self, logs: dict | None = None) -> None:
        self._validating = True  # also where an epoch was cut short

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch_end, self._validating = self.step, False
        self.save()

    def on_train_end(self, logs: dict | None = None) -> None:
        if self._failure is not None:
            raise type(self._failure)(
                f"The end of the run could not be saved: {self._failure}"
            ) from self._failure


def _read(path):
    arrays, state = checkpoint_file.read(path)
    try:
        run_state.check_content(arrays, state)
    except ValueError as error:
        raise checkpoint_file.DamagedCheckpoint(
            f"A checkpoint must hold a run. Received: {path}, which is damaged: {error}"
        ) from error
    return arrays, state


def _delete(paths):
    for path in paths:
        with contextlib.suppress(OSError):  # another time, then
            path.unlink()
