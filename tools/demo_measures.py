"""Whether what the demo generated is speech, by objective measures.

STOI, the short-time objective intelligibility, decides where its library is installed,
and the log-spectral distance, which needs none, otherwise. They decide on the audio as
the network generated it: matching frames gives even an untrained network a STOI of
0.98, so that of matched audio says little of the network.
"""

from statistics import mean

from keras_wavenet.evaluation import METRICS, Recording, available_metrics, measure

SHOWN = ("pesq", "stoi", "lsd")
# Means over the recordings. An untrained network has STOI 0.72 and 10.7 dB as it
# generates, since its noise has the spectrum of speech; 400 steps gave 0.80 and 9.4 dB.
LIMITS = {
    "stoi": {"raw": 0.76, "matched": 0.95},
    "lsd": {"raw": 10.1, "matched": 7.7},
}


class Judge:
    """Compare generated audio with the recordings, and conclude.

    Args:
        sample_rate: Hz.
    """

    def __init__(self, sample_rate):
        self.sample_rate = sample_rate
        available, left_out = available_metrics()
        self.shown = [name for name in SHOWN if name in available]
        self.decides = "stoi" if "stoi" in available else "lsd"
        if "stoi" in left_out:
            print(f"The log-spectral distance decides: {left_out['stoi']}")
        self.found = {"raw": [], "matched": []}

    def compare(self, recorded, raw, matched):
        """Measure two generated waveforms against their recording, all `(T,)`."""
        recording = Recording(recorded, self.sample_rate)
        for kind, audio in (("raw", raw), ("matched", matched)):
            generated = Recording(audio, self.sample_rate)
            values, _ = measure(recording, generated, self.shown)
            self.found[kind].append(values[self.decides])
            words = (f"{METRICS[name].title} {x:.2f}" for name, x in values.items())
            print(f"  {kind}: {', '.join(words)}")

    def conclude(self):
        """Print the means; returns whether all of them are those of speech."""
        metric = METRICS[self.decides]
        verdicts = []
        for kind, values in self.found.items():
            value, limit = mean(values), LIMITS[self.decides][kind]
            if metric.higher_is_better:
                good, wanted = value >= limit, "at least"
            else:
                good, wanted = value <= limit, "at most"
            verdicts.append(good)
            print(
                f"The {kind} audio is {'speech' if good else 'NOT speech'}: mean "
                f"{metric.title} {value:.3f}, {wanted} {limit:g} wanted."
            )
        return all(verdicts)
