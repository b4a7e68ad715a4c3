# %% [markdown]
# # 12. From the public code to this package
#
# Three public WaveNets are known best: ibab/tensorflow-wavenet, r9y9/wavenet_vocoder
# and kan-bayashi/PytorchWaveNetVocoder. This chapter has their names beside those of
# this package, and moves weights from the layout of the first one.
#
# A name such as `residual_channels` is an argument of `keras_wavenet.WaveNet`, and a
# key of the file that `keras-wavenet train --config FILE` reads. A name such as
# `--residual-channels` is a flag.
#
# ## ibab/tensorflow-wavenet
#
# | `wavenet_params.json` | here |
# | --- | --- |
# | `filter_width` | `kernel_size` and `initial_kernel_size`; `--kernel-size`, `--initial-kernel-size` |
# | `dilations` | `dilations`; `--dilations 1..512x5` for 50 of them |
# | `residual_channels`, `dilation_channels`, `skip_channels` | the same; `--residual-channels`, `--dilation-channels`, `--skip-channels` |
# | `quantization_channels` | the levels of `distribution`, also `input_levels`; `--levels` |
# | `use_biases` | `use_bias`; `--use-bias` |
# | `scalar_input` | `input_encoding="waveform"`; `--input-encoding waveform` |
# | `initial_filter_width`, for scalars | `initial_kernel_size`; `--initial-kernel-size 32` |
# | `sample_rate` | `sample_rate`; `--sample-rate` |
#
# | `train.py` | `keras-wavenet train` |
# | --- | --- |
# | `--data_dir FOLDER` | the folder itself: `keras-wavenet train FOLDER` |
# | `--wavenet_params FILE` | `--config FILE`, with the names of this package |
# | `--logdir` | `--out`; the same command again resumes |
# | `--restore_from` | `--preset FOLDER --load-weights` |
# | `--num_steps`, `--checkpoint_every`, `--max_checkpoints` | `--steps`, `--save-every`, `--max-checkpoints` |
# | `--batch_size`, `--learning_rate`, `--optimizer`, `--momentum` | `--batch-size`, `--learning-rate`, `--optimizer`, `--momentum` |
# | `--sample_size` | `--window-length`; the receptive field comes on top |
# | `--silence_threshold 0.3`, a level | `--trim-silence -40`, dB below the loudest part |
# | `--l2_regularization_strength` | `--l2`, half of it: theirs counts half of the squares |
# | `--gc_channels N` | `speakers`, `speaker_channels`; `--speakers --speaker-channels N` |
# | `--histograms` | `--histograms` |
#
# | `generate.py` | `keras-wavenet generate` |
# | --- | --- |
# | `CHECKPOINT`, `--wavenet_params` | a preset, one folder with both: `keras-wavenet generate FOLDER` |
# | `--samples`, `--temperature` | `--num-samples` or `--seconds`, `--temperature` |
# | `--wav_out_path` | `--out` |
# | `--save_every`, in samples | `--save-every`, in seconds |
# | `--wav_seed FILE` | `--prime FILE` |
# | `--gc_id N` | `--speaker N`, or its name |
# | `--fast_generation false` | `--engine full` |
#
# The variables of a checkpoint, for block i and D dilation channels:
#
# | variable | shape | here |
# | --- | --- | --- |
# | `causal_layer/filter` | 2, 256, R | `initial/kernel` |
# | `layer{i}/filter` | 2, R, D | `block_i/filter_gate/kernel`, the first D channels |
# | `layer{i}/gate` | 2, R, D | `block_i/filter_gate/kernel`, the last D channels |
# | `layer{i}/Variable`, `/Variable_1` | D | `block_i/filter_gate/bias`, first and last D |
# | `layer{i}/dense`, `/Variable_2` | 1, D, R; R | `block_i/residual/kernel`, `block_i/residual/bias`; unused in the last block |
# | `layer{i}/skip` | 1, D, S | `skip/kernel`, rows iD to (i + 1)D - 1 |
# | `layer{i}/Variable_3` | S | `skip/bias`, the sum over the blocks |
# | `postprocess1`, `postprocessing/Variable` | 1, S, S; S | `post/kernel`, `post/bias` |
# | `postprocess2`, `postprocessing/Variable_1` | 1, S, 256; 256 | `output/kernel`, `output/bias` |
# | `gc_embedding` | N, G | `global_condition/embedding` |
# | `layer{i}/gc_filter`, `/gc_gate` | 1, G, D | `block_i/conditioning/global_kernel`, first and last D |
#
# The biases have no names there: they are numbered in the order filter, gate, dense,
# skip. Two things differ in number. Each of their blocks has a bias for its skip, and a
# sum of biases is one bias. Their last block has a residual that leads nowhere. So the
# default network has fewer weights here:

# %%
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

import keras_wavenet
from keras_wavenet.layers import mu_law_encode

R, D, S, Q, BLOCKS = 32, 32, 512, 256, 50
block = 2 * (2 * R * D + D) + (D * R + R) + (D * S + S)
theirs = 2 * Q * R + BLOCKS * block + (S * S + S) + (S * Q + Q)
model = keras_wavenet.WaveNet.from_preset("wavenet_speech", load_weights=False)
print(f"theirs {theirs:,}, here {model.count_params():,}")
assert theirs == 1_515_968
assert model.count_params() == theirs - (BLOCKS - 1) * S - (D * R + R)

# %% [markdown]
# ## Weights from one to the other
#
# `keras-wavenet convert CHECKPOINT --out FOLDER` makes a preset of a real checkpoint
# ([From another WaveNet](../converting.md)). Here is what that takes, in NumPy. In place
# of a checkpoint of theirs, the weights of `wavenet_tiny` are written in their layout
# first, as arrays by name. `tf.train.load_checkpoint(path)` gives the arrays of a real
# one, by `get_tensor(name)`.

# %%
tiny = keras_wavenet.WaveNet.from_preset("wavenet_tiny")
ours = {w.path: ops.convert_to_numpy(w) for w in tiny.weights}
D = tiny.dilation_channels
zeros = {"dense": np.zeros((D, tiny.residual_channels)), "bias": np.zeros(1)}

checkpoint = {"causal_layer/filter": ours["initial/kernel"]}
for i in range(len(tiny.dilations)):
    kernel = ours[f"block_{i}/filter_gate/kernel"]
    bias = ours[f"block_{i}/filter_gate/bias"]
    checkpoint |= {
        f"layer{i}/filter": kernel[..., :D],
        f"layer{i}/gate": kernel[..., D:],
        f"layer{i}/Variable": bias[:D],
        f"layer{i}/Variable_1": bias[D:],
        f"layer{i}/dense": ours.get(f"block_{i}/residual/kernel", zeros["dense"])[None],
        f"layer{i}/Variable_2": ours.get(f"block_{i}/residual/bias", zeros["bias"]),
        f"layer{i}/skip": ours["skip/kernel"][None, i * D : (i + 1) * D],
        f"layer{i}/Variable_3": ours["skip/bias"] / len(tiny.dilations),
    }
for number, name in enumerate(("post", "output")):
    checkpoint[f"postprocess{number + 1}"] = ours[f"{name}/kernel"][None]
    suffix = f"_{number}" if number else ""
    checkpoint[f"postprocessing/Variable{suffix}"] = ours[f"{name}/bias"]
print(len(checkpoint), "arrays,", sum(a.size for a in checkpoint.values()), "numbers")

# %% [markdown]
# Their network in NumPy: every convolution gives an output only where all its taps are
# inside, and the skips are cut to the samples that all blocks reach.


# %%
def convolve(x, kernel, dilation=1):
    return x[:-dilation] @ kernel[0] + x[dilation:] @ kernel[1]


def their_logits(v, codes, dilations):
    x = convolve(np.eye(256)[codes], v["causal_layer/filter"])
    length, skips = len(x) - sum(dilations), 0
    for i, dilation in enumerate(dilations):
        layer = f"layer{i}"
        f = convolve(x, v[f"{layer}/filter"], dilation) + v[f"{layer}/Variable"]
        g = convolve(x, v[f"{layer}/gate"], dilation) + v[f"{layer}/Variable_1"]
        z = np.tanh(f) / (1 + np.exp(-g))
        x = x[dilation:] + z @ v[f"{layer}/dense"][0] + v[f"{layer}/Variable_2"]
        skips += z[-length:] @ v[f"{layer}/skip"][0] + v[f"{layer}/Variable_3"]
    hidden = np.maximum(skips, 0) @ v["postprocess1"][0] + v["postprocessing/Variable"]
    hidden = np.maximum(hidden, 0) @ v["postprocess2"][0]
    return hidden + v["postprocessing/Variable_1"]


# %% [markdown]
# And the other way, from their arrays to a model of this package:


# %%
def convert(v, model):
    blocks = range(len(model.dilations))
    found = {"initial/kernel": v["causal_layer/filter"]}
    for i in blocks:
        halves = [v[f"layer{i}/filter"], v[f"layer{i}/gate"]]
        found[f"block_{i}/filter_gate/kernel"] = np.concatenate(halves, axis=2)
        halves = [v[f"layer{i}/Variable"], v[f"layer{i}/Variable_1"]]
        found[f"block_{i}/filter_gate/bias"] = np.concatenate(halves)
        found[f"block_{i}/residual/kernel"] = v[f"layer{i}/dense"][0]
        found[f"block_{i}/residual/bias"] = v[f"layer{i}/Variable_2"]
    found["skip/kernel"] = np.concatenate([v[f"layer{i}/skip"][0] for i in blocks])
    found["skip/bias"] = sum(v[f"layer{i}/Variable_3"] for i in blocks)
    found["post/kernel"] = v["postprocess1"][0]
    found["post/bias"] = v["postprocessing/Variable"]
    found["output/kernel"] = v["postprocess2"][0]
    found["output/bias"] = v["postprocessing/Variable_1"]
    model.set_weights([found[weight.path] for weight in model.weights])


converted = keras_wavenet.WaveNet.from_preset("wavenet_tiny", load_weights=False)
convert(checkpoint, converted)

clips = keras_wavenet.data.open_source("spoken_prompts", "validation", 16000)
waveform = clips[0].waveform[10000 : 10000 + converted.receptive_field + 99]
expected = their_logits(checkpoint, mu_law_encode(waveform), converted.dilations)
context = converted.context_length
inputs = {"waveform": waveform[None, context:], "context": waveform[None, :context]}
logits = ops.convert_to_numpy(converted(inputs))[0]
print(
    "logits", logits.shape, f"largest difference {np.abs(logits - expected).max():.0e}"
)
assert np.allclose(logits, expected, atol=1e-3)
assert np.array_equal(logits.argmax(axis=1), expected.argmax(axis=1))

# %% The distribution of the next code by both
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
by_both = {"theirs, in NumPy": (expected, "-"), "converted": (logits, ".")}
for name, (values, style) in by_both.items():
    probabilities = np.exp(values[50] - values[50].max())
    axes.plot(probabilities / probabilities.sum(), style, label=name)
axes.set(xlabel="code of the next sample", ylabel="probability", xlim=(194, 214))
axes.legend()
plt.show()

# %% [markdown]
# `converted.save_to_preset("folder")` makes a preset of it. Three conventions matter:
#
# - Start: ibab trains after silence, as here (`start="silence"`); its fast generation
#   starts with queues of zeros, here `start="zeros"`.
# - Gate: the half of the tanh comes first here, as in r9y9's code.
# - Mu-law: ibab's codes are the ones here, and kan-bayashi's, too. r9y9's code rounds
#   down, where these round to the nearest one. A converted model needs its inputs rounded
#   in its own way (`companding="mu_law_r9y9"`), or each of these is one code too high:

# %%
x = clips[0].waveform
f = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log1p(255)
rounded_down = np.floor((f + 1) / 2 * 255).astype(int)
different = mu_law_encode(x) - rounded_down
print(f"other codes in {np.mean(different != 0):.0%} of the samples, by one")
assert set(different) == {0, 1}

# %% [markdown]
# ## r9y9/wavenet_vocoder
#
# | `hparams.py` | here |
# | --- | --- |
# | `input_type="raw"`, `output_distribution="Logistic"` | `distribution="logistic_mixture"`; `--distribution logistic_mixture` |
# | `output_distribution="Normal"` | `distribution="gaussian"`; `--distribution gaussian` |
# | `input_type="mulaw-quantize"`, `quantize_channels=256` | `distribution="categorical"`; `--distribution categorical --levels 256` |
# | `out_channels`, 3 for each logistic | `--components`, a third of it |
# | `log_scale_min` | `min_log_scale` of the distribution |
# | `layers=24`, `stacks=4` | `dilations`; `--dilations 1..32x4` |
# | `residual_channels`, `skip_out_channels` | `residual_channels`, `skip_channels` |
# | `gate_channels` | `dilation_channels`, half of it |
# | `kernel_size`, `dropout` | `kernel_size`, `dropout`; `--kernel-size`, `--dropout` |
# | `cin_channels`, `hop_size` | `local_channels`, `hop`; or `features`, which have both |
# | `num_mels`, `fft_size`, `fmin`, `fmax` | `--features wavenet_vocoder` |
# | `upsample_scales`, `freq_axis_kernel_size` | `upsampling` with `"kind": "stretch"`; `--upsampling stretch --upsample-scales` |
# | `cin_pad`, `upsample_activation` | `initial_kernel_size` of `upsampling`: 2 cin_pad + 1; its `activation` |
# | `n_speakers`, `gin_channels` | `speakers`, `speaker_channels` |
# | fixed: a first layer with one tap | `initial_kernel_size=1` |
# | fixed: residual times √½ | `residual_scale`, 0.7071; `--residual-scale` |
# | fixed: skips times √(1/layers); up to version 0.1.1 times √½ at each layer | `skip_scaling="total"`; `"running"` |
# | fixed: zeros before the first sample | `start="zeros"`; `--start zeros` |
# | `highpass_cutoff` | `--high-pass` |
# | `batch_size`, `max_time_steps`, `max_train_steps` | `--batch-size`, `--window-length`, `--steps` |
# | `clip_thresh` | `--global-clipnorm` |
# | `exponential_moving_average`, `ema_decay` | `--weight-averaging` |
#
# | key of `state_dict` | shape | here |
# | --- | --- | --- |
# | `first_conv` | R, in, 1 | `initial/kernel` |
# | `conv_layers.i.conv` | 2D, R, k | `block_i/filter_gate/kernel` |
# | `conv_layers.i.conv1x1_out` | R, D, 1 | `block_i/residual/kernel`; unused in the last block |
# | `conv_layers.i.conv1x1_skip` | S, D, 1 | `skip/kernel`, rows iD to (i + 1)D - 1 |
# | `conv_layers.i.conv1x1c`, `conv1x1g` | 2D, C, 1 | `block_i/conditioning/local_kernel`, `block_i/conditioning/global_kernel` |
# | `last_conv_layers.1`, `.3` | S, S, 1 | `post/kernel`, `output/kernel` |
# | `embed_speakers.weight` | N, G | `global_condition/embedding` |
# | `upsample_net.conv_in` | C, C, taps | `upsampling/initial_kernel` |
# | `upsample_net.upsample.up_layers.1`, `.3`, ... | 1, 1, f, taps | `upsampling/kernel_0`, `upsampling/kernel_1`, ... |
#
# Their biases go where the kernels go, those of the skips as a sum, and that of
# `first_conv` to the newest tap of `initial/kernel` where the input is codes. PyTorch
# stores a kernel as (out, in, taps), Keras as (taps, in, out). And each of these
# kernels is stored as a direction `weight_v` and a length `weight_g`:

# %%
rng = np.random.default_rng(0)
weight_v = rng.normal(size=(64, 32, 3))
weight_g = rng.uniform(1, 2, size=(64, 1, 1))
length = np.sqrt(np.sum(weight_v**2, axis=(1, 2), keepdims=True))
kernel = (weight_g * weight_v / length).transpose(2, 1, 0)
print(weight_v.shape, "->", kernel.shape)

layer = keras_wavenet.layers.CausalConv1D(64, kernel_size=3, use_bias=False)
layer.build((None, None, 32))
layer.kernel.assign(kernel)
assert np.allclose(np.linalg.norm(kernel, axis=(0, 1)), weight_g.ravel())

# %% [markdown]
# ## kan-bayashi/PytorchWaveNetVocoder
#
# | `train.py` | here |
# | --- | --- |
# | `--waveforms FOLDER` | the folder itself: `keras-wavenet train FOLDER` |
# | `--feats FOLDER`, hdf5 | `--local-dir FOLDER`, npy; or `--features`, computed from the audio |
# | `--stats FILE` | measured on the training data, kept in the preset |
# | `--expdir` | `--out` |
# | `--n_quantize` | `--levels` |
# | `--n_aux`, `--upsampling_factor` | `local_channels`, `hop`; `--local-channels`, `--hop` |
# | `--n_resch` | `residual_channels` and `dilation_channels`; `--residual-channels`, `--dilation-channels` |
# | `--n_skipch` | `skip_channels`; `--skip-channels` |
# | `--dilation_depth 10 --dilation_repeat 3` | `dilations`; `--dilations 1..512x3` |
# | `--kernel_size` | `kernel_size` and `initial_kernel_size` |
# | `--use_upsampling_layer` | `upsampling`; `--upsampling transposed`, without the layer `--upsampling repeat` |
# | `--use_speaker_code`, appended to the frames | `--speakers`, a condition of its own |
# | `--lr`, `--weight_decay`, `--iters`, `--batch_size` | `--learning-rate`, `--weight-decay`, `--steps`, `--batch-size` |
# | `--batch_length` | `--window-length` |
# | `--checkpoints`, `--seed` | `--save-every`, `--seed` |
# | `--resume FILE` | the same command again |
# | `noise_shaping.py` | `waveform_filter`; `--noise-shaping 0.5` |
#
# | `decode.py` | here |
# | --- | --- |
# | `--feats`, one file | `keras-wavenet generate FOLDER --local FILE` |
# | `--feats`, a folder | `keras-wavenet synthesize FOLDER INPUT --out FOLDER` |
# | `--checkpoint`, `--config`, `--stats`, `--fs` | the preset |
# | `--outdir`, `--seed`, `--batch_size` | `--out`, `--seed`, `--streams` |
#
# | key of `model` | shape | here |
# | --- | --- | --- |
# | `causal.conv` | R, 256, k | `initial/kernel`; its bias is added to the newest tap |
# | `dil_tanh.i.conv` | R, R, k | `block_i/filter_gate/kernel`, the first R channels |
# | `dil_sigmoid.i.conv` | R, R, k | `block_i/filter_gate/kernel`, the last R channels |
# | `aux_1x1_tanh.i`, `aux_1x1_sigmoid.i` | R, C, 1 | `block_i/conditioning/local_kernel`, first and last R |
# | `res_1x1.i`, `skip_1x1.i` | R, R, 1; S, R, 1 | `block_i/residual/kernel`; `skip/kernel`, rows iR to (i + 1)R - 1 |
# | `conv_post_1`, `conv_post_2` | S, S, 1; 256, S, 1 | `post/kernel`, `output/kernel` |
# | `upsampling.conv` | 1, 1, 1, f | `upsampling/kernel_0`, with `shared_kernel` |
#
# The biases of its conditions are added to those of filter and gate.
