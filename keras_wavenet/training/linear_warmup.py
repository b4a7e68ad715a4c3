"""A learning rate that rises at the start, before any schedule."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_wavenet")
class LinearWarmup(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises in equal steps to where another schedule starts.

    Args:
        schedule: `LearningRateSchedule` or float, what follows the rise.
        warmup_steps: Positive integer; step `warmup_steps - 1` is the first with the
            full rate.

    Raises:
        ValueError: If `warmup_steps` is below 1.

    Example:
        >>> [float(LinearWarmup(0.1, 2)(step)) for step in range(3)]
        [0.05, 0.1, 0.1]
    """

    def __init__(self, schedule, warmup_steps):
        if warmup_steps < 1:
            raise ValueError(
                "`warmup_steps` must be at least 1. "
                f"Received: warmup_steps={warmup_steps}"
            )
        self.schedule = schedule
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        step = ops.cast(step, "float32")
        share = ops.minimum((step + 1.0) / self.warmup_steps, 1.0)
        later = ops.maximum(step - self.warmup_steps, 0.0)
        rate = self.schedule(later) if callable(self.schedule) else self.schedule
        return share * rate

    def get_config(self):
        return {
            "schedule": keras.saving.serialize_keras_object(self.schedule),
            "warmup_steps": self.warmup_steps,
        }

    @classmethod
    def from_config(cls, config):
        schedule = keras.saving.deserialize_keras_object(config["schedule"])
        return cls(schedule, config["warmup_steps"])
