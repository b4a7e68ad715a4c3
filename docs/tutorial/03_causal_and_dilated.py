# %% [markdown]
# # 3. Causal and dilated
#
# A model that predicts the next sample must not see it, and it must see far back.
# Causal convolutions do the first, dilated ones the second.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image, display
from keras import ops

import keras_wavenet
from keras_wavenet.layers import CausalConv1D
from keras_wavenet.visualization import animate_dilations, plot_dilations

clips = keras_wavenet.data.open_source("spoken_prompts", "validation", 16000)
waveform = clips[0].waveform

# %% [markdown]
# ## Causal
#
# An ordinary convolution is centered: with three taps, output t is computed from the
# inputs t - 1, t and t + 1. A causal one is computed from t - 2, t - 1 and t. To see
# which outputs an input reaches, change it, and compare.


# %%
def first_changed(layer, t, length=100):
    before = waveform[8000 : 8000 + length].reshape(1, -1, 1)
    after = before.copy()
    after[0, t] += 0.1
    changed = ops.convert_to_numpy(layer(before) != layer(after)).any(axis=(0, 2))
    return np.flatnonzero(changed).tolist()


centered = keras.layers.Conv1D(filters=4, kernel_size=3, padding="same")
causal = CausalConv1D(filters=4, kernel_size=3)
print("centered: input 50 changes outputs", first_changed(centered, 50))
print("causal:   input 50 changes outputs", first_changed(causal, 50))
assert first_changed(causal, 50) == [50, 51, 52]

# %% [markdown]
# The same holds for a whole model. Output t of a WaveNet is the distribution of sample
# t + 1, from the samples up to t. It has the form of 256 numbers, the *logits*, from
# which chapter 8 makes the probabilities. We change sample 500 of 1000:

# %%
model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
before = waveform[8000:9000][None]
after = before.copy()
after[0, 500] = -after[0, 500]
logits = [ops.convert_to_numpy(model(w))[0] for w in (before, after)]
changed = np.flatnonzero((logits[0] != logits[1]).any(axis=1))
print(
    f"logits {logits[0].shape}: those of outputs {changed[0]} to {changed[-1]} change"
)
assert changed[0] == 500

# %% [markdown]
# So one pass over a recording gives the predictions of all its samples at once, each
# from its own past. Training uses this: the targets are the inputs, one sample later.
#
# ## Dilated
#
# A dilated convolution leaves out samples between its taps. With dilation 4, output t
# is computed from t - 4 and t. It has as many weights as one with dilation 1, and looks
# four times as far back.

# %%
for dilation in (1, 4, 16):
    layer = CausalConv1D(filters=8, kernel_size=2, dilation_rate=dilation)
    reached = first_changed(layer, 50)
    weights = layer.count_params()
    print(f"dilation {dilation:2}, {weights} weights: input 50 changes {reached}")
    assert reached == [50, 50 + dilation]

# %% [markdown]
# The layers of a stack have the dilations 1, 2, 4, 8 and so on. The output of four such
# layers depends on 16 samples; four layers with dilation 1 see 5.

# %% Four layers, with dilation and without
figure, axes = plt.subplots(2, figsize=(8, 5), layout="constrained")
plot_dilations(axes[0], [1, 2, 4, 8])
plot_dilations(axes[1], [1, 1, 1, 1], positions=20)
plt.show()

# %% [markdown]
# From one output to the next the taps move on by one sample:

# %% The taps move on
display(Image(animate_dilations([1, 2, 4, 8], frames=8)))

# %% [markdown]
# ## Time to batch
#
# How to compute a dilated convolution with an ordinary one: with dilation 4, the
# outputs 0, 4, 8, ... use only the inputs 0, 4, 8, ..., the outputs 1, 5, 9, ... only
# the inputs 1, 5, 9, ... . So cut the sequence into 4 sequences of every fourth sample,
# put them into the batch, convolve with dilation 1, and put the samples back in order.
# ibab/tensorflow-wavenet computes it like this, with a function of this name.


# %%
def time_to_batch(x, dilation):
    time, channels = x.shape
    padded = np.pad(x, [(0, -time % dilation), (0, 0)])
    phases = padded.reshape(-1, dilation, channels)
    return phases.swapaxes(0, 1)  # (dilation, time / dilation, channels)


def batch_to_time(y, time):
    return y.swapaxes(0, 1).reshape(-1, y.shape[-1])[:time]


x = waveform[8000:8100].reshape(-1, 1)
print("dilation    sequence        phases          convolved       back")
for dilation in (1, 4, 16):
    dilated = CausalConv1D(filters=3, kernel_size=2, dilation_rate=dilation)
    expected = ops.convert_to_numpy(dilated(x[None]))[0]
    ordinary = CausalConv1D(filters=3, kernel_size=2)
    ordinary.build((None, None, 1))
    ordinary.set_weights(dilated.get_weights())
    phases = time_to_batch(x, dilation)
    convolved = ops.convert_to_numpy(ordinary(phases))
    back = batch_to_time(convolved, len(x))
    shapes = [x.shape, phases.shape, convolved.shape, back.shape]
    print(f"{dilation:8}   ", *(f"{shape!s:15}" for shape in shapes))
    assert np.allclose(back, expected, atol=1e-6)

# %% [markdown]
# All three agree with `CausalConv1D`, which does not cut anything. It puts the two taps
# of each output side by side, two slices of the padded input, and multiplies once:

# %%
kernel, bias = dilated.get_weights()
padded = np.pad(x, [(16, 0), (0, 0)])
taps = np.concatenate([padded[:-16], padded[16:]], axis=1)
print("taps", taps.shape, "kernel", kernel.shape)
assert np.allclose(taps @ kernel.reshape(2, 3) + bias, expected, atol=1e-6)
