# %% [markdown]
# # 4. Receptive field
#
# The *receptive field* is the number of samples that a prediction depends on. What is
# farther back the model cannot know. This chapter finds it by a formula, by counting,
# by disturbing a trained model, and by its gradients.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet.introspection import saliency
from keras_wavenet.layers import CausalConv1D
from keras_wavenet.visualization import plot_receptive_field, plot_saliency

RATE = 16000
clips = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)
waveform = clips[0].waveform

# %% [markdown]
# ## By formula
#
# A layer with two taps sees one sample more than the layer below, `dilation` samples
# back. So a stack sees the present sample and the sum of all dilations. The stack of
# the paper runs five times through 1, 2, 4, ..., 512, after a first layer with two
# taps:

# %%
dilations = keras_wavenet.doubling_dilations(512, cycles=5)
print(len(dilations), "blocks:", dilations[:12], "...")
formula = 1 + 1 + sum(dilations)
model = keras_wavenet.WaveNet.from_preset("wavenet_speech", load_weights=False)
assert list(model.dilations) == dilations
assert formula == model.receptive_field == 5117
print(f"1 + 1 + {sum(dilations)} = {formula} samples, {formula / RATE:.3f} seconds")
print(f"the same number of layers with dilation 1: {1 + 1 + len(dilations)} samples")

# %% The receptive field of wavenet_speech grows
figure, axes = plt.subplots(figsize=(8, 6), layout="constrained")
plot_receptive_field(axes, dilations)
plt.show()

# %% [markdown]
# ## By counting
#
# We stack 51 layers whose weights are all 1, and send a single 1 through them. The
# output is then the number of paths from that sample to each output, and it is not 0
# where the sample is seen:

# %%
x = np.zeros((1, 6000, 1), "float32")
x[0, 100] = 1
for dilation in [1, *dilations]:
    layer = CausalConv1D(1, dilation_rate=dilation, kernel_initializer="ones")
    x = layer(x)
paths = ops.convert_to_numpy(x)[0, :, 0].astype(float)
seen = np.flatnonzero(paths)
print(f"seen by {len(seen)} outputs, {seen[0] - 100} to {seen[-1] - 100} samples later")
print(f"by {paths[seen[0]]:.0f} path at the ends, and by up to {paths.max():.1e}")
assert len(seen) == seen[-1] - seen[0] + 1 == 5117
assert np.isclose(paths.sum(), 2.0**51)

# %% Number of paths by distance
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.semilogy(seen - 100, paths[seen])
axes.set(xlabel="samples back", ylabel="paths")
plt.show()

# %% [markdown]
# Each layer doubles the number of paths, to $2^{51}$ in all. Most lead to the middle:
# the two ends of the receptive field have one path each, through the same tap of every
# layer.
#
# ## By disturbance
#
# Now a trained model. The receptive field of `wavenet_tiny` is 2,048 samples. We change
# one sample at a time, farther and farther back, and compare the probabilities of the
# next sample.

# %%
tiny = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
assert tiny.receptive_field == 1 + 1 + sum(tiny.dilations) == 2048
END = 13000
past = waveform[END - 2148 : END]  # 100 samples more than the last prediction sees
backs = [0, 1, 4, 16, 64, 128, 256, 512, 1024, 1500, 1800, 2047, 2048, 2100]
disturbed = np.tile(past, (1 + len(backs), 1))
for row, back in enumerate(backs, start=1):
    disturbed[row, -1 - back] += 0.1
logits = ops.convert_to_numpy(tiny(disturbed)[:, -1])
change = np.abs(logits[1:] - logits[0]).max(axis=1)
for back, largest in zip(backs, change, strict=True):
    print(f"{back:5} samples back: the logits change by {largest:.1g}")
assert np.all(change[:8] > 0.01)
assert np.all(change[-2:] == 0)

# %% [markdown]
# The two samples beyond the receptive field change nothing. But neither do those close
# to its end: their effect is there, and lost in the rounding of 32-bit numbers.
#
# ## By gradients
#
# A gradient is the effect of a change that is infinitely small, and is not lost that
# way. `saliency` differentiates the bits of a sample, its cost under the model (chapter
# 8), in the output of the first layer at each moment before. (Not in the samples: codes
# are whole numbers.) A moment of that layer is made of two samples, so 2,048 samples
# are 2,047 moments:

# %% Gradient of wavenet_tiny by distance
positions = range(8000, 40000, 4000)
gradients = saliency(tiny, waveform, positions=positions)
assert gradients.shape == (len(positions), 2047) and np.all(gradients > 0)
mean = gradients.mean(axis=0)
print(f"newest of {len(mean)}: {mean[0]:.0e}, oldest: {mean[-1]:.0e} bits per unit")
for share in (0.5, 0.9, 0.99):
    lags = 1 + np.searchsorted(np.cumsum(mean), share * mean.sum())
    print(f"{share:.0%} of the gradient: {lags} samples, {1000 * lags / RATE:.1f} ms")
figure, axes = plt.subplots(figsize=(8, 3.5), layout="constrained")
plot_saliency(axes, mean, RATE)
plt.show()

# %% [markdown]
# So the receptive field says what a model could use. What it uses is what training
# found useful: for `wavenet_tiny` mostly the newest samples, and with less weight the
# rest.
#
# ## To hear
#
# All that the two models know of the recording when they predict a sample:

# %% The receptive field
for name, length in {"wavenet_tiny": 2048, "wavenet_speech": 5117}.items():
    print(f"{name}: {length} samples, {length / RATE:.3f} seconds")
    display(Audio(waveform[END - length : END], rate=RATE, normalize=False))
