/* Conditioning frames: encoded and upsampled, as the layers FrameEncoder and
   FrameUpsampling. A window of consecutive rows is contiguous, so that each of their
   convolutions is a projection of such windows. */

"use strict";

/* `count - size + 1` windows of `size` rows `(count, channels)`, side by side. */
function windows(rows, count, channels, size) {
  const width = size * channels;
  const joined = new Float32Array((count - size + 1) * width);
  for (let i = 0; i <= count - size; i++)
    joined.set(rows.subarray(i * channels, i * channels + width), i * width);
  return joined;
}

/* Frames `first` to `first + count - 1`; beyond the given ones those at the edge. */
function frames_between(frames, channels, first, count) {
  const last = frames.length / channels - 1;
  const rows = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const frame = Math.min(Math.max(first + i, 0), last);
    const from = frame * channels;
    rows.set(frames.subarray(from, from + channels), i * channels);
  }
  return rows;
}

/* Frames, each followed by the vector that holds for all of them. */
function with_vector(frames, count, channels, vector) {
  if (!vector) return frames;
  const width = channels + vector.length;
  const joined = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    joined.set(frames.subarray(i * channels, (i + 1) * channels), i * width);
    joined.set(vector, i * width + channels);
  }
  return joined;
}

/* Encode `count` frames; the result has two margins of the encoder less. */
function encode(loop, frames, count, channels, vector) {
  const { layers, kernel_size: size, channels: width } = loop.model.settings.encoder;
  const half = (size - 1) / 2;
  let x = with_vector(frames, count, channels, vector);
  let inputs = channels + (vector ? vector.length : 0);
  for (let layer = 0; layer < layers; layer++) {
    const rows = count - size + 1;
    const taps = windows(x, count, inputs, size);
    const y = loop.project(taps, rows, `encoder_kernel_${layer}`, size * inputs, width);
    const bias = loop.model.arrays[`encoder_bias_${layer}`];
    const next = new Float32Array(rows * width);
    for (let i = 0; i < rows * width; i++) {
      const channel = i % width;
      let sum = y[(i - channel) / width * padded(width) + channel];
      sum = Math.fround(sum + bias[channel]);
      if (layer > 0) sum += x[i + half * width];
      next[i] = Math.max(sum, 0);
    }
    x = next;
    count = rows;
    inputs = width;
  }
  return x;
}

/* Upsample frames with the margin of the upsampling on both sides: a row a sample. */
function upsample(loop, frames, count, channels) {
  const { kind, stages, excess } = loop.model.settings.upsampling;
  let rows = frames;
  stages.forEach((stage, number) => {
    rows = apply_stage(loop, rows, count, channels, stage, number);
    count = rows.length / channels;
  });
  if (kind === "repeat") {
    rows = repeated(rows, count, channels, loop.model.settings.hop);
    count = rows.length / channels;
  }
  return rows.subarray(excess[0] * channels, (count - excess[1]) * channels);
}

function apply_stage(loop, frames, count, channels, stage, number) {
  const { neighbors, scale, slope } = stage;
  const inside = count - neighbors + 1, width = scale * channels;
  const taps = windows(frames, count, channels, neighbors);
  const kernel = `upsampling_${number}`, inputs = neighbors * channels;
  const y = loop.project(taps, inside, kernel, inputs, width);
  const bias = loop.model.arrays[`upsampling_bias_${number}`];
  return Float32Array.from({ length: inside * width }, (_, i) => {
    const column = i % width;
    const sum = y[((i - column) / width) * padded(width) + column] + bias[column];
    return sum < 0 ? sum * slope : sum;
  });
}

/* Each row `times` times. */
function repeated(rows, count, channels, times) {
  const all = new Float32Array(count * times * channels);
  for (let i = 0; i < count * times; i++) {
    const from = Math.floor(i / times) * channels;
    all.set(rows.subarray(from, from + channels), i * channels);
  }
  return all;
}
