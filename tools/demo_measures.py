"""Whether what the demo generated is speech, by objective measures.

STOI, the short-time objective intelligibility, judges where its library is installed;
the log-spectral distance, which needs none, judges otherwise.
"""

from statistics import mean

from keras_wavenet.evaluation import available_metrics, log_spectral_distance, stoi

# Means over the recordings, of the audio as the network generated it and of the same
# audio matched to its frames.
LOWEST_STOI = {"raw": 0.7, "matched": 0.9}
HIGHEST_DISTANCE = {"raw": 12.0, "matched": 8.0}  # dB


class Judge:
    """Compare generated audio with the recordings, and conclude.

    Args:
        sample_rate: Hz.
    """

    def __init__(self, sample_rate):
        self.sample_rate = sample_rate
        names, left_out = available_metrics()
        self.knows_stoi = "stoi" in names
        if not self.knows_stoi:
            print(f"No STOI, the log-spectral distance judges: {left_out['stoi']}")
        self.stoi = {"raw": [], "matched": []}
        self.distance = {"raw": [], "matched": []}

    def compare(self, recorded, raw, matched):
        """Measure two generated waveforms against their recording, all `(T,)`."""
        for kind, audio in (("raw", raw), ("matched", matched)):
            words = []
            if self.knows_stoi:
                self.stoi[kind].append(stoi(recorded, audio, self.sample_rate))
                words.append(f"STOI {self.stoi[kind][-1]:.3f}")
            distance = log_spectral_distance(recorded, audio, self.sample_rate)
            self.distance[kind].append(distance)
            words.append(f"log-spectral distance {distance:.2f} dB")
            print(f"  {kind}: {', '.join(words)}")

    def conclude(self):
        """Print the means; returns whether all of them are those of speech."""
        good = True
        for kind in ("raw", "matched"):
            if self.knows_stoi:
                value, limit = mean(self.stoi[kind]), LOWEST_STOI[kind]
                reached = value >= limit
                words = f"STOI {value:.3f} of at most 1, at least {limit:g} expected"
            else:
                value, limit = mean(self.distance[kind]), HIGHEST_DISTANCE[kind]
                reached = value <= limit
                words = (
                    f"log-spectral distance {value:.2f} dB, at most {limit:g} expected"
                )
            verdict = "speech" if reached else "NOT speech"
            print(f"The {kind} audio is {verdict} by its {words}.")
            good = good and reached
        return good
