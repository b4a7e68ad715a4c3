# %% [markdown]
# # 1. A wav as numbers
#
# A recording on a computer is a list of numbers. WaveNet reads such a list and predicts
# the next number. This chapter shows the numbers: samples, codes, and one-hot rows.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display

import keras_wavenet
from keras_wavenet.layers import mu_law_decode, mu_law_encode
from keras_wavenet.visualization import (
    plot_codes,
    plot_mu_law,
    plot_mu_law_error,
    plot_waveform,
)

# %% [markdown]
# ## Samples
#
# The package has some minutes of speech, `spoken_prompts`. For recordings of your own,
# give the name of their folder in place of `"spoken_prompts"`, and `"all"` in place of
# `"validation"`. `open_source` converts them to one channel at the rate you ask for.

# %%
RATE = 16000  # samples per second
clips = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)
clip = clips[0]
waveform = clip.waveform
print(f"{clip.info.speaker}: {clip.info.transcript}")
print(waveform.shape, waveform.dtype, f"{len(waveform) / RATE:.2f} seconds")
print(f"from {waveform.min():.3f} to {waveform.max():.3f}")

# %% [markdown]
# Each sample is the air pressure at one moment, as a number between -1 and 1. The file
# stores it as a whole number of 16 bits, from -32768 to 32767, and a division by 32768
# makes the sample. Here is the whole recording, and 20 ms of it: 320 samples, one dot
# each.

# %% The recording, and 20 ms of it
START = 11000
print("stored:", (waveform[START : START + 8] * 32768).tolist())
assert np.array_equal(waveform * 32768, np.round(waveform * 32768))

figure, axes = plt.subplots(2, figsize=(8, 4), layout="constrained")
plot_waveform(axes[0], waveform, RATE, clip.info.transcript)
axes[0].axvspan(START / RATE, (START + 320) / RATE, color="orange", alpha=0.5)
axes[0].set(xlabel="seconds")
axes[1].plot(np.arange(START, START + 320), waveform[START : START + 320], ".-")
axes[1].set(xlabel="sample", ylabel="amplitude")
plt.show()

# %% The recording
display(Audio(waveform, rate=RATE, normalize=False))

# %% [markdown]
# ## Codes
#
# A sample of 16 bits has one of 65,536 values. A model that gives a probability to each
# value would need 65,536 outputs. The paper rounds to 256 values instead. They are not
# evenly spaced: speech has many small samples, and a small sample needs a small error.
# *Mu-law* companding compresses the amplitude first:
#
# $$f(x) = \operatorname{sign}(x)\,\frac{\ln(1 + \mu |x|)}{\ln(1 + \mu)},$$
#
# with $\mu = 255$, and then rounds $(f(x) + 1) / 2 \cdot 255$ to a whole number, the
# *code*. In NumPy:

# %%
mu = 255
f = np.sign(waveform) * np.log1p(mu * np.abs(waveform)) / np.log1p(mu)
codes = np.floor((f + 1) / 2 * mu + 0.5).astype(int)
same = np.mean(codes == mu_law_encode(waveform))
print(f"equal to mu_law_encode: {same:.2%} of {len(codes):,} samples")
assert np.array_equal(codes, mu_law_encode(waveform))

# %% [markdown]
# The function of the package gives the same codes. Code 128 is silence. Decoding gives
# the center of a code's range, so that encoding again gives the same code:

# %%
every_code = np.arange(256)
assert np.array_equal(mu_law_encode(mu_law_decode(every_code)), every_code)
assert mu_law_encode(np.zeros(1, "float32")) == 128
for code in (0, 1, 64, 127, 128, 129, 192, 255):
    print(f"code {code:3}  ->  sample {mu_law_decode(np.array([code]))[0]:+.5f}")

# %% [markdown]
# Neighboring codes are far apart at full scale and close together near silence. The
# error of a sample is at most half their distance. For 256 evenly spaced codes it would
# be the same everywhere: larger for samples below 0.2, and smaller above.

# %% Mu-law codes by amplitude, and their error
distances = np.diff(mu_law_decode(every_code))
nearest, farthest = distances.min(), distances.max()
print(f"from {nearest:.5f} to {farthest:.5f}: {farthest / nearest:.0f} times as far")
figure, axes = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
plot_mu_law(axes[0])
plot_mu_law_error(axes[1])
plt.show()

# %% [markdown]
# ## One-hot rows
#
# A code is a name, not an amount: the network should not think that code 200 is twice
# code 100. So each code becomes a row of 256 numbers, all 0 but one 1 at the place of
# the code. A sequence of T samples becomes a table of T rows and 256 columns, the first
# input of the network.

# %%
one_hot = np.eye(256)[codes]
print("shape", one_hot.shape)
assert np.all(one_hot.sum(axis=1) == 1)
assert np.array_equal(one_hot.argmax(axis=1), codes)

print("sample    value  code   decoded    error   one-hot row")
for t in range(START, START + 8):
    decoded = mu_law_decode(codes[t : t + 1])[0]
    row = f"{codes[t]} zeros, 1, {255 - codes[t]} zeros"
    error = decoded - waveform[t]
    print(
        f"{t}  {waveform[t]:+.4f}  {codes[t]:4}   {decoded:+.4f}  {error:+.4f}   {row}"
    )

# %% [markdown]
# ## Fewer levels, to hear
#
# The number of codes is a choice. Here are 5 ms of the recording in 16 codes:

# %% A waveform in 16 codes
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
plot_codes(axes, waveform[START : START + 80], RATE, levels=16)
plt.show()

# %% [markdown]
# And here is all of it in 256, 64, 16 and 4 of them, to hear. The figure is the power
# of the recording over that of the error, in decibels: 10 dB more is a tenth of the
# error's power, and 0 dB an error as strong as the recording.


# %% Mu-law levels
def signal_to_noise(clean, coded):
    return 10 * np.log10(np.sum(clean**2) / np.sum((coded - clean) ** 2))


def in_mu_law(clean, levels):
    return mu_law_decode(mu_law_encode(clean, levels), levels)


for levels in (256, 64, 16, 4):
    coded = in_mu_law(waveform, levels)
    assert len(np.unique(coded)) <= levels
    print(f"{levels} levels: {signal_to_noise(waveform, coded):.1f} dB")
    display(Audio(coded, rate=RATE, normalize=False))

# %% [markdown]
# Why not evenly spaced levels? For a loud recording they are nearly as good. For the
# same recording at a hundredth of the amplitude they are not:


# %% Even levels
def in_even_steps(clean, levels):
    half = levels // 2
    return np.round(clean * half).clip(-half, half - 1) / half


print("256 levels:    mu-law       even")
for scale in (1, 0.1, 0.01):
    clean = waveform * np.float32(scale)
    mu_law = signal_to_noise(clean, in_mu_law(clean, 256))
    even = signal_to_noise(clean, in_even_steps(clean, 256))
    print(f"x {scale:<8}   {mu_law:5.1f} dB   {even:5.1f} dB")

print("256 even levels at a tenth of the amplitude, amplified again:")
quiet = in_even_steps(waveform / 10, 256) * 10
display(Audio(quiet.clip(-1, 1), rate=RATE, normalize=False))

# %% [markdown]
# ## What is there to predict
#
# Without a model, each code costs $\log_2 256 = 8$ bits. Some codes are more frequent
# than others, and knowing how frequent each one is saves a little: the entropy of the
# histogram. What came before saves more: most codes are close to the one before.

# %% Histogram of the codes
counts = np.bincount(codes, minlength=256)
p = counts[counts > 0] / len(codes)
print(f"entropy of the histogram: {-np.sum(p * np.log2(p)):.2f} bits per sample")
near = np.abs(np.diff(codes)) <= 8
print(f"at most 8 codes from the one before: {near.mean():.0%} of the samples")
figure, axes = plt.subplots(figsize=(8, 2.5), layout="constrained")
axes.bar(every_code, counts, width=1)
axes.set(xlabel="code", ylabel="samples")
plt.show()

# %% [markdown]
# The model of the next chapters predicts each code from thousands before it. How many
# bits it needs is the measure of how well it does.
