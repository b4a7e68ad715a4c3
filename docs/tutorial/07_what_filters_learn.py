# %% [markdown]
# # 7. What filters learn
#
# Nobody tells a WaveNet what a code means, or which frequencies speech has. This
# chapter looks at the weights of `wavenet_tiny`, which was trained for 104 minutes on
# speech, beside those of the same network before training.

# %%
import random

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display

import keras_wavenet
from keras_wavenet.introspection import (
    activations,
    first_layer,
    frequency_response,
    sine_response,
)
from keras_wavenet.layers import mu_law_encode
from keras_wavenet.visualization import (
    plot_block_responses,
    plot_first_layer,
    plot_response,
    plot_spectrogram,
)

trained = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
random.seed(0)  # from which Keras draws the seeds of new weights
untrained = keras_wavenet.WaveNet.from_preset("wavenet_tiny", load_weights=False)
RATE = trained.sample_rate
clips = keras_wavenet.data.open_source("spoken_prompts", "validation", RATE)

# %% [markdown]
# ## The first layer: a code becomes a vector
#
# The first layer looks up a vector of 48 numbers for each of the 256 codes. Before
# training these are random. Drawn are the three directions in which the 256 vectors
# differ most, their principal components, over the code. The percentages are their
# shares of the variance.

# %% The vectors of the first layer, untrained and trained
figure, axes = plt.subplots(2, figsize=(8, 5), layout="constrained")
for one, model, name in (
    (axes[0], untrained, "Untrained"),
    (axes[1], trained, "Trained"),
):
    amplitudes, vectors = first_layer(model)
    plot_first_layer(one, amplitudes, vectors[-1])  # of the newest sample
    one.set_title(name, loc="left")
plt.show()

# %% [markdown]
# Training has made curves of them: neighboring codes have similar vectors. To the model
# codes were names without order (chapter 1), and it found the order, since neighboring
# codes occur in the same places. How far apart are neighbors, compared with any two
# codes? And which codes are left as they were?


# %%
def neighbors(vectors):
    """The distance of neighboring vectors over that of any two, on average."""
    step = np.linalg.norm(np.diff(vectors, axis=0), axis=1).mean()
    apart = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    return step / apart[np.triu_indices(len(vectors), 1)].mean()


for name, model in (("untrained", untrained), ("trained", trained)):
    vectors = first_layer(model).vectors[-1]
    print(f"{name:9}: neighbors are {neighbors(vectors):.2f} as far apart as any two")
assert neighbors(vectors) < 0.5

speech = np.concatenate([clip.waveform for clip in clips])
codes = mu_law_encode(speech)
print(
    f"{len(speech):,} samples of speech have codes from {codes.min()} to {codes.max()}"
)

# %% [markdown]
# The curves break off at both ends, at amplitudes that speech hardly ever has: what is
# not in the data is not learned.
#
# ## Frequency responses
#
# A convolution amplifies some frequencies and removes others (chapter 2). These are the
# filters from a sample to the 48 channels of a block, along the residual path: one row
# is a channel, and dark is what it removes. Two taps at a distance $d$ repeat their
# response every $f_s / d$ Hz: a block with dilation 4 cannot tell 0 from 4,000 Hz.

# %% Frequency responses of blocks with dilation 1 and 4
frequencies, magnitude = frequency_response(trained)
figure, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
for one, block in zip(axes, (0, 2), strict=True):
    title = f"Dilation {trained.dilations[block]}"
    plot_response(one, frequencies, magnitude[block], title)
plt.show()

_, before = frequency_response(untrained)
for name, response in (("untrained", before[0]), ("trained", magnitude[0])):
    decibels = 20 * np.log10(response[-1] / response[0])  # 8 kHz over 0 Hz
    print(
        f"first block, {name}: {np.sum(decibels > 3)} of 48 channels amplify 8 kHz "
        f"over 0 Hz by more than 3 dB, {np.sum(decibels < -3)} the reverse"
    )

# %% [markdown]
# Speech has little energy at high frequencies, and most channels of the first block
# have learned to amplify them.
#
# ## Sines
#
# The residual path is only the shortest way to a block. A later block depends on all
# blocks before it, with their gates. To see what it responds to, we run the whole
# network on sines, and measure how much each block's output $z$ moves.

# %% How much each block responds to a sine
frequencies, magnitude = sine_response(trained, np.geomspace(70, 7000, 20))
figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
plot_block_responses(axes, frequencies, magnitude, trained.dilations)
plt.show()
for block in (1, 6, 11, 13, 19):
    peak = frequencies[magnitude[block].mean(axis=1).argmax()]
    dilation = trained.dilations[block]
    print(f"block {block:2}, dilation {dilation:3}: responds most to {peak:5.0f} Hz")

# %% [markdown]
# The network has divided the work. In each of its two rounds, blocks with small
# dilations respond to high frequencies, and those with large dilations to low ones,
# where the pitch of a voice is.
#
# ## A channel to hear
#
# The output $z$ of a channel is a signal like the recording, and can be played. These
# are, of a block early in the second round, the channel whose sound lies highest and
# the one whose sound lies lowest, made equally loud.

# %% Two channels of one block
START, BLOCK = 16000, 11
z = activations(trained, speech, blocks=[BLOCK], start=START, stop=START + 12000)[0].z
z = (z - z.mean(axis=0)) / z.std(axis=0)
spectra = np.abs(np.fft.rfft(z, axis=0)) ** 2
hertz = np.fft.rfftfreq(len(z), 1 / RATE)
centers = hertz @ spectra / spectra.sum(axis=0)
figure, axes = plt.subplots(2, figsize=(7, 4), layout="constrained", sharex=True)
for one, channel in zip(axes, (centers.argmax(), centers.argmin()), strict=True):
    print(f"channel {channel}: its power lies around {centers[channel]:.0f} Hz")
    sound = (0.1 * z[:, channel]).clip(-1, 1)
    display(Audio(sound, rate=RATE, normalize=False))
    plot_spectrogram(one, sound, RATE, f"Channel {channel}")
plt.show()

# %% [markdown]
# The lower one has the parallel lines of a voice, the multiples of its pitch. The
# higher one is mostly noise, in which the voice is faint. Neither is speech: each is
# one of 960 views that the model has of it, 48 in each of 20 blocks.
