"""Flags of the optimizer: its kind, learning rate, clipping and weight decay."""

import argparse

from keras_wavenet.commands.argument_types import (
    natural_int,
    positive_float,
    positive_int,
)

OPTIMIZERS = ("adam", "sgd", "rmsprop")
SCHEDULES = ("constant", "cosine", "exponential", "halving")


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
        "--learning-rate",
        type=positive_float,
        default=1e-3,
        metavar="RATE",
        help="after the warm-up (default: %(default)s)",
    )
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default="constant",
        help="cosine falls to zero, exponential to a hundredth, by the end of the run; "
        "halving halves the rate after each quarter of it (default: %(default)s)",
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
    group.add_argument(
        "--clipnorm",
        type=positive_float,
        metavar="NORM",
        help="largest norm of the gradient of one weight (default: no limit)",
    )
    group.add_argument(
        "--weight-decay",
        type=positive_float,
        metavar="SHARE",
        help="decoupled decay of all weights but the biases (default: none)",
    )


def make_optimizer(arguments: argparse.Namespace, steps: int):
    """The optimizer for a run.

    Args:
        arguments: Parsed flags of `add_optimizer_arguments`.
        steps: Length of the run.

    Returns:
        A `keras.optimizers.Optimizer`.
    """
    from keras import optimizers

    settings = {
        "learning_rate": make_schedule(arguments, steps),
        "clipnorm": arguments.clipnorm,
        "weight_decay": arguments.weight_decay,
    }
    if arguments.optimizer == "adam":
        optimizer = optimizers.Adam(**settings)
    elif arguments.optimizer == "rmsprop":
        optimizer = optimizers.RMSprop(**settings)
    else:
        optimizer = optimizers.SGD(momentum=0.9, nesterov=True, **settings)
    if arguments.weight_decay:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def make_schedule(arguments: argparse.Namespace, steps: int):
    """The learning rate of each step: a float or a Keras schedule."""
    from keras.optimizers.schedules import CosineDecay, ExponentialDecay

    from keras_wavenet.training import LinearWarmup

    rate = arguments.learning_rate
    rest = max(steps - arguments.warmup_steps, 1)
    decay_steps = arguments.decay_steps or rest
    if arguments.schedule == "cosine":
        rate = CosineDecay(rate, decay_steps)
    elif arguments.schedule == "exponential":
        rate = ExponentialDecay(rate, decay_steps, decay_rate=0.01)
    elif arguments.schedule == "halving":
        decay_steps = arguments.decay_steps or max(rest // 4, 1)
        rate = ExponentialDecay(rate, decay_steps, decay_rate=0.5, staircase=True)
    if arguments.warmup_steps:
        rate = LinearWarmup(rate, arguments.warmup_steps)
    return rate
