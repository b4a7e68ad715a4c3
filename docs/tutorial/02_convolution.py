# %% [markdown]
# # 2. Convolution in one dimension
#
# A convolution computes each output from a few neighboring inputs, with the same
# weights everywhere. All layers of a WaveNet that look back in time are convolutions.
# Here they are with one channel, two taps, and a recording.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet.introspection import first_layer
from keras_wavenet.layers import CausalConv1D, mu_law_encode
from keras_wavenet.visualization import plot_first_layer, plot_spectrogram

RATE = 16000
clips = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)
waveform = clips[0].waveform

# %% [markdown]
# ## Two taps
#
# The *kernel* is the list of weights, and a *tap* is one of its places. With two taps,
# an output is a weighted sum of the sample before and of the present one:
#
# $$y_t = w_0\, x_{t-1} + w_1\, x_t$$
#
# With the weights $-1, 1$ it is the difference of two samples, with $1/2, 1/2$ their
# mean. Before the first sample there is silence, so the output is as long as the input.

# %%
x = np.array([0.0, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0])


def convolve(x, kernel):
    padded = np.concatenate([np.zeros(len(kernel) - 1), x])
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(kernel))
    return windows @ kernel


print("input     ", x)
print("difference", convolve(x, [-1.0, 1.0]))
print("mean      ", convolve(x, [0.5, 0.5]))
assert convolve(x, [-1.0, 1.0]).tolist() == [0.0, 1.0, 0.0, 0.0, -0.5, -0.5, 0.0]

# %% [markdown]
# ## The layer of the package
#
# `CausalConv1D` does this for a batch of sequences with several channels. The shape of
# its input is `(batch, time, channels)`, that of its kernel `(taps, channels in,
# channels out)`. Tap 0 is the oldest sample. Set to the same weights, it gives the same
# numbers:


# %%
def layer_with(kernel):
    layer = CausalConv1D(filters=kernel.shape[2], kernel_size=len(kernel))
    layer.build((None, None, kernel.shape[1]))
    layer.kernel.assign(kernel)
    return layer


difference = layer_with(np.array([-1.0, 1.0]).reshape(2, 1, 1))
y = ops.convert_to_numpy(difference(x.reshape(1, -1, 1)))
print("shape", y.shape, "values", y[0, :, 0])
assert np.array_equal(y[0, :, 0], convolve(x, [-1.0, 1.0]))

# %% [markdown]
# A layer has many such filters side by side. One with two outputs computes difference
# and mean at once. A layer of a WaveNet has 32 inputs and 64 outputs, each with weights
# of its own, which training finds:

# %%
both = layer_with(np.array([[[-1.0, 0.5]], [[1.0, 0.5]]]))
y = ops.convert_to_numpy(both(waveform.reshape(1, -1, 1)))[0]
print("two filters:", waveform.shape, "->", y.shape)
assert np.allclose(y[:, 0], convolve(waveform, [-1.0, 1.0]), atol=1e-6)
assert np.allclose(y[:, 1], convolve(waveform, [0.5, 0.5]), atol=1e-6)
wide = CausalConv1D(filters=64, kernel_size=2)
wide.build((None, None, 32))
print("2 taps x 32 inputs x 64 outputs + 64 biases =", wide.count_params())
assert wide.count_params() == 2 * 32 * 64 + 64

# %% [markdown]
# ## What a filter does to sound
#
# A convolution changes how loud each frequency is, and a sine stays a sine. The change
# can be read from the kernel: at the frequency $f$ it is $|\sum_k w_k e^{-2 \pi i f
# k}|$, with $f$ in cycles a sample. The difference removes low frequencies, the mean of
# 16 samples high ones. The dots are measured with sines, the lines computed from the
# kernel:

# %% Gain by frequency
kernels = {
    "difference": [-1.0, 1.0],
    "mean of 2": [0.5, 0.5],
    "mean of 16": [1 / 16] * 16,
}
hertz = np.array([50, 200, 500, 1000, 2000, 3500, 5000, 7000])
t = np.arange(RATE)
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
for name, kernel in kernels.items():
    gain = np.abs(np.fft.rfft(kernel, RATE))  # at 0, 1, 2, ... 8000 Hz
    measured = []
    for f in hertz:
        sine = np.sin(2 * np.pi * f * t / RATE)
        steady = convolve(sine, kernel)[len(kernel) :]
        measured.append(np.sqrt(2) * np.std(steady))
    assert np.allclose(measured, gain[hertz], atol=0.01)
    (line,) = axes.plot(gain, label=name)
    axes.plot(hertz, measured, "o", color=line.get_color())
    print(f"{name:10}  x {gain[100]:.3f} at 100 Hz, x {gain[5000]:.3f} at 5000 Hz")
axes.set(xlabel="Hz", ylabel="gain")
axes.legend()
plt.show()

# %% [markdown]
# And on the recording: the difference leaves the hiss of the consonants, the mean of 16
# samples the low part of the vowels.

# %% The recording and two filters of it
figure, axes = plt.subplots(3, figsize=(8, 5), sharex=True, layout="constrained")
start = waveform[: 3 * RATE // 2]
sounds = {"recording": start}
for name in ("difference", "mean of 16"):
    sounds[name] = convolve(start, kernels[name]).clip(-1, 1)
for row, (name, sound) in zip(axes, sounds.items(), strict=True):
    plot_spectrogram(row, sound, RATE, name, top=-20)
plt.show()
for name, sound in sounds.items():
    print(name)
    display(Audio(sound, rate=RATE, normalize=False))

# %% [markdown]
# ## The first layer of a trained model
#
# The input of `wavenet_tiny` is one-hot: 256 channels, one of them 1. Its first layer
# is a convolution of these rows with two taps and 48 outputs. A one-hot row times a
# matrix is one row of the matrix, so the package looks the rows up and multiplies
# nothing:

# %%
model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
kernel = ops.convert_to_numpy(model.network.initial.kernel)
print("kernel", kernel.shape)

codes = mu_law_encode(waveform[8000:8100])
one_hot = np.eye(256, dtype="float32")[codes]
looked_up = ops.convert_to_numpy(model.network.initial(codes[None]))[0]
present = kernel[0][codes[:-1]] + kernel[1][codes[1:]]
convolved = one_hot[:-1] @ kernel[0] + one_hot[1:] @ kernel[1]
print(
    "output",
    looked_up.shape,
    f"largest difference {abs(looked_up - convolved).max():.0e}",
)
assert np.allclose(looked_up, present, atol=1e-6)
assert np.allclose(looked_up, convolved, atol=1e-6)

# %% [markdown]
# What training made of these rows: for each amplitude, the 48 numbers that the present
# sample adds. Drawn are the three directions in which these rows differ most, their
# principal components, with their shares of the variance. The model was not given that
# codes 200 and 201 are alike, but their rows are, and those of distant codes are not:

# %% The first layer of wavenet_tiny
first = first_layer(model)
used = np.bincount(mu_law_encode(waveform), minlength=256) > 20
rows = first.vectors[1] - first.vectors[1][used].mean(axis=0)
rows /= np.linalg.norm(rows, axis=1, keepdims=True)
for apart in (1, 8, 64):
    both_used = used[:-apart] & used[apart:]
    cosine = np.sum(rows[:-apart] * rows[apart:], axis=1)[both_used]
    print(f"cosine of the rows of codes {apart:2} apart: {cosine.mean():.2f}")
figure, axes = plt.subplots(figsize=(8, 3.5), layout="constrained")
plot_first_layer(axes, first.amplitudes, first.vectors[1])
plt.show()
