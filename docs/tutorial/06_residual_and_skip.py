# %% [markdown]
# # 6. Residual and skip
#
# A WaveNet has dozens of blocks in a row. Two shortcuts make that possible. The
# *residual* path leads around each block, and the *skip* connections lead from each
# block directly to the output. This chapter measures what both are worth.

# %%
import functools
import random

import matplotlib.pyplot as plt
import numpy as np
from keras import ops

import keras_wavenet
from keras_wavenet.backend_gradients import gradient
from keras_wavenet.introspection import activation_levels, activations, contributions
from keras_wavenet.layers import GatedResidualBlock
from keras_wavenet.visualization import (
    plot_block,
    plot_contributions,
    plot_skip_levels,
)

model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
RATE = model.sample_rate
clip = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)[0]
waveform = clip.waveform

# %% The residual block
figure, axes = plt.subplots(figsize=(10, 4), layout="constrained")
plot_block(axes, model.architecture)
plt.show()

# %% [markdown]
# ## Two sums
#
# The gate's output $z$ is projected twice. One projection is added to the block's own
# input, $x + W_r z$, which is the input of the next block: the *residual stream*. The
# other one is added to the sum of all blocks, from which the output is computed. Here
# are both for the second block, in NumPy:

# %%
first, second = activations(model, waveform, blocks=[0, 1], start=5000, stop=5100)
layer = model.blocks[1].residual_projection
W, b = (ops.convert_to_numpy(weight) for weight in (layer.kernel, layer.bias))
assert np.allclose(second.residual, first.residual + second.z @ W + b, atol=1e-4)

kernels = ops.convert_to_numpy(model.network.skip.kernel)  # of all blocks
kernel = kernels[48 : 2 * 48]  # the rows of the second
assert np.allclose(second.skip, second.z @ kernel, atol=1e-4)
print("W_r", W.shape, " W_s of a block", kernel.shape, " of all", kernels.shape)

# %% [markdown]
# ## The gradient by depth
#
# Training changes each weight in proportion to a gradient: how much the loss changes
# with it. In a row of layers, the gradient of an early one is a product of factors, one
# for each layer after it. If these are below 1, little is left at the beginning, and
# the first layers learn nothing.
#
# Here are 30 blocks with new weights. We add a shift to the input of each block, and
# measure the gradient of the output in all these shifts: once with the residual path,
# $x + W_r z$, and once without, $W_r z$.

# %%
BLOCKS, CHANNELS, LENGTH = 30, 32, 64
rng = np.random.default_rng(0)
random.seed(0)  # from which Keras draws the seeds of new weights
shape = (1, LENGTH, CHANNELS)
x, direction = ops.convert_to_tensor(rng.normal(size=(2, *shape)).astype("float32"))
dilations = keras_wavenet.doubling_dilations(16, cycles=6)
blocks = [GatedResidualBlock(CHANNELS, dilation_rate=d) for d in dilations]
assert len(blocks) == BLOCKS
for block in blocks:
    block.build(shape)


def output(shifts, residual):
    stream = x
    for block, shift in zip(blocks, shifts, strict=True):
        stream = stream + shift
        summed, _ = block(stream)  # stream + W_r z
        stream = summed if residual else summed - stream
    return ops.sum(direction * stream)  # a number


shifts = np.zeros((BLOCKS, *shape), "float32")
norms = {}
for name, residual in (("with", True), ("without", False)):
    slopes = gradient(functools.partial(output, residual=residual))(shifts)
    norms[name] = np.sqrt(np.sum(slopes**2, axis=(1, 2, 3)))
    start, end = norms[name][[0, -1]]
    print(
        f"{name} residual path: {start:.2g} at the first block, {end:.2g} at the last"
    )
assert norms["with"][0] > 1 > 1e-6 > norms["without"][0]

# %% The norm of the gradient by depth
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
for name, values in norms.items():
    axes.semilogy(range(1, BLOCKS + 1), values, ".-", label=f"{name} residual path")
axes.set(xlabel="block", ylabel="norm of the gradient")
axes.grid(alpha=0.3)
axes.legend()
plt.show()

# %% [markdown]
# Without the path, each block takes about half of the gradient away, and at the first
# of 30 nothing is left. With it, the derivative of $x + W_r z$ is 1 and something: the
# gradient reaches the first block, where it is even larger than at the last.
#
# ## What each block adds
#
# The skip connections make it visible which block says something about the next sample,
# and when. This is the level of what each block of the trained model adds to the skip
# sum, over half a second:

# %% What each block adds to the skip sum
START, STOP = 11000, 19000
levels = activation_levels(model, waveform, start=START, stop=STOP)
figure, axes = plt.subplots(
    2, figsize=(8, 5), layout="constrained", sharex=True, height_ratios=[1, 2]
)
axes[0].plot(np.arange(STOP - START) / RATE, waveform[START:STOP], linewidth=0.4)
axes[0].set_ylabel("amplitude")
plot_skip_levels(axes[1], levels.skip, RATE, model.dilations)
plt.show()
mean = np.sqrt(np.mean(levels.skip**2, axis=1))
for block in np.argsort(-mean)[:3]:
    print(
        f"block {block:2}, dilation {model.dilations[block]:3}: level {mean[block]:.2f}"
    )

# %% [markdown]
# ## A block silenced
#
# Because of the residual path, a block can be taken out: the stream passes unchanged.
# The bits per sample then rise by what the others cannot do in its place. Here, each
# block of the trained model is silenced in turn, on a quarter second of a recording
# that it was not trained on:

# %% Bits with each block silenced
START = 6000
bits, silenced = contributions(model, waveform, start=START, stop=START + 4000)
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
plot_contributions(axes, bits, silenced, model.dilations)
plt.show()
costs = silenced - bits
order = np.argsort(-costs)
print(f"with all blocks: {bits:.2f} bits per sample")
for block in [*order[:2], *order[-2:]]:
    name = f"block {block}, dilation {model.dilations[block]}"
    print(f"without {name}: {costs[block]:.2f} more")
assert np.all(costs > 0)

# %% [markdown]
# The two blocks with dilation 1 cost most: the newest samples say most about the next
# one. Each of those with dilations of 128 to 512 costs less than a tenth of a bit. But
# they are measured one by one: what one block lacks, another may still know.
