"""The options of a training run besides its model and its data, described once.

From these descriptions come the checks of the options, the flags of `keras-wavenet
train` and the identity of a run. Nothing here imports Keras: flags are made before a
backend is chosen.
"""

import dataclasses
from typing import Any

from keras_wavenet.utils.extras import is_installed
from keras_wavenet.utils.options import Options, option

OPTIMIZERS = ("adam", "sgd", "rmsprop")
FITTED_TO_THE_RUN = ("cosine", "cyclic", "exponential", "halving")
PUBLISHED = ("clarinet", "noam", "nsynth", "rayhane", "tacotron2")
SCHEDULES = ("constant", "plateau", *FITTED_TO_THE_RUN, *PUBLISHED)
PATIENCE = 5  # epochs
LEARNING_RATE = 1e-3
CLIPPING = ("clipnorm", "global_clipnorm", "clipvalue")  # Keras takes one at a time


@dataclasses.dataclass(frozen=True)
class OptimizerOptions(Options):
    """How the weights of a run are updated, and at which learning rate.

    Raises:
        ValueError: If a value is out of its range, or options contradict each other.

    Example:
        >>> OptimizerOptions(schedule="cosine", weight_averaging=0.999)
    """

    optimizer: str = option(
        "adam",
        "default: %(default)s",
        str,
        choices=OPTIMIZERS,
    )
    momentum: float | None = option(
        None,
        "of sgd, where it is Nesterov's, and of rmsprop (default: 0.9 and 0)",
        float,
        least=0,
        below=1,
        metavar="MOMENTUM",
    )
    epsilon: float | None = option(
        None,
        "of adam and rmsprop; published models have 1e-8 (default: 1e-7, Keras')",
        float,
        above=0,
        metavar="E",
    )
    learning_rate: float | None = option(
        None,
        "after the warm-up; a published schedule is scaled so that this is its peak "
        f"(default: {LEARNING_RATE}, or what was published)",
        float,
        above=0,
        metavar="RATE",
    )
    schedule: str = option(
        "constant",
        "cosine falls to zero, exponential to a hundredth, by the end of the run; "
        "halving halves the rate after each quarter of it, and cyclic falls to zero "
        "in each; plateau halves the rate when the validation loss stops falling; "
        "clarinet, noam, nsynth, rayhane and tacotron2 are published ones, with steps "
        "of their own (default: %(default)s)",
        str,
        choices=SCHEDULES,
    )
    decay_steps: int | None = option(
        None,
        "fall, or halve, over this many steps instead",
        int,
        least=1,
        metavar="STEPS",
    )
    patience: int | None = option(
        None,
        "epochs without a lower loss after which plateau halves the rate "
        f"(default: {PATIENCE})",
        int,
        least=1,
        metavar="EPOCHS",
    )
    warmup_steps: int = option(
        0,
        "linear rise of the learning rate at the start (default: none)",
        int,
        least=0,
        metavar="STEPS",
    )
    clipnorm: float | None = option(
        None,
        "largest norm of the gradient of one weight (default: no limit)",
        float,
        above=0,
        metavar="NORM",
    )
    global_clipnorm: float | None = option(
        None,
        "largest norm of all gradients together",
        float,
        above=0,
        metavar="NORM",
    )
    clipvalue: float | None = option(
        None,
        "largest absolute value of an entry of a gradient",
        float,
        above=0,
        metavar="VALUE",
    )
    weight_decay: float | None = option(
        None,
        "decoupled decay of all weights but the biases (default: none)",
        float,
        above=0,
        metavar="SHARE",
    )
    l2: float | None = option(
        None,
        "L2 regularization: this times the sum of the squares of all weights but the "
        "biases is added to the training loss (default: none)",
        float,
        above=0,
        metavar="FACTOR",
    )
    weight_averaging: float | None = option(
        None,
        "validate, save and generate with a moving average of the weights of this "
        "momentum: 0.9999 in published models, less for short runs (default: none)",
        float,
        above=0,
        below=1,
        metavar="MOMENTUM",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.epsilon is not None and self.optimizer == "sgd":
            raise ValueError(
                "`epsilon` is an option of adam and rmsprop. Received: "
                f"epsilon={self.epsilon}, optimizer='sgd'"
            )
        if self.momentum is not None and self.optimizer == "adam":
            raise ValueError(
                "`momentum` is an option of sgd and rmsprop. Received: "
                f"momentum={self.momentum}, optimizer='adam'"
            )
        if self.patience is not None and self.schedule != "plateau":
            raise ValueError(
                "`patience` is an option of the schedule plateau. Received: "
                f"patience={self.patience}, schedule={self.schedule!r}"
            )
        if self.warmup_steps and self.schedule == "plateau":
            raise ValueError(
                "`warmup_steps` is an option of the other schedules: plateau sets the "
                "rate by the validation loss alone. Received: "
                f"warmup_steps={self.warmup_steps}, schedule='plateau'"
            )
        if self.decay_steps is not None and self.schedule not in FITTED_TO_THE_RUN:
            raise ValueError(
                f"`decay_steps` is an option of {', '.join(FITTED_TO_THE_RUN)}; the "
                "other schedules are constant or have steps of their own. Received: "
                f"decay_steps={self.decay_steps}, schedule={self.schedule!r}"
            )
        given = [name for name in CLIPPING if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(
                f"At most one of {', '.join(CLIPPING)} may be given. "
                f"Received: {', '.join(given)}"
            )

    @property
    def depends_on_length(self) -> bool:
        """Whether the rate of a step depends on the number of steps of the run.

        If so, a run that is resumed for more steps than it was planned for has had
        other learning rates than one of that length.
        """
        return self.schedule in FITTED_TO_THE_RUN and self.decay_steps is None


@dataclasses.dataclass(frozen=True)
class RunConfig(Options):
    """The options of a `Run`.

    Attributes:
        optimizer: Of a model that is not compiled yet.
        steps_per_epoch, validation_steps, ...: The help of each is the description of
            its field, and that of the flag of `keras-wavenet train`.

    Raises:
        ValueError: If a value is out of its range.

    Example:
        >>> RunConfig(OptimizerOptions(schedule="cosine"), steps_per_epoch=1000)
    """

    optimizer: OptimizerOptions = OptimizerOptions()
    steps_per_epoch: int | None = option(
        None,
        "validate after so many batches, which are an epoch then "
        "(default: a pass over the data)",
        int,
        least=1,
        metavar="STEPS",
    )
    validation_steps: int | None = option(
        None,
        "validation batches to score after each epoch (default: all)",
        int,
        least=1,
        metavar="STEPS",
    )
    save_every: int = option(
        500,
        "steps from one checkpoint to the next; the end of an epoch and an "
        "interruption make one too (default: %(default)s)",
        int,
        least=1,
        metavar="STEPS",
        identity=False,
    )
    max_checkpoints: int = option(
        2,
        "checkpoints to keep, the newest; of one alone, damage loses the run "
        "(default: %(default)s)",
        int,
        least=1,
        metavar="N",
        identity=False,
    )
    jit_compile: bool | None = option(
        None,
        "whether training steps are compiled, as in `keras.Model.compile` "
        "(default: what suits the backend; on PyTorch with a CPU, in long runs)",
        bool,
        identity=False,
    )
    rematerialize: bool = option(
        False,
        "keep less of a step and compute it again for the gradient, so that windows "
        "may be longer",
        bool,
        identity=False,
    )
    sample_every: int = option(
        2000,
        "generate audio after so many steps, and at the end, to a wav file and a "
        "picture; 0 never (default: %(default)s)",
        int,
        least=0,
        metavar="STEPS",
        identity=False,
    )
    sample_seconds: float = option(
        2.0,
        "length of that audio, which continues the first second of the first "
        "validation clip; a model conditioned on frames generates that clip again "
        "(default: %(default)s)",
        float,
        above=0,
        metavar="S",
        identity=False,
    )
    tensorboard: bool | None = option(
        None,
        "write for TensorBoard (default: if tensorboardX is installed)",
        bool,
        identity=False,
    )
    histograms: bool = option(
        False,
        "and there the distribution of each weight after each epoch",
        bool,
        identity=False,
    )

    def __post_init__(self):
        super().__post_init__()
        if not isinstance(self.optimizer, OptimizerOptions):
            raise ValueError(
                "`optimizer` must be `OptimizerOptions`, such as "
                'OptimizerOptions(schedule="cosine"). '
                f"Received: optimizer={self.optimizer!r}"
            )
        board = self.tensorboard
        if board is None:
            board = is_installed("tensorboardX")
        if self.histograms and not board:
            raise ValueError(
                "`histograms` are for TensorBoard: set `tensorboard`, and install it "
                "with pip install 'keras-wavenet[logs]'."
            )

    def identity(self) -> dict[str, Any]:
        """The values that identify a run, by name, those of the optimizer included."""
        return {**super().identity(), **self.optimizer.identity()}
