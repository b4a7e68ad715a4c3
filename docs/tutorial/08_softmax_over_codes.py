# %% [markdown]
# # 8. Softmax over codes
#
# The output of a WaveNet is not a sample. It is a probability for each of the 256 codes
# that the next sample may have. This chapter computes these probabilities from the
# output, looks at them over time, and counts in bits how good they are.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet.introspection import alternatives, predictions, score
from keras_wavenet.layers import mu_law_encode
from keras_wavenet.visualization import (
    plot_distributions,
    plot_entropy,
    plot_predictions,
)

model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
RATE, R = model.sample_rate, model.receptive_field
clip = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)[0]
waveform = clip.waveform
codes = mu_law_encode(waveform)

# %% [markdown]
# ## From logits to probabilities
#
# The network ends in 256 numbers, the *logits*. The softmax makes probabilities of
# them: positive numbers whose sum is 1.
#
# $$p_k = \frac{e^{a_k}}{\sum_j e^{a_j}}$$
#
# We run the model over the samples before sample 12,000, and ask for the next one.

# %%
T = 12000
past = waveform[T - R : T][None]  # (1, R)
logits = model({"waveform": past[:, -1:], "context": past[:, :-1]})
a = ops.convert_to_numpy(logits)[0, -1].astype("float64")
p = np.exp(a) / np.sum(np.exp(a))
assert np.isclose(p.sum(), 1)
assert np.allclose(p, model.next_sample_probabilities(waveform[:T]), atol=1e-6)
for code in np.argsort(-p)[:4]:
    print(f"code {code}: probability {p[code]:.3f}")
print(f"the code that comes: {codes[T]}, probability {p[codes[T]]:.3f}")

# %% [markdown]
# ## Probabilities over time
#
# The same for 320 samples in a row, each predicted from the true samples before it. The
# brighter, the more probable; the line is the recording.

# %% Predictions over 20 ms of a vowel
found = predictions(model, waveform, start=T, stop=T + 320)
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
plot_predictions(axes, *found, RATE)
plt.show()
assert np.allclose(found.probabilities[0], p, atol=1e-5)
print("probabilities", found.probabilities.shape)

# %% [markdown]
# ## Bits
#
# A good prediction gives a high probability to the code that comes. The measure is
# $-\log_2 p$ of this code, in *bits*: 0 for a certain one, 1 for a probability of one
# half, 8 for 1 of 256. The mean over samples is the score of a model, the lower the
# better; multiplied by ln 2 it is the loss of its training.

# %%
own = found.probabilities[np.arange(320), codes[T : T + 320]]
bits = -np.log2(own)
scores = score(model, waveform, start=T, stop=T + 320)
assert np.allclose(bits, scores.bits, atol=1e-3)
print(f"mean of 320 samples: {bits.mean():.2f} bits")
print(f"the cheapest: {bits.min():.2f}, the most expensive: {bits.max():.2f}")

# %% [markdown]
# Each prediction says, too, how sure it is. Its *entropy* is the mean of the bits that
# it expects, $-\sum_k p_k \log_2 p_k$. If expected and paid bits agree, the model is
# right about what it does not know.

# %% Bits and entropy over a second and a half
scores = score(model, waveform, start=8000, stop=32000)
figure, axes = plt.subplots(2, figsize=(8, 4.5), layout="constrained", sharex=True)
axes[0].plot(np.arange(24000) / RATE, waveform[8000:32000], linewidth=0.4)
axes[0].set_ylabel("amplitude")
plot_entropy(axes[1], scores.bits, scores.entropy, RATE)
plt.show()
print(f"bits: {scores.bits.mean():.2f}, entropy: {scores.entropy.mean():.2f}")
assert abs(scores.bits.mean() - scores.entropy.mean()) < 0.2

# %% [markdown]
# Which samples cost most? For example, a vowel of this recording, and the s after it:

# %%
for name, start, stop in (("vowel", 9200, 12000), ("s", 12800, 14400)):
    part = scores.bits[start - 8000 : stop - 8000]
    print(f"{name}: {part.mean():.2f} bits")

# %% [markdown]
# An s is noise: what comes next is hardly predicted by what came before.
#
# ## Why a softmax
#
# A softmax over codes assumes no shape. It may be narrow or wide, lopsided, or have two
# peaks. Other models predict the parameters of a curve, such as a logistic or a
# Gaussian, which costs less where a sample has 65,536 values
# ([output distributions](../conditioning.md#output-distributions)). How many bits are
# lost if the predictions of this model are replaced by Gaussians with the same mean and
# standard deviation? Drawn is a prediction that loses much.

# %% One prediction, and curves with its mean and deviation
START, STOP = 8000, 20000
values, probabilities, recorded = predictions(model, waveform, start=START, stop=STOP)
means = probabilities @ values
deviations = np.sqrt(probabilities @ values**2 - means**2)
z = (values - means[:, None]) / deviations[:, None]
gaussian = np.exp(-(z**2) / 2) * np.gradient(values)  # times the width of each code
gaussian /= gaussian.sum(axis=1, keepdims=True)
logs = np.log2(probabilities + 1e-30), np.log2(gaussian + 1e-30)
lost = np.sum(probabilities * (logs[0] - logs[1]), axis=1)
entropy = -np.sum(probabilities * logs[0], axis=1)
print(f"lost on average: {lost.mean():.2f} bits per sample")

unsure = np.flatnonzero(entropy > 6)
chosen = unsure[lost[unsure].argmax()]
print(f"sample {START + chosen}: {lost[chosen]:.2f} bits lost")
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
shapes = alternatives(values, probabilities[chosen])
plot_distributions(axes, shapes, recorded[chosen])
plt.show()

# %% [markdown]
# Most predictions of this model are nearly Gaussian. This one has two peaks.
#
# ## To hear
#
# What do predictions sound like? For each sample of three quarters of a second, we draw
# a code from its prediction. This is not yet generation: each prediction has the true
# samples before it, not the drawn ones. The mean of each prediction can be played, too.

# %% The recording, drawn codes, and means
heights = np.random.default_rng(0).random((len(recorded), 1))
drawn = values[(np.cumsum(probabilities, axis=1) < heights).sum(axis=1).clip(0, 255)]
for name, sound in (("recorded", recorded), ("drawn", drawn), ("means", means)):
    error = np.sum((sound - recorded) ** 2)
    if error > 0:
        name += f": {10 * np.log10(np.sum(recorded**2) / error):.1f} dB above its error"
    print(name)
    display(Audio(sound, rate=RATE, normalize=False))

# %% [markdown]
# Both are the recording with an error that one can hear as noise. It is small because
# each prediction starts from true samples: errors do not add up. In generation
# (chapter 10) they have no recording to return to.
