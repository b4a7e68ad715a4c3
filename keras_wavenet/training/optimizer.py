"""The optimizer and the learning rate that `OptimizerOptions` describe."""

from keras import optimizers
from keras.optimizers import schedules

from keras_wavenet.run_config import (
    CLIPPING,
    LEARNING_RATE,
    PUBLISHED,
    OptimizerOptions,
)
from keras_wavenet.training.schedules import LinearWarmup, published_schedule


def make_optimizer(options: OptimizerOptions, steps: int) -> optimizers.Optimizer:
    """The optimizer of a run.

    Args:
        options: With `weight_averaging`, the optimizer keeps the averages and does not
            touch the weights until `fit` ends.
        steps: Length of the run.
    """
    settings = {name: getattr(options, name) for name in (*CLIPPING, "weight_decay")}
    settings["learning_rate"] = make_schedule(options, steps)
    if options.weight_averaging is not None:
        settings["use_ema"] = True
        settings["ema_momentum"] = options.weight_averaging
        settings["ema_overwrite_frequency"] = None
    for name in ("epsilon", "momentum"):
        if getattr(options, name) is not None:
            settings[name] = float(getattr(options, name))
    if options.optimizer == "adam":
        optimizer = optimizers.Adam(**settings)
    elif options.optimizer == "rmsprop":
        optimizer = optimizers.RMSprop(**settings)
    else:
        optimizer = optimizers.SGD(**{"momentum": 0.9, "nesterov": True, **settings})
    if options.weight_decay:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def make_schedule(
    options: OptimizerOptions, steps: int
) -> float | schedules.LearningRateSchedule:
    """The learning rate of each step of a run.

    Args:
        options: Its `schedule`, `learning_rate`, `decay_steps` and `warmup_steps`.
        steps: Length of the run.
    """
    name, rate = options.schedule, options.learning_rate or LEARNING_RATE
    rest = max(steps - options.warmup_steps, 1)
    if name in PUBLISHED:
        rate = published_schedule(name, options.learning_rate)
    elif name == "cosine":
        rate = schedules.CosineDecay(rate, options.decay_steps or rest)
    elif name == "cyclic":
        cycle = options.decay_steps or max(rest // 4, 1)
        rate = schedules.CosineDecayRestarts(rate, cycle, t_mul=1.0)
    elif name == "exponential":
        rate = schedules.ExponentialDecay(rate, options.decay_steps or rest, 0.01)
    elif name == "halving":
        quarter = options.decay_steps or max(rest // 4, 1)
        rate = schedules.ExponentialDecay(rate, quarter, 0.5, staircase=True)
    return LinearWarmup(rate, options.warmup_steps) if options.warmup_steps else rate
