# %% [markdown]
# # 9. Loss and training
#
# Training changes the weights so that the codes that come get higher probabilities.
# This chapter computes the loss by hand, looks at a batch, and then trains a small
# WaveNet for three minutes, and listens to it on the way.

# %%
import random
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Audio, display
from keras import ops

import keras_wavenet
from keras_wavenet import data, training
from keras_wavenet.layers import mu_law_encode
from keras_wavenet.visualization import plot_bits, plot_spectrogram

# %% [markdown]
# ## A small model
#
# Two rounds of dilations from 1 to 256, 32 channels: less than half of the weights of
# `wavenet_tiny`.

# %%
random.seed(0)  # from which Keras draws the seeds of new weights
model = keras_wavenet.WaveNet(
    dilations=keras_wavenet.doubling_dilations(256, cycles=2),
    residual_channels=32,
    dilation_channels=32,
    skip_channels=128,
)
RATE = model.sample_rate
print(f"{model.count_params():,} weights, receptive field {model.receptive_field}")

# %% [markdown]
# ## A batch
#
# `load` cuts the recordings into windows. A batch has some of them: the waveform, the
# samples before it (the context, which the first outputs need), and the targets, which
# are the waveform one sample later. All positions are predicted at once, each from the
# true samples before it: no sample is generated in training.

# %%
train, validation = (
    data.load(
        "spoken_prompts", split=split, spec=model, batch_size=4, window_length=4000
    )
    for split in ("train", "validation")
)
inputs, targets, weights = next(iter(train))
for name, array in (*inputs.items(), ("targets", targets)):
    print(f"{name:9} {tuple(array.shape)}")
waveform, targets = (np.array(x) for x in (inputs["waveform"], targets))
assert np.array_equal(targets[:, :-1], waveform[:, 1:])

# %% [markdown]
# ## The loss
#
# The loss is $-\ln p$ of the code that comes, the mean over all positions of the batch:
# cross-entropy. Divided by $\ln 2$ it is the bits per sample of chapter 8. With new
# weights it is about that of 256 equally probable codes, 8 bits.

# %%
model.compile(keras.optimizers.Adam(0.004, global_clipnorm=1.0))
logits = ops.convert_to_numpy(model(inputs)).astype("float64")  # (4, 4000, 256)
p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
codes = mu_law_encode(targets)
loss = -np.log(np.take_along_axis(p, codes[..., None], axis=-1)).mean()
measured = model.test_on_batch(inputs, targets, return_dict=True)
print(f"loss {loss:.3f}, {loss / np.log(2):.3f} bits per sample")
assert np.isclose(measured["loss"], loss, rtol=1e-3)
assert np.isclose(measured["bits_per_sample"], loss / np.log(2), rtol=1e-3)

# %% [markdown]
# ## What is good?
#
# Two predictors that are counted, not trained, say where learning begins: the histogram
# of the codes, and a table of which code follows which.

# %%
baseline = training.measure_baseline(train.source, validation.source)
print(
    f"histogram: {baseline.histogram:.2f} bits, last sample: {baseline.last_sample:.2f}"
)

# %% [markdown]
# ## Three minutes
#
# Each step computes the loss of a batch, its gradient in all weights, and moves each
# weight a little against its gradient (Adam; the longest gradients are shortened). The
# steps become smaller in the course of the run. After each 50, we measure the bits of
# recordings that are not in the training data, and let the model continue one of them.
# Seconds are those of one processor core.

# %%
STEPS, EPOCH = 350, 50
known = validation.source[0].waveform[: RATE * 3 // 2]
rows, sounds = [], {}


def generate(step):
    sounds[step] = model.generate(RATE, prime=known, seed=0)[0]


def on_epoch_end(epoch, logs):
    step = (epoch + 1) * EPOCH
    rows.append({"step": step, **logs})
    if step in (50, 150, STEPS):
        generate(step)
    minutes = (time.process_time() - started) / 60
    bits = (
        f"{logs['bits_per_sample']:.2f}, validation {logs['val_bits_per_sample']:.2f}"
    )
    print(f"step {step:3}, {minutes:.1f} minutes, bits per sample: training {bits}")


rate = keras.optimizers.schedules.CosineDecay(0.004, STEPS)
model.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0))
generate(0)
started = time.process_time()
model.fit(
    train,
    epochs=STEPS // EPOCH,
    steps_per_epoch=EPOCH,
    validation_data=validation,
    validation_steps=10,
    callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)],
    verbose=0,
)
assert rows[-1]["val_bits_per_sample"] < baseline.last_sample

# %% Bits per sample of the run
figure, axes = plt.subplots(figsize=(8, 3.5), layout="constrained")
plot_bits(axes, rows, baseline.by_name)
axes.set_xlabel("step")
plt.show()

# %% [markdown]
# Below the histogram, the model knows more than which codes are frequent; below the
# table, more than that neighboring samples are alike. (A figure of training is the mean
# of 50 steps in which the model changed. It can be above that of the validation, whose
# recordings are other ones.) The first steps bring most. For speech it takes far more:
# `wavenet_tiny` was trained for 7,000 steps.
#
# ## To hear
#
# Each sound continues the same second and a half of speech, which is not played. None
# of them is speech. *Spectral flatness* is 0.56 for white noise and near 0 for a tone.

# %% The continuation after some steps of training
figure, axes = plt.subplots(4, figsize=(6, 4.5), layout="constrained", sharex=True)
print("the speech before:", training.check_audio(known, RATE))
for one, (step, sound) in zip(axes, sounds.items(), strict=True):
    print(f"after {step} steps:", training.check_audio(sound, RATE))
    display(Audio(sound, rate=RATE, normalize=False))
    plot_spectrogram(one, sound, RATE, f"After {step} steps", top=-20)
plt.show()

# %% [markdown]
# First it is white noise, since all codes are equally probable. After 50 steps it is
# noise in which low frequencies are stronger, as in speech. After 150 it is quiet at
# times, with short sounds between. After 350 there are longer ones, whose power is
# mostly low as in vowels, and then half a second of hiss. Chapter 10 has the babble of
# `wavenet_tiny`, after 104 minutes.
