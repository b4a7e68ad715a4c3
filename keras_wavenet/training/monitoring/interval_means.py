"""Means over a stretch of steps, from the means over an epoch that Keras reports."""

from collections.abc import Mapping


class IntervalMeans:
    """Turns means since an epoch began into means since they were last asked for.

    It serves one epoch.

    Example:
        >>> means = IntervalMeans()
        >>> means.since_last(10, {"loss": 5.0}), means.since_last(20, {"loss": 4.0})
        ({'loss': 5.0}, {'loss': 3.0})
    """

    def __init__(self):
        self.steps = 0
        self._sums = {}

    def since_last(self, steps: int, means: Mapping[str, float]) -> dict[str, float]:
        """The means of the steps since the last call.

        Args:
            steps: Steps since the epoch began, more than at the last call.
            means: Mean of each figure over all of them, as in the logs of a callback.
        """
        sums = {name: steps * mean for name, mean in means.items()}
        new = {
            name: (total - self._sums.get(name, 0.0)) / (steps - self.steps)
            for name, total in sums.items()
        }
        self.steps, self._sums = steps, sums
        return new
