# %% [markdown]
# # 10. Slow and fast generation
#
# The model gives the distribution of the next sample. To generate, draw one, append it,
# and ask again: 16,000 times for a second of audio. This chapter has two loops that do
# so. The slow one needs no explanation. The fast one computes the same numbers.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet.generation.sampling import uniform_noise
from keras_wavenet.layers import mu_law_decode
from keras_wavenet.visualization import plot_spectrogram

# %% [markdown]
# The model is `wavenet_tiny`. It continues the first second and a half of a recording
# that it was not trained on.

# %%
model = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
RATE, R = model.sample_rate, model.receptive_field
clip = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)[0]
known = clip.waveform[: RATE * 3 // 2]
print(f"{clip.info.speaker}: {clip.info.transcript}")
print(f"one output depends on {R} samples, {1000 * R / RATE:.0f} ms")

# %% [markdown]
# ## To draw a sample
#
# The logits of a sample become 256 probabilities. Their running sum rises from 0 to 1
# in 256 stairs, and a probable code has a high stair. A uniform random number between 0
# and 1 is a height, and the code is the stair at this height. *Temperature* divides the
# logits first: below 1, probable codes become more probable.


# %%
def draw(logits, height, temperature=1.0):
    p = ops.convert_to_numpy(ops.softmax(logits / temperature))
    code = np.searchsorted(np.cumsum(p), height)
    return mu_law_decode(np.array([min(code, 255)]))[0]


SAMPLES = 24
heights = uniform_noise(seed=0, streams=1, start=0, count=SAMPLES, per_sample=1)
heights = heights.flatten()
print("heights:", heights[:5].round(3))

# %% [markdown]
# Randomness is in the heights alone, and they are drawn before the loop. Two loops that
# compute the same distributions generate the same samples.
#
# ## The slow loop
#
# Each sample costs a run of the network over the last 2,048 samples, from which only
# the last output is used.


# %%
def slow_loop(known, heights):
    samples = list(known[-R:])
    for height in heights:
        window = np.array(samples[-R:])[None]  # (1, R)
        inputs = {"waveform": window[:, -1:], "context": window[:, :-1]}
        logits = model(inputs)[0, -1]
        samples.append(draw(logits, height))
    return np.array(samples[R:])


started = time.process_time()
slow = slow_loop(known, heights)
slow_seconds = time.process_time() - started
print("samples:", slow[:6].round(4))

# %% [markdown]
# ## The fast loop
#
# From one sample to the next, the window moves by one: nearly all that the slow loop
# computes, it has computed before. Block $b$ with dilation $d$ needs, to compute its
# newest output, only its newest input and the one $d$ samples earlier. So each block
# keeps its last $d$ inputs in a *queue* (Le Paine et al., 2016, arXiv 1611.09482). A
# step passes one sample through all blocks; each reads the oldest input from its queue
# and writes the newest one into it.
#
# `prefill` runs once over the known samples and returns the queues of all layers.


# %%
def fast_loop(known, heights):
    memory = model.network.prefill(known[None, -R:-1])
    newest, samples = known[-1], []
    for height in heights:
        logits, memory = model.network.step(newest[None], memory)
        newest = draw(logits[0], height)
        samples.append(newest)
    return np.array(samples)


started = time.process_time()
fast = fast_loop(known, heights)
fast_seconds = time.process_time() - started
assert np.array_equal(fast, slow)

# %% [markdown]
# The same samples. `generate` runs the fast loop, compiled; with the same seed it has
# the same heights, and returns the same samples. (`generate(..., engine="full")` runs
# the slow one, with every kind of model.)

# %%
generated = model.generate(SAMPLES, prime=known, seed=0)[0]
assert np.array_equal(generated, slow)

# %% [markdown]
# ## What they cost
#
# The arithmetic can be counted. For one new sample, the fast loop computes one output
# of each block. The slow loop computes all outputs that later blocks need.

# %%
r, d = model.residual_channels, model.dilation_channels
block_cost = 2 * r * (d + d) + d * r  # two taps to filter and gate, and a projection
positions = R - 1 - np.cumsum([block.history for block in model.blocks])
one_step = model.multiply_adds_per_sample
one_window = one_step + block_cost * np.sum(positions - 1)
print(f"multiply-adds for a sample: {one_window:,} slow, {one_step:,} fast")
print(f"ratio: {one_window / one_step:.0f}")

# %% [markdown]
# In seconds, the ratio of the two loops above is far smaller: for each sample, the fast
# loop calls hundreds of functions from Python, and these calls take longer than its
# arithmetic. `generate` runs compiled code, without such calls. Seconds of processor
# time, of the machine that built this page:

# %%
started = time.process_time()
model.generate(4000, prime=known, seed=0)
package_seconds = (time.process_time() - started) / 4000
for name, seconds in (
    ("slow loop", slow_seconds / SAMPLES),
    ("fast loop", fast_seconds / SAMPLES),
    ("generate", package_seconds),
):
    print(f"{name:10} {seconds * RATE:8.1f} s for a second of audio")
print(f"slow loop / fast loop: {slow_seconds / fast_seconds:.1f}")
print(f"slow loop / generate:  {slow_seconds / SAMPLES / package_seconds:.0f}")

# %% [markdown]
# ## A queue, before and after a step
#
# A queue is an array of rows and a position. A step writes the newest input at the
# position, over a row that is no longer needed, reads the oldest input from the next
# row, and moves the position on. It is a ring: no row is ever moved. This is the queue
# of the third block, whose dilation is 4, with the first six of its 48 channels.


# %%
def show(ring):
    rows = ops.convert_to_numpy(ring.rows)[0]
    for number, row in enumerate(rows):
        mark = "<- position" if number == int(ring.position) else ""
        print(f"row {number}:", " ".join(f"{x:+.2f}" for x in row[:6]), mark)
    return rows


memory = model.network.prefill(known[None, -R:-1])
for sample in (known[-1], *slow[:2]):
    _, memory = model.network.step(sample[None], memory)
print("before")
before = show(memory[3])  # memory[0] is that of the first layer
_, memory = model.network.step(slow[2:3], memory)
print("after")
after = show(memory[3])
changed = np.flatnonzero(np.any(before != after, axis=1))
assert len(changed) == 1
print("changed: row", changed[0])

# %% A step of the queue of dilation 16
ring_before = memory[5]
_, memory = model.network.step(slow[3:4], memory)
figure, axes = plt.subplots(1, 2, figsize=(8, 3), layout="constrained", sharey=True)
for one, ring, title in zip(
    axes, (ring_before, memory[5]), ("before", "after"), strict=True
):
    rows = ops.convert_to_numpy(ring.rows)[0]
    image = one.imshow(rows, aspect="auto", cmap="RdBu", vmin=-1, vmax=1)
    one.axhline(int(ring.position), color="orange", linewidth=2)
    one.set(title=title, xlabel="channel", ylabel="row")
figure.colorbar(image, ax=axes, label="value")
plt.show()
kept = sum(np.prod(ring.rows.shape) for ring in memory)
print(f"all queues together: {kept:,} numbers")

# %% [markdown]
# The orange line is the position. Only the row that it left has changed.
#
# ## Temperatures, to hear
#
# The same beginning and the same seed with three temperatures. These sounds have no
# words. The model has no text, and one output depends on 128 ms only, less than many
# words last: at temperature 1 it generates babble, which has the sound of voices, and
# pauses. Below 1, the most probable continuation wins too often. In speech that is more
# of the same, above all more silence, and soon there is nothing else.

# %% Continued at three temperatures
figure, axes = plt.subplots(3, figsize=(8, 4.8), layout="constrained", sharex=True)
for one, temperature in zip(axes, (0.5, 0.8, 1.0), strict=True):
    audio, bits = model.generate(
        RATE, prime=known, seed=2, temperature=temperature, return_bits=True
    )
    end = audio[0, RATE // 2 :]
    print(
        f"temperature {temperature}: {bits.mean():.2f} bits per sample, "
        f"largest amplitude of the second half {np.abs(end).max():.3f}"
    )
    display(Audio(audio[0], rate=RATE, normalize=False))
    plot_spectrogram(one, audio[0], RATE, f"Temperature {temperature}", top=-20)
plt.show()

# %% [markdown]
# The bits are minus the logarithm of the probability that the model itself, at
# temperature 1, gives to each generated sample. Silence is cheap.
#
# The next chapter gives the model more than the past to depend on: a speaker, and what
# to say.
