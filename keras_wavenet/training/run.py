"""A training run in a folder: it starts, is interrupted and resumes exactly."""

import contextlib
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.run_config import PATIENCE, OptimizerOptions, RunConfig
from keras_wavenet.training import run_record
from keras_wavenet.training.checkpoints.checkpoint import Checkpoint
from keras_wavenet.training.data_parallel import processes
from keras_wavenet.training.estimate import Estimate, estimate_run
from keras_wavenet.training.monitoring.csv_log import Row, read_rows
from keras_wavenet.training.monitoring.run_callbacks import make_callbacks
from keras_wavenet.training.optimizer import make_optimizer
from keras_wavenet.training.plateau import PlateauSchedule
from keras_wavenet.training.run_compilation import (
    choose_jit_compile,
    describe_optimizer,
)
from keras_wavenet.training.run_end import finish, fit_until_interrupted
from keras_wavenet.training.run_folder import BEST, CHECKPOINTS, LAST, LOG, RunFolder
from keras_wavenet.training.run_presets import BestPreset, LastPreset
from keras_wavenet.training.weight_averaging import WeightAveraging
from keras_wavenet.utils import checks
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.terminal import say, unfailing_output

# Optimizers of runs: a model that has one was not compiled by the user. The run may
# have been refused, or have been another one.
_made = weakref.WeakSet()


class Run:
    """A training run, which a folder holds: it starts there, or resumes.

    The folder holds the newest checkpoints, the presets of the best and of the newest
    epoch, a table of metrics with its picture, audio samples, `report.html`, a page
    with all of these, and `run.json`, the record of what identifies the run: the config
    of the model, the data, the options in `config` and `settings`. A run that was
    interrupted, in whatever way, is resumed by the same call of `fit` and ends with the
    weights of one that was not: to the last bit, on a CPU. Last bits depend on
    versions, device and number of threads, which `run.json` has: a run that is resumed
    under others warns. Another run, or one whose recordings were replaced, is refused
    before anything is changed.

    As a context manager, it keeps others out of the folder, in this process too; `fit`
    does so itself.

    Args:
        folder: Of the run; made if it is missing.
        config: Options of the run; the default ones if None.
        settings: Further values that identify the run, by name, such as the name of the
            data; what JSON can hold.
        overwrite: Whether a run in the folder is deleted and started again.

    Raises:
        AnotherRun: By `with` and `fit`, if the folder holds another run, or a damaged
            one. It is a `ValueError`.
        FileExistsError: If the folder holds something else.
        NotADirectoryError: If the path is a file.
        RuntimeError: If another process, or another run of this one, is at work there.

    Example:
        >>> run = keras_wavenet.training.Run("my_voice")
        >>> run.fit(model, train, validation, epochs=50)
        >>> best = keras_wavenet.WaveNet.from_preset(run.best)
        >>> run.history[-1]["val_bits_per_sample"]
    """

    def __init__(
        self,
        folder: str | Path,
        config: RunConfig | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        overwrite: bool = False,
    ):
        self.folder = user_path(folder)
        self.config = RunConfig() if config is None else config
        self._folder = RunFolder(self.folder, overwrite)
        self.settings = {**self.config.identity(), **(settings or {})}
        self._stack = None  # while the folder is locked
        self._compiled = None  # the model that `fit` has compiled by `config`

    @property
    def best(self) -> Path:
        """The preset of the best epoch so far; missing before the end of the first."""
        return self.folder / BEST

    @property
    def last(self) -> Path:
        """The preset of the newest epoch; missing before the end of the first."""
        return self.folder / LAST

    @property
    def history(self) -> list[Row]:
        """The rows of `log.csv`: metrics by name, with `step`, `epoch`, `seconds`."""
        return read_rows(self.folder / LOG)

    @property
    def step(self) -> int:
        """Step of the newest checkpoint; 0 without one."""
        files = Checkpoint(self.folder / CHECKPOINTS).files()
        return int(files[0].stem.removeprefix("step-")) if files else 0

    @property
    def recorded_model(self) -> dict[str, Any] | None:
        """The config of the model of the run to be resumed; None for a new run."""
        record = self._folder.record()
        return None if record is None else record["model"]

    def __enter__(self) -> "Run":
        together = processes.current()
        with contextlib.ExitStack() as stack:
            if together.is_first:
                stack.enter_context(self._folder.opened())
                self._check_folder()
            together.wait()  # the others read what is there then
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *failure: Any) -> None:
        stack, self._stack = self._stack, None
        stack.__exit__(*failure)

    def fit(
        self,
        model: keras.Model,
        train: WindowDataset,
        validation: WindowDataset | None = None,
        *,
        epochs: int | None = None,
        steps: int | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        license: str | None = None,
        commands: Mapping[str, str] | None = None,
        verbose: str | int = "auto",
    ) -> keras.callbacks.History:
        """Train until the run has so many epochs or steps, from where it has got to.

        Ctrl-C and SIGTERM take effect between two steps, when a checkpoint is written.

        Args:
            model: A `WaveNet`. One that is not compiled is compiled by `config`; one
                that is keeps its optimizer, whose config then identifies the run.
            train: A shuffled dataset of `keras_wavenet.data.load`.
            validation: A dataset that is not shuffled, scored after each epoch.
            epochs: Length of the run, those before a resume included; 10 if neither
                is given.
            steps: Length of the run in batches, instead.
            callbacks: Further ones, before those of the run.
            license: License of the weights that the model starts from, which the
                presets keep.
            commands: Commands to go on with, by what they do, for the page of the run,
                `report.html`.
            verbose: As in `keras.Model.fit`; 0 prints nothing of the run.

        Returns:
            The `History` from the step on that training resumed from: without epochs if
            the run is complete.

        Raises:
            ValueError: If both `epochs` and `steps` are given, if one is below 1, or if
                a dataset is none of `load` or not of its kind.
            OSError: If the end of the run could not be saved.
            FloatingPointError: If the loss is not finite.
            KeyboardInterrupt: After Ctrl-C or SIGTERM, when the step is saved.
        """
        _check_datasets(train, validation)
        together = processes.current()
        train, validation = together.divide(train), together.divide(validation)
        length, _ = self._length(train, epochs, steps)
        opened = contextlib.nullcontext() if self._stack is not None else self
        with opened, unfailing_output():
            own_optimizer = self._compile(model, train, length)
            record = run_record.make_record(
                self._settings(own_optimizer), model, train, validation, length
            )
            fixed = own_optimizer is None and self.config.optimizer.depends_on_length
            together.check_same(
                run_record.same_in_all(record),
                "Start all with the same arguments and data.",
            )
            if together.is_first:
                self._folder.begin(record, model, fixed)
            self._folder.overwrite = False  # from here on it resumes
            together.wait()
            monitor = "loss" if validation is None else "val_loss"
            best = BestPreset(self.best, monitor, license)
            return self._train(
                model,
                train,
                validation,
                steps=length,
                presets=[best, LastPreset(self.last, license)],
                callbacks=callbacks,
                commands=commands,
                verbose=verbose if together.is_first else 0,
            )

    def estimate(
        self,
        model: keras.Model,
        train: WindowDataset,
        validation: WindowDataset | None = None,
        *,
        epochs: int | None = None,
        steps: int | None = None,
    ) -> Estimate:
        """Measure what a run would cost, on a few steps; it writes nothing.

        Arguments are those of `fit`. The model is trained by these steps: make another
        one for the run.
        """
        _check_datasets(train, validation)
        length, per_epoch = self._length(train, epochs, steps)
        self._compile(model, train, length)
        together = processes.current()
        with together.joined(model):
            return estimate_run(
                model, together.divide(train), validation, length, per_epoch,
                self.folder, self.config.max_checkpoints,
            )  # fmt: skip

    def _check_folder(self):
        """Refuse a folder that holds no run, or one with other settings."""
        record = self._folder.record()
        own = None if record is None else record["settings"].get("optimizer")
        self._folder.check(self._settings(own if isinstance(own, dict) else None))

    def _length(self, train, epochs, steps):
        """The length of the run in steps, and that of an epoch."""
        if epochs is not None and steps is not None:
            raise ValueError(
                "Only one of `epochs` and `steps` may be given. "
                f"Received: epochs={epochs}, steps={steps}"
            )
        given = {"epochs": epochs, "steps": steps}
        checks.positive(**{n: value for n, value in given.items() if value is not None})
        per_epoch = self.config.steps_per_epoch or len(train)
        return steps or (epochs or 10) * per_epoch, per_epoch

    def _train(
        self, model, train, validation, *, steps, presets, callbacks, commands, verbose
    ):
        """Resume from the newest checkpoint, or start, and train to the end."""
        together = processes.current()
        show = say if verbose else lambda line: None
        best, last = presets
        states, schedules = {"best": best, "last": last}, []
        if model is self._compiled and self.config.optimizer.schedule == "plateau":
            patience = self.config.optimizer.patience or PATIENCE
            schedules = [PlateauSchedule(best.monitor, patience)]
            states["plateau"] = schedules[0]
        checkpoint = Checkpoint(
            self.folder / CHECKPOINTS,
            self.config.save_every,
            self.config.max_checkpoints,
            states,
            writes=together.is_first,
        )
        if checkpoint.restore(model) == 0 and together.is_first:
            self._folder.check_unused()
        together.check_same(
            {"step": checkpoint.step},
            f"{self.folder} must be on a disk that all hosts share.",
        )
        together.advise(
            f"Run the same again to resume {self.folder} from its newest checkpoint."
        )
        reports = make_callbacks(self.config, train, validation, self.folder, commands)
        written = presets if together.is_first else []
        if checkpoint.step >= steps:
            show(f"The run in {self.folder} is complete, with {checkpoint.step} steps.")
            return finish(model, checkpoint.step, [*reports, *written[1:]])
        if checkpoint.step:
            show(f"Resuming {self.folder} at step {checkpoint.step} of {steps}.")
        averaging = [WeightAveraging()] if _averages(model) else []
        history = fit_until_interrupted(
            model,
            train,
            steps,
            checkpoint,
            show,
            steps_per_epoch=self.config.steps_per_epoch,
            validation_data=validation,
            validation_steps=self.config.validation_steps,
            callbacks=[*callbacks, *schedules, *averaging, *reports, *written],
            verbose=verbose,
        )
        show(best.summary())
        return history

    def _compile(self, model, train, steps):
        """Compile a model that is not; returns the config of its own optimizer."""
        if model is self._compiled:
            return None
        if model.compiled and model.optimizer not in _made:
            return describe_optimizer(model.optimizer)
        samples = steps * train.batch_size * train.window_length
        model.compile(
            make_optimizer(self.config.optimizer, steps),
            l2=self.config.optimizer.l2 or 0.0,
            rematerialize=self.config.rematerialize,
            jit_compile=choose_jit_compile(self.config, model, samples),
        )
        self._compiled = model
        _made.add(model.optimizer)
        return None

    def _settings(self, own_optimizer):
        """What identifies the run besides its model and data."""
        if own_optimizer is None:
            return self.settings
        names = OptimizerOptions.described()
        kept = {n: value for n, value in self.settings.items() if n not in names}
        return {**kept, "optimizer": own_optimizer}


def _check_datasets(train, validation):
    """Refuse other datasets before the folder of a run is written to."""
    for name, dataset in {"train": train, "validation": validation}.items():
        shuffled = name == "train"
        if dataset is None and not shuffled:
            continue
        if not isinstance(dataset, WindowDataset) or dataset.shuffle != shuffled:
            order = getattr(dataset, "shuffle", None)
            raise ValueError(
                f"`{name}` must be a dataset of `keras_wavenet.data.load` with "
                f"shuffle={shuffled}. Received: {name}={type(dataset).__name__}"
                + ("" if order is None else f", shuffle={order}")
            )


def _averages(model):
    """Whether the optimizer of a model averages the weights."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    return optimizer.use_ema
