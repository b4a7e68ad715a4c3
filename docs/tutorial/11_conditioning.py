# %% [markdown]
# # 11. Conditioning
#
# A WaveNet of speech alone generates babble. To say something, it needs *conditions*:
# who speaks, and what. This chapter has the three formulas of the paper (section 2.5)
# beside the code, and then a trained model under different conditions.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet.introspection import score
from keras_wavenet.layers import FrameUpsampling, GatedResidualBlock
from keras_wavenet.visualization import plot_spectrogram

# %% [markdown]
# ## One condition for all samples
#
# Without conditions, a block computes
#
# $$z = \tanh(W_f * x) \odot \sigma(W_g * x),$$
#
# where $*$ is the dilated convolution. A *global* condition is a vector $h$ that holds
# for the whole recording, such as the speaker. It is projected to all channels and
# added inside both functions, the same at each sample:
#
# $$z = \tanh(W_f * x + V_f^T h) \odot \sigma(W_g * x + V_g^T h).$$
#
# Here is a small block, and the formula in NumPy with its weights. The block has the
# kernels of filter and gate side by side.

# %%
rng = np.random.default_rng(0)
block = GatedResidualBlock(
    dilation_channels=4,
    dilation_rate=2,
    padding="valid",
    condition_channels={"speaker": 3},
)
x = rng.normal(size=(1, 10, 5)).astype("float32")  # 10 samples, 5 residual channels
h = rng.normal(size=(1, 1, 3)).astype("float32")
_, z = block(x, conditions={"speaker": h})

W = ops.convert_to_numpy(block.filter_gate.kernel)  # (2 taps, 5, 4 + 4)
V = ops.convert_to_numpy(block.conditioning.kernels["speaker"])  # (3, 4 + 4)


def gated(x, added):
    sums = x[:-2] @ W[0] + x[2:] @ W[1] + added  # two samples apart: dilation 2
    filters, gates = np.split(sums, 2, axis=-1)
    return np.tanh(filters) * (1 / (1 + np.exp(-gates)))


assert np.allclose(ops.convert_to_numpy(z), gated(x[0], h[0] @ V), atol=1e-5)
print("W", W.shape, " V", V.shape, " V^T h", (h[0] @ V).shape)

# %% [markdown]
# ## A condition for each sample
#
# A *local* condition changes with time, such as what is said. It has a row $y_t$ for
# each sample:
#
# $$z = \tanh(W_f * x + V_f * y) \odot \sigma(W_g * x + V_g * y),$$
#
# where $V * y$ is a convolution with one tap: the same projection at each sample.

# %%
y = rng.normal(size=(1, 8, 3)).astype("float32")  # for the 8 samples of the output
_, z = block(x, conditions={"speaker": y})
assert np.allclose(ops.convert_to_numpy(z), gated(x[0], y[0] @ V), atol=1e-5)
print("V * y", (y[0] @ V).shape)

# %% [markdown]
# ## From frames to samples
#
# What is said changes slowly, so it is described by *frames*, one for each *hop* of
# some hundred samples. Between frames and samples stands $y = f(h)$. The paper's $f$ is
# a transposed convolution: each frame adds its multiple of a kernel to the samples
# around it. The kernel is learned. Let us take one band of a recording's mel spectrum
# as frames, a hop of 8 to see something, and a triangle as the kernel.

# %% From frames to samples
HOP = 8
model = keras_wavenet.WaveNet.from_preset("wavenet_realtime")
RATE = model.sample_rate
clips = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)
frames = model.features(clips[0].waveform)[12:26, 8]

upsampling = FrameUpsampling(HOP, kind="transposed")
upsampling.build((1, len(frames), 1))
triangle = 1 - np.abs(np.arange(2 * HOP) - HOP) / HOP
upsampling.kernels[0].assign(triangle[:, None, None])
y = ops.convert_to_numpy(upsampling(frames[None, :, None]))[0, :, 0]

sums = np.zeros(HOP * (len(frames) + 1))
for number, frame in enumerate(frames):
    sums[number * HOP : (number + 2) * HOP] += frame * triangle
margin = HOP // 2 + HOP  # half a kernel, and the edge frames, which y does not cover
assert np.allclose(y, sums[margin:-margin], atol=1e-5)

middles = np.arange(len(frames)) * HOP + HOP // 2
samples = np.arange(HOP, HOP + len(y))
assert np.allclose(y, np.interp(samples, middles, frames), atol=1e-5)

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.step(middles, frames, where="mid", color="lightgray", label="frames, repeated")
axes.plot(middles, frames, "o", label="frames, h")
axes.plot(samples, y, ".-", label="samples, y = f(h)")
peak = np.argmax(frames)
around = np.arange(2 * HOP) + peak * HOP - HOP // 2
axes.bar(around, frames[peak] * triangle, alpha=0.3, label="what one frame adds")
axes.set(xlabel="sample", ylabel="band 8 of the log-mel spectrum")
axes.legend()
plt.show()
print(f"{len(frames)} frames, {len(y)} samples")

# %% [markdown]
# With a triangle, $f$ is linear interpolation, as the last `assert` says. A learned
# kernel need not be a triangle, and with 80 bands there is one from each band to each.
#
# ## A vocoder
#
# `wavenet_realtime` has linear interpolation and two conditions, the speaker and a mel
# spectrum: 80 bands of the spectrum, a frame for each 200 samples. Such a model is a
# *vocoder*: it turns frames back into audio. Its output distribution is one logistic
# curve over 16-bit samples in place of 256 probabilities.

# %% The recording and its frames
recorded = clips[0].waveform[: RATE * 3 // 2]
frames = model.features(recorded)
print(f"{clips[0].info.speaker}: {clips[0].info.transcript}")
print("conditions:", list(model.data_spec.conditions), " frames:", frames.shape)
display(Audio(recorded, rate=RATE, normalize=False))
figure, axes = plt.subplots(figsize=(8, 2.5), layout="constrained")
image = axes.imshow(frames.T, origin="lower", aspect="auto", cmap="magma")
axes.set(xlabel="frame", ylabel="mel band")
figure.colorbar(image, label="log-mel, normalized")
plt.show()

# %% [markdown]
# ## Same noise, three speakers
#
# The random numbers of the three streams below are the same ones, since all have the
# same seed, and so are the frames. Only the speaker differs.

# %% Three speakers
speakers = ["en_allison", "it_carlo", "ru_maxim"]
audio = model.generate(
    len(recorded),
    conditions={"speaker": speakers, "local": frames},
    streams=3,
    seed=[0, 0, 0],
    temperature=0.8,
)
figure, axes = plt.subplots(3, figsize=(7, 4), layout="constrained", sharex=True)
for one, speaker, waveform in zip(axes, speakers, audio, strict=True):
    error = np.abs(model.features(waveform) - frames).mean()
    print(f"{speaker}: differs from the frames by {error:.2f} on average")
    display(Audio(waveform, rate=RATE, normalize=False))
    plot_spectrogram(one, waveform, RATE, speaker, top=-20)
plt.show()

# %% [markdown]
# Three times the same words at the same pitch, with noise: the spectrograms can hardly
# be distinguished. Frames contain the voice as well as the words, so that the speaker
# changes little here. (Frames are normalized: a difference of 1 would be a standard
# deviation of a band.)
#
# Little is not nothing. How many bits does a recording cost under the condition of each
# speaker? Half a second of each, from recordings that the model was not trained on:

# %%
print(f"{'bits of a recording of':24}" + "".join(f"{s:>12}" for s in speakers))
for number in (0, 6, 3):
    clip, start = clips[number], RATE // 2
    bits = [
        score(
            model,
            clip.waveform[: 2 * start],
            conditions={"speaker": speaker},
            start=start,
        ).bits.mean()
        for speaker in speakers
    ]
    assert speakers[np.argmin(bits)] == clip.info.speaker
    print(f"{clip.info.speaker:24}" + "".join(f"{b:12.3f}" for b in bits))

# %% [markdown]
# Each costs least under its own speaker: the model tells the voices apart, by some
# hundredths of a bit for each sample. (These are bits of 16-bit samples, which are more
# than those of 256 codes.)
#
# ## Frames of another moment
#
# Twice the same noise and the same speaker. First with the frames of the recording,
# then with these for 0.75 s, and after that with those of another one.

# %% The frames of another recording after 0.75 s
CHANGE = 60  # frames
other = model.features(clips[7].waveform)[60:120]
mixed = np.concatenate([frames[:CHANGE], other])
same, changed = (
    model.generate(
        None,
        conditions={"speaker": "en_allison", "local": local},
        temperature=0.8,
        seed=0,
    )[0]
    for local in (frames, mixed)
)
first = np.argmax(changed != same) / model.hop
assert CHANGE - 3 <= first <= CHANGE
print(f"the first sample that differs is in frame {first:.1f}")
made = model.features(changed)[CHANGE:]
for name, given in (("the recording", frames[CHANGE:]), ("the other one", other)):
    print(f"then differs from {name} by {np.abs(made - given).mean():.2f}")
print("the other one is from:", clips[7].info.transcript)
display(Audio(changed, rate=RATE, normalize=False))
figure, axes = plt.subplots(figsize=(8, 2.5), layout="constrained")
plot_spectrogram(axes, changed, RATE, "", top=-20)
axes.axvline(CHANGE * model.hop / RATE, color="white", linestyle="--")
plt.show()

# %% [markdown]
# The sound follows its frames. Up to two and a half frames before the change, both are
# the same, sample by sample: a sample depends on a few frames to come.
#
# In a system for text to speech, another model makes the frames from text, and a
# WaveNet makes the audio. [Conditions](../conditioning.md) has all kinds of them, with
# code.
