/* Conditioning frames: encoded and upsampled, as the layers FrameEncoder and
   FrameUpsampling. A window of consecutive rows is contiguous, so that a convolution is
   a projection of such windows. */

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

/* Encode `count` frames; the result has two margins of the encoder less. The sums are
   float64 and rounded once, so that their order does not matter, as in the package. */
function encode(model, frames, count, channels, vector) {
  const { layers, kernel_size: size, channels: width } = model.settings.encoder;
  const half = (size - 1) / 2;
  let x = Float64Array.from(with_vector(frames, count, channels, vector));
  let inputs = channels + (vector ? vector.length : 0);
  for (let layer = 0; layer < layers; layer++) {
    count -= size - 1;
    const kernel = model.arrays[`encoder_kernel_${layer}`];
    const bias = model.arrays[`encoder_bias_${layer}`];
    const next = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      const sums = next.subarray(row * width, (row + 1) * width);
      sums.set(bias);
      add_products(x.subarray(row * inputs, (row + size) * inputs), kernel, sums);
    }
    for (let i = 0; i < next.length; i++)
      next[i] = Math.max(layer > 0 ? x[i + half * width] + next[i] : next[i], 0);
    x = next;
    inputs = width;
  }
  return Float32Array.from(x);
}

/* Add to float64 sums the product of a row and a kernel, `(inputs, sums)`. */
function add_products(row, kernel, sums) {
  const width = sums.length;
  for (let i = 0, at = 0; i < row.length; i++, at += width) {
    const value = row[i];
    if (value === 0) continue; // half of what a layer rectified
    for (let j = 0; j < width; j++) sums[j] += value * kernel[at + j];
  }
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
