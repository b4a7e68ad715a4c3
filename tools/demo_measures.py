"""The check of the demo that the generated audio is speech, by objective metrics.

The metric is STOI, the short-time objective intelligibility, if its library is
installed, and otherwise the log-spectral distance. The raw audio and the frame-matched
audio have limits of their own: frame matching gives even an untrained network a STOI
of 0.98.
"""

from statistics import mean

from keras_wavenet.evaluation import METRICS, Recording, available_metrics, measure

SHOWN = ("pesq", "stoi", "lsd")
# Means over the recordings. The raw audio of an untrained network has STOI 0.72 and
# 10.7 dB, because its noise has the spectrum of speech; 400 steps gave 0.80 and 9.4 dB.
LIMITS = {
    "stoi": {"raw": 0.76, "matched": 0.95},
    "lsd": {"raw": 10.1, "matched": 7.7},
}


class SpeechCheck:
    """Measures generated audio against recordings, and checks the means.

    Args:
        sample_rate: Hz.
    """

    def __init__(self, sample_rate):
        self.sample_rate = sample_rate
        available, left_out = available_metrics()
        self.shown = [name for name in SHOWN if name in available]
        self.metric = "stoi" if "stoi" in available else "lsd"
        if "stoi" in left_out:
            print(f"The metric is the log-spectral distance: {left_out['stoi']}")
        self.found = {"raw": [], "matched": []}

    def compare(self, recorded, raw, matched):
        """Measure two generated waveforms against their recording, all `(T,)`."""
        recording = Recording(recorded, self.sample_rate)
        for kind, audio in (("raw", raw), ("matched", matched)):
            generated = Recording(audio, self.sample_rate)
            values, _ = measure(recording, generated, self.shown)
            self.found[kind].append(values[self.metric])
            cells = (f"{METRICS[name].title} {x:.2f}" for name, x in values.items())
            print(f"  {kind}: {', '.join(cells)}")

    def passed(self):
        """Print the means; returns whether they are within limits, and the lines."""
        metric = METRICS[self.metric]
        verdicts, lines = [], []
        for kind, values in self.found.items():
            value, limit = mean(values), LIMITS[self.metric][kind]
            if metric.higher_is_better:
                good, bound = value >= limit, "at least"
            else:
                good, bound = value <= limit, "at most"
            verdicts.append(good)
            lines.append(
                f"The {kind} audio is {'speech' if good else 'NOT speech'}: mean "
                f"{metric.title} {value:.3f}, limit: {bound} {limit:g}."
            )
            print(lines[-1])
        return all(verdicts), tuple(lines)
