"""Flags of the optimizer: its kind, learning rate, clipping, decay and averaging."""

import argparse

from keras_wavenet.commands.argument_types import (
    natural_int,
    positive_float,
    positive_int,
    share,
)

OPTIMIZERS = ("adam", "sgd", "rmsprop")
FITTED_TO_THE_RUN = ("cosine", "exponential", "halving")
PUBLISHED = ("clarinet", "noam", "nsynth", "rayhane", "tacotron2")
SCHEDULES = ("constant", *FITTED_TO_THE_RUN, *PUBLISHED)
LEARNING_RATE = 1e-3


def add_optimizer_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that `make_optimizer` reads."""
    group = parser.add_argument_group("optimizer")
    group.add_argument(
        "--optimizer",
        choices=OPTIMIZERS,
        default="adam",
        help="default: %(default)s; sgd has Nesterov momentum 0.9",
    )
    group.add_argument(
        "--epsilon",
        type=positive_float,
        metavar="E",
        help="of adam and rmsprop; published models have 1e-8 (default: 1e-7, Keras')",
    )
    add_schedule_arguments(group)
    add_clipping_arguments(group)
    group.add_argument(
        "--weight-decay",
        type=positive_float,
        metavar="SHARE",
        help="decoupled decay of all weights but the biases (default: none)",
    )
    group.add_argument(
        "--weight-averaging",
        type=share,
        metavar="MOMENTUM",
        help="score, save and hear a moving average of the weights: 0.9999 in "
        "published models, less for short runs (default: none)",
    )


def add_schedule_arguments(group) -> None:
    """Add the flags that `make_schedule` reads."""
    group.add_argument(
        "--learning-rate",
        type=positive_float,
        metavar="RATE",
        help="after the warm-up; a published schedule is scaled so that this is its "
        f"peak (default: {LEARNING_RATE}, or what was published)",
    )
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default="constant",
        help="cosine falls to zero, exponential to a hundredth, by the end of the run; "
        "halving halves the rate after each quarter of it; clarinet, noam, nsynth, "
        "rayhane and tacotron2 are published ones, with steps of their own "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--decay-steps",
        type=positive_int,
        metavar="STEPS",
        help="fall, or halve, over this many steps instead",
    )
    group.add_argument(
        "--warmup-steps",
        type=natural_int,
        default=0,
        metavar="STEPS",
        help="linear rise of the learning rate at the start (default: none)",
    )


def add_clipping_arguments(group) -> None:
    """Add the limits of gradients, of which Keras takes one at a time."""
    clipping = group.add_mutually_exclusive_group()
    clipping.add_argument(
        "--clipnorm",
        type=positive_float,
        metavar="NORM",
        help="largest norm of the gradient of one weight (default: no limit)",
    )
    clipping.add_argument(
        "--global-clipnorm",
        type=positive_float,
        metavar="NORM",
        help="largest norm of all gradients together",
    )
    clipping.add_argument(
        "--clipvalue",
        type=positive_float,
        metavar="VALUE",
        help="largest absolute value of an entry of a gradient",
    )


def make_optimizer(arguments: argparse.Namespace, steps: int):
    """The optimizer for a run.

    Args:
        arguments: Parsed flags of `add_optimizer_arguments`.
        steps: Length of the run.

    Returns:
        A `keras.optimizers.Optimizer`. With --weight-averaging it keeps the average
        beside the weights and leaves the weights alone, until `fit` ends.

    Raises:
        ValueError: If flags contradict each other.
    """
    from keras import optimizers

    settings = {
        "learning_rate": make_schedule(arguments, steps),
        "clipnorm": arguments.clipnorm,
        "global_clipnorm": arguments.global_clipnorm,
        "clipvalue": arguments.clipvalue,
        "weight_decay": arguments.weight_decay,
    }
    if arguments.weight_averaging is not None:
        settings["use_ema"] = True
        settings["ema_momentum"] = arguments.weight_averaging
        settings["ema_overwrite_frequency"] = None
    if arguments.epsilon is not None:
        settings["epsilon"] = arguments.epsilon
    if arguments.optimizer == "adam":
        optimizer = optimizers.Adam(**settings)
    elif arguments.optimizer == "rmsprop":
        optimizer = optimizers.RMSprop(**settings)
    elif arguments.epsilon is not None:
        raise ValueError("--epsilon goes with --optimizer adam or rmsprop, not sgd.")
    else:
        optimizer = optimizers.SGD(momentum=0.9, nesterov=True, **settings)
    if arguments.weight_decay:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def make_schedule(arguments: argparse.Namespace, steps: int):
    """The learning rate of each step: a float or a Keras schedule."""
    from keras.optimizers.schedules import CosineDecay, ExponentialDecay

    from keras_wavenet.training import LinearWarmup
    from keras_wavenet.training.schedules import published_schedule

    name = arguments.schedule
    rate = arguments.learning_rate or LEARNING_RATE
    rest = max(steps - arguments.warmup_steps, 1)
    decay_steps = arguments.decay_steps or rest
    if arguments.decay_steps and name not in FITTED_TO_THE_RUN:
        why = "never falls" if name == "constant" else "has steps of its own"
        raise ValueError(f"--schedule {name} {why} and takes no --decay-steps.")
    if name in PUBLISHED:
        rate = published_schedule(name, arguments.learning_rate)
    elif name == "cosine":
        rate = CosineDecay(rate, decay_steps)
    elif name == "exponential":
        rate = ExponentialDecay(rate, decay_steps, decay_rate=0.01)
    elif name == "halving":
        decay_steps = arguments.decay_steps or max(rest // 4, 1)
        rate = ExponentialDecay(rate, decay_steps, decay_rate=0.5, staircase=True)
    if arguments.warmup_steps:
        rate = LinearWarmup(rate, arguments.warmup_steps)
    return rate


def schedule_depends_on_length(arguments: argparse.Namespace) -> bool:
    """Whether the rate of a step depends on how many steps the run has in all.

    If so, a run that goes on for longer than it was planned has had other learning
    rates than one that was planned as long from its start.
    """
    return arguments.schedule in FITTED_TO_THE_RUN and arguments.decay_steps is None
