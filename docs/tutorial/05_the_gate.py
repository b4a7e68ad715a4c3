# %% [markdown]
# # 5. The gate
#
# The dilated convolutions of a WaveNet are not followed by a ReLU, but by a *gate*: one
# half of the channels decides how much of the other half passes. This chapter computes
# a gate by hand, watches the gates of a trained model over a spoken word, and then
# holds them still.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet.introspection import activation_levels, activations, score
from keras_wavenet.visualization import plot_gates, plot_spectrogram

model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
RATE = model.sample_rate
clip = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)[0]
waveform = clip.waveform
print(f"{clip.info.speaker}: {clip.info.transcript}")

# %% [markdown]
# ## Two convolutions, one product
#
# A block has two convolutions of the same input $x$, the filter and the gate, and
# multiplies their outputs, channel by channel:
#
# $$z = \tanh(W_f * x) \odot \sigma(W_g * x).$$
#
# The hyperbolic tangent gives numbers from -1 to 1. The sigmoid
# $\sigma(a) = 1 / (1 + e^{-a})$ gives numbers from 0 to 1: a gate at 0 is closed and
# its channel is silent, a gate at 1 is open.

# %% Filter and gate
a = np.linspace(-5, 5, 201)
figure, axes = plt.subplots(figsize=(8, 2.5), layout="constrained")
axes.plot(a, np.tanh(a), label="tanh(a), the filter")
axes.plot(a, 1 / (1 + np.exp(-a)), label="sigmoid(a), the gate")
axes.grid(alpha=0.3)
axes.legend()
plt.show()

# %% [markdown]
# `activations` returns what the blocks of a model compute for a recording. Here are the
# first two blocks for 100 samples, and the gate of the second one again, in NumPy, from
# the output of the first. Its dilation is 2: it takes an input and the one two samples
# earlier.

# %%
first, second = activations(model, waveform, blocks=[0, 1], start=5000, stop=5100)
print("filter", second.filter.shape, " gate", second.gate.shape, " z", second.z.shape)
assert np.allclose(second.z, second.filter * second.gate, atol=1e-6)

layer = model.blocks[1].filter_gate
W = ops.convert_to_numpy(layer.kernel)  # (2 taps, 48, 48 + 48), the filter first
b = ops.convert_to_numpy(layer.bias)
x = first.residual
sums = x[:-2] @ W[0] + x[2:] @ W[1] + b
gate = 1 / (1 + np.exp(-sums[:, 48:]))
assert np.allclose(gate, second.gate[2:], atol=1e-4)
print("gate of sample 5050, first channels:", second.gate[50, :6].round(2))

# %% [markdown]
# ## Gates over a spoken word
#
# The mean over the 48 channels of each gate, for each block and each sample of 0.75 s
# of speech. The block with dilation 1 is at the bottom; after 512 a second round from 1
# begins.

# %% The gates of each block over 0.75 s
START, STOP = 10000, 22000
levels = activation_levels(model, waveform, start=START, stop=STOP)
seconds = np.arange(STOP - START) / RATE
figure, axes = plt.subplots(
    2, figsize=(8, 5), layout="constrained", sharex=True, height_ratios=[1, 2]
)
axes[0].plot(seconds, waveform[START:STOP], linewidth=0.4)
axes[0].set_ylabel("amplitude")
plot_gates(axes[1], levels.gate, RATE, model.dilations)
plt.show()

# %% [markdown]
# The gates change with the sound: in vowels, in the hiss of an s, in the pause. Some
# blocks close in the pause, and others open. In figures, for the four blocks whose mean
# gate differs most:

# %%
loudness = np.sqrt(np.convolve(waveform**2, np.ones(400) / 400, "same"))[START:STOP]
pause, voice = loudness < 0.01, loudness > 0.1
print(f"{pause.mean():.0%} of the samples are in a pause, {voice.mean():.0%} are loud")
change = levels.gate[:, voice].mean(axis=1) - levels.gate[:, pause].mean(axis=1)
for block in np.argsort(-np.abs(change))[:4]:
    loud, quiet = (levels.gate[block, where].mean() for where in (voice, pause))
    dilation = model.dilations[block]
    print(f"block {block:2}, dilation {dilation:3}: loud {loud:.2f}, pause {quiet:.2f}")

# %% [markdown]
# ## Gates and pitch
#
# A voice is a row of pulses, one for each opening of the vocal folds. Looked at more
# closely, the gates of the first block follow them:

# %% The gates of the first block and the waveform over 40 ms
part = slice(0, 640)
figure, axes = plt.subplots(2, figsize=(8, 4), layout="constrained", sharex=True)
axes[0].plot(1000 * seconds[part], waveform[START:STOP][part])
axes[0].set_ylabel("amplitude")
axes[1].plot(1000 * seconds[part], levels.gate[0, part], color="tab:orange")
axes[1].set(xlabel="ms", ylabel="mean gate")
plt.show()


def period(signal):
    """The lag, from 2.5 to 12.5 ms, at which a signal is most like itself."""
    signal = signal - signal.mean()
    likeness = np.correlate(signal, signal, "full")[len(signal) - 1 :]
    return 40 + np.argmax(likeness[40:200])


of_waveform = period(waveform[START:STOP][part])
of_gate = period(levels.gate[0, part])
print(f"period of the waveform: {of_waveform} samples, {RATE / of_waveform:.0f} Hz")
print(f"period of the gate:     {of_gate} samples")
assert abs(of_waveform - of_gate) <= 2

# %% [markdown]
# ## Gates held still
#
# What is lost if gates cannot move? We set the weights of all gates to zero, and their
# biases so that each channel stays at its own mean over the first quarter second above.
# The filters are as before. The measure is how many bits a sample costs under the model
# (chapter 8): the fewer, the better it is predicted.

# %%
held = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
found = activations(model, waveform, start=START, stop=START + 4000)
for block, one in zip(held.blocks, found, strict=True):
    mean = one.gate.mean(axis=0)
    kernel = ops.convert_to_numpy(block.filter_gate.kernel).copy()
    bias = ops.convert_to_numpy(block.filter_gate.bias).copy()
    kernel[..., 48:] = 0
    bias[48:] = np.log(mean / (1 - mean))  # the sigmoid of which is the mean
    block.filter_gate.kernel.assign(kernel)
    block.filter_gate.bias.assign(bias)
for name, one in (("gates that move", model), ("gates held at their mean", held)):
    bits = score(one, waveform, start=START, stop=START + 4000).bits.mean()
    print(f"{name:25} {bits:.2f} bits per sample")

# %% Generated with gates that move, and with gates held still
known = waveform[:24000]
figure, axes = plt.subplots(2, figsize=(7, 4), layout="constrained", sharex=True)
for one, each, name in zip(axes, (model, held), ("moving", "held"), strict=True):
    audio = each.generate(12000, prime=known, seed=2)[0]
    print(f"gates {name}, rms {np.sqrt(np.mean(audio**2)):.3f}")
    display(Audio(audio, rate=RATE, normalize=False))
    plot_spectrogram(one, audio, RATE, f"Gates {name}", top=-20)
plt.show()

# %% [markdown]
# With moving gates it is babble that continues the recording, a voice without words.
# With held gates only a faint noise is left, and a sample costs nearly the 8 bits of
# 256 equally probable codes: this model does most of its work in its gates. It was
# trained with them, and a model without gates would have to be trained to be compared.
# The paper did so: for audio, gates worked much better than ReLUs (section 2.3).
